using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What the table of the queue says of a request.</summary>
internal static class QueueText
{
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
