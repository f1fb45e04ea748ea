using Nexus.Engine.Charges;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Bookings;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Engine.Core;

/// <summary>Decides what becomes of promised starts: kept at their time, earlier when that is possible, later only for a reason, or given up with it.</summary>
internal sealed class BookingHandler(EngineState state, Futures futures, HeadPlans plans, SubmitHandler submit, PreemptionHandler preemption, FreedQuotas freed)
{
    /// <summary>So many bookings of a pool, the first by start, are looked at when it has more free.</summary>
    public const int MostMoved = 100;

    // A start that is stopped by what may pass at any time is tried again so much later, unless it is known when that passes.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private readonly BookingSearch _search = new(state, futures, plans);
    private readonly BookingSearch _promises = new(state, futures);
    private readonly AmountChoice _amounts = new(state);
    private readonly AlternativeChoice _alternatives = new(state);
    private readonly CheaperStarts _cheaper = new(state);

    /// <summary>The start of a booking whose time has come: with what must end for it; or, where a gate stops it, capacity was lost, or a jump of the clock made it too late, what becomes of it.</summary>
    public IReadOnlyList<EngineEvent> Start(Live live, Instant at)
    {
        Request request = live.Request;
        Booking booking = request.Booking!;
        return request.Spec.LatestStart < at ? Again(live, new Reason(ReasonCode.DeadlineOutOfReach), at, at)
            : Stops(request, at) is { } reason
            ? Again(live, reason, TriedAgainAt(reason, at), at)
            : [new RequestStarted(request.Owner, request.Spec.Id, submit.Grant(booking.Pools, request.Needs, request.Spec, request.Labels, at))];
    }

    private Instant TriedAgainAt(Reason reason, Instant at) => reason.Earliest is { } passes && passes > at ? passes : at + RetryAfterOf(reason);

    // Of a pool that is probed nobody knows when it grants more: not before a probe has ended.
    private TimeSpan RetryAfterOf(Reason reason) =>
        reason is { Code: ReasonCode.PoolProbed, Pool: { } pool } && state.Pools.GetValueOrDefault(pool)?.Definition.Health is { } judged && judged.ProbeAfter > RetryAfter ? judged.ProbeAfter : RetryAfter;

    /// <summary>A booking that cannot stay: the earliest other start that meets its deadline, in the least size that has one; else it waits, or is refused.</summary>
    public IReadOnlyList<EngineEvent> Again(Live live, Reason reason, Instant notBefore, Instant at)
    {
        Request request = live.Request;
        Reason? why = null;
        List<(IReadOnlyList<EngineEvent> Moved, AlternativeChoice.Place To)> ways = [];
        IReadOnlyList<RequestSpec> sizes = _amounts.SizesOf(request.Spec, at);
        foreach (RequestSpec size in sizes.Count == 1 || request.Spec.Alternatives is not null ? sizes : futures.WithoutItsVictims(live, () => WorthTrying(live, sizes, at)))
        {
            ResourceVector needs = NeedsOf(request, size);
            Route route = state.Router.Find(size);
            if (CapacityGate.Never(route, needs) is { } never)
            {
                return [new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Rejected, never, null, Labels.None)];
            }

            (Booking? booking, Reason stops) = futures.WithoutItsVictims(
                live, () => size.Alternatives is { } others && others.Chosen != request.Spec.Alternatives!.Chosen ? SearchOther(live, size, needs, route, reason, at) : Search(live, size, needs, route, reason, notBefore, at));
            if (booking is not null && OverBudget(request, size, needs, route, booking.StartsAt) is { } over)
            {
                (booking, stops) = (null, over);
            }

            if (booking is not null && size.Alternatives is null)
            {
                return Moved(request, size, booking, reason);
            }

            if (booking is not null)
            {
                ways.Add((Moved(request, size, booking, reason), new AlternativeChoice.Place(size, booking.Pools, booking.StartsAt)));
            }

            why = why is { MayPass: true } ? why : stops;
        }

        if (_alternatives.BestOf(ways) is { } moved)
        {
            return moved;
        }

        if (!request.Spec.Queue || !why!.MayPass)
        {
            return [new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Rejected, why!, null, Labels.None)];
        }

        BookingMoved waits = new(request.Owner, request.Spec.Id, null, why);
        return _amounts.Least(request, at) is { } least ? [waits, least] : [waits];
    }

    // What a pool's health stops starts in another at once where that is possible, else there once it is probed: what was promised stays promised.
    private (Booking? Booking, Reason Reason) Search(Live live, RequestSpec size, ResourceVector needs, Route route, Reason reason, Instant notBefore, Instant at) =>
        reason.IsOfHealth && _search.Find(size, needs, route, reason, at, at, InTurn(live)) is { Booking: not null } elsewhere
            ? elsewhere
            : _search.Find(size, needs, route, reason, notBefore, at, InTurn(live), evenUnwell: reason.IsOfHealth);

    // What stops one configuration need not stop another: that is looked for from now on, unless something stops it now too.
    private (Booking? Booking, Reason Reason) SearchOther(Live live, RequestSpec other, ResourceVector needs, Route route, Reason reason, Instant at)
    {
        (Booking? booking, Reason why) = Search(live, other, needs, route, reason, at, at);
        return booking?.StartsAt <= at && Stops(live.Request with { Spec = other, Needs = needs, Booking = booking }, at) is { } stops
            ? Search(live, other, needs, route, stops, TriedAgainAt(stops, at), at)
            : (booking, why);
    }

    // With other amounts it is given up and promised anew, so that nothing stands booked in between that nobody had room for.
    private static IReadOnlyList<EngineEvent> Moved(Request request, RequestSpec size, Booking booking, Reason reason) => AmountChoice.Chosen(request, size) is { } chosen
        ? [new BookingMoved(request.Owner, request.Spec.Id, null, reason), chosen, new RequestBooked(request.Owner, request.Spec.Id, booking)]
        : [new BookingMoved(request.Owner, request.Spec.Id, booking, reason)];

    private RequestSpec[] WorthTrying(Live live, IReadOnlyList<RequestSpec> sizes, Instant now) =>
        [.. _search.WorthTrying(sizes, s => NeedsOf(live.Request, s), state.Router.Find(live.Request.Spec), now, InTurn(live))];

    private ResourceVector NeedsOf(Request request, RequestSpec size) => ReferenceEquals(size, request.Spec) ? request.Needs : _amounts.NeedsOf(size);

    /// <summary>The first that can start earlier of a pool's bookings, and then of those in other pools that could move there; or null.</summary>
    public EngineEvent? Earlier(string pool, Instant now)
    {
        foreach (Live live in (Live[])[.. futures.Of(pool)?.Bookings.Values.Take(MostMoved) ?? [], .. futures.BookedElsewhere(pool).Where(l => state.Router.Find(l.Request.Spec).Serves(pool)).Take(MostMoved)])
        {
            Request request = live.Request;
            Booking before = request.Booking!;

            // It can start at its time without anybody's end: so nobody ends.
            if (before.StartsAt > now && request.Preempting is not null && Found(_promises, live, now) is { } otherwise && otherwise.Equals(before))
            {
                return new PreemptionBegun(request.Owner, request.Spec.Id, null);
            }

            // One that a gate stops now would be moved later again at once, and so for ever.
            if (before.StartsAt > now && Found(_promises, live, now)?.StartsAt < before.StartsAt && Found(_search, live, now) is { } booking && booking.StartsAt < before.StartsAt && !IsDearer(request, booking)
                && OverBudget(request, request.Spec, request.Needs, state.Router.Find(request.Spec), booking.StartsAt) is null && (booking.StartsAt > now || Stops(request with { Booking = booking }, now) is null))
            {
                return new BookingMoved(request.Owner, request.Spec.Id, booking, null);
            }
        }

        return null;
    }

    /// <summary>A promise for somebody who waits, has a deadline, and was stopped by what had no known end or held back; none where there is none.</summary>
    public IReadOnlyList<EngineEvent> Book(Live live, Instant now)
    {
        Request request = live.Request;
        if (request is not { Status: RequestStatus.Queued, Held: false, Preempting: null, Spec.Deadline: not null })
        {
            return [];
        }

        List<(IReadOnlyList<EngineEvent> Booked, AlternativeChoice.Place In)> ways = [];
        IReadOnlyList<RequestSpec> sizes = _amounts.SizesOf(request.Spec, now);
        foreach (RequestSpec size in sizes[0].LatestStart < now ? [] : request.Spec.Alternatives is not null ? sizes : WorthTrying(live, sizes, now))
        {
            if (_search.Find(size, NeedsOf(request, size), state.Router.Find(size), new Reason(ReasonCode.NotEnoughFree), now, now, InTurn(live)).Booking is { } booking
                && OverBudget(request, size, NeedsOf(request, size), state.Router.Find(size), booking.StartsAt) is null && (booking.StartsAt > now || size is { Work: null, Alternatives: null } || Stops(request with { Spec = size, Needs = NeedsOf(request, size), Booking = booking }, now) is null))
            {
                RequestBooked booked = new(request.Owner, request.Spec.Id, booking);
                ways.Add((AmountChoice.Chosen(request, size) is { } chosen ? [chosen, booked] : [booked], new AlternativeChoice.Place(size, booking.Pools, booking.StartsAt)));
                if (size.Alternatives is null)
                {
                    break;
                }
            }
        }

        return _alternatives.BestOf(ways) ?? [];
    }

    /// <summary>Ends the grants that were told to end by now for somebody who is promised what they free.</summary>
    public IReadOnlyList<EngineEvent> EndVictims(Request request, Instant at) => request.Preempting is not { } preempting ? []
        : [.. preemption.Pending(request.Key, preempting).Select(v => preemption.EndOf(v, v.Notice!.Rule, request.Owner, request.Spec.Id, at))];

    /// <summary>True unless something else than what others hold stops the start of a booking, or it would miss its deadline: for that nobody is ended.</summary>
    public bool MayEndOthers(Request request, Instant at) => !(request.Spec.LatestStart < at) && Stops(request, at, heldToo: false) is null;

    /// <summary>Why a booking cannot stay in its pools.</summary>
    public Reason Lost(Request request)
    {
        string pool = request.Booking!.Pools[0];
        return new Reason(state.Pools.GetValueOrDefault(pool) is { Draining: false } ? ReasonCode.NotEnoughFree : ReasonCode.PoolDraining, pool, request.Needs[0].Kind, request.Needs[0].Quantity);
    }

    /// <summary>True when a booking can stay where it is. It stands on the futures afterwards.</summary>
    public bool Stays(Live live, Instant at)
    {
        Booking booking = live.Request.Booking!;
        long from = Math.Max(booking.StartsAt.Milliseconds, at.Milliseconds);
        Route route = state.Router.Find(live.Request.Spec);
        return CapacityGate.Never(route, live.Request.Needs) is null
            && route.Groups.All(g => g.Amounts.All(i => g.Candidates.Any(c => c.Pool == booking.Pools[i])))
            && Array.TrueForAll([.. booking.Pools], p => state.Pools.GetValueOrDefault(p) is { Draining: false })
            && live.Request.Needs.Select((a, i) => (a, i)).All(x => state.Kinds.GetValueOrDefault(x.a.Kind)?.PartOf is not null || state.Pools[booking.Pools[x.i]].Node(x.a.Kind)?.Capacity >= x.a.Quantity.Thousandths)
            && futures.Without(live, () => futures.PlacementOf(live.Request.Needs, booking.Pools)
                .NeededFrom(live.Request.Owner, from, FitSearch.EndOf(from, Futures.LengthOf(live.Request.Spec)), Heed.Promises) == Timeline.Open);
    }

    /// <summary>Tells the grants that must end at a moment for somebody's sake, as far as they do not know yet.</summary>
    public IEnumerable<EngineEvent> Tell(IEnumerable<string> pools, OwnerPath forOwner, string forId, Instant at) =>
        from grant in pools.Distinct(StringComparer.Ordinal).SelectMany(p => futures.MustEnd(p, at.Milliseconds)).Distinct()
        where grant.Request.Notice is null
        select new PreemptionNoticed(grant.Request.Owner, grant.Request.Spec.Id, new PreemptionNotice(at, PreemptionRule.Booking, forOwner, forId));

    /// <summary>Ends the grants that must end now for somebody's sake.</summary>
    public IEnumerable<EngineEvent> End(IEnumerable<string> pools, OwnerPath forOwner, string forId, Instant at) =>
        from grant in pools.Distinct(StringComparer.Ordinal).SelectMany(p => futures.MustEnd(p, at.Milliseconds)).Distinct()
        select preemption.EndOf(grant.Request, PreemptionRule.Booking, forOwner, forId, at);

    /// <summary>Lets those run on who were told to end for a booking that does not need it any more.</summary>
    public IEnumerable<EngineEvent> Withdraw(Request booked) =>
        from pool in (booked.Booking?.Pools ?? []).Distinct(StringComparer.Ordinal)
        from grant in futures.Of(pool)?.Grants.Values.ToArray() ?? []
        where grant.Request.Notice is { Rule: PreemptionRule.Booking } notice && notice.For == booked.Key
        select new PreemptionWithdrawn(grant.Request.Owner, grant.Request.Spec.Id);

    // It was promised a start that costs less: an earlier one that does not is no better.
    private bool IsDearer(Request request, Booking earlier) =>
        request is { Reason.Code: ReasonCode.CheaperLater, Booking: { } booked, Spec: var spec } && state.Router.Find(spec) is var route
        && _cheaper.CostIn(spec, request.Needs, route, earlier.Pools, earlier.StartsAt) > _cheaper.CostIn(spec, request.Needs, route, booked.Pools, booked.StartsAt);

    // One that stands in no queue takes its turn as if it came to stand there now.
    private Live InTurn(Live live)
    {
        live.Standing = live.Shape is null ? state.StandingOf(live.Request) : live.Standing;
        return live;
    }

    private Booking? Found(BookingSearch search, Live live, Instant now) => futures.WithoutItsVictims(live, () =>
        search.Find(live.Request.Spec, live.Request.Needs, state.Router.Find(live.Request.Spec), live.Request.Reason ?? new Reason(ReasonCode.NotEnoughFree), now, now, InTurn(live)).Booking);

    // What it reserved already when it was booked is its own.
    private Reason? OverBudget(Request request, RequestSpec spec, ResourceVector needs, Route route, Instant startsAt) => state.Estimates.TooDear(spec, request.Cost, needs, request.Labels, route, startsAt) ?? (!state.LimitsSpending(spec) ? null
        : state.Estimates.Ask(spec, needs, request.Labels, route, startsAt, request)?.Stop(startsAt.Milliseconds, request.Estimate)?.Reason(startsAt.Milliseconds));

    // What is kept for others was not promised: a booking goes before it.
    private Reason? Stops(Request request, Instant at, bool heldToo = true)
    {
        if (OverBudget(request, request.Spec, request.Needs, state.Router.Find(request.Spec), at) is { } dear)
        {
            return dear;
        }

        if (QuotaAsk.Of(state.Quotas.Forest, request.Spec, request.Needs) is { } quota && QuotaGate.Now(quota, at.Milliseconds) is { } over)
        {
            return over;
        }

        if (freed.Stop(QuotaAsk.Of(state.Quotas.Forest, request.Spec, request.Needs), request.Key, at.Milliseconds) is { } theirs)
        {
            return FreedQuotas.ReasonOf(theirs);
        }

        for (int i = 0; i < request.Needs.Count; i++)
        {
            (string kind, Quantity needed) = request.Needs[i];
            if (state.Kinds.GetValueOrDefault(kind)?.PartOf is not null)
            {
                continue;
            }

            string pool = request.Booking!.Pools[i];
            ChargeNode? node = state.Pools.GetValueOrDefault(pool)?.Node(kind);
            long available = node is null or { Closed: true } ? 0 : node.Behaviour == ResourceBehaviour.Held ? node.Capacity - node.Used : node.Available(at.Milliseconds);
            if (available < needed.Thousandths && (heldToo || node is not { Closed: false, Behaviour: ResourceBehaviour.Held }))
            {
                return new Reason(
                    node?.Shortage ?? ReasonCode.PoolDraining, pool, kind, needed, Quantity.FromThousandths(Math.Max(0, available)),
                    node?.Behaviour == ResourceBehaviour.Metered && node.EarliestFor(needed.Thousandths, at.Milliseconds) is { } refilled ? new Instant(refilled) : node is { Draining: false } ? node.Health?.RetryAt : null)
                {
                    Health = PoolFailing.Of(node?.Health?.ToState()),
                };
            }
        }

        return null;
    }
}
