using Nexus.Engine.Charges;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Bookings;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Core;

/// <summary>The deterministic state machine: commands in, events out.</summary>
/// <remarks>
/// It does no I/O, reads no clock, starts no thread and draws no random number: the same commands with the same times give the same events and state hash.
/// Not safe for more than one thread. After an exception its state is undefined: throw it away and recover.
/// </remarks>
public sealed class Engine
{
    private readonly EngineState _state;
    private readonly WaitingLines _lines;
    private readonly Course _course;
    private readonly SubmitHandler _submit;
    private readonly SizeChoice _sizes;
    private readonly LeaseHandler _lease;
    private readonly DegradeChoice _degrades;
    private readonly QueueHandler _queue;
    private readonly ConfigurationHandler _configuration;
    private readonly HealthHandler _health;
    private readonly AdaptiveHandler _adaptive;
    private readonly ReservationHandler _reservations;
    private readonly QuotaHandler _quota;
    private readonly PricesHandler _prices;
    private readonly BudgetHandler _budgets;
    private readonly AllowanceHandler _allowances;
    private readonly UsageHandler _usage;
    private readonly RerateHandler _rerate;
    private readonly PeriodHandler _periods;
    private readonly QuotaEnforcement _enforcement;

    /// <summary>An engine that has seen no event.</summary>
    public Engine(EngineLimits limits)
        : this(new EngineState(limits))
    {
    }

    internal Engine(EngineState state)
    {
        _state = state;
        Futures futures = new(state);
        WaitingLines lines = _lines = new WaitingLines(state, futures);
        _sizes = new SizeChoice(state);
        _submit = new SubmitHandler(state, futures, lines, _sizes);
        _degrades = new DegradeChoice(state, _submit);
        _lease = new LeaseHandler(state, futures);
        _health = new HealthHandler(state);
        _adaptive = new AdaptiveHandler(state);
        _reservations = new ReservationHandler(state, futures);
        _queue = new QueueHandler(state, _lease);
        _configuration = new ConfigurationHandler(state);
        _quota = new QuotaHandler(state);
        _prices = new PricesHandler(state);
        _budgets = new BudgetHandler(state);
        _allowances = new AllowanceHandler(state);
        _usage = new UsageHandler(state);
        _rerate = new RerateHandler(state);
        _periods = new PeriodHandler(state);
        _course = new Course(state, futures, lines, _submit, _lease);
        _enforcement = new QuotaEnforcement(state, new PreemptionHandler(state, _lease), _course);
    }

    /// <summary>What bounds it.</summary>
    internal EngineLimits Limits => _state.Limits;

    /// <summary>The number of the last event; 0 before the first.</summary>
    public long Sequence => _state.Sequence;

    /// <summary>The engine time of the last event or command: no command is handled before it.</summary>
    public Instant Now { get; private set; }

    /// <summary>When a <see cref="Tick"/> is needed next, or null.</summary>
    public Instant? NextDue
    {
        get
        {
            _course.Index(Now);
            return _enforcement.Next is var at and < long.MaxValue && !(_course.NextDue?.Milliseconds <= at) ? new Instant(at) : _course.NextDue;
        }
    }

    /// <summary>True when what follows from the last command took more than <see cref="EngineLimits.StepsAtOnce"/>: it goes on with the next <see cref="Tick"/>, or before the next command is decided, as if no time had passed.</summary>
    public bool IsUnfinished => _course.IsUnfinished;

    /// <summary>Kinds, classes and owners.</summary>
    public Configuration Configuration => _state.Configuration;

    /// <summary>The pools, by name.</summary>
    public IEnumerable<PoolState> Pools => _state.Pools.Values.Select(p => p.ToState());

    /// <summary>A pool, or null.</summary>
    public PoolState? Pool(string name) => _state.Pools.GetValueOrDefault(name)?.ToState();

    /// <summary>What owners may use and do use, by path.</summary>
    public IEnumerable<QuotaState> Quotas => _state.Quotas.States;

    /// <summary>What a node of the owner path may use and does use, or null where nothing is set.</summary>
    public QuotaState? Quota(OwnerPath owner) => _state.Quotas.State(owner);

    /// <summary>The budgets, by name.</summary>
    public IEnumerable<BudgetState> Budgets => _state.Budgets.States;

    /// <summary>A budget, or null.</summary>
    public BudgetState? Budget(string id) => _state.Budgets.Find(id)?.ToState();

    /// <summary>Every request in memory: those that live by arrival, then those that ended in that order.</summary>
    public IEnumerable<Request> Requests => _state.LiveByArrival.Concat(_state.Ended);

    /// <summary>Who of those that wait for a pool goes first in its order, and how many those are; nobody where there is no such pool.</summary>
    internal (Request? First, int Waiting) LineOf(string pool)
    {
        _course.Index(Now);
        (Live? first, int waiting) = _state.Pools.TryGetValue(pool, out Pool? found) ? _lines.Room.LineOf(found, Now.Milliseconds) : default;
        return (first?.Request, waiting);
    }

    /// <summary>The allowances, in the order in which they were opened.</summary>
    public IEnumerable<AllowanceState> Allowances => _state.Allowances.All.Select(n => n.ToState());

    /// <summary>An allowance, or null.</summary>
    public AllowanceState? Allowance(AllowanceKey key) => _state.Allowances.Find(key)?.ToState();

    /// <summary>True where a budget or an allowance stops a request that waits.</summary>
    internal bool IsOverBudget(RequestKey key, Instant now) =>
        _state.Requests.TryGetValue(key, out Live? live) && IsOverBudget(live.Request, now);

    /// <summary>The same of a request in another of its configurations.</summary>
    internal bool IsOverBudget(Request request, Instant now) => _state.Estimates.Ask(request, _state.Router.Find(request.Spec), now)?.Stop(now.Milliseconds) is not null;

    /// <summary>Who has how much of a pool that gives fair shares; null where there is no such pool. Not to be changed.</summary>
    internal FairTree? SharesOf(string pool) => _state.Pools.GetValueOrDefault(pool)?.Order.Tree;

    /// <summary>The start that is planned for a request that waits, beside those before it in its queue; null where none is known, or so many go before it that nobody plans for it.</summary>
    internal Instant? PlannedStart(RequestKey key)
    {
        _course.Index(Now);
        return _state.Requests.TryGetValue(key, out Live? live) && live.Request is { Status: RequestStatus.Queued, Held: false } ? _lines.Plans.StartOf(live, Now) : null;
    }

    /// <summary>The starts that are planned at a pool for the first of those who wait there, as many as <see cref="EngineLimits.PlanningDepth"/> says.</summary>
    /// <param name="pool">The pool; one that is not there plans nothing.</param>
    /// <param name="now">The moment; never before <see cref="Now"/>.</param>
    internal IReadOnlyDictionary<RequestKey, Instant> PlannedStarts(string pool, Instant now)
    {
        _course.Index(Now);
        return _state.Pools.TryGetValue(pool, out Pool? found) ? _lines.Plans.StartsAt(found, now) : new Dictionary<RequestKey, Instant>();
    }

    /// <summary>Restores an engine from a snapshot's bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes are of a layout that this version does not know.</exception>
    public static Engine Restore(ReadOnlySpan<byte> state, EngineLimits limits)
    {
        EngineState restored = StateCodec.Read(state, limits);
        return new Engine(restored) { Now = restored.At };
    }

    /// <summary>Counts the peaks and refusals of quotas from a moment on. For whoever tells of the past with an engine of their own: it decides as before, but its hash is another.</summary>
    /// <param name="from">The moment, at or after the last event.</param>
    internal void CountQuotasAnew(Instant from) => _state.Quotas.Forest.CountAnew(from.Milliseconds);

    /// <summary>The state at this moment, cheap to take; encode it elsewhere.</summary>
    public EngineSnapshot Capture() => new(
        _state.Sequence, _state.At, _state.Configuration, [.. _state.Pools.Values.Select(PoolSnapshot.Of)], [.. _state.LiveByArrival], [.. _state.Ended])
    {
        Quotas = [.. _state.Quotas.States],
        QuotaCharges = [.. _state.Running.Where(l => l.QuotaCharges is not null).Select(l => (l.Request.Key, l.QuotaCharges!))],
        Tiers = [.. _state.Tiers.All],
        Budgets = [.. _state.Budgets.States],
        Charges = [.. _state.Charges.All],
        Allowances = [.. _state.Allowances.All.Select(n => n.ToState())],
        Sizes = [.. _state.Sizes.Keep()],
        Merged = [.. _state.Merged.Paid],
    };

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
        _course.Forget();
        _enforcement.Forget();
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
        Instant before = Now;
        Now = now = now > Now ? now : Now;
        _course.Index(now);
        if (command is JumpClock jump)
        {
            if (_course.IsUnfinished)
            {
                _course.Allow(long.MaxValue);
                _enforcement.Advance(before, batch);
            }

            _course.Happen(new ClockJumped(jump.From), command.Actor, now, batch);
        }

        // A command finds everything done that was due before it.
        _course.Allow(command is Tick ? _state.Limits.StepsAtOnce : long.MaxValue);
        _enforcement.Advance(now, batch);
        _course.Allow(_state.Limits.StepsAtOnce);
        Decision decision = command switch
        {
            Submit c => _submit.Decide(c, now),
            Release c => _lease.Decide(c, now),
            Renew c => _lease.Decide(c, now),
            Cancel c => _queue.Decide(c, now),
            SetPriority c => _queue.Decide(c),
            Requeue c => _queue.Decide(c, now),
            Hold c => _queue.Decide(c),
            SetPool c => _configuration.Decide(c),
            DrainPool c => _configuration.Decide(c),
            ResetPoolHealth c => _health.Decide(c),
            RecordTrial c => _adaptive.Decide(c, now),
            FollowStrategy c => _adaptive.Decide(c),
            DeletePool c => _configuration.Decide(c),
            SetKind c => _configuration.Decide(c),
            DeleteKind c => _configuration.Decide(c),
            SetPriorityClass c => _configuration.Decide(c),
            DeletePriorityClass c => _configuration.Decide(c),
            SetOwner c => _configuration.Decide(c),
            SetReservation c => _reservations.Decide(c, now),
            DeleteReservation c => _reservations.Decide(c),
            SetQuota c => _quota.Decide(c),
            DeleteQuota c => _quota.Decide(c),
            CheckQuota c => _quota.Decide(c, now),
            SetPrices c => _prices.Decide(c),
            RecordUsage c => _usage.Decide(c, now),
            SetBudget c => _budgets.Decide(c),
            DeleteBudget c => _budgets.Decide(c),
            RaiseBudget c => _budgets.Decide(c, now),
            PauseBudget c => _budgets.Decide(c, now),
            OpenAllowance c => _allowances.Decide(c, now),
            CancelAllowance c => _allowances.Decide(c),
            Rerate c => _rerate.Decide(c),
            CloseMonth c => _periods.Decide(c, now),
            EnterCharge c => _periods.Decide(c, now),
            _ => new DoneReply(0),
        };

        Victims? victims = null;
        if (command is Submit submit && decision.Happens is RequestSubmitted { Status: RequestStatus.Rejected } refused)
        {
            (decision, victims) = MakeWayOrDegrade(submit, refused, now, batch);
        }

        if (decision.Happens is not { } happens)
        {
            return decision.Answer!;
        }

        if (command is Submit { DryRun: true })
        {
            _state.Estimates.Expect(happens, null, now);
            return Answer(Imagined((RequestSubmitted)happens, now));
        }

        Live? live = _course.Happen(happens, command.Actor, now, batch);
        if (victims is not null)
        {
            _course.Ways.Begin(live!, victims, now, batch);
        }

        if (happens is QuotaSet or QuotaDeleted)
        {
            _enforcement.Changed(now, batch);
        }

        // What follows may be due already: a start that was promised for this moment, or the end of somebody who lost its grant after its latest start.
        _enforcement.Advance(now, batch);
        return happens switch
        {
            LeaseRenewed renewed => Answer(live!.Request, renewed.Refusal),
            RequestEnded when command is Release => new ReleaseReply(live!.Request, Late: false),
            SettlementCorrected => new ReleaseReply(live!.Request, Late: true),
            RequestEvent => Answer(live!.Request),
            PoolSet or PoolDrained or PoolHealthReset or StrategyTried or StrategySwitched => new PoolReply(_state.Pools[ConfigurationCourse.PoolOf(happens)!].ToState()),
            UsageRecorded usage => usage.Outcomes!,
            MonthClosed closed => new MonthReply(_state.Configuration.Months.Find(closed.Month)!),
            ChargeEntered entered => new ChargeReply(entered.Charge),
            PricesChanged prices => new PricesReply(prices.Change, prices.Sequence),
            BudgetSet or BudgetRaised or BudgetPaused => new BudgetReply(_state.Budgets.Find(BudgetChange.IdOf(happens)!)!.ToState()),
            AllowanceEvent allowance => new AllowanceReply(_state.Allowances.Find(allowance.Key)!.ToState()),
            QuotaSet quota => new QuotaReply(_state.Quotas.State(quota.Quota.Owner)!),
            _ => new DoneReply(_state.Sequence),
        };
    }

    private RequestReply Answer(Request request, Reason? refusal = null) => new(request, refusal) { Next = _sizes.Next(request) };

    // Others end for it first; where nobody does, it gives way by its owner's rules.
    private (Decision Decision, Victims? Victims) MakeWayOrDegrade(Submit submit, RequestSubmitted refused, Instant now, Batch batch)
    {
        (Decision asked, Victims? victims) = MakeWay(submit, refused, now, batch);
        if (asked.Happens is not RequestSubmitted { Status: RequestStatus.Rejected })
        {
            return (asked, victims);
        }

        // Nobody ends for less where another way needs nobody's end.
        List<RequestSubmitted> stopped = [];
        foreach (RequestSubmitted less in _degrades.Outcomes(submit, refused, now))
        {
            if (less.Status != RequestStatus.Rejected)
            {
                return (less, null);
            }

            stopped.Add(less);
        }

        foreach (RequestSubmitted less in stopped)
        {
            (Decision decision, victims) = MakeWay(submit with { Spec = less.Spec }, less, now, batch);
            if (decision.Happens is not RequestSubmitted { Status: RequestStatus.Rejected })
            {
                return (decision, victims);
            }
        }

        return (asked, null);
    }

    private (Decision Decision, Victims? Victims) MakeWay(Submit submit, RequestSubmitted refused, Instant now, Batch batch)
    {
        if (!(refused.Reason is { } why && (why.MayPass || why.Code == ReasonCode.DeadlineOutOfReach)) || IsOverBudget(refused, now))
        {
            return (refused, null);
        }

        // Where a range of amounts was stated, others end for the least of them alone. Nobody ends for one that a budget would stop.
        Submit least = submit with { Spec = refused.Spec };
        if (submit.DryRun && _course.Ways.AtOnce(least, now) is { } ends)
        {
            ResourceVector needs = Gang.Needs(refused.Spec, _state.KindOf);
            return (refused with { Status = RequestStatus.Allocated, Reason = null, Lease = _submit.Grant(_submit.BookingOf(refused.Spec, ends).Pools, needs, refused.Spec, refused.Labels, now) }, null);
        }

        if (_course.Ways.Make(least, now, batch))
        {
            return (_submit.DecideFreed(least.Spec.Alternatives is null ? submit : least, now), null);
        }

        return submit.Spec.Deadline is not null && _course.Ways.InTime(least, now) is { } victims && !IsOverBudget(refused, new Instant(victims.At))
            ? (refused with { Status = RequestStatus.Reserved, Booking = _submit.BookingOf(refused.Spec, victims) }, victims) : (refused, null);
    }

    private bool IsOverBudget(RequestSubmitted refused, Instant startsAt) => _state.LimitsSpending(refused.Spec)
        && _state.Estimates.Ask(refused.Spec, Gang.Needs(refused.Spec, _state.KindOf), refused.Labels, _state.Router.Find(refused.Spec), startsAt)?.Stop(startsAt.Milliseconds) is not null;

    private Request Imagined(RequestSubmitted decided, Instant now) => new()
    {
        Spec = decided.Spec,
        Needs = Gang.Needs(decided.Spec, _state.KindOf),
        Arrival = 0,
        Version = 0,
        SubmittedAt = now,
        Priority = decided.Priority,
        Labels = decided.Labels,
        Status = decided.Status,
        Lease = decided.Lease,
        Booking = decided.Booking,
        Reason = decided.Reason,
        Estimate = decided.Estimate,
    };
}
