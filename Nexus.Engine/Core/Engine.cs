using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>The deterministic state machine: commands in, events out.</summary>
/// <remarks>
/// It does no I/O, reads no clock, starts no thread and draws no random number: the same commands with the same times give the same events and state hash.
/// Not safe for more than one thread. After an exception its state is undefined: throw it away and recover.
/// </remarks>
public sealed class Engine
{
    private readonly EngineState _state;
    private readonly DueQueue _due = new();
    private readonly Router _router;
    private readonly WaitingRoom _waiting;
    private readonly SubmitHandler _submit;
    private readonly LeaseHandler _lease;
    private readonly QueueHandler _queue;
    private readonly ConfigurationHandler _configuration;
    private bool _indexed;

    /// <summary>An engine that has seen no event.</summary>
    public Engine(EngineLimits limits)
        : this(new EngineState(limits))
    {
    }

    internal Engine(EngineState state)
    {
        _state = state;
        _router = new Router(state.Pools, state.Kinds);
        _waiting = new WaitingRoom(_router, _due);
        _submit = new SubmitHandler(state, _router);
        _lease = new LeaseHandler(state);
        _queue = new QueueHandler(state, _lease);
        _configuration = new ConfigurationHandler(state);
    }

    /// <summary>The number of the last event; 0 before the first.</summary>
    public long Sequence => _state.Sequence;

    /// <summary>The engine time of the last event or command: no command is handled before it.</summary>
    public Instant Now { get; private set; }

    /// <summary>When a <see cref="Tick"/> is needed next, or null.</summary>
    public Instant? NextDue
    {
        get
        {
            Index();
            return _due.Next is { } at ? new Instant(at) : null;
        }
    }

    /// <summary>Kinds, classes and owners.</summary>
    public Configuration Configuration => _state.Configuration;

    /// <summary>The pools, by name.</summary>
    public IEnumerable<PoolState> Pools => _state.Pools.Values.Select(p => p.ToState());

    /// <summary>A pool, or null.</summary>
    public PoolState? Pool(string name) => _state.Pools.GetValueOrDefault(name)?.ToState();

    /// <summary>Every request in memory: those that live by arrival, then those that ended in that order.</summary>
    public IEnumerable<Request> Requests => LiveByArrival().Concat(_state.Ended);

    /// <summary>Restores an engine from a snapshot's bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes are of a layout that this version does not know.</exception>
    public static Engine Restore(ReadOnlySpan<byte> state, EngineLimits limits)
    {
        EngineState restored = StateCodec.Read(state, limits);
        return new Engine(restored) { Now = restored.At };
    }

    /// <summary>The state at this moment, cheap to take; encode it elsewhere.</summary>
    public EngineSnapshot Capture() => new(
        _state.Sequence, _state.At, _state.Configuration, [.. _state.Pools.Values.Select(PoolSnapshot.Of)], [.. LiveByArrival()], [.. _state.Ended]);

    /// <summary>The SHA-256 of the encoded state.</summary>
    public byte[] StateHash() => Capture().Encode().Hash;

    /// <summary>Lets an event of the journal have happened. No decision is made.</summary>
    public void Apply(EngineEvent happened) => Apply(happened, static _ => { });

    /// <summary>Lets an event of the journal have happened.</summary>
    /// <param name="happened">The next event.</param>
    /// <param name="archived">Takes the requests that memory no longer holds after it.</param>
    public void Apply(EngineEvent happened, Action<Request> archived)
    {
        ArgumentNullException.ThrowIfNull(happened);
        _state.Apply(happened, archived);
        Now = _state.At;
        _indexed = false;
    }

    /// <summary>Decides a command, after everything that was due before it.</summary>
    /// <param name="command">What is wanted.</param>
    /// <param name="now">The engine time; never before <see cref="Now"/>.</param>
    /// <param name="batch">Takes what happens. Nobody may act on it before it is committed.</param>
    /// <returns>The answer; a <see cref="Fault"/> changed nothing.</returns>
    public Reply Handle(Command command, Instant now, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(batch);
        Now = now = now > Now ? now : Now;
        Index();
        if (command is JumpClock jump)
        {
            Happen(new ClockJumped(jump.From), command.Actor, now, batch);
        }

        Advance(now, batch);
        Decision decision = command switch
        {
            Submit c => _submit.Decide(c, now),
            Release c => _lease.Decide(c, now),
            Renew c => _lease.Decide(c, now),
            Cancel c => _queue.Decide(c, now),
            SetPriority c => _queue.Decide(c),
            SetPool c => _configuration.Decide(c),
            DrainPool c => _configuration.Decide(c),
            DeletePool c => _configuration.Decide(c),
            SetKind c => _configuration.Decide(c),
            DeleteKind c => _configuration.Decide(c),
            SetPriorityClass c => _configuration.Decide(c),
            DeletePriorityClass c => _configuration.Decide(c),
            SetOwner c => _configuration.Decide(c),
            _ => new DoneReply(0),
        };

        if (decision.Happens is not { } happens)
        {
            return decision.Answer!;
        }

        if (command is Submit { DryRun: true })
        {
            return new RequestReply(Imagined((RequestSubmitted)happens, now));
        }

        Live? live = Happen(happens, command.Actor, now, batch);
        Admit(now, batch);
        return happens switch
        {
            LeaseRenewed renewed => new RequestReply(live!.Request, renewed.Refusal),
            RequestEnded when command is Release => new ReleaseReply(live!.Request, Late: false),
            SettlementCorrected => new ReleaseReply(live!.Request, Late: true),
            RequestEvent => new RequestReply(live!.Request),
            PoolSet or PoolDrained => new PoolReply(_state.Pools[happens is PoolSet set ? set.Pool.Name : ((PoolDrained)happens).Name].ToState()),
            _ => new DoneReply(_state.Sequence),
        };
    }

    // What is due happens at its own time and in its order, however late somebody looks.
    private void Advance(Instant now, Batch batch)
    {
        while (_due.TryTake(now.Milliseconds, out Live? live, out ChargeNode? node, out long due))
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
                Request request = live.Request;
                Happen(
                    request.Status == RequestStatus.Allocated
                        ? _lease.End(request, RequestStatus.Expired, new Reason(ReasonCode.LeaseExpired), at)
                        : new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Expired, new Reason(ReasonCode.WaitedTooLong), null, Labels.None),
                    Actor.Engine, at, batch);
            }

            Admit(at, batch);
        }

        // After a recovery or a jump of the clock buckets have filled without anybody having been told.
        Admit(now, batch);
    }

    // Starts whoever waits and now fits, the first in the order of the queue first.
    private void Admit(Instant now, Batch batch)
    {
        while (_waiting.Next(now.Milliseconds) is { } next)
        {
            Request request = next.Live.Request;
            Lease lease = _submit.Grant(next.Route, next.Pools, request.Needs, request.Spec.LeaseLength, now);
            Happen(new RequestStarted(request.Owner, request.Spec.Id, lease), Actor.Engine, now, batch);
        }
    }

    private Live? Happen(EngineEvent happens, Actor actor, Instant at, Batch batch)
    {
        happens.Stamp(_state.Sequence + 1, at, actor);
        if (happens is RequestStarted or RequestEnded or PriorityChanged && _state.Requests[((RequestEvent)happens).Key] is { Shape: not null } waits)
        {
            _waiting.Leave(waits, at.Milliseconds);
        }

        Live? live = _state.Apply(happens, batch.Archive);
        batch.Add(happens);
        if (live is not null)
        {
            Follow(live, happens, at, batch);
        }
        else if (happens is ClockJumped)
        {
            _due.Clear();
            _indexed = false;
            Index();
            foreach (Request request in LiveByArrival())
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

    private void Follow(Live live, EngineEvent happens, Instant at, Batch batch)
    {
        Request request = live.Request;
        batch.Touch(request);
        if (request.Status == RequestStatus.Queued)
        {
            _waiting.Enter(live, _state.PlaceOf(live), at.Milliseconds);
        }

        _due.Schedule(live);
        if (request.Lease is not { } lease)
        {
            return;
        }

        for (int i = 0; i < lease.Pools.Count; i++)
        {
            if (_state.Pools.TryGetValue(lease.Pools[i], out Pool? pool))
            {
                batch.TouchPool(lease.Pools[i]);
                if (happens is RequestEnded or SettlementCorrected && pool.Node(lease.Amounts[i].Kind) is { } node)
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

        if (happens is OwnerSet)
        {
            return;
        }

        _router.Forget();
        foreach (Live live in Waiting().ToArray())
        {
            Route route = _router.Find(live.Request.Spec);
            if (CapacityGate.Never(route, live.Request.Needs) is { } reason)
            {
                Request request = live.Request;
                Happen(new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Rejected, reason, null, Labels.None), Actor.Engine, at, batch);
            }
        }

        _waiting.Rebuild(Waiting(), _state.PlaceOf, at.Milliseconds);
    }

    private void Index()
    {
        if (_indexed)
        {
            return;
        }

        _indexed = true;
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

        _waiting.Rebuild(Waiting(), _state.PlaceOf, Now.Milliseconds);
    }

    private IEnumerable<Live> Waiting() => _state.Requests.Values.Where(l => l.Request.Status == RequestStatus.Queued).OrderBy(l => l.Request.Arrival);

    private IEnumerable<Request> LiveByArrival() => _state.Requests.Values.Select(l => l.Request).Where(r => !r.HasEnded).OrderBy(r => r.Arrival);

    private Request Imagined(RequestSubmitted decided, Instant now) => new()
    {
        Spec = decided.Spec,
        Needs = Gang.Needs(decided.Spec, _state.Kinds.GetValueOrDefault),
        Arrival = 0,
        Version = 0,
        SubmittedAt = now,
        Priority = decided.Priority,
        Labels = decided.Labels,
        Status = decided.Status,
        Lease = decided.Lease,
        Reason = decided.Reason,
    };
}
