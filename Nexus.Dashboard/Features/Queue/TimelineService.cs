using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What holds the pools over time, and will: grants, bookings, reservations, and where those who wait should start.</summary>
internal sealed class TimelineService(EngineHost host)
{
    /// <summary>The most bars of one lane; the newest are drawn.</summary>
    public const int MostBars = 6_000;

    /// <summary>The kind by which pools are looked at first.</summary>
    public const string Foremost = "gpu";

    // Each estimate looks at all who wait: the first rows get theirs while the queue is short, the others what was known when they came.
    private const int MostEstimates = 50;
    private const int MostWaitingToEstimate = 2_000;

    /// <summary>The lanes of the pools that the caller may use, or of one: those with most on them first.</summary>
    /// <param name="caller">Who looks: requests of others are not among the bars, but count in what is free.</param>
    /// <param name="pool">The pool; null: all.</param>
    /// <param name="waiting">Those who wait and are shown, with their starts.</param>
    public IReadOnlyList<Lane> Lanes(Caller caller, string? pool, IReadOnlyList<(Request Request, Instant Start)> waiting)
    {
        (ReadModel read, Instant now) = (host.Read, host.Now);
        PoolState[] pools = [.. read.Pools.Where(p => (pool is null || p.Name == pool) && PoolService.Visible(caller, p))];
        Request[] committed = [.. read.Committed];
        ILookup<string, (Request Request, Instant Start)> plans = waiting.Where(w => w.Request.Status == RequestStatus.Queued && w.Start > now)
            .Select(w => (Home: HomeOf(read, w.Request, pools), Plan: w)).Where(w => w.Home is not null).ToLookup(w => w.Home!, w => w.Plan, StringComparer.Ordinal);
        return
        [
            .. pools.Select(p => Of(p, committed, plans[p.Name], read.Configuration, caller, now)).OfType<Lane>()
                .OrderBy(l => l.Bars.Count == 0).ThenBy(l => l.Kind != Foremost).ThenByDescending(l => l.Capacity).ThenBy(l => l.Pool, StringComparer.Ordinal),
        ];
    }

    /// <summary>When those who wait should start, as far as that is known.</summary>
    public IReadOnlyDictionary<RequestKey, Instant?> Starts(IReadOnlyList<Request> waiting)
    {
        ReadModel read = host.Read;
        int estimated = read.Counts.Waiting <= MostWaitingToEstimate ? MostEstimates : 0;
        return waiting.Select((r, i) => (r.Key, Start: read.PlannedStart(r) ?? (i < estimated ? read.EstimatedStart(r) : r.Reason?.Earliest))).ToDictionary(s => s.Key, s => s.Start);
    }

    /// <summary>The Held kind by which a pool is drawn: its GPUs, else the first; null where it has none, and nothing of it is taken and given back.</summary>
    public static MeterState? Drawn(PoolState pool) =>
        pool.Meters.FirstOrDefault(m => m.Behaviour == ResourceBehaviour.Held && m.Supply.Kind == Foremost) ?? pool.Meters.FirstOrDefault(m => m.Behaviour == ResourceBehaviour.Held);

    private static Lane? Of(PoolState pool, Request[] committed, IEnumerable<(Request Request, Instant Start)> plans, Configuration configuration, Caller caller, Instant now)
    {
        if (Drawn(pool) is not { } meter)
        {
            return null;
        }

        string kind = meter.Supply.Kind;
        List<Bar> all = [];
        foreach (Request request in committed)
        {
            if (Promised(request, pool.Name, kind, now) is { } bar)
            {
                all.Add(bar);
            }
        }

        all.AddRange(configuration.Reservations.Where(r => r.Pool == pool.Name && !r.Resources[kind].IsZero).SelectMany(r => Times(r, configuration.TimesOf(r.Id), kind, now)));
        IReadOnlyList<FreeStep> free = FreeSteps.Of(pool.StopsGrants ? default : meter.Supply.Amount, all, now);
        all.AddRange(plans.Select(p => Planned(p.Request, p.Start, kind)).Where(b => !b.Amount.IsZero));
        Bar[] seen = [.. all.Where(b => b.Kind == BarKind.Reservation ? caller.MayActFor(b.Owner) || caller.Path.IsWithin(b.Owner) : b.Owner.IsWithin(caller.Path))];
        Bar[] shown = seen.Length <= MostBars ? seen : [.. seen.OrderByDescending(b => b.Kind).ThenByDescending(b => b.From).Take(MostBars)];
        return new Lane(pool.Name, kind, meter.Used.Units, meter.Supply.Amount.Units, shown) { Free = free, More = seen.Length - shown.Length };
    }

    private static Bar? Promised(Request request, string pool, string kind, Instant now)
    {
        string key = $"q{request.Arrival}";
        if (request.Booking is { } booking && request.Status == RequestStatus.Reserved)
        {
            Quantity booked = In(request.Needs, booking.Pools, pool, kind);
            return booked.IsZero ? null : new Bar(key, BarKind.Booking, request.Spec.Id, request.Owner, booked, booking.StartsAt, End(booking.StartsAt, request.Spec), request.Spec.Duration is not null);
        }

        if (request.Lease is not { } lease)
        {
            return null;
        }

        Quantity held = In(lease.Amounts, lease.Pools, pool, kind);
        Instant? committed = request.Notice?.At ?? (request.Spec.Duration is { } duration ? lease.GrantedAt + duration : null);
        bool known = committed > now;
        return held.IsZero ? null : new Bar(key, BarKind.Grant, request.Spec.Id, request.Owner, held, lease.GrantedAt, known ? committed!.Value : lease.ExpiresAt, known);
    }

    private static Bar Planned(Request request, Instant start, string kind) =>
        new($"q{request.Arrival}", BarKind.Plan, request.Spec.Id, request.Owner, request.Needs[kind], start, End(start, request.Spec), request.Spec.Duration is not null);

    private static IEnumerable<Bar> Times(Reservation reservation, IReadOnlyList<Occurrence> times, string kind, Instant now) =>
        times.Where(t => t.End > now).Select((t, i) => new Bar($"r{reservation.Id} {i}", BarKind.Reservation, reservation.Id, reservation.Owner, reservation.Resources[kind], t.Start, t.End, EndIsKnown: true));

    private static Instant End(Instant start, RequestSpec spec) => start + (spec.Duration ?? spec.LeaseLength);

    // The amounts and the pools that serve them stand in the same order.
    private static Quantity In(ResourceVector amounts, IReadOnlyList<string> pools, string pool, string kind)
    {
        for (int i = 0; i < amounts.Count && i < pools.Count; i++)
        {
            if (amounts[i].Kind == kind)
            {
                return pools[i] == pool ? amounts[i].Quantity : default;
            }
        }

        return default;
    }

    private static string? HomeOf(ReadModel read, Request request, PoolState[] pools) => read.HomesOf(request).FirstOrDefault(h => Array.Exists(pools, p => p.Name == h));
}
