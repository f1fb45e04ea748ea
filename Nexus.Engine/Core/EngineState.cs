using Nexus.Engine.Charges;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Costs.Sizing;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Core;

/// <summary>All that the engine knows. Only <see cref="Apply"/> changes it: the same events in the same order give the same state.</summary>
internal sealed class EngineState
{
    private readonly PoolCharges _charges;
    private readonly ConfigurationChange _configured;
    private readonly UsageChange _usage;
    private readonly BudgetChange _budgets;
    private readonly AllowanceChange _allowances;
    private readonly EndedRequests _ended;

    /// <summary>A state in which nothing has happened.</summary>
    public EngineState(EngineLimits limits)
    {
        Limits = limits;
        Configuration = Configuration.Initial.In(limits.Currency);
        _charges = new PoolCharges(this);
        _configured = new ConfigurationChange(this, _charges);
        _usage = new UsageChange(this);
        _budgets = new BudgetChange(this);
        _allowances = new AllowanceChange(this);
        Estimates = new Estimator(this, new Biller(this));
        Budgets = new BudgetLedger(kind => KindOf!(kind)?.PartOf);
        Router = new Router(Pools, Kinds, new PoolCosts(this, new Biller(this)));
        Health = new PoolHealths(Pools);
        KindOf = Kinds.GetValueOrDefault;
        Allowances = new AllowanceBook(KindOf);
        Quotas = new QuotaLedger(KindOf);
        Merged = new MergedGrants(this);
        _ended = new EndedRequests(Requests, limits.EndedInMemory, Merged.Forget);
        FairShares = new FairShares(this, o => Quotas.Definition(o)?.Weight ?? FairNode.UsualWeight);
    }

    /// <summary>What bounds it.</summary>
    public EngineLimits Limits { get; }

    /// <summary>The pools, by name.</summary>
    public SortedDictionary<string, Pool> Pools { get; } = new(StringComparer.Ordinal);

    /// <summary>How the pools do by the outcomes of their grants.</summary>
    public PoolHealths Health { get; }

    /// <summary>The kinds by name, for quick look-up; equal to those of <see cref="Configuration"/>.</summary>
    public Dictionary<string, ResourceKind> Kinds { get; } = ResourceKind.All.ToDictionary(k => k.Name, StringComparer.Ordinal);

    /// <summary>Finds a kind by its name, or null.</summary>
    public Func<string, ResourceKind?> KindOf { get; }

    /// <summary>Finds the pools that could serve a request; derived from the pools and kinds.</summary>
    public Router Router { get; }

    /// <summary>Who has how much of the pools that give fair shares.</summary>
    public FairShares FairShares { get; }

    /// <summary>What owners may use, and what they do.</summary>
    public QuotaLedger Quotas { get; }

    /// <summary>What may be spent, and what is.</summary>
    public BudgetLedger Budgets { get; }

    /// <summary>What runs may spend and use, and what they do.</summary>
    public AllowanceBook Allowances { get; }

    /// <summary>True where a budget or an allowance may have a say in a request.</summary>
    public bool LimitsSpending(RequestSpec spec) => !Budgets.IsEmpty || spec.Allowance is not null;

    /// <summary>What grants are expected to cost.</summary>
    public Estimator Estimates { get; }

    /// <summary>What was used of SKUs whose tiers are counted over a month.</summary>
    public TierUse Tiers { get; } = new();

    /// <summary>How much work of each workflow, model and kind used.</summary>
    public LearnedSizes Sizes { get; } = new();

    /// <summary>The grants that small requests share.</summary>
    public MergedGrants Merged { get; }

    /// <summary>Credits, discounts and taxes that were entered.</summary>
    public EnteredCharges Charges { get; } = new();

    /// <summary>Kinds, classes and owners.</summary>
    public Configuration Configuration { get; set; }

    /// <summary>Every request that lives, and the newest of those that ended.</summary>
    public Dictionary<RequestKey, Live> Requests { get; } = [];

    /// <summary>The ended requests in memory, in the order in which they ended.</summary>
    public IEnumerable<Request> Ended => _ended.All;

    /// <summary>Those that live, by arrival.</summary>
    public IEnumerable<Request> LiveByArrival => Requests.Values.Select(l => l.Request).Where(r => !r.HasEnded).OrderBy(r => r.Arrival);

    /// <summary>Those that hold a grant.</summary>
    public Live[] Running => [.. Requests.Values.Where(l => l.Request.Status == RequestStatus.Allocated).OrderBy(l => l.Request.Arrival)];

    /// <summary>The number of the last event.</summary>
    public long Sequence { get; set; }

    /// <summary>The engine time of the last event.</summary>
    public Instant At { get; set; }

    /// <summary>Lets an event have happened.</summary>
    /// <param name="happened">The event; its number follows on the last one's.</param>
    /// <param name="archived">Takes the requests that memory no longer holds after it.</param>
    /// <returns>The request it touched, if it is one's.</returns>
    /// <exception cref="InvalidOperationException">The event does not follow from this state: the journal or the engine is broken.</exception>
    public Live? Apply(EngineEvent happened, Action<Request> archived)
    {
        if (happened.Sequence != Sequence + 1)
        {
            throw new InvalidOperationException($"event {happened.Sequence} cannot follow event {Sequence}");
        }

        (Sequence, At) = (happened.Sequence, happened.At > At ? happened.At : At);
        Request? before = !(Budgets.IsEmpty && Allowances.IsEmpty) && happened is RequestEvent { Key: var key } and not RequestSubmitted && Requests.TryGetValue(key, out Live? known) ? known.Request : null;
        Live? live = Changed(happened, archived);
        Merged.Follow(happened, live);
        _usage.Bill(live, happened);
        _budgets.Follow(happened, before, live);
        _allowances.Follow(happened, before, live);
        return live;
    }

    private Live? Changed(EngineEvent happened, Action<Request> archived)
    {
        switch (happened)
        {
            case RequestSubmitted e: return Submitted(e, archived);
            case RequestStarted e: return Started(e);
            case RequestEnded e: return Ending(e, archived);
            case LeaseRenewed e: return Renewed(e);
            case SettlementCorrected e: return Corrected(e, archived);
            case PriorityChanged or PreemptionNoticed or PreemptionWithdrawn or PreemptionBegun or RequestHeld or RequestBooked or BookingMoved or AmountChosen or AlternativeChosen or RequestDegraded or HeldMetered or RequestDelayed: return Moved((RequestEvent)happened);
            case RequestRequeued e: return Requeued(e);
            case UsageRecorded or Rerated: _usage.Apply(happened); return null;
            case ChargeEntered e: Charges.Add(e.Charge); return null;
            case ClockJumped e: Jumped(e); return null;
            case AllowanceEvent e: _allowances.Apply(e); return null;
            case BudgetSet or BudgetDeleted or BudgetRaised or BudgetPaused or BudgetThresholdReached: _budgets.Apply(happened); return null;
            case PoolHealthChanged or PoolHealthReset: Health.Apply(happened); return null;
            case StrategyTried or StrategySwitched: _configured.Learn(happened); return null;
            case ConfigurationEvent e: _configured.Apply(e); return null;
            default: throw new InvalidOperationException($"an event {happened.GetType().Name} is not known");
        }
    }

    // Apart from what every request goes through, which need not pay for these.
    private Live Moved(RequestEvent happened) => happened switch
    {
        PriorityChanged e => Changed(Requests[e.Key], r => r with { Priority = e.To, Evictors = [], Version = e.Sequence }),
        PreemptionNoticed e => Changed(Requests[e.Key], r => r with { Notice = e.Notice, Version = e.Sequence }),
        PreemptionWithdrawn e => Changed(Requests[e.Key], r => r with { Notice = null, Version = e.Sequence }),
        PreemptionBegun e => Changed(Requests[e.Key], r => r with { Preempting = e.Preempting, Reason = Preempting.ReasonOf(r, e.Preempting), Version = e.Sequence }),
        RequestHeld e => Stands(Changed(Requests[e.Key], r => r with { Held = e.Held, Status = RequestStatus.Queued, Booking = null, Version = e.Sequence }), e.At),
        RequestBooked e => Stands(Changed(Requests[e.Key], r => r with { Status = RequestStatus.Reserved, Booking = e.Booking, Version = e.Sequence }), e.At),
        BookingMoved e => Stands(Changed(Requests[e.Key], r => r with { Status = e.To is null ? RequestStatus.Queued : RequestStatus.Reserved, Booking = e.To, Reason = e.Reason ?? r.Reason, Version = e.Sequence }), e.At),
        RequestDelayed e => Changed(Requests[e.Key], r => r with { Reason = e.Reason, Version = e.Sequence }),
        HeldMetered e => Changed(Requests[e.Key], r => r with { HeldUntil = e.Until, Version = e.Sequence }),
        AmountChosen or AlternativeChosen or RequestDegraded => Stands(Changed(Requests[happened.Key], r => ChosenTerms.Made(r, happened, KindOf)), happened.At),
        _ => throw new InvalidOperationException($"an event {happened.GetType().Name} is not known"),
    };

    /// <summary>Puts back what a snapshot kept of a request.</summary>
    public void Restore(Request request)
    {
        request = request.Spec.Members == 1 ? request : request with { Needs = Gang.Needs(request.Spec, KindOf) };
        Live live = new(request);
        Requests.Add(request.Key, live);
        if (request.HasEnded)
        {
            _ended.Restore(live);
            Merged.Remember(request);
        }
        else if (request.Lease is not null)
        {
            _charges.Reserve(request, request.Lease.Amounts, request.Lease.GrantedAt, heldOnly: true);
            _charges.Enlist(live);
            Merged.Enter(request);
        }
    }

    /// <summary>True while any grant may be ended for the sake of others.</summary>
    public bool HasPreemptible => _charges.Listed > 0;

    /// <summary>The value of a class.</summary>
    public int ValueOf(string priority) => Configuration.Class(priority)?.Value ?? 0;

    /// <summary>What decides the place of a waiting request.</summary>
    public Standing StandingOf(Request request) => new(ValueOf(request.Priority), request.Arrival, request.SubmittedAt, request.Spec.Deadline);

    private Live Submitted(RequestSubmitted e, Action<Request> archived)
    {
        Live live = new(new Request
        {
            Spec = e.Spec,
            Arrival = e.Sequence,
            Version = e.Sequence,
            SubmittedAt = e.At,
            Priority = e.Priority,
            Labels = e.Labels,
            Needs = Gang.Needs(e.Spec, KindOf),
            Status = e.Status,
            Lease = e.Lease,
            Reason = e.Reason,
            Booking = e.Booking,
            EndedAt = e.Status == RequestStatus.Rejected ? e.At : null,
        });
        Requests.Add(e.Key, live);
        if (e.Lease is { } lease)
        {
            _charges.Reserve(live.Request, lease.Amounts, e.At);
            _charges.Enlist(live);
            Quotas.Granted(live, e.At);
        }
        else if (e.Status == RequestStatus.Queued)
        {
            FairShares.Stand(live, e.At);
        }
        else if (e.Status == RequestStatus.Rejected)
        {
            Quotas.Refused(e.Reason);
            _ended.Remember(live, archived);
        }

        return live;
    }

    private Live Started(RequestStarted e)
    {
        Live live = Requests[e.Key];
        live.Request = live.Request with { Status = RequestStatus.Allocated, Lease = e.Lease, Reason = null, Preempting = null, Booking = null, Version = e.Sequence };
        _charges.Reserve(live.Request, e.Lease.Amounts, e.At);
        _charges.Enlist(live);
        FairShares.Stand(live, e.At);
        Quotas.Granted(live, e.At);
        return live;
    }

    private Live Ending(RequestEnded e, Action<Request> archived)
    {
        Live live = Requests[e.Key];
        if (live.Request.HasEnded)
        {
            throw new InvalidOperationException($"request {e.Key} cannot end twice");
        }

        if (live.Request.Lease is { } lease)
        {
            _charges.Settle(live.Request, lease, e.Settlement!, e.At);
            this.Learn(live.Request, lease, e.Settlement!.Held, e.Status, e.At);
            Quotas.Ending(live, e.Settlement, e.At);
            if (live.Request.Spec.Sizing is not null)
            {
                Sizes.Ended(live.Request, e);
            }
        }
        else if (e.Status == RequestStatus.Rejected)
        {
            Quotas.Refused(e.Reason);
        }

        live.Request = live.Request with
        {
            Status = e.Status,
            Reason = e.Reason,
            EndedAt = e.At,
            Settlement = e.Settlement,
            Labels = live.Request.Labels.With(e.Labels),
            Notice = null,
            Preempting = null,
            Booking = null,
            Held = false,
            Version = e.Sequence,
        };
        FairShares.Stand(live, e.At);
        _ended.Remember(live, archived);
        return live;
    }

    // Back to its first place: the arrival stays. One that had ended lives again under its id.
    private Live Requeued(RequestRequeued e)
    {
        Live live = Requests[e.Key];
        Request before = live.Request;
        if (before.HasEnded)
        {
            live = Requests[e.Key] = new Live(before);
            _ended.Revive();
        }
        else
        {
            _charges.Settle(before, before.Lease!, e.Settlement!, e.At);
            this.Learn(before, before.Lease!, e.Settlement!.Held, e.Reason.Code == ReasonCode.Requeued ? RequestStatus.Released : RequestStatus.Preempted, e.At);
            Quotas.Ending(live, e.Settlement, e.At);
        }

        Changed(live, r => r with
        {
            Status = RequestStatus.Queued,
            Attempt = r.Attempt + 1,
            Lost = r.Lease is { } lease ? LostWork.After(r.Lost, lease, e.Settlement ?? r.Settlement!) : r.Lost,
            Evictors = Evictors.After(r, e.Reason, Requests.GetValueOrDefault),
            Lease = null,
            ToldToStop = null,
            HeldUntil = null,
            RequeuedAt = e.At,
            Notice = null,
            Settlement = null,
            EndedAt = null,
            Reason = e.Reason,
            Version = e.Sequence,
        });
        FairShares.Stand(live, e.At);
        return live;
    }

    // It may wait now, or not any more.
    private Live Stands(Live live, Instant at)
    {
        FairShares.Stand(live, at);
        return live;
    }

    private Live Renewed(LeaseRenewed e)
    {
        Live live = Requests[e.Key];
        Lease lease = live.Request.Lease!;
        if (e.Extended.Count > 0)
        {
            _charges.Reserve(live.Request, e.Extended, e.At);
        }

        Quotas.Renewing(live, e);
        Quotas.Refused(e.Refusal);
        _charges.Delist(live);
        live.Request = live.Request with
        {
            Lease = lease with { ExpiresAt = e.ExpiresAt, Amounts = lease.Amounts.Plus(e.Extended), Usage = e.Usage },
            HeldUntil = this.Holds(e.Extended) ? e.At : live.Request.HeldUntil,
            ToldToStop = SizeLearning.ToldToStop(live.Request, e),
            Version = e.Sequence,
        };
        _charges.Enlist(live);
        return live;
    }

    private Live Corrected(SettlementCorrected e, Action<Request> archived)
    {
        if (!Requests.TryGetValue(e.Key, out Live? live))
        {
            live = Requests[e.Key] = new Live(e.Prior ?? throw new InvalidOperationException($"request {e.Key} is not known"));
            _ended.Remember(live, archived);
        }

        Request before = live.Request;
        Lease lease = before.Lease!;
        _charges.Correct(lease, before.Settlement!.Metered, e.Settlement.Metered, e.At);
        FairShares.Correct(before, lease, before.Settlement!.Metered, e.Settlement.Metered, e.At);
        Quotas.Corrected(before, before.Settlement!, e.Settlement, e.At);
        return Changed(live, r => r with { Settlement = e.Settlement, Labels = r.Labels.With(e.Labels), Version = e.Sequence });
    }

    private void Jumped(ClockJumped e)
    {
        foreach (Live live in Requests.Values)
        {
            if (live.Request is { Status: RequestStatus.Allocated, Lease: { } lease } request)
            {
                live.Request = request with { Lease = lease with { ExpiresAt = e.At + request.Spec.LeaseLength }, Version = e.Sequence };
            }
        }
    }

    private static Live Changed(Live live, Func<Request, Request> change)
    {
        live.Request = change(live.Request);
        return live;
    }
}
