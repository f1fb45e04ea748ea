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
        No_decision_draws_from_an_empty_bucket_passes_a_ceiling_or_a_closed_door(world);
        Whoever_waits_does_not_fit(world, requests);
        Whoever_waits_or_runs_is_not_overdue(world, requests);
        Every_grant_runs_or_has_ended_once(world, requests);
        Every_end_settles_what_was_granted_and_voids_what_was_not(requests);
        Parts_lie_within_their_whole(world, requests);
        QuotaInvariants.Check(world, requests);
        Whoever_is_told_to_end_makes_way_for_somebody_who_waits(world, requests);
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
        foreach (Request request in requests.Where(r => r is { Status: RequestStatus.Queued, Held: false }))
        {
            bool fits = request.Needs
                .Where(a => world.Engine.Configuration.Kind(a.Kind)!.PartOf is null)
                .GroupBy(a => a.Kind is "gpu" or "memory" ? "compute" : "llm")
                .All(group => pools.Any(p => !p.Draining && p.Definition.Allows(request.Owner)
                    && (request.Spec.Pools is null || request.Spec.Pools.Contains(p.Name))
                    && group.All(a => p.Of(a.Kind) is { } meter && p.Definition.Of(a.Kind) is not null && meter.FreeAt(world.Now) >= a.Quantity)));
            Holds(!fits || !QuotaInvariants.Allow(world, request), $"{request.Key} waits although it fits");
        }
    }

    private static void Whoever_waits_or_runs_is_not_overdue(World world, Request[] requests)
    {
        foreach (Request request in requests.Where(r => !r.HasEnded))
        {
            Holds(request.WaitsUntil is not { } until || until > world.Now, $"{request.Key} waits beyond its maxWait");
            Holds(request.Lease is not { } lease || lease.ExpiresAt > world.Now, $"{request.Key} runs beyond its lease");
            Holds(request.Notice is not { } notice || notice.At > world.Now, $"{request.Key} runs beyond what it was told");
        }
    }

    // 1, of what is consumed or only bounded: a grant takes what is there, within the ceiling, of a pool that is open to its owner.
    private static void No_decision_draws_from_an_empty_bucket_passes_a_ceiling_or_a_closed_door(World world)
    {
        bool settles = world.Happened.Any(e => e is RequestEnded or RequestRequeued or SettlementCorrected or LeaseRenewed or ConfigurationEvent);
        foreach (RequestEvent granted in world.Happened.OfType<RequestEvent>())
        {
            if (granted switch { RequestSubmitted s => s.Lease, RequestStarted s => s.Lease, _ => null } is not { } lease)
            {
                continue;
            }

            for (int i = 0; i < lease.Amounts.Count; i++)
            {
                PoolState? pool = world.Engine.Pool(lease.Pools[i]);
                MeterState? meter = pool?.Of(lease.Amounts[i].Kind);
                Holds(pool is null or { Draining: false } && pool?.Definition.Allows(granted.Owner) != false, $"{lease.Pools[i]} granted behind its closed door");
                Holds(settles || meter?.Behaviour != ResourceBehaviour.Metered || meter.Level >= 0, $"a grant overdrew {lease.Pools[i]}");
                Holds(meter?.Behaviour != ResourceBehaviour.Limit || lease.Amounts[i].Quantity <= meter.Supply.Amount, $"a grant passed the ceiling of {lease.Pools[i]}");
            }
        }
    }

    // 3, and nothing leaks
    private static void Every_grant_runs_or_has_ended_once(World world, Request[] requests)
    {
        HashSet<long> running = [.. requests.Where(r => r.Status == RequestStatus.Allocated).Select(r => r.Lease!.Number)];
        Holds(world.Ends.Values.All(n => n == 1), "a grant ended twice");
        Holds(running.Count + world.Ends.Count == world.Grants.Count && world.Grants.All(n => running.Contains(n) != world.Ends.ContainsKey(n)), "a grant leaked");
    }

    // 3
    private static void Every_end_settles_what_was_granted_and_voids_what_was_not(Request[] requests) =>
        Holds(requests.All(r => r.HasEnded ? (r.Lease is null) == (r.Settlement is null) && r.EndedAt is not null : r.Settlement is null), "an end without its settlement, or a settlement without its end");

    private static void Parts_lie_within_their_whole(World world, Request[] requests)
    {
        foreach (ResourceVector amounts in requests.SelectMany(r => new[] { r.Lease?.Amounts, r.Lease?.Amounts.OrMore(r.Lease.Usage), r.Settlement?.Metered }).OfType<ResourceVector>())
        {
            foreach (IGrouping<string?, ResourceAmount> parts in amounts.Where(a => world.Engine.Configuration.Kind(a.Kind)!.PartOf is { } whole && amounts.Has(whole)).GroupBy(a => world.Engine.Configuration.Kind(a.Kind)!.PartOf))
            {
                Holds(parts.Sum(p => p.Quantity.Thousandths) <= amounts[parts.Key!].Thousandths, $"the parts of {parts.Key} are more than it");
            }
        }
    }

    private static void Whoever_is_told_to_end_makes_way_for_somebody_who_waits(World world, Request[] requests)
    {
        foreach (Request told in requests.Where(r => r.Notice is not null))
        {
            Holds(told is { Status: RequestStatus.Allocated, Spec.Preemptible: true }, $"{told.Key} was told to end and does not run, or never allowed it");
            Request? seeker = requests.SingleOrDefault(r => r.Key == told.Notice!.For);
            Holds(seeker is { Status: RequestStatus.Queued, Held: false, Preempting: { } for_ } && for_.Victims.Contains(told.Key), $"{told.Key} makes way for nobody");
            Holds(ValueOf(world, seeker!) > ValueOf(world, told) || told.Notice!.Rule == PreemptionRule.Reclaim || world.ClassesChanged, $"{told.Key} makes way for a class that is not higher");
        }
    }

    private static int ValueOf(World world, Request request) => world.Engine.Configuration.Class(request.Priority)!.Value;

    private static long Granted(Request request, string pool, string kind)
    {
        long sum = 0;
        for (int i = 0; i < request.Lease!.Amounts.Count; i++)
        {
            sum += request.Lease.Pools[i] == pool && request.Lease.Amounts[i].Kind == kind ? request.Lease.Amounts[i].Quantity.Thousandths : 0;
        }

        return sum;
    }

    public static void Holds(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
