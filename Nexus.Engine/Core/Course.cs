using Nexus.Engine.Charges;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What follows from what happens: who starts, who makes way, what is due by itself. The handlers decide what somebody wants; this decides what comes of it.</summary>
internal sealed class Course
{
    private readonly EngineState _state;
    private readonly Router _router;
    private readonly SubmitHandler _submit;
    private readonly LeaseHandler _lease;
    private readonly PreemptionHandler _preemption;
    private readonly VictimSearch _victims;
    private readonly DueQueue _due = new();
    private readonly WaitingRoom _waiting;
    private readonly Keeps _keeps;
    private bool _indexed;
    private bool _isNew;

    /// <summary>The course of a state.</summary>
    public Course(EngineState state, Router router, SubmitHandler submit, LeaseHandler lease)
    {
        (_state, _router, _submit, _lease) = (state, router, submit, lease);
        _preemption = new PreemptionHandler(state, lease);
        _victims = new VictimSearch(state);
        _waiting = new WaitingRoom(router, state.Quotas.Forest, _due, () => state.HasPreemptible);
        _keeps = new Keeps(state.Pools, state.Requests.GetValueOrDefault);
    }

    /// <summary>When something happens by itself next, or null.</summary>
    public Instant? NextDue => _isNew && _waiting.HasLookedAt ? _state.At : _due.Next is { } at ? new Instant(at) : null;

    /// <summary>Events came from the journal: what is derived must be made anew.</summary>
    public void Forget() => _indexed = false;

    /// <summary>Lets what is due happen, each at its own time and in its order, however late somebody looks.</summary>
    public void Advance(Instant now, Batch batch)
    {
        if (_isNew)
        {
            // When somebody is to be looked at again is found by looking, at the time at which all that happened had been looked at.
            _isNew = false;
            Admit(_state.At, batch);
        }

        while (_due.TryTake(now.Milliseconds, out Live? live, out WaitPoint? node, out long due))
        {
            Instant at = new(Math.Max(due, _state.At.Milliseconds));
            if (node is not null)
            {
                _waiting.MarkMore(node);
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

            Admit(at, batch);
        }

        // After a recovery or a jump of the clock buckets have filled without anybody having been told.
        Admit(now, batch);
    }

    private void Due(Live live, Instant at, Batch batch)
    {
        Request request = live.Request;
        if (request.Status == RequestStatus.Queued && request.WaitsUntil is not { } until || request.WaitsUntil > at)
        {
            live.RetryAt = long.MaxValue;
            _due.Schedule(live);
            _waiting.LookAt(live);
            return;
        }

        Happen(
            request.Status != RequestStatus.Allocated ? new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Expired, new Reason(ReasonCode.WaitedTooLong), null, Labels.None)
            : request.Notice is { } notice && notice.At <= at ? _preemption.EndOf(request, notice.Rule, notice.ForOwner, notice.ForId, at)
            : _lease.End(request, RequestStatus.Expired, new Reason(ReasonCode.LeaseExpired), at),
            Actor.Engine, at, batch);
    }

    /// <summary>Starts whoever waits and now fits: first those for whom something is kept, then the first in the order of the queue; and lets those who cannot start take from others.</summary>
    public void Admit(Instant now, Batch batch)
    {
        while (true)
        {
            if (Kept(now) is { } kept)
            {
                Start(kept.Seeker, kept.Route, kept.Pools, now, batch);
            }
            else if (_waiting.Next(now.Milliseconds) is { } next)
            {
                Start(next.Live, next.Route, next.Pools, now, batch);
            }
            else if (_waiting.TakeLookedAt() is { } stopped)
            {
                MakeWay(stopped, now, batch);
            }
            else
            {
                return;
            }
        }
    }

    private void Start(Live live, Route route, RouteCandidate[] pools, Instant now, Batch batch)
    {
        Request request = live.Request;
        Lease lease = _submit.Grant(route, pools, request.Needs, request.Spec.LeaseLength, now);
        Happen(new RequestStarted(request.Owner, request.Spec.Id, lease), Actor.Engine, now, batch);
    }

    // Somebody for whose sake grants end and who fits by now, be it otherwise.
    private (Live Seeker, Route Route, RouteCandidate[] Pools)? Kept(Instant now)
    {
        foreach (Live seeker in _keeps.IsEmpty ? [] : _keeps.Seekers)
        {
            Shape shape = seeker.Shape!;
            if (_keeps.As(seeker, () => shape.Choose(now.Milliseconds)) is { } pools)
            {
                return (seeker, shape.Route, pools);
            }
        }

        return null;
    }

    /// <summary>Ends grants at once for a request that cannot wait, where that admits it; else changes nothing.</summary>
    public bool MakeWay(Submit submit, Instant now, Batch batch)
    {
        RequestSpec spec = submit.Spec;
        ResourceVector needs = Gang.Needs(spec, _state.Kinds.GetValueOrDefault);
        Seeker seeker = new(spec, needs, spec.Key, _state.ValueOf(_submit.PriorityOf(spec)), QuotaAsk.Of(_state.Quotas.Forest, spec, needs));
        if (submit.DryRun || _victims.Find(seeker, _router.Find(spec), now.Milliseconds, out _) is not { } victims || victims.At > now.Milliseconds)
        {
            return false;
        }

        Happen(_preemption.Begin(spec.Key, spec.Owner, [], victims, now), now, batch);
        return true;
    }

    private void MakeWay(Live live, Instant now, Batch batch)
    {
        Request request = live.Request;
        if (live.Shape is not { } shape)
        {
            return;
        }

        if (request.Preempting is { } before)
        {
            if (_preemption.Pending(request.Key, before).Any())
            {
                return;
            }

            // All that were told to end have ended, and still it does not fit: capacity was lost meanwhile.
            Happen(new PreemptionBegun(request.Owner, request.Spec.Id, null), Actor.Engine, now, batch);
        }

        Victims? victims = _victims.Find(new Seeker(request.Spec, request.Needs, request.Key, _state.ValueOf(request.Priority), shape.Key.Quota), shape.Route, now.Milliseconds, out long retryAt);
        if (victims is not null)
        {
            string[] pools = SubmitHandler.PoolsOf(shape.Route, victims.Pools, request.Needs, _state);
            Happen(_preemption.Begin(request.Key, request.Owner, pools, victims, now), now, batch);
            if (victims.At <= now.Milliseconds && shape.Choose(now.Milliseconds) is { } freed)
            {
                Start(live, shape.Route, freed, now, batch);
            }
        }
        else
        {
            if (retryAt < live.RetryAt)
            {
                live.RetryAt = retryAt;
                _due.Schedule(live);
            }

            if (shape.Key.Quota?.Allowed(now.Milliseconds) == false)
            {
                _waiting.WaitForQuota(shape, now.Milliseconds);
            }
        }
    }

    private void Happen(IEnumerable<EngineEvent> happens, Instant now, Batch batch)
    {
        foreach (EngineEvent happened in happens.ToArray())
        {
            Happen(happened, Actor.Engine, now, batch);
        }
    }

    /// <summary>Lets an event happen, with all that follows from it for who waits, what is due and what is kept.</summary>
    public Live? Happen(EngineEvent happens, Actor actor, Instant at, Batch batch)
    {
        happens.Stamp(_state.Sequence + 1, at, actor);
        Request? before = happens is RequestEvent { Key: var key } && _state.Requests.TryGetValue(key, out Live? known) ? known.Request : null;
        if (happens is RequestStarted or RequestEnded or PriorityChanged or RequestHeld && _state.Requests[((RequestEvent)happens).Key] is { Shape: not null } waits)
        {
            _waiting.Leave(waits, at.Milliseconds);
        }

        Live? live = _state.Apply(happens, batch.Archive);
        batch.Add(happens);
        if (live is not null)
        {
            Follow(live, happens, happens is RequestRequeued ? before : null, at, batch);
            Settle(live, before, at, batch);
        }
        else if (happens is ClockJumped)
        {
            _due.Clear();
            _indexed = false;
            Index(at);
            foreach (Request request in _state.LiveByArrival)
            {
                batch.Touch(request);
            }
        }
        else
        {
            Reconfigure(happens, at, batch);
        }

        return live;
    }

    // What is kept, and for whom, follows from who was told to end and from who still waits.
    private void Settle(Live live, Request? before, Instant at, Batch batch)
    {
        Request after = live.Request;
        if (before?.Preempting is { } preempting && (after.Status != RequestStatus.Queued || after.Held || after.Priority != before.Priority))
        {
            Happen(_preemption.Withdraw(after.Key, preempting), at, batch);
            if (after is { HasEnded: false, Preempting: not null })
            {
                Happen(new PreemptionBegun(after.Owner, after.Spec.Id, null), Actor.Engine, at, batch);
            }
        }

        if (before?.Preempting is not null || after.Preempting is not null)
        {
            Mark(_keeps.Forget(live));
            _keeps.Set(live);
        }

        RequestKey? seeker = (before?.Notice ?? after.Notice)?.For;
        if (seeker is { } key && _state.Requests.TryGetValue(key, out Live? other) && other.Request.Preempting is not null)
        {
            Mark(_keeps.Forget(other));
            _keeps.Set(other);
            _waiting.LookAt(other);
        }

        void Mark(IReadOnlyList<Charge> freed)
        {
            foreach (Charge charge in freed)
            {
                batch.TouchPool(charge.Node.Pool);
                _waiting.MarkMore(charge.Node);
            }
        }
    }

    private void Follow(Live live, EngineEvent happens, Request? lost, Instant at, Batch batch)
    {
        Request request = live.Request;
        batch.Touch(request);
        if (request is { Status: RequestStatus.Queued, Held: false } && live.Shape is null)
        {
            _waiting.Enter(live, _state.PlaceOf(live), at.Milliseconds);
        }

        _due.Schedule(live);
        if (!_state.Quotas.Forest.IsEmpty)
        {
            batch.TouchOwner(request.Owner);
        }

        if ((request.Lease ?? lost?.Lease) is not { } lease)
        {
            return;
        }

        foreach (WaitPoint point in happens is RequestEnded or SettlementCorrected or RequestRequeued ? _state.Quotas.PointsFor(request.Owner, lease.Amounts) : [])
        {
            _waiting.MarkMore(point);
        }

        for (int i = 0; i < lease.Pools.Count; i++)
        {
            if (_state.Pools.TryGetValue(lease.Pools[i], out Pool? pool))
            {
                batch.TouchPool(lease.Pools[i]);
                if (happens is RequestEnded or SettlementCorrected or RequestRequeued && pool.Node(lease.Amounts[i].Kind) is { } node)
                {
                    _waiting.MarkMore(node);
                }
            }
        }
    }

    private void Reconfigure(EngineEvent happens, Instant at, Batch batch)
    {
        string? pool = happens switch { PoolSet e => e.Pool.Name, PoolDrained e => e.Name, PoolDeleted e => e.Before.Name, _ => null };
        if (pool is not null)
        {
            batch.TouchPool(pool);
        }

        if (((happens as QuotaSet)?.Quota.Owner ?? (happens as QuotaDeleted)?.Before.Owner) is { } owner)
        {
            batch.TouchOwner(owner);
        }

        if (happens is OwnerSet)
        {
            return;
        }

        _router.Forget();
        foreach (Live live in Waiting().ToArray())
        {
            Request request = live.Request;
            QuotaAsk? ask = QuotaAsk.Of(_state.Quotas.Forest, request.Spec, request.Needs);
            if (((ask is { } asked ? QuotaGate.Never(asked, at.Milliseconds) : null) ?? CapacityGate.Never(_router.Find(request.Spec), request.Needs)) is { } reason)
            {
                Happen(new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Rejected, reason, null, Labels.None), Actor.Engine, at, batch);
            }
        }

        _keeps.Rebuild(Waiting());
        _waiting.Rebuild(Waiting(), _state.PlaceOf, at.Milliseconds);
    }

    /// <summary>Makes anew what is derived from the requests, after events that came from the journal.</summary>
    public void Index(Instant now)
    {
        if (_indexed)
        {
            return;
        }

        (_indexed, _isNew) = (true, true);
        _router.Forget();
        _due.Clear();
        foreach (Live live in _state.Requests.Values)
        {
            live.DueAt = long.MaxValue;
            _due.Schedule(live);
        }

        foreach (ChargeNode node in _state.Pools.Values.SelectMany(p => p.Nodes))
        {
            node.WakeAt = long.MaxValue;
        }

        foreach (QuotaPoint point in _state.Quotas.Forest.Trees.SelectMany(t => t.Nodes).SelectMany(n => n.Points))
        {
            point.WakeAt = long.MaxValue;
        }

        _keeps.Rebuild(Waiting());
        _waiting.Rebuild(Waiting(), _state.PlaceOf, now.Milliseconds);
    }

    private IEnumerable<Live> Waiting() => _state.Requests.Values.Where(l => l.Request is { Status: RequestStatus.Queued, Held: false }).OrderBy(l => l.Request.Arrival);
}
