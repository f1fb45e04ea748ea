using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>How much a request gets that leaves it open: the least with which it meets its deadline, or without one the least.</summary>
/// <remarks>Each size is tried for itself, the smallest first: beside bookings less may start earlier than more, and more may fit before a booking where less would last too long, so that no halving would find it.</remarks>
internal sealed class AmountChoice(EngineState state)
{
    /// <summary>
    /// The sizes that a request can ever have in which it could still meet its deadline if it started at a moment, the smallest first; where there is none, the largest that it can ever have. One of fixed amounts has one.
    /// Of one that states several configurations these, the preferred first.
    /// </summary>
    public IReadOnlyList<RequestSpec> SizesOf(RequestSpec spec, Instant at)
    {
        if (spec.Alternatives is not null)
        {
            RequestSpec[] could = [.. spec.Configurations.Where(s => !NeverFits(s, at))];
            return Array.FindAll(could, s => !(s.LatestStart < at)) is { Length: > 0 } still ? still : could.Length > 0 ? [could[0]] : [spec.Configured(0)];
        }

        if (spec.Work is null)
        {
            return [spec];
        }

        RequestSpec[] possible = [.. spec.Sizes.Where(s => !NeverFits(s, at))];
        RequestSpec[] inTime = [.. possible.Where(s => !(s.LatestStart < at))];
        return inTime.Length > 0 ? inTime : possible.Length > 0 ? [possible[^1]] : [spec.Sizes.First()];
    }

    /// <summary>What becomes of a request, from what would become of it in each size: the first that is granted or promised; else the first with which it waits, or could if it were willing; else the largest.</summary>
    public static RequestSubmitted Best(IEnumerable<RequestSubmitted> outcomes)
    {
        (RequestSubmitted? best, Prospect most) = (null, Prospect.Never);
        foreach (RequestSubmitted outcome in outcomes)
        {
            if (outcome.Status is RequestStatus.Allocated or RequestStatus.Reserved)
            {
                return outcome;
            }

            Prospect prospect = ProspectOf(outcome);
            if (best is null || prospect > most || (prospect == most && most == Prospect.TooLate))
            {
                (best, most) = (outcome, prospect);
            }
        }

        return best!;
    }

    /// <summary>What there is to hope for, for one that neither starts nor is promised a start.</summary>
    public static Prospect ProspectOf(RequestSubmitted outcome) => outcome.Status == RequestStatus.Queued ? Prospect.Waits
        : outcome.Reason is { MayPass: true } ? Prospect.MayPass
        : outcome.Reason is { Code: ReasonCode.DeadlineOutOfReach } ? Prospect.TooLate
        : Prospect.Never;

    /// <summary>What all members of a request in a size need together.</summary>
    public ResourceVector NeedsOf(RequestSpec size) => Gang.Needs(size, state.KindOf);

    /// <summary>Lets a request that waits wait for the least with which it would meet its deadline if it started at a moment, or in the lines of the first of its configurations with which it would.</summary>
    /// <returns>Null where that is what it waits for, or nothing would do.</returns>
    public RequestEvent? Least(Request request, Instant at) =>
        request.Spec is not { Work: null, Alternatives: null } && SizesOf(request.Spec, at)[0] is var least && !(least.LatestStart < at) && !NeverFits(least, at) ? Chosen(request, least) : null;

    /// <summary>The choice of a size or a configuration; null where the request has it.</summary>
    public static RequestEvent? Chosen(Request request, RequestSpec size) => size.Alternatives is not null ? AlternativeChoice.Chosen(request, size)
        : size.Resources.Equals(request.Spec.Resources) ? null : new AmountChosen(request.Owner, request.Spec.Id, size.Resources, size.Duration!.Value);

    /// <summary>The request after a choice.</summary>
    public static Request Made(Request request, AmountChosen choice, Func<string, ResourceKind?> kindOf)
    {
        RequestSpec spec = request.Spec.Sized(choice.Resources, choice.Duration);
        return request with { Spec = spec, Needs = Gang.Needs(spec, kindOf), Version = choice.Sequence };
    }

    private bool NeverFits(RequestSpec size, Instant at)
    {
        ResourceVector needs = NeedsOf(size);
        return (QuotaAsk.Of(state.Quotas.Forest, size, needs) is { } ask && QuotaGate.Never(ask, at.Milliseconds) is not null) || CapacityGate.Never(state.Router.Find(size), needs) is not null;
    }

    /// <summary>What there is to hope for, the least first.</summary>
    internal enum Prospect
    {
        /// <summary>It can never start.</summary>
        Never,

        /// <summary>It would start after its deadline.</summary>
        TooLate,

        /// <summary>It could if it waited.</summary>
        MayPass,

        /// <summary>It waits.</summary>
        Waits,
    }
}
