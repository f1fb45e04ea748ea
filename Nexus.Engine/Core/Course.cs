using Nexus.Engine.Charges;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Bookings;

namespace Nexus.Engine.Core;

/// <summary>What follows from what happens: who starts, who makes way, what is due by itself. The handlers decide what somebody wants; this decides what comes of it.</summary>
internal sealed class Course
{
    private readonly EngineState _state;
    private readonly SubmitHandler _submit;
    private readonly Ends _ends;
    private readonly Biller _biller;
    private readonly DueQueue _due;
    private readonly WaitingRoom _waiting;
    private readonly FreedQuotas _freed;
    private readonly Futures _futures;
    private readonly BookingCourse _bookings;
    private readonly DelayCourse _delays;
    private Instant? _unfinished;
    private long _until = long.MaxValue;
    private readonly AmountChoice _amounts;
    private readonly AlternativeStarts _others;
    private readonly DegradeCourse _degrades;
    private readonly BudgetCourse _budgets;
    private readonly AllowanceCourse _allowances;
    private readonly HealthCourse _health;
    private readonly AdaptiveCourse _adaptive;
    private readonly ConfigurationCourse _configured;
    private bool _indexed, _isNew;

    /// <summary>The course of a state.</summary>
    public Course(EngineState state, Futures futures, WaitingLines lines, SubmitHandler submit, LeaseHandler lease)
    {
        (_state, _futures, _submit, _biller, _amounts, _due, _waiting, _freed) = (state, futures, submit, new Biller(state), new AmountChoice(state), lines.Due, lines.Room, lines.Freed);
        PreemptionHandler preemption = new(state, lease);
        _budgets = new BudgetCourse(state, _waiting, Happen);
        _allowances = new AllowanceCourse(state, _waiting, _due, submit, lease, Happen);
        Behind behind = new(state, futures, _waiting, lines.Stopped, _due);
        (_health, _adaptive) = (new HealthCourse(state, _waiting, _due, Happen), new AdaptiveCourse(state, _due, Happen));
        _bookings = new BookingCourse(state, futures, new BookingHandler(state, futures, lines.Plans, submit, preemption, lines.Freed), preemption, behind, lines, Happen);
        (_delays, _others) = (new DelayCourse(state, behind, Happen), new AlternativeStarts(state, submit, lines, Happen, Start));
        _ends = new Ends(lease, preemption, _bookings);
        _degrades = new DegradeCourse(new DegradeChoice(state, submit), Happen, Start, (request, at) => _ends.Of(request, tooLate: false, at));
        Ways = new WayMaker(state, futures, submit, preemption, lines, behind, _bookings, Start);
        _configured = new ConfigurationCourse(state, lines, submit, _bookings, Ways, Happen);
    }

    /// <summary>When something happens by itself next, or null.</summary>
    public Instant? NextDue => _unfinished is { } moment ? moment : _isNew && (_waiting.Asked.Any || _others.Any) ? _state.At : _due.Next is { } at ? new Instant(at) : null;

    /// <summary>Lets others end for somebody.</summary>
    public WayMaker Ways { get; }

    /// <summary>Events came from the journal: what is derived must be made anew.</summary>
    public void Forget() => _indexed = false;

    /// <summary>True when what follows from the last command or tick took too many steps to be done to its end.</summary>
    public bool IsUnfinished => _unfinished is not null;

    /// <summary>From now on at most so many steps are done.</summary>
    public void Allow(long steps) => _until = steps > long.MaxValue - _futures.Steps ? long.MaxValue : _futures.Steps + steps;

    /// <summary>Lets what is due happen, each at its own time and in its order, however late somebody looks; as far as the steps that are allowed go.</summary>
    public void Advance(Instant now, Batch batch)
    {
        if (_isNew || _unfinished is not null)
        {
            // When somebody is to be looked at again is found by looking, at the time at which all that happened had been looked at.
            Instant at = _unfinished ?? _state.At;
            (_isNew, _unfinished) = (false, null);
            if (!Admit(at, batch))
            {
                return;
            }
        }

        do
        {
            if (!TakeDue(now, batch))
            {
                return;
            }

            // After a recovery or a jump of the clock buckets have filled without anybody having been told.
            _futures.Advance(now);
            if (!Admit(now, batch))
            {
                return;
            }
        }
        while (_due.Next <= now.Milliseconds);
    }

    private bool TakeDue(Instant now, Batch batch)
    {
        while (_due.TryTake(now.Milliseconds, out Live? live, out WaitPoint? node, out long due))
        {
            Instant at = new(Math.Max(due, _state.At.Milliseconds));
            _futures.Advance(at);
            if (node is not null)
            {
                Wake(node, due, at, batch);
            }
            else if (live!.Deadline > due)
            {
                _due.Schedule(live);
                continue;
            }
            else
            {
                Due(live, at, batch);
            }

            if (!Admit(at, batch))
            {
                return false;
            }
        }

        return true;
    }

    // All places that have more at the same moment are marked before anybody starts, so that the queue's order decides who does.
    private void Wake(WaitPoint first, long due, Instant at, Batch batch)
    {
        _bookings.Changed();
        List<WaitPoint> points = [];
        for (WaitPoint? point = first; point is not null; point = _due.TakePoint(due))
        {
            _waiting.MarkMore(point);
            points.Add(point);
        }

        _allowances.Expire(points.OfType<AllowanceEnd>(), at, batch);
        _health.Probe(points.OfType<HealthProbe>(), at, batch);
        _adaptive.Look(points, at, batch);
        _bookings.Reservations.Look(points.OfType<ChargeNode>(), at, batch);
    }

    private void Due(Live live, Instant at, Batch batch)
    {
        Request request = live.Request;
        bool tooLate = request.Spec.LatestStart < at;
        _bookings.Changed();
        if (request.Status == RequestStatus.Reserved)
        {
            _bookings.Due(live, at, batch);
            return;
        }

        if (request.Status == RequestStatus.Queued && !tooLate && !(request.WaitsUntil <= at))
        {
            live.RetryAt = long.MaxValue;
            _due.Schedule(live);
            _bookings.LookAgain(live, at);
            return;
        }

        if (request.Status == RequestStatus.Allocated && live.EndsAt > at.Milliseconds)
        {
            Happen(new HeldMetered(request.Owner, request.Spec.Id, new Instant(live.NextSlice)), Actor.Engine, at, batch);
            return;
        }

        if (Ways.EndTogether(request, at, batch) || (!tooLate && _degrades.Start(live, at, Ways, batch)))
        {
            return;
        }

        if (request.Status == RequestStatus.Queued && tooLate && _amounts.Least(request, at) is { } more)
        {
            Happen(more, Actor.Engine, at, batch);
            _bookings.Want(live);
            return;
        }

        Happen(_ends.Of(request, tooLate, at), Actor.Engine, at, batch);
    }

    /// <summary>Starts whoever waits and now fits: first those for whom something is kept, then the first in the order of the queue; and lets those who cannot start take from others.</summary>
    /// <returns>False where the steps that are allowed did not suffice: it goes on at the same moment.</returns>
    private bool Admit(Instant now, Batch batch)
    {
        while (true)
        {
            _allowances.RefuseInVain(now, batch);
            _bookings.LookAtStopped(now);
            if (Ways.Kept(now) is { } kept)
            {
                Start(kept.Seeker, kept.Route, kept.Pools, now, batch);
            }
            else if (_waiting.Next(now.Milliseconds) is { } next)
            {
                if (!_others.Start(next.Live, now, batch) && _bookings.MayStart(next.Live, next.Route, next.Pools, now) is { } pools && !_delays.Delays(next.Live, next.Route, pools, now, batch))
                {
                    Start(next.Live, next.Route, pools, now, batch);
                }
            }
            else if (_bookings.Next(now, batch) || _others.Start(null, now, batch))
            {
                // One that is booked was looked at, or one that states several configurations started.
            }
            else if (_waiting.Asked.Take() is { } stopped)
            {
                Ways.Make(stopped, now, batch);
            }
            else
            {
                return true;
            }

            if (++_futures.Steps >= _until)
            {
                _unfinished = now;
                return false;
            }
        }
    }

    private void Start(Live live, Route route, RouteCandidate[] pools, Instant now, Batch batch)
    {
        Request request = live.Request;
        if (request.Spec.LatestStart < now)
        {
            // A jump of the clock passed over its deadline, and it was not its turn yet to hear of that.
            Due(live, now, batch);
            return;
        }

        if (_state.Estimates.TooDear(request, route, now) is { } dear)
        {
            // Another price holds by now than when it came to wait.
            Happen(_submit.Otherwise(request, now) ?? new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Rejected, dear, null, Labels.None), Actor.Engine, now, batch);
            return;
        }

        if (_budgets.Stops(request, route, now))
        {
            _bookings.Leave(live, now);
            _waiting.Enter(live, _state.StandingOf(request), now.Milliseconds);
            return;
        }

        Lease lease = _submit.Grant(route, pools, request.Needs, request.Spec, request.Labels, now);
        Happen(new RequestStarted(request.Owner, request.Spec.Id, lease), Actor.Engine, now, batch);
    }

    /// <summary>Lets an event happen, with all that follows from it for who waits, what is due and what is kept.</summary>
    public Live? Happen(EngineEvent happens, Actor actor, Instant at, Batch batch)
    {
        happens.Stamp(_state.Sequence + 1, at, actor);
        _bookings.Changed();
        Request? before = happens is RequestEvent { Key: var key } && _state.Requests.TryGetValue(key, out Live? known) ? known.Request : null;
        if (happens is RequestStarted or RequestEnded or PriorityChanged or RequestHeld or RequestBooked or AmountChosen or AlternativeChosen or RequestDegraded && _state.Requests[((RequestEvent)happens).Key] is { } waits)
        {
            _bookings.Leave(waits, at);
        }

        _biller.Bill(happens, before, at);
        _state.Estimates.Expect(happens, before, at);
        Live? live = _state.Apply(happens, batch.Archive);
        batch.Add(happens);
        if (live is not null)
        {
            _biller.Post(happens, live.Request, before, batch);
            Follow(live, happens, before, at, batch);
            Ways.Settle(live, before, at, batch);
            if (happens is RequestRequeued or RequestHeld && live.Request is { Status: RequestStatus.Queued, Held: false })
            {
                if (_amounts.Least(live.Request, at) is { } least)
                {
                    Happen(least, Actor.Engine, at, batch);
                }

                _configured.RefuseWhatCanNeverStart(live, at, batch);
            }
        }
        else if (happens is ClockJumped)
        {
            // Before all that is derived is made anew: what is touched is forgotten with it.
            _allowances.Tell(happens, live, at, batch);
            _due.Clear();
            Index(at, ((ClockJumped)happens).From);
            foreach (Request request in _state.LiveByArrival)
            {
                batch.Touch(request);
            }
        }
        else if (happens is UsageRecorded or Rerated or ChargeEntered)
        {
            _biller.Post(happens, batch);
        }
        else if (happens is not (BudgetThresholdReached or AllowanceEvent or StrategyTried))
        {
            _allowances.Ask();
            _configured.Follow(happens, at, batch);
        }

        _budgets.Tell(happens, at, batch);
        _allowances.Tell(happens, live, at, batch);
        _health.Tell(happens, live, at, batch);
        _adaptive.Tell(happens, at, batch);
        return live;
    }

    private void Follow(Live live, EngineEvent happens, Request? before, Instant at, Batch batch)
    {
        Request request = live.Request;
        _freed.Changed(before, request);
        batch.Touch(request);
        if (request.Status != RequestStatus.Reserved && (before?.Status != request.Status || request.Held || happens is AmountChosen or AlternativeChosen or RequestDegraded))
        {
            // For what it was to be looked at is over.
            live.RetryAt = long.MaxValue;
        }

        if (request is { Status: RequestStatus.Queued, Held: false } && live is { Shape: null, IsBehind: false })
        {
            _waiting.Enter(live, _state.StandingOf(request), at.Milliseconds);
        }

        _others.Follow(live);
        _bookings.Follow(live, happens, at, batch);
        _biller.Schedule(live);
        _due.Schedule(live);
        if (!_state.Quotas.Forest.IsEmpty)
        {
            batch.TouchOwner(request.Owner);
        }

        if ((happens is RequestRequeued ? before?.Lease : request.Lease) is not { } lease)
        {
            return;
        }

        _waiting.MarkTurns();
        // What others held or were promised was nobody's to take; what a preemptible grant holds from now on may be taken.
        bool more = happens is RequestEnded or SettlementCorrected or RequestRequeued || (happens is RequestStarted && request.Spec.Preemptible);
        foreach (WaitPoint point in more ? _state.Quotas.PointsFor(request.Owner, lease.Amounts) : [])
        {
            _waiting.MarkMore(point);
        }

        _bookings.Took();
        for (int i = 0; i < lease.Pools.Count; i++)
        {
            if (_state.Pools.TryGetValue(lease.Pools[i], out Pool? pool))
            {
                batch.TouchPool(lease.Pools[i]);
                _waiting.MarkTurn(pool);
                _bookings.Freed(lease.Pools[i]);
                if (more)
                {
                    _health.Freed(pool);
                }

                if (more && pool.Node(lease.Amounts[i].Kind) is { } node)
                {
                    _waiting.MarkMore(node);
                }
            }
        }
    }

    /// <summary>Makes anew what is derived from the requests, after events that came from the journal.</summary>
    public void Index(Instant now)
    {
        if (!_indexed)
        {
            // What was due at the time of the last event was looked at with it.
            Index(now, _state.At);
        }
    }

    private void Index(Instant now, Instant since)
    {
        (_indexed, _isNew, _unfinished) = (true, true, null);
        _due.Clear();
        foreach (Live live in _state.Requests.Values)
        {
            (live.DueAt, live.RetryAt) = (long.MaxValue, long.MaxValue);
            _biller.Schedule(live);
            _due.Schedule(live);
        }

        _configured.ForgetTimes();
        _budgets.Forget();
        _allowances.Index();
        _health.Index();
        _adaptive.Index();
        _others.Recover();
        _bookings.Recover(_state.At, since);
        Ways.Rebuild(_configured.Waiting());
        _waiting.Rebuild(_configured.Waiting(), _state.StandingOf, now.Milliseconds);
    }
}
