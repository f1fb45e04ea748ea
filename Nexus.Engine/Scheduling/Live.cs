using Nexus.Engine.Quotas;
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

    /// <summary>The value of its class when it was granted; it orders those that may be ended.</summary>
    public int GrantedClass { get; set; }

    /// <summary>Its lease's number; it orders those that may be ended.</summary>
    public long GrantedLease { get; set; }

    /// <summary>What its grant has charged in periods, as far as renewals added to it; null where it follows from the grant alone.</summary>
    public QuotaCharge[]? QuotaCharges { get; set; }

    /// <summary>When it is worth a look again whether others can be ended for it, as a guaranteed runtime will have passed; <see cref="long.MaxValue"/> when it is not.</summary>
    public long RetryAt { get; set; } = long.MaxValue;

    /// <summary>The time for which it stands in the due queue; <see cref="long.MaxValue"/> when it does not.</summary>
    public long DueAt { get; set; } = long.MaxValue;

    /// <summary>When something must happen to it by itself: its lease's expiry, or the end of its wait.</summary>
    public long Deadline => Request.Status switch
    {
        RequestStatus.Allocated => Math.Min(Request.Lease!.ExpiresAt.Milliseconds, Request.Notice?.At.Milliseconds ?? long.MaxValue),
        RequestStatus.Queued => Math.Min(Request.WaitsUntil?.Milliseconds ?? long.MaxValue, RetryAt),
        _ => long.MaxValue,
    };

    /// <summary>Those that may be ended, in the order in which they are: the lowest class first, then the youngest.</summary>
    public static Comparer<Live> LowestYoungest { get; } = Comparer<Live>.Create(static (a, b) =>
        a.GrantedClass.CompareTo(b.GrantedClass) is var order and not 0 ? order : b.GrantedLease.CompareTo(a.GrantedLease));

    /// <summary>When the Held part of its grant comes back at the latest, if it committed to that.</summary>
    public static long? KnownEnd(Request request) =>
        request.Spec.Duration is { } duration && request.Lease is { } lease ? (lease.GrantedAt + duration).Milliseconds : null;
}
