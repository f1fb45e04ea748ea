using Nexus.Engine.Core;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>Which events are decisions for people.</summary>
internal static class Decisions
{
    /// <summary>The decision in an event, or null when it is none (a renewal, a release).</summary>
    public static Decision? Of(RequestEvent happened, ReadModel read) => happened switch
    {
        RequestSubmitted e => new Decision(
            e.Sequence, e.At, e.Owner, e.Id,
            e.Status switch { RequestStatus.Allocated => DecisionVerb.Granted, RequestStatus.Queued => DecisionVerb.Queued, RequestStatus.Reserved => DecisionVerb.Booked, _ => DecisionVerb.Refused },
            read.Index.Find(e.Key)?.Needs ?? e.Spec.Resources, Pools(e.Lease), e.Reason),
        RequestBooked e => new Decision(e.Sequence, e.At, e.Owner, e.Id, DecisionVerb.Booked, read.Index.Find(e.Key)?.Needs ?? Resources.ResourceVector.Empty, [.. e.Booking.Pools.Distinct(StringComparer.Ordinal)], null),
        BookingMoved { Reason: { } why } e => new Decision(
            e.Sequence, e.At, e.Owner, e.Id, e.To is null ? DecisionVerb.Queued : DecisionVerb.Booked, read.Index.Find(e.Key)?.Needs ?? Resources.ResourceVector.Empty,
            [.. (e.To?.Pools ?? []).Distinct(StringComparer.Ordinal)], why),
        RequestStarted e => new Decision(e.Sequence, e.At, e.Owner, e.Id, DecisionVerb.Granted, e.Lease.Amounts, Pools(e.Lease), null),
        RequestEnded { Status: not RequestStatus.Released } e => new Decision(
            e.Sequence, e.At, e.Owner, e.Id,
            e.Status switch { RequestStatus.Expired => DecisionVerb.Expired, RequestStatus.Cancelled => DecisionVerb.Cancelled, RequestStatus.Preempted => DecisionVerb.Preempted, _ => DecisionVerb.Refused },
            read.Index.Find(e.Key)?.Needs ?? Resources.ResourceVector.Empty, Pools(read.Index.Find(e.Key)?.Lease), e.Reason),
        RequestRequeued e => new Decision(e.Sequence, e.At, e.Owner, e.Id, DecisionVerb.Preempted, read.Index.Find(e.Key)?.Needs ?? Resources.ResourceVector.Empty, e.Reason.Pool is { } pool ? [pool] : [], e.Reason),
        _ => null,
    };

    private static IReadOnlyList<string> Pools(Lease? lease) => lease is null ? [] : [.. lease.Pools.Distinct(StringComparer.Ordinal)];
}
