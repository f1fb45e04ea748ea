using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The sentence that a person reads of the amounts that were chosen for a request that left them open.</summary>
public static class ChoiceText
{
    /// <summary>What was chosen of what, and why not less; null where nothing was left open.</summary>
    public static string? Of(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Spec is not { Work: { } work } spec)
        {
            return null;
        }

        string chosen = Amounts(spec)!;
        return spec.Deadline is null ? $"{chosen}: the least, as it has no deadline."
            : request is { Status: RequestStatus.Rejected, Reason.Code: ReasonCode.DeadlineOutOfReach } ? $"Even with {chosen}, the most that it can have, it would end after its deadline."
            : request.Status is RequestStatus.Queued or RequestStatus.Rejected ? $"{chosen}: the least with which it can still end by its deadline."
            : work.AmountsAt(0).All(a => spec.Resources[a.Kind] == a.Quantity) ? $"{chosen}: the least meets its deadline."
            : $"{chosen}: with less it was not certain to end by its deadline.";
    }

    /// <summary>The amounts that were chosen, of how much: <c>4 gpu of 1–8</c>; null where nothing was left open.</summary>
    public static string? Amounts(RequestSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.Work is not { } work ? null : string.Join(" + ", work.Ranges.Select(r => $"{spec.Resources[r.Kind]} {r.Kind} of {r.Min}–{r.Max}"));
    }
}
