using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Bookings;

namespace Nexus.Engine.Core;

/// <summary>What follows from promises: who is told that a start needs what they hold, who starts at its booked time, and which bookings move when something changes.</summary>
internal sealed class BookingCourse(EngineState state, Futures futures, BookingHandler bookings, PreemptionHandler preemption, Behind behind, WaitingLines lines, Happens happens)
{
    private readonly DueQueue _due = lines.Due;
    private readonly SortedSet<string> _toMove = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _toHold = new(StringComparer.Ordinal);
    private readonly Queue<Live> _toBook = [];
    private bool _taken;
    private bool _isStopping;
    private bool _areUntested;
    private bool _isAnew;

    /// <summary>What follows from reservations.</summary>
    public ReservationCourse Reservations { get; } = new(state, futures, bookings, lines.Due, happens);

    /// <summary>The pools for somebody who fits now, or null where it would break a promise or delay the planned start of somebody before it: then it is set aside.</summary>
    public RouteCandidate[]? MayStart(Live live, Route route, RouteCandidate[] pools, Instant now)
    {
        RequestSpec spec = live.Request.Spec;
        RouteCandidate[]? may = futures.IsEmpty && spec.Reservation is null ? pools : futures.Choose(spec, live.Request.Needs, route, now.Milliseconds, live);
        if (may is null)
        {
            behind.Add(live, now);
            if (spec is { Work: not null, Deadline: not null } && !_isAnew)
            {
                // More at once is done sooner, and may be before what was promised to others. Who waits since before a restart had this when there was enough for it.
                Want(live);
            }

            return null;
        }

        // Others end for it, so that it may start.
        QuotaAsk? ask = live.Shape!.Key.Quota;
        bool isOthers = lines.Freed.Keeps(ask, live.Request.Key, now.Milliseconds);
        bool kept = isOthers || (route.HeldHomes.Length > 0 && lines.QuotaKeeps.Stops(ask, live, now.Milliseconds) is not null);
        if ((live.Request.Preempting is not null && !isOthers) || !(kept || lines.Plans.Concerns(route, live, now)))
        {
            return may;
        }

        if (lines.Stopped.Joins(live, now))
        {
            return null;
        }

        // After one that a plan stopped many may come that fit: they are looked at together, beside one plan.
        if (!kept && _isStopping && live.Group is null)
        {
            lines.Stopped.Add(live, now);
            _areUntested = true;
            return null;
        }

        may = kept ? null : ChooseBesidePlans(live, route, now);
        _isStopping = may is null;
        if (may is null)
        {
            lines.Stopped.Add(live, now);
        }

        return may;
    }

    // By itself, so that nothing is allocated for it where nobody is in the way.
    private RouteCandidate[]? ChooseBesidePlans(Live live, Route route, Instant now) =>
        lines.Plans.With(route, live, now, () => futures.Choose(live.Request.Spec, live.Request.Needs, route, now.Milliseconds, live));

    /// <summary>After a change, those whom only planned starts stopped are looked at again.</summary>
    public void LookAtStopped(Instant now)
    {
        if (lines.Room.TakeMoved())
        {
            lines.Stopped.Changed();
        }

        lines.Stopped.Look(lines.Plans, now);
    }

    /// <summary>Something happened that may change what was planned.</summary>
    public void Changed()
    {
        _isStopping = false;
        lines.Stopped.Changed();
    }

    /// <summary>The pools for somebody who waits, for whose sake others ended, and whom neither a quota nor a promise stops; null where there is not enough.</summary>
    public RouteCandidate[]? Choose(Live live, Shape shape, Instant now) =>
        shape.IsOverBudget(now.Milliseconds) || shape.Key.Quota?.Allowed(now.Milliseconds) == false || lines.Freed.Keeps(shape.Key.Quota, live.Request.Key, now.Milliseconds) ? null : futures.Choose(live.Request.Spec, live.Request.Needs, shape.Route, now.Milliseconds, null);

    /// <summary>It is time to look at somebody who waits: it joins the others again where it stood behind a promise, else it is asked whether others can end for it.</summary>
    public void LookAgain(Live live, Instant now)
    {
        if (live is { IsBehind: true, Group: not null })
        {
            lines.Stopped.Return(live, now);
        }
        else
        {
            behind.LookAgain(live, now);
        }
    }

    /// <summary>Somebody does not wait any more, or elsewhere.</summary>
    public void Leave(Live live, Instant now)
    {
        lines.Stopped.Leave(live);
        behind.Leave(live, now);
    }

    /// <summary>A request is another than before.</summary>
    public void Follow(Live live, EngineEvent happened, Instant at, Batch batch)
    {
        futures.Follow(live);
        if (happened is PreemptionWithdrawn && live.Request.Lease is { } runsOn)
        {
            // Others may have been promised what it was to free.
            _toHold.UnionWith(runsOn.Pools);
        }

        if (live.Request is { Status: RequestStatus.Queued, Held: false, Spec.Deadline: not null } && happened is RequestHeld or RequestRequeued)
        {
            _toBook.Enqueue(live);
        }
        else if (live.Request.Booking is { } booking && happened is RequestSubmitted or RequestBooked or BookingMoved)
        {
            futures.Open(booking.Pools, at);
            Watch(live, at);
            _due.Schedule(live);
            Touch(booking, batch);
        }
    }

    /// <summary>A pool has more than before, be its future known or not: who stands behind a promise in one, or is promised a start there, may start in another.</summary>
    public void Freed(string pool)
    {
        if (!behind.IsEmpty || !futures.IsEmpty)
        {
            futures.MarkFreed(pool);
        }
    }

    /// <summary>Somebody took something of pools: who stood behind a promise may have too little now, and waits for that.</summary>
    public void Took() => _taken = !behind.IsEmpty;

    /// <summary>Somebody who waits and has a deadline wants a promise, where one has become possible.</summary>
    public void Want(Live live) => _toBook.Enqueue(live);

    /// <summary>Makes anew what is derived, after events that came from the journal.</summary>
    /// <param name="at">The moment up to which everything has happened.</param>
    /// <param name="since">The moment up to which everything was looked at: what was due between the two is looked at first.</param>
    public void Recover(Instant at, Instant since)
    {
        behind.Clear();
        lines.Stopped.Clear();
        futures.Clear();
        futures.OpenPromised(at);
        _taken = false;
        _isAnew = true;
        foreach (Live live in state.Requests.Values.Where(l => l.Request.Booking is not null))
        {
            live.RetryAt = TellAt(live.Request.Booking!) is { } tell && tell > since ? tell.Milliseconds : long.MaxValue;
            _due.Schedule(live);
        }

        Reservations.Recover(since);
    }

    /// <summary>A booking is due: its start has come, or is one grace ahead.</summary>
    public void Due(Live live, Instant at, Batch batch)
    {
        Request request = live.Request;
        Booking booking = request.Booking!;
        live.RetryAt = long.MaxValue;
        if (booking.StartsAt > at)
        {
            Happen(bookings.Tell(booking.Pools, request.Owner, request.Spec.Id, booking.StartsAt), at, batch);
            _due.Schedule(live);
            return;
        }

        Happen(bookings.EndVictims(request, at), at, batch);
        if (bookings.MayEndOthers(request, at))
        {
            Happen(bookings.End(booking.Pools, request.Owner, request.Spec.Id, at), at, batch);
        }

        Happen(bookings.Start(live, at), at, batch);
    }

    /// <summary>A booking lost the right to what was to end for it: it starts at another time, waits, or is refused.</summary>
    public void Lose(Live live, Instant at, Batch batch) => Happen(bookings.Again(live, bookings.Lost(live.Request), at, at), at, batch);

    /// <summary>A grant was told to end by now for the sake of a promise: it does, unless that is not needed any more.</summary>
    public EngineEvent EndOf(Request grant, PreemptionNotice notice, Instant at) =>
        grant.Lease!.Pools.Distinct(StringComparer.Ordinal).SelectMany(p => futures.MustEnd(p, at.Milliseconds)).Any(l => l.Request.Key == grant.Key)
            ? preemption.EndOf(grant, PreemptionRule.Booking, notice.ForOwner, notice.ForId, at)
            : new PreemptionWithdrawn(grant.Owner, grant.Spec.Id);

    /// <summary>
    /// Where pools have more free in the future, who stands behind a promise may start now; then the next booking moves that can start earlier; then the next
    /// who wants a promise gets one.
    /// </summary>
    /// <returns>False when there is nothing of that.</returns>
    public bool Next(Instant now, Batch batch)
    {
        if (_areUntested)
        {
            _areUntested = false;
            lines.Stopped.Changed();
            return true;
        }

        if (_taken)
        {
            _taken = false;
            behind.ReturnWhoDoesNotFit(now);
            return true;
        }

        if (_toHold.Count > 0)
        {
            string pool = _toHold.Min!;
            _toHold.Remove(pool);
            LoseWhatIsNotThere(pool, now, batch);
            return true;
        }

        IReadOnlyList<string> freed = futures.TakeFreed();
        if (freed.Count > 0)
        {
            _toMove.UnionWith(freed);
            behind.LookAtWhoMayStart(now);
            return true;
        }

        while (_toMove.Count > 0)
        {
            if (bookings.Earlier(_toMove.Min!, now) is { } moved)
            {
                Booked([moved], now, batch);
                return true;
            }

            _toMove.Remove(_toMove.Min!);
        }

        while (_toBook.TryDequeue(out Live? live))
        {
            if (bookings.Book(live, now) is { Count: > 0 } booked)
            {
                Booked(booked, now, batch);
                return true;
            }
        }

        _isAnew = false;
        return false;
    }

    // A grant runs on that was to end: of those who were promised what it holds the first by start keep theirs.
    private void LoseWhatIsNotThere(string pool, Instant now, Batch batch)
    {
        foreach (Live live in (Live[])[.. futures.Of(pool)?.Bookings.Values.Reverse() ?? []])
        {
            if (live.Request.Booking is { } booking && booking.StartsAt > now && booking.Pools.Contains(pool, StringComparer.Ordinal) && !bookings.Stays(live, now))
            {
                Lose(live, now, batch);
            }
        }
    }

    /// <summary>A booking changed or is gone: nobody needs to end for it as it was.</summary>
    public void Settle(Request? before, Request after, Instant at, Batch batch)
    {
        if (before?.Booking is not { } booking || booking.Equals(after.Booking))
        {
            return;
        }

        Touch(booking, batch);
        Happen(bookings.Withdraw(before), at, batch);
    }

    /// <summary>Pools are others than before: promises that no longer fit become others, the first by start keep theirs.</summary>
    public void Rebuild(Instant at, Batch batch)
    {
        behind.Clear();
        lines.Stopped.Clear();
        futures.Clear();
        futures.OpenPromised(at, bookings: false);
        List<Live> lost = [];
        foreach (Live live in state.Requests.Values.Where(l => l.Request.Booking is not null).OrderBy(l => l.Request.Booking!.StartsAt).ThenBy(l => l.Request.Arrival))
        {
            if (!bookings.Stays(live, at))
            {
                futures.Remove(live);
                lost.Add(live);
                continue;
            }

            // The grace may be another.
            Watch(live, at);
            _due.Schedule(live);
        }

        foreach (Live live in lost)
        {
            Happen(bookings.Again(live, bookings.Lost(live.Request), at, at), at, batch);
        }

        // There may be more than before: whoever was promised a start may have an earlier one.
        foreach (string pool in futures.Pools)
        {
            futures.MarkFreed(pool);
        }

        Reservations.Watch(at);
    }

    /// <summary>Lets events happen one after another.</summary>
    public void Happen(IEnumerable<EngineEvent> events, Instant at, Batch batch) => happens.All(events, at, batch);

    private static void Touch(Booking booking, Batch batch)
    {
        foreach (string pool in booking.Pools)
        {
            batch.TouchPool(pool);
        }
    }

    // Says when those are told whom its start needs to end: at once where it is less than a grace from now.
    private void Watch(Live live, Instant at) =>
        live.RetryAt = TellAt(live.Request.Booking!) is { } tell ? Math.Max(tell.Milliseconds, at.Milliseconds) : long.MaxValue;

    // When those are told whom a booking's start needs to end; null where they need not be told before.
    private Instant? TellAt(Booking booking)
    {
        TimeSpan grace = booking.Pools.Max(p => state.Pools.GetValueOrDefault(p)?.Definition.Preemption.Grace ?? TimeSpan.Zero);
        return grace == TimeSpan.Zero ? null : new Instant(booking.StartsAt.Milliseconds - (long)grace.TotalMilliseconds);
    }

    private void Booked(IReadOnlyList<EngineEvent> booked, Instant now, Batch batch)
    {
        Happen(booked, now, batch);
        Live live = state.Requests[((RequestEvent)booked[^1]).Key];
        if (live.Request.Booking?.StartsAt <= now)
        {
            Due(live, now, batch);
        }
    }
}
