using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What the table of the queue says of a request.</summary>
internal static class QueueText
{
    // The one strategy that adds nothing for a wait.
    private const string ByDeadline = "deadline";

    /// <summary>Since when it stands as it does.</summary>
    public static Instant Moment(Request request) => request.EndedAt ?? request.Lease?.GrantedAt ?? request.SubmittedAt;

    /// <summary>The pools it accepts.</summary>
    public static string Accepts(Request request) => (request.Spec.Pools, request.Spec.PoolLabels) switch
    {
        ({ Count: > 0 } pools, _) => string.Join(", ", pools),
        (_, { Count: > 0 } labels) => $"with {labels}",
        _ => "any pool",
    };

    /// <summary>What blocks it, where it runs or will, or how it ended.</summary>
    public static string Said(Request request) => request.Status switch
    {
        RequestStatus.Queued when request.Held => "Held back by an operator",
        RequestStatus.Reserved when request.Booking is { } booking => string.Join(", ", booking.Pools.Distinct(StringComparer.Ordinal)),
        RequestStatus.Allocated when request.Notice is { } notice => $"Ends for {ReasonText.For(notice)}",
        RequestStatus.Allocated => string.Join(", ", request.Lease!.Pools.Distinct(StringComparer.Ordinal)),
        RequestStatus.Released => request.Settlement?.Outcome == Outcome.Failed ? "Released, failed" : "Released",
        _ => request.Reason is { } reason ? ReasonText.Of(reason) : "",
    };

    /// <summary>The gate that stops it, or refused it; null where none does: it waits by its own wish or an operator's, or does not wait.</summary>
    public static Gate? GateOf(Request request) =>
        request is { Status: RequestStatus.Queued or RequestStatus.Rejected, Held: false, Reason: { Tier: not (ReasonTier.HeldBack or ReasonTier.Ended) } reason } ? reason.Gate : null;

    /// <summary>So many points were added to the value of its class for its wait, where its pool orders by that; else 0.</summary>
    /// <param name="request">The request.</param>
    /// <param name="home">The pool in which it waits; null where there is none.</param>
    /// <param name="now">The moment.</param>
    public static long Aged(Request request, PoolDefinition? home, Instant now) =>
        request.Status == RequestStatus.Queued && home is not null && home.Follows != ByDeadline && home.AgingInterval > TimeSpan.Zero ? Math.Max(0, (now - request.SubmittedAt).Ticks / home.AgingInterval.Ticks) : 0;

    /// <summary>What it cost so far: what is in the ledger, and what of its grant is over since, by what it is expected to cost.</summary>
    public static Money CostSoFar(Request request, Instant now) => request.Cost + (request.HasEnded ? Money.Zero : request.Estimate?.UpTo(now)?.Total ?? Money.Zero);

    /// <summary>How much later than it should start it could and still meet its deadline, which it must have; negative where it cannot meet it.</summary>
    public static TimeSpan Slack(Request request, Instant? start, Instant now) => request.Spec.LatestStart!.Value - (request.Booking?.StartsAt ?? start ?? now);

    /// <summary>Among which requests of the page it is found.</summary>
    public static string StatusOf(Request request) => request.Status switch
    {
        RequestStatus.Queued => "queued",
        RequestStatus.Reserved => "reserved",
        RequestStatus.Allocated => "allocated",
        RequestStatus.Rejected => "rejected",
        _ => "ended",
    };
}
