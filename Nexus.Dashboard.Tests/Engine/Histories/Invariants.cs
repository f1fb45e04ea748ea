using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>What must always hold, each a function of the world after a step, computed from the requests alone and not by the engine's own means.</summary>
internal static class Invariants
{
    public static void Check(World world)
    {
        Request[] requests = [.. world.Engine.Requests];
        Held_amounts_are_the_sum_of_the_grants(world, requests);
        No_decision_raises_grants_above_the_capacity(world);
        Buckets_hold_at_most_their_burst_and_owe_at_most_one(world);
        Whoever_waits_does_not_fit(world, requests);
        Whoever_waits_or_runs_is_not_overdue(world, requests);
        Every_grant_ends_at_most_once(world);
    }

    /// <summary>6: the same events give the same state hash.</summary>
    public static void Replay_gives_the_same_state(World world) =>
        Holds(world.Engine.StateHash().AsSpan().SequenceEqual(world.Replayed().StateHash()), "the journal's replay has another state hash");

    private static void Held_amounts_are_the_sum_of_the_grants(World world, Request[] requests)
    {
        foreach (PoolState pool in world.Engine.Pools)
        {
            foreach (MeterState meter in pool.Meters.Where(m => m.Behaviour == ResourceBehaviour.Held))
            {
                long granted = requests.Where(r => r.Status == RequestStatus.Allocated).Sum(r => Granted(r, pool.Name, meter.Supply.Kind));
                Holds(granted == meter.Used.Thousandths, $"pool {pool.Name} says {meter.Used} {meter.Supply.Kind}, its grants hold {granted}");
            }
        }
    }

    // 1: an excess exists only after capacity was lowered, and stops grants.
    private static void No_decision_raises_grants_above_the_capacity(World world)
    {
        IEnumerable<Lease> granted = world.Happened.Select(e => e switch { RequestSubmitted s => s.Lease, RequestStarted s => s.Lease, _ => null }).OfType<Lease>();
        foreach (Lease lease in granted)
        {
            for (int i = 0; i < lease.Amounts.Count; i++)
            {
                MeterState? meter = world.Engine.Pool(lease.Pools[i])?.Of(lease.Amounts[i].Kind);
                Holds(meter is null || meter.Behaviour != ResourceBehaviour.Held || meter.Used <= meter.Supply.Amount, $"a grant raised {lease.Pools[i]} above its capacity");
            }
        }
    }

    private static void Buckets_hold_at_most_their_burst_and_owe_at_most_one(World world)
    {
        foreach (MeterState meter in world.Engine.Pools.SelectMany(p => p.Meters).Where(m => m.Behaviour == ResourceBehaviour.Metered))
        {
            Holds(Math.Abs(meter.Level) <= meter.Supply.Amount.Thousandths, $"a bucket of {meter.Supply.Amount} holds {meter.Level} thousandths");
        }
    }

    private static void Whoever_waits_does_not_fit(World world, Request[] requests)
    {
        PoolState[] pools = [.. world.Engine.Pools];
        foreach (Request request in requests.Where(r => r.Status == RequestStatus.Queued))
        {
            bool fits = request.Spec.Resources
                .GroupBy(a => a.Kind is "gpu" or "memory" ? "compute" : "llm")
                .All(group => pools.Any(p => !p.Draining && p.Definition.Allows(request.Owner)
                    && (request.Spec.Pools is null || request.Spec.Pools.Contains(p.Name))
                    && group.All(a => p.Of(a.Kind) is { } meter && p.Definition.Of(a.Kind) is not null && meter.FreeAt(world.Now) >= a.Quantity)));
            Holds(!fits, $"{request.Key} waits although it fits");
        }
    }

    private static void Whoever_waits_or_runs_is_not_overdue(World world, Request[] requests)
    {
        foreach (Request request in requests.Where(r => !r.HasEnded))
        {
            Holds(request.WaitsUntil is not { } until || until > world.Now, $"{request.Key} waits beyond its maxWait");
            Holds(request.Lease is not { } lease || lease.ExpiresAt > world.Now, $"{request.Key} runs beyond its lease");
        }
    }

    // 3
    private static void Every_grant_ends_at_most_once(World world) => Holds(world.Ends.Values.All(n => n == 1), "a grant ended twice");

    private static long Granted(Request request, string pool, string kind)
    {
        long sum = 0;
        for (int i = 0; i < request.Lease!.Amounts.Count; i++)
        {
            sum += request.Lease.Pools[i] == pool && request.Lease.Amounts[i].Kind == kind ? request.Lease.Amounts[i].Quantity.Thousandths : 0;
        }

        return sum;
    }

    private static void Holds(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
