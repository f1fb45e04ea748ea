using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Overview;

/// <summary>The newest decisions as rows: the Overview shows those of all pools, a pool's page its own.</summary>
internal static class DecisionRows
{
    // As many as are read at once: of more, the oldest would come, and the newest be missing.
    private const int EventsLookedAt = 1_000;

    /// <summary>The newest first.</summary>
    /// <param name="read">What was committed.</param>
    /// <param name="within">What the reader may see.</param>
    /// <param name="most">How many.</param>
    /// <param name="pool">Only those that this pool granted or stopped; null: all.</param>
    public static IReadOnlyList<DecisionRow> Newest(ReadModel read, OwnerPath within, int most, string? pool = null)
    {
        EventPage events = read.EventsAfter(Math.Max(0, read.Sequence - EventsLookedAt), EventsLookedAt, within);
        List<DecisionRow> rows = [];
        for (int i = events.Count - 1; i >= 0 && rows.Count < most; i--)
        {
            if (events[i] is RequestEvent happened && (pool is null || Concerns(happened, pool)) && Of(happened) is { } row)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    private static bool Concerns(RequestEvent happened, string pool) => happened switch
    {
        RequestSubmitted e => e.Lease?.Pools.Contains(pool, StringComparer.Ordinal) ?? e.Reason?.Pool == pool,
        RequestStarted e => e.Lease.Pools.Contains(pool, StringComparer.Ordinal),
        RequestEnded e => e.Reason?.Pool == pool,
        RequestRequeued e => e.Reason.Pool == pool,
        _ => false,
    };

    private static DecisionRow? Of(RequestEvent happened)
    {
        (Signal state, string verb, string what)? said = happened switch
        {
            RequestSubmitted { Status: RequestStatus.Allocated } e => (Signal.Ok, "Granted", Numbers.Amounts(e.Spec.Resources)),
            RequestSubmitted { Status: RequestStatus.Queued } e => (Signal.Waiting, "Queued", ReasonText.Of(e.Reason!)),
            RequestSubmitted { Booking: { } start } => (Signal.Planned, "Booked", $"Starts at {start.StartsAt.ToDateTimeOffset():yyyy-MM-dd HH:mm:ss}Z."),
            RequestBooked e => (Signal.Planned, "Booked", $"Starts at {e.Booking.StartsAt.ToDateTimeOffset():yyyy-MM-dd HH:mm:ss}Z."),
            BookingMoved { Reason: { } why } => (Signal.Planned, "Moved", ReasonText.Of(why)),
            RequestSubmitted { Status: RequestStatus.Rejected } e => (Signal.Bad, "Refused", ReasonText.Of(e.Reason!)),
            RequestStarted e => (Signal.Ok, "Granted", Numbers.Amounts(e.Lease.Amounts)),
            RequestEnded { Status: RequestStatus.Expired } => (Signal.Expired, "Expired", "Nobody renewed it, or it waited too long."),
            RequestEnded { Status: RequestStatus.Cancelled } => (Signal.Cancelled, "Cancelled", ""),
            RequestEnded { Status: RequestStatus.Rejected } e => (Signal.Bad, "Refused", ReasonText.Of(e.Reason!)),
            RequestEnded { Status: RequestStatus.Preempted } e => (Signal.Preempted, "Preempted", ReasonText.Of(e.Reason!)),
            RequestRequeued e => (Signal.Preempted, e.Reason.Code == ReasonCode.Requeued ? "Put back" : "Preempted", ReasonText.Of(e.Reason)),
            _ => null,
        };
        return said is { } row ? new DecisionRow(happened.Sequence, happened.At.ToDateTimeOffset(), row.state, row.verb, happened.Owner.ToString(), row.what, happened.Id) : null;
    }
}
