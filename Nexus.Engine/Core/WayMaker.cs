using Nexus.Engine.Charges;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Bookings;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Engine.Core;

/// <summary>Starts somebody who waits on chosen pools.</summary>
internal delegate void Starts(Live live, Route route, RouteCandidate[] pools, Instant now, Batch batch);

/// <summary>Lets grants end for those who cannot start otherwise, where that admits them and breaks no promise.</summary>
internal sealed class WayMaker(
    EngineState state, Futures futures, SubmitHandler submit, PreemptionHandler preemption, WaitingLines lines, Behind behind, BookingCourse bookings, Starts start)
{
    private readonly Keeps _keeps = new(state.Pools, state.Requests.GetValueOrDefault);
    private readonly VictimSearch _victims = new(state, lines.Freed);
    private readonly WaitingRoom _waiting = lines.Room;
    private readonly Claims _claims = new(state, lines.Room.Asked);
    private readonly DueQueue _due = lines.Due;

    // When nobody was found for whom what is kept is enough: until anything happens or time passes nobody is.
    private (long Sequence, Instant At, int Seekers)? _nobodyAt;

    /// <summary>Ends grants at once for a request that cannot wait, where that admits it; else changes nothing.</summary>
    public bool Make(Submit submission, Instant now, Batch batch)
    {
        if (submission.DryRun || AtOnce(submission, now) is not { } victims)
        {
            return false;
        }

        bookings.Happen(preemption.Begin(submission.Spec.Key, submission.Spec.Owner, [], victims, now), now, batch);
        return true;
    }

    /// <summary>Who would end at once for a request that cannot wait; null where that does not admit it. Nothing changes.</summary>
    public Victims? AtOnce(Submit submission, Instant now) => For(submission, now) is { } victims && victims.At <= now.Milliseconds ? victims : null;

    /// <summary>Looks as somebody for whom something is kept: that is there for it.</summary>
    public T As<T>(Live seeker, Func<T> look) => _keeps.As(seeker, look);

    /// <summary>Whose end would admit a request that is not there yet, and when; null where nobody's does. Nothing changes.</summary>
    private Victims? For(Submit submission, Instant now)
    {
        RequestSpec spec = submission.Spec;
        Route route = state.Router.Find(spec);
        ResourceVector needs = Gang.Needs(spec, state.KindOf);
        int classValue = state.ValueOf(submit.PriorityOf(spec));
        Newcomer comes = new(spec, needs, new Standing(classValue, long.MaxValue, now, spec.Deadline));
        Seeker seeker = new(spec, needs, spec.Key, classValue, QuotaAsk.Of(state.Quotas.Forest, spec, needs), comes);
        return _victims.Find(seeker, route, now.Milliseconds, out _) is { } victims
            && lines.Plans.With(route, comes, now, () => futures.Admits(spec, needs, route, victims), byForce: true) <= victims.At
            ? victims : null;
    }

    /// <summary>Who could be told to end so that a refused request starts by its deadline, when they have; null where that admits it neither.</summary>
    public Victims? InTime(Submit submission, Instant now) => For(submission, now) is { } victims && victims.At > now.Milliseconds ? victims : null;

    /// <summary>Tells them so, for one that is promised the start.</summary>
    public void Begin(Live live, Victims victims, Instant now, Batch batch) => bookings.Happen(preemption.Begin(live.Request.Key, live.Request.Owner, [.. live.Request.Booking!.Pools], victims, now), now, batch);

    /// <summary>Tells grants to end for somebody who waits, or ends them where nothing is to be waited for; else says when to look again.</summary>
    public void Make(Live live, Instant now, Batch batch)
    {
        Request request = live.Request;
        if (live.Shape is not { } shape)
        {
            return;
        }

        if (shape.IsOverBudget(now.Milliseconds))
        {
            // Nobody ends for one that would not start.
            _waiting.WaitForLimit(shape, now.Milliseconds);
            return;
        }

        if (request.Preempting is { } before)
        {
            if (preemption.Pending(request.Key, before).Any() || WaitsForOthersVictims(live, shape, now))
            {
                _waiting.Asked.LookAt(shape);
                return;
            }

            // All that were told to end have ended, and still it does not fit: capacity was lost meanwhile.
            bookings.Happen([new PreemptionBegun(request.Owner, request.Spec.Id, null)], now, batch);
        }

        Victims? victims = _victims.Find(new Seeker(request.Spec, request.Needs, request.Key, state.ValueOf(request.Priority), shape.Key.Quota, live) { CameBack = request.Lost is not null }, shape.Route, now.Milliseconds, out NoVictims none);
        if (victims is null)
        {
            LookAgainAt(live, none.RetryAt);
            if (none.AtBucket)
            {
                _waiting.Asked.WaitAtBucket(live);
            }

            if (shape.Key.Quota?.Allowed(now.Milliseconds) == false)
            {
                _waiting.WaitForLimit(shape, now.Milliseconds);
            }
        }
        else if (Admits(live, shape.Route, victims, now) is var admits && admits > victims.At)
        {
            behind.LookAtWhenFreed(live);
            lines.Stopped.LookAtWhenChanged(live);
            LookAgainAt(live, admits == Timeline.Open ? admits : now.Milliseconds + admits - victims.At);
        }
        else
        {
            string[] pools = SubmitHandler.PoolsOf(shape.Route, victims.Pools, request.Needs, state);
            if (request.Spec.Deadline is not null && victims.At > now.Milliseconds)
            {
                bookings.Happen([new RequestBooked(request.Owner, request.Spec.Id, new Booking(new Instant(victims.At), pools))], now, batch);
            }

            bookings.Happen(preemption.Begin(request.Key, request.Owner, pools, victims, now), now, batch);
            if (victims.At <= now.Milliseconds && bookings.Choose(live, shape, now) is { } freed)
            {
                start(live, shape.Route, freed, now, batch);
            }

            // Others may end for the next of its kind as well.
            if (!ReferenceEquals(shape.Waiting.Asker, live))
            {
                _waiting.Asked.LookAt(shape);
            }
        }
    }

    /// <summary>
    /// Ends all who were told to end by now for the same request, and starts it, in one step: what they free is nobody's to take before, least of all theirs on their return.
    /// </summary>
    /// <returns>False for a grant that does not end now for a request.</returns>
    public bool EndTogether(Request told, Instant at, Batch batch)
    {
        if (told.Notice is not { } notice || notice.At > at || state.Requests.GetValueOrDefault(notice.For) is not { Request: { Preempting: { } preempting } seeker } live)
        {
            return false;
        }

        if (seeker.Booking?.StartsAt <= at)
        {
            bookings.Due(live, at, batch);
        }
        else if (live.Shape?.IsOverBudget(at.Milliseconds) == true)
        {
            bookings.Happen([.. preemption.Withdraw(seeker.Key, preempting), new PreemptionBegun(seeker.Owner, seeker.Spec.Id, null)], at, batch);
        }
        else
        {
            bookings.Happen([.. preemption.Pending(seeker.Key, preempting).Select(v => preemption.EndOf(v, v.Notice!.Rule, seeker.Owner, seeker.Spec.Id, at))], at, batch);
            if (live.Shape is { } shape && live.Request.Preempting is not null && _keeps.As(live, () => bookings.Choose(live, shape, at)) is { } pools)
            {
                // Before anybody else.
                start(live, shape.Route, pools, at, batch);
            }
        }

        return true;
    }

    // What was freed for it is still kept: others who were told to end, for somebody else, hold what it has in their place.
    private bool WaitsForOthersVictims(Live live, Shape shape, Instant now) =>
        shape.Key.Quota?.Allowed(now.Milliseconds) == false && !lines.Freed.Keeps(shape.Key.Quota, live.Request.Key, now.Milliseconds);

    private long Admits(Live live, Route route, Victims victims, Instant now) =>
        lines.Plans.With(route, live, now, () => futures.Admits(live.Request.Spec, live.Request.Needs, route, victims), byForce: true);

    /// <summary>Somebody for whose sake grants end and who fits by now on what is kept for it, or null. Where it fits otherwise, it takes its turn like the others.</summary>
    public (Live Seeker, Route Route, RouteCandidate[] Pools)? Kept(Instant now) => _keeps.IsEmpty ? null : KeptForSomebody(now);

    private (Live Seeker, Route Route, RouteCandidate[] Pools)? KeptForSomebody(Instant now)
    {
        (long, Instant, int) present = (state.Sequence, now, _keeps.Seekers.Count(s => s.Shape is not null));
        if (_nobodyAt == present)
        {
            return null;
        }

        foreach (Live seeker in _keeps.Seekers)
        {
            if (seeker.Shape is { } shape && _keeps.As(seeker, () => bookings.Choose(seeker, shape, now)) is { } pools
                && Array.TrueForAll(pools, p => seeker.Request.Preempting!.Pools.Contains(p.Pool, StringComparer.Ordinal)))
            {
                return (seeker, shape.Route, pools);
            }
        }

        _nobodyAt = present;
        return null;
    }

    /// <summary>What is kept, and for whom, follows from who was told to end and from who still waits.</summary>
    public void Settle(Live live, Request? before, Instant at, Batch batch)
    {
        Request after = live.Request;
        _claims.Changed(before, after);
        if (before?.Lease is not null && (after.Lease is null || after.Settlement != before.Settlement))
        {
            // What it did not use of what it had reserved is there by now.
            _waiting.Asked.LookAtBuckets();
        }

        if (before?.Preempting is { } preempting && !StillWants(before, after))
        {
            if (after is { Status: RequestStatus.Reserved, Preempting: not null } && after.Booking!.Equals(before.Booking))
            {
                // It is of another class by now: nobody ends for it, and so it cannot keep its start.
                bookings.Lose(live, at, batch);
                return;
            }

            bookings.Happen([.. preemption.Withdraw(after.Key, preempting)], at, batch);
            if (after is { HasEnded: false, Preempting: not null })
            {
                bookings.Happen([new PreemptionBegun(after.Owner, after.Spec.Id, null)], at, batch);
            }
        }

        if (before?.Preempting is not null || after.Preempting is not null)
        {
            Mark(_keeps.Forget(live));
            _keeps.Set(live);
            _waiting.MarkTurns();
            bookings.Took();
        }

        if (before?.Preempting is not null && after.Preempting is null)
        {
            // What was kept of quotas is others' again.
            foreach (WaitPoint point in state.Quotas.PointsFor(after.Owner, after.Needs))
            {
                _waiting.MarkMore(point);
            }

            foreach (Live seeks in lines.Freed.Seekers.Where(s => s.Shape is not null))
            {
                _waiting.Asked.LookAt(seeks);
            }
        }

        bookings.Settle(before, after, at, batch);
        RequestKey? seeker = (before?.Notice ?? after.Notice)?.For;
        if (seeker is { } key && state.Requests.TryGetValue(key, out Live? other) && other.Request.Preempting is not null)
        {
            Mark(_keeps.Forget(other));
            _keeps.Set(other);
            _waiting.MarkTurns();
            _waiting.Asked.LookAt(other);
        }

        void Mark(IReadOnlyList<Charge> freed)
        {
            foreach (Charge charge in freed)
            {
                batch.TouchPool(charge.Node.Pool);
                _waiting.MarkMore(charge.Node);
                bookings.Freed(charge.Node.Pool);
            }
        }
    }

    /// <summary>Makes anew what is kept.</summary>
    public void Rebuild(IEnumerable<Live> waiting)
    {
        _nobodyAt = null;
        _keeps.Rebuild(waiting);
        lines.Freed.Rebuild();
    }

    // For what grants were told to end: it waits, or keeps its promised start, in its class, size and configuration.
    private static bool StillWants(Request before, Request after) => after is { Held: false, Preempting: not null } && after.Status == before.Status
        && after.Status is RequestStatus.Queued or RequestStatus.Reserved && after.Priority == before.Priority && after.Needs.Equals(before.Needs) && after.Spec.Alternatives?.Chosen == before.Spec.Alternatives?.Chosen && Equals(after.Booking, before.Booking);

    private void LookAgainAt(Live live, long at)
    {
        if (at < live.RetryAt)
        {
            live.RetryAt = at;
            _due.Schedule(live);
        }
    }
}
