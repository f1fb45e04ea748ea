using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Engine.Scheduling.Bookings;

/// <summary>What a request has on the pools' futures: what its grant takes to the end that it committed to, or what was booked for it.</summary>
internal sealed class Stand
{
    private Stand(Request request, string[] pools)
    {
        (Arrival, Pools, IsBooking) = (request.Arrival, pools, request.Status == RequestStatus.Reserved);
        (Amounts, PoolOfAmount) = (request.Lease?.Amounts ?? request.Needs, PoolsOf(request));
    }

    /// <summary>The number of its submission.</summary>
    public long Arrival { get; }

    /// <summary>The pools whose future it stands on.</summary>
    public string[] Pools { get; }

    /// <summary>True for a booking, false for a grant.</summary>
    public bool IsBooking { get; }

    /// <summary>When it begins.</summary>
    public long From { get; private init; }

    /// <summary>When it is over, or <see cref="Timeline.Open"/>.</summary>
    public long End { get; private init; }

    /// <summary>When its grant ends for somebody who is promised what that frees; null where it does not.</summary>
    public long? EndsFor { get; private init; }

    /// <summary>What it takes.</summary>
    public ResourceVector Amounts { get; }

    /// <summary>From which pool each of the amounts comes.</summary>
    public IReadOnlyList<string> PoolOfAmount { get; }

    /// <summary>Its entries on the timelines; none of a grant past its end.</summary>
    public List<Use> Uses { get; } = [];

    /// <summary>What a request has, in pools.</summary>
    public static Stand Of(Request request, string[] pools, Func<RequestSpec, long, long> endOf, long? endsFor)
    {
        long from = (request.Booking?.StartsAt ?? request.Lease!.GrantedAt).Milliseconds;
        return new Stand(request, pools) { From = from, End = Math.Min(endOf(request.Spec, from), endsFor ?? long.MaxValue), EndsFor = endsFor };
    }

    /// <summary>The pools that a request has something of, by its amounts; none where it has nothing.</summary>
    public static IReadOnlyList<string> PoolsOf(Request request) => request.Status switch
    {
        RequestStatus.Allocated => request.Lease!.Pools,
        RequestStatus.Reserved => request.Booking!.Pools,
        _ => [],
    };

    /// <summary>True when it is still what a request has.</summary>
    public bool Holds(Request request, long? endsFor) => EndsFor == endsFor &&
        IsBooking == (request.Status == RequestStatus.Reserved) && PoolsOf(request) is { Count: > 0 } pools
        && ReferenceEquals(pools, PoolOfAmount) && ReferenceEquals(request.Lease?.Amounts ?? request.Needs, Amounts)
        && From == (request.Booking?.StartsAt ?? request.Lease!.GrantedAt).Milliseconds;
}
