using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>A request that the engine remembers, with what is derived from it for speed.</summary>
internal sealed class Live(Request request)
{
    /// <summary>The request as it stands.</summary>
    public Request Request { get; set; } = request;

    /// <summary>Where it waits, as the shape that holds it filed it.</summary>
    public QueuePlace Place { get; set; }

    /// <summary>The shape that holds it while it waits.</summary>
    public Shape? Shape { get; set; }

    /// <summary>The time for which it stands in the due queue; <see cref="long.MaxValue"/> when it does not.</summary>
    public long DueAt { get; set; } = long.MaxValue;

    /// <summary>When something must happen to it by itself: its lease's expiry, or the end of its wait.</summary>
    public long Deadline => Request.Status switch
    {
        RequestStatus.Allocated => Request.Lease!.ExpiresAt.Milliseconds,
        RequestStatus.Queued => Request.WaitsUntil?.Milliseconds ?? long.MaxValue,
        _ => long.MaxValue,
    };

    /// <summary>When the Held part of its grant comes back at the latest, if it committed to that.</summary>
    public static long? KnownEnd(Request request) =>
        request.Spec.Duration is { } duration && request.Lease is { } lease ? (lease.GrantedAt + duration).Milliseconds : null;
}
