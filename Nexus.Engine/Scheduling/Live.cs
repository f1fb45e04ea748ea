using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Bookings;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>A request that the engine remembers, with what is derived from it for speed.</summary>
internal sealed class Live(Request request) : IClaimant
{
    /// <summary>The request as it stands.</summary>
    public Request Request { get; set; } = request;

    /// <summary>Where it waits, as the shape that holds it filed it.</summary>
    public QueuePlace Place { get; set; }

    /// <summary>What decided its place when it was filed; a class may have got another value since.</summary>
    public Standing Standing { get; set; }

    /// <summary>The fair shares of the pools in whose queues it stands; it follows from the request and the pools.</summary>
    public FairTree[] StandsIn { get; set; } = [];

    /// <inheritdoc/>
    public OwnerPath Owner => Request.Owner;

    /// <inheritdoc/>
    public RequestSpec Spec => Request.Spec;

    /// <inheritdoc/>
    public ResourceVector Needs => Request.Needs;

    /// <summary>The shape that holds it while it waits.</summary>
    public Shape? Shape { get; set; }

    /// <summary>The value of its class when it was granted; it orders those that may be ended.</summary>
    public int GrantedClass { get; set; }

    /// <summary>Its lease's number; it orders those that may be ended.</summary>
    public long GrantedLease { get; set; }

    /// <summary>What its grant has charged in periods, as far as renewals added to it; null where it follows from the grant alone.</summary>
    public QuotaCharge[]? QuotaCharges { get; set; }

    /// <summary>
    /// When it is worth a look again: whether others can be ended for it, as a guaranteed runtime will have passed; whether it still stands behind a promise;
    /// or, of a booking, who must be told that its start needs what they hold. <see cref="long.MaxValue"/> when it is not.
    /// </summary>
    public long RetryAt { get; set; } = long.MaxValue;

    /// <summary>When the next slice of what its grant holds ends; <see cref="long.MaxValue"/> where none is metered before its end.</summary>
    public long NextSlice { get; set; } = long.MaxValue;

    /// <summary>The time for which it stands in the due queue; <see cref="long.MaxValue"/> when it does not.</summary>
    public long DueAt { get; set; } = long.MaxValue;

    /// <summary>True while only a promise to somebody else, or somebody's planned start, keeps it from starting: it is set aside from those who wait for capacity.</summary>
    public bool IsBehind { get; set; }

    /// <summary>Those of its kind whom a planned start stops, be it one of those or the one that stands for them where others wait for capacity; else null.</summary>
    public Stopped.Group? Group { get; set; }

    /// <summary>When something must happen to it by itself: its lease's expiry, the end of its wait, or its booked start.</summary>
    public long Deadline => Request.Status switch
    {
        RequestStatus.Allocated => Math.Min(EndsAt, NextSlice),
        RequestStatus.Queued => Math.Min(Math.Min(Request.WaitsUntil?.Milliseconds ?? long.MaxValue, RetryAt), Request.Spec.LatestStart is { } latest ? latest.Milliseconds + 1 : long.MaxValue),
        RequestStatus.Reserved => Math.Min(Request.Booking!.StartsAt.Milliseconds, RetryAt),
        _ => long.MaxValue,
    };

    /// <summary>When its grant ends by itself.</summary>
    public long EndsAt => Math.Min(Request.Lease!.ExpiresAt.Milliseconds, Request.Notice?.At.Milliseconds ?? long.MaxValue);

    /// <summary>Those that may be ended, in the order in which they are: the lowest class first, then the youngest.</summary>
    public static Comparer<Live> LowestYoungest { get; } = Comparer<Live>.Create(static (a, b) =>
        a.GrantedClass.CompareTo(b.GrantedClass) is var order and not 0 ? order : b.GrantedLease.CompareTo(a.GrantedLease));

    /// <summary>When the Held part of its grant comes back at the latest, if it committed to that.</summary>
    public static long? KnownEnd(Request request) =>
        request.Spec.Duration is { } duration && request.Lease is { } lease ? (lease.GrantedAt + duration).Milliseconds : null;
}
