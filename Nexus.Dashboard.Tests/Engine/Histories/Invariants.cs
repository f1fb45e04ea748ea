using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

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
        A_pool_whose_grants_fail_grants_no_more_than_it_is_probed_with(world, requests);
        A_booking_keeps_its_start_and_what_is_promised_is_there(world, requests);
        Whoever_waits_or_runs_is_not_overdue(world, requests);
        Nobody_begins_too_late_for_its_deadline(world, requests);
        Every_grant_runs_or_has_ended_once(world, requests);
        Every_end_settles_what_was_granted_and_voids_what_was_not(requests);
        Parts_lie_within_their_whole(world, requests);
        What_is_chosen_lies_within_what_was_left_open_and_is_done_in_time(requests);
        A_grant_is_of_one_of_the_configurations_and_of_its_pools(requests);
        No_lease_passes_the_maximum_of_its_request(requests);
        Degrades.HaveNoMoreThanTheyAskedFor(requests);
        No_start_costs_more_than_its_request_accepts(world);
        QuotaInvariants.Check(world, requests);
        Trials.Check(world);
        world.Costs.Check(requests);
        world.Budgets.Check(world.Journal);
        world.Allowances.Check(world.Journal);
        Whoever_is_told_to_end_makes_way_for_somebody_who_waits(world, requests);
    }

    /// <summary>6: the same events give the same state hash.</summary>
    public static void Replay_gives_the_same_state(World world) =>
        Holds(world.Engine.StateHash().AsSpan().SequenceEqual(world.Replayed().StateHash()), "the journal's replay has another state hash");

    private static void A_grant_is_of_one_of_the_configurations_and_of_its_pools(Request[] requests)
    {
        foreach (Request request in requests.Where(r => r.Spec.Alternatives is not null))
        {
            Alternative has = request.Spec.Alternatives!.All[request.Spec.Alternatives.Chosen];
            Holds(has.Equals(new Alternative(request.Spec.Resources, request.Spec.Pools, request.Spec.PoolLabels, request.Spec.Duration)), $"{request.Key} is in no configuration that it stated");
            Holds(request.Lease is not { } lease || (has.Resources.All(a => lease.Amounts[a.Kind] >= a.Quantity) && has.Pools?.Intersect(lease.Pools).Count() != 0), $"{request.Key} was granted something else than it asked for");
        }
    }

    private static void No_lease_passes_the_maximum_of_its_request(Request[] requests)
    {
        foreach (Request request in requests.Where(r => r is { Lease: not null, Spec.Sizing: not null }))
        {
            Holds(request.Spec.Sizing!.Amounts.All(a => request.Lease!.Amounts[a.Kind] <= a.Maximum), $"{request.Key} holds {request.Lease!.Amounts}, more than its maximum");
        }
    }

    private static void No_start_costs_more_than_its_request_accepts(World world)
    {
        foreach (RequestEvent started in world.Happened.OfType<RequestEvent>().Where(e => e is RequestStarted or RequestSubmitted { Lease: not null }))
        {
            RequestSpec? spec = (started as RequestSubmitted)?.Spec ?? world.Engine.Requests.FirstOrDefault(r => r.Key == started.Key)?.Spec;
            Holds(spec?.MaxCost is not { } most || !(started.Estimate?.Total > most), $"{started.Key} was started for {started.Estimate?.Total}, and accepts {spec?.MaxCost}");
        }
    }

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

    // Or it would take from a bucket what somebody waits for before it who is stopped by buckets alone, and so has a known start;
    // or hold what somebody before it needs at its planned start, or what is kept for that one. (Which of those it is, BackfillLawsTests tell.)
    private static void Whoever_waits_does_not_fit(World world, Request[] requests)
    {
        Request[] waiting = [.. requests.Where(r => r is { Status: RequestStatus.Queued, Held: false } && !IsHeldBack(world, r))];
        foreach (Request request in waiting.SelectMany(r => InEachConfiguration(world, r)))
        {
            bool fits = Serves(world, request, (pool, amounts) =>
                amounts.All(a => pool.Of(a.Kind)!.FreeAt(world.Now) >= a.Quantity) && !Promised(world, requests, request, pool)
                && !waiting.Any(other => other.Key != request.Key && amounts.Any(a => pool.Of(a.Kind)!.Supply.Rate > Quantity.Zero ? WaitsBefore(world, pool, a.Kind, other, request) : HoldsUp(world, pool, a.Kind, other, request))));
            Holds(!fits || world.Engine.IsOverBudget(request, world.Now) || !QuotaInvariants.Allow(world, request) || !QuotaInvariants.AllowBesideFreed(world, requests, request), $"{request.Key} waits although it fits with {request.Spec.Resources}");
        }
    }

    // Of the others those that it accepts to cost so much, and with which it would still end in time.
    private static IEnumerable<Request> InEachConfiguration(World world, Request request) => request.Spec.Alternatives is not { } all ? [request]
        : [request, .. request.Spec.Configurations.Where((c, i) => i != all.Chosen && !(c.LatestStart < world.Now) && c.MaxCost is null).Select(c => request with { Spec = c, Needs = Gang.Needs(c, world.Engine.Configuration.Kind) })];

    // By its own wish, for no longer than it accepts.
    private static bool IsHeldBack(World world, Request request)
    {
        if (request.Reason is not { Code: ReasonCode.CheaperLater, Earliest: { } start, Delay: { } delay } || start <= world.Now)
        {
            return false;
        }

        Holds(delay.Then < delay.Now && start <= request.SubmittedAt + request.Spec.MaxDelay!.Value && !(start > request.Spec.LatestStart), $"{request.Key} is held back for longer than it accepts, or for nothing");
        return true;
    }

    // True when for each kind of amounts that come together there is a pool that may serve the request and does as asked.
    private static bool Serves(World world, Request request, Func<PoolState, ResourceAmount[], bool> does) => request.Needs
        .Where(a => world.Engine.Configuration.Kind(a.Kind)!.PartOf is null)
        .GroupBy(a => a.Kind is "gpu" or "memory" ? "compute" : "llm")
        .All(group => world.Engine.Pools.Any(p => !p.StopsGrants && p.Definition.Allows(request.Owner)
            && (p.Definition is not { PurchaseOption: PurchaseOption.Spot, Follows: "costOptimized" } || request.Spec.Preemptible || request.Spec.Pools is not null)
            && (request.Spec.Pools is null || request.Spec.Pools.Contains(p.Name))
            && group.All(a => p.Of(a.Kind) is not null && p.Definition.Of(a.Kind) is not null) && does(p, [.. group])));

    // Who is before whom under fair shares is told by the laws of the tree; here it is enough that the bucket has too little for somebody else.
    private static bool WaitsBefore(World world, PoolState pool, string kind, Request other, Request request) =>
        other.Needs.Has(kind) && pool.Definition.Allows(other.Owner) && other.Spec.Pools?.Contains(pool.Name) != false
        && pool.Of(kind)!.FreeAt(world.Now) < other.Needs[kind]
        && Serves(world, other, (p, amounts) => amounts.All(a => p.Of(a.Kind)!.Supply.Rate > Quantity.Zero || p.Of(a.Kind)!.FreeAt(world.Now) >= a.Quantity))
        && QuotaInvariants.Allow(world, other)
        && (pool.Definition.Follows == "fairShare" || QueuePlace.Compare(Place(world, pool.Definition, other), Place(world, pool.Definition, request)) < 0);

    // It may have a planned start there, or something kept for it: of the pool, or of a quota, and that in whatever pool it waits for.
    private static bool HoldsUp(World world, PoolState pool, string kind, Request other, Request request) =>
        pool.Of(kind)!.Behaviour == ResourceBehaviour.Held
        && (QuotaInvariants.Allow(world, other)
            ? CouldStartIn(pool, other) && (pool.Definition.Follows == "fairShare" || QueuePlace.Compare(Place(world, pool.Definition, other), Place(world, pool.Definition, request)) < 0)
            : (CouldStartIn(pool, other) || other.Needs.Has(kind)) && world.Now - other.SubmittedAt >= PoolDefinition.DefaultKeepAfter);

    private static bool CouldStartIn(PoolState pool, Request other) =>
        pool.Definition.Allows(other.Owner) && other.Spec.Pools?.Contains(pool.Name) != false && other.Needs.Any(a => a.Kind is "gpu" or "memory" && pool.Of(a.Kind) is not null);

    private static QueuePlace Place(World world, PoolDefinition pool, Request request) =>
        KnownStrategies.Find(pool.Follows)!.Place(new Standing(ValueOf(world, request), request.Arrival, request.SubmittedAt, request.Spec.Deadline), pool.AgingInterval);

    // Reservations are looked at as if nobody drew from them: who is refused for their sake is not looked at further.
    private static bool Promised(World world, Request[] requests, Request request, PoolState pool)
    {
        if (request.Spec.Reservation is not null || world.Engine.Configuration.Reservations.Any(r => r.Pool == pool.Name && r.End > world.Now))
        {
            return true;
        }

        long end = request.Spec.Duration is { } duration ? (world.Now + duration).Milliseconds : long.MaxValue;
        return requests.Where(r => r.Booking is { } b && b.Pools.Contains(pool.Name, StringComparer.Ordinal) && b.StartsAt.Milliseconds < end)
            .Any(b => request.Needs.Any(a => pool.Of(a.Kind) is { Behaviour: ResourceBehaviour.Held } meter
                && PromisedAt(requests, pool.Name, a.Kind, b.Booking!.StartsAt.Milliseconds) + a.Quantity.Thousandths > meter.Supply.Amount.Thousandths));
    }

    // What grants to their committed ends and bookings take at a moment.
    private static long PromisedAt(Request[] requests, string pool, string kind, long at)
    {
        long sum = 0;
        foreach (Request request in requests.Where(r => r.Status is RequestStatus.Allocated or RequestStatus.Reserved))
        {
            long from = (request.Booking?.StartsAt ?? request.Lease!.GrantedAt).Milliseconds;

            // Who was told to end for somebody who is promised a start is over by then.
            bool over = request.Notice is { } told && told.At.Milliseconds <= at && requests.Any(r => r.Key == told.For && r is { Status: RequestStatus.Reserved, Preempting: not null });
            (ResourceVector amounts, IReadOnlyList<string> pools) = request.Booking is { } booking ? (request.Needs, booking.Pools) : (request.Lease!.Amounts, request.Lease.Pools);
            for (int i = 0; i < amounts.Count; i++)
            {
                sum += pools[i] == pool && amounts[i].Kind == kind && from <= at && (request.Spec.Duration is not { } d || at < from + (long)d.TotalMilliseconds) && !EndsWithItsReservation(request) && !over
                    ? amounts[i].Quantity.Thousandths : 0;
            }
        }

        return sum;
    }

    // Where a reservation bounds a grant without a duration, it counts to the end of that.
    private static bool EndsWithItsReservation(Request request) => request.Spec is { Duration: null, Reservation: not null };

    // 1, of all that is to come: what was promised fits beside all that will still run then; and a start moves later for a reason alone.
    private static void A_booking_keeps_its_start_and_what_is_promised_is_there(World world, Request[] requests)
    {
        foreach (Request booked in requests.Where(r => r.Status == RequestStatus.Reserved))
        {
            Booking booking = booked.Booking!;
            Holds(booking.StartsAt > world.Now, $"{booked.Key} should have started at {booking.StartsAt.Milliseconds}, it is {world.Now.Milliseconds}");
            Holds(booking.StartsAt <= booked.Spec.LatestStart, $"{booked.Key} is promised a start after its deadline");
            for (int i = 0; i < booked.Needs.Count; i++)
            {
                MeterState? meter = world.Engine.Pool(booking.Pools[i])?.Of(booked.Needs[i].Kind);
                Holds(
                    meter is null || meter.Behaviour != ResourceBehaviour.Held || PromisedAt(requests, booking.Pools[i], booked.Needs[i].Kind, booking.StartsAt.Milliseconds) <= meter.Supply.Amount.Thousandths,
                    $"more than there is of {booked.Needs[i].Kind} in {booking.Pools[i]} is promised when {booked.Key} starts");
            }
        }

        Holds(requests.All(r => (r.Status == RequestStatus.Reserved) == (r.Booking is not null)), "a booking without its status, or a status without its booking");
        foreach (BookingMoved moved in world.Happened.OfType<BookingMoved>().Where(m => m.Reason is null))
        {
            Instant before = world.Journal.Where(e => e.Sequence < moved.Sequence).Concat(world.Happened).OfType<RequestEvent>().Where(e => e.Key == moved.Key && e.Sequence < moved.Sequence)
                .Select(e => e switch { RequestSubmitted s => s.Booking, RequestBooked b => b.Booking, BookingMoved m => m.To, _ => null }).OfType<Booking>().Last().StartsAt;
            Holds(moved.To!.StartsAt < before, $"the start of {moved.Key} moved later without a reason");
        }
    }

    // A grant ends by its deadline where it takes the time that it commits to.
    private static void What_is_chosen_lies_within_what_was_left_open_and_is_done_in_time(Request[] requests)
    {
        foreach (Request request in requests.Where(r => r.Spec.Work is not null))
        {
            long longest = 1;
            foreach ((string kind, Quantity min, Quantity max, Quantity work) in request.Spec.Work!.Ranges)
            {
                Quantity chosen = request.Spec.Resources[kind];
                Holds(chosen >= min && chosen <= max, $"{request.Key} has {chosen} {kind} of {min} to {max}");
                longest = Math.Max(longest, (long)decimal.Ceiling((decimal)work.Thousandths * 1000 / chosen.Thousandths));
            }

            Holds(request.Spec.Duration == TimeSpan.FromMilliseconds(longest), $"{request.Key} says {request.Spec.Duration} for work of {longest} ms");
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

    private static void Nobody_begins_too_late_for_its_deadline(World world, Request[] requests)
    {
        foreach (Request request in requests.Where(r => r is { Status: RequestStatus.Allocated, Spec.Deadline: not null }))
        {
            foreach (RequestEvent began in world.Happened.OfType<RequestEvent>().Where(e => e switch { RequestSubmitted s => s.Lease, RequestStarted s => s.Lease, _ => null } is { } lease && lease.Number == request.Lease!.Number))
            {
                Holds(began.At <= request.Spec.LatestStart, $"{request.Key} began too late for its deadline");
            }
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

    // It is judged when an outcome of one of its own grants comes, and not when others slide out of the window.
    private static bool IsJudged(World world, Request[] requests, string pool) => world.Happened.OfType<RequestEnded>()
        .Any(e => e.Settlement?.Outcome is not null && Array.Find(requests, r => r.Key == e.Key)?.Lease?.Pools.Contains(pool) == true);

    // 3, and nothing leaks
    // What was told of outcomes says how each pool does; what runs there that began since it is probed was within what it granted at a time when it began.
    private static void A_pool_whose_grants_fail_grants_no_more_than_it_is_probed_with(World world, Request[] requests)
    {
        foreach (PoolState pool in world.Engine.Pools.Where(p => p.Health is not null))
        {
            PoolHealthState health = pool.Health!;
            long probed = world.Journal.OfType<PoolHealthChanged>().LastOrDefault(e => e.Pool == pool.Name)?.Sequence ?? 0;
            int running = requests.Count(r => r.Status == RequestStatus.Allocated && r.Lease!.Pools.Contains(pool.Name) && r.Lease.Number > probed);
            bool open = health.Status == PoolHealthStatus.Open;
            bool healthy = health.Status == PoolHealthStatus.Healthy;
            Holds(!open || running == 0, $"{pool.Name} is open and granted {running}");
            Holds(open || healthy || running == health.Probing, $"{pool.Name} says that {health.Probing} probes run, and {running} do");
            Holds((health.RetryAt is not null) == open && !(health.RetryAt <= world.Now), $"{pool.Name} is {health.Status} and is to be probed at {health.RetryAt?.Milliseconds}");
            Holds(healthy == (health.Since is null) && healthy == (health.Evidence is null), $"{pool.Name} is {health.Status} since {health.Since?.Milliseconds}");
            (int failed, int settled) = health.OutcomesAt(world.Now);
            Holds(open || !health.Settings.IsTooMuch(failed, settled) || (healthy && !IsJudged(world, requests, pool.Name)), $"{pool.Name} is {health.Status} with {failed} failures of {settled}");
        }

        foreach (RequestEvent granted in world.Happened.OfType<RequestEvent>())
        {
            if (granted switch { RequestSubmitted s => s.Lease, RequestStarted s => s.Lease, _ => null } is { } lease)
            {
                foreach (string pool in lease.Pools.Distinct())
                {
                    PoolHealthChanged? last = world.Happened.OfType<PoolHealthChanged>().LastOrDefault(e => e.Pool == pool && e.Sequence < granted.Sequence);
                    Holds(last?.To != PoolHealthStatus.Open || world.Happened.Any(e => e is PoolHealthReset or PoolSet && e.Sequence > last.Sequence && e.Sequence < granted.Sequence), $"{pool} granted while it was open");
                }
            }
        }
    }

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
            if (told.Notice!.Rule == PreemptionRule.Booking)
            {
                Holds(told is { Status: RequestStatus.Allocated, Spec: not { Duration: null, Reservation: null } }, $"{told.Key} was told to end for a booking and committed to no end");
                continue;
            }

            if (told.Notice!.Rule == PreemptionRule.Quota)
            {
                Holds(told is { Status: RequestStatus.Allocated } && told.Owner.IsWithin(told.Notice.ForOwner), $"{told.Key} was told to end for a limit that is not its own, or does not run");
                continue;
            }

            Holds(told is { Status: RequestStatus.Allocated, Spec.Preemptible: true }, $"{told.Key} was told to end and does not run, or never allowed it");
            Request? seeker = requests.SingleOrDefault(r => r.Key == told.Notice!.For);
            Holds(seeker is { Status: RequestStatus.Queued or RequestStatus.Reserved, Held: false, Preempting: { } for_ } && (seeker.Booking is not { } booked || booked.StartsAt == told.Notice!.At) && for_.Victims.Contains(told.Key), $"{told.Key} makes way for nobody");
            Holds(ValueOf(world, seeker!) > ValueOf(world, told) || told.Notice!.Rule is PreemptionRule.Reclaim or PreemptionRule.FairShare || world.ClassesChanged, $"{told.Key} makes way for a class that is not higher");
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
