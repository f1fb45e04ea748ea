using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The sentence that a person reads of the amounts that were chosen for a request that left them open, or of the configuration that it got of several.</summary>
public static class ChoiceText
{
    /// <summary>What was chosen of what, and why not less; null where nothing was left open.</summary>
    public static string? Of(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Spec.Alternatives is { } alternatives)
        {
            return Of(request, alternatives);
        }

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

    private static string Of(Request request, Alternatives alternatives)
    {
        int others = alternatives.All.Count - 1;
        string which = alternatives.Chosen == 0 ? "its main configuration" : $"alternative {alternatives.Chosen} of {others}";
        return request.Status switch
        {
            RequestStatus.Queued => $"It stands in line for {which}, and starts in whichever of its {others + 1} configurations can first.",
            RequestStatus.Rejected => $"None of its {others + 1} configurations can be served.",
            _ => $"{char.ToUpperInvariant(which[0])}{which[1..]}: {string.Join(" + ", request.Needs.Select(a => $"{a.Quantity} {a.Kind}"))}.",
        };
    }

    /// <summary>The amounts that were chosen, of how much: <c>4 gpu of 1–8</c>; null where nothing was left open.</summary>
    public static string? Amounts(RequestSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.Work is not { } work ? null : string.Join(" + ", work.Ranges.Select(r => $"{spec.Resources[r.Kind]} {r.Kind} of {r.Min}–{r.Max}"));
    }
}
