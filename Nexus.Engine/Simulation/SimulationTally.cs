using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation;

/// <summary>Counts what a simulation's decisions did to requests, tenants and pools.</summary>
internal sealed class SimulationTally
{
    /// <summary>The most tenants that a report names.</summary>
    public const int MostOwners = 200;

    private readonly WaitTimes _waits = new();
    private readonly Fairness _fairness = new();
    private readonly PoolUse _use = new();
    private readonly CostCourse _course = new();
    private readonly Dictionary<string, PoolDefinition> _pools = new(StringComparer.Ordinal);
    private readonly List<string> _classes = [];
    private readonly SortedDictionary<string, long> _rejectedBy = new(StringComparer.Ordinal);
    private readonly Func<Configuration> _configuration;
    private readonly Func<string, ResourceBehaviour?> _behaviourOf;
    private Instant? _from;
    private Instant _last;
    private long _finished;
    private long _rejected;
    private long _expired;
    private long _cancelled;
    private long _deadlines;
    private long _deadlinesMet;
    private long _preemptions;
    private long _lost;
    private Money _cost;
    private bool _priced;

    /// <summary>Counts for an engine.</summary>
    /// <param name="configuration">Its kinds and prices as they are at the moment; parts are counted with their wholes.</param>
    public SimulationTally(Func<Configuration> configuration)
    {
        _configuration = configuration;
        _behaviourOf = name => configuration().Kind(name) is { PartOf: null } found ? found.Behaviour : null;
    }

    /// <summary>Requests that were submitted, or waited at the start.</summary>
    public long Requests { get; private set; }

    /// <summary>Recorded inputs that meant nothing.</summary>
    public long NotApplied { get; set; }

    /// <summary>The tenant of an owner.</summary>
    public SimulatedTenant Tenant(OwnerPath owner) => _fairness.Of(owner);

    /// <summary>The index of a class.</summary>
    public int Class(string name)
    {
        int index = _classes.IndexOf(name);
        if (index < 0)
        {
            index = _classes.Count;
            _classes.Add(name);
        }

        return index;
    }

    /// <summary>Times count from here; told again, it changes nothing.</summary>
    public void Begin(Instant at)
    {
        if (_from is null)
        {
            _from = _last = at;
            _use.Begin(at);
            _course.Begin(at);
        }
    }

    /// <summary>A pool was configured, or with null removed.</summary>
    public void Configured(string name, PoolDefinition? after, Instant now)
    {
        PoolDefinition? before = _pools.GetValueOrDefault(name);
        foreach (string kind in (before?.Supplies ?? []).Concat(after?.Supplies ?? []).Select(s => s.Kind).Distinct(StringComparer.Ordinal))
        {
            if (_behaviourOf(kind) is { } behaviour)
            {
                _fairness.Capacity(kind, behaviour, before?.Of(kind), after?.Of(kind), now);
                _use.Configure(name, kind, behaviour, after?.Of(kind), now);
            }
        }

        if (after is null)
        {
            _pools.Remove(name);
        }
        else
        {
            _pools[name] = after;
        }
    }

    /// <summary>A request came.</summary>
    public void Came(Simulated request)
    {
        if (request.Counts)
        {
            Requests++;
            request.Tenant.Requests++;
            request.Tenant.Deadlines += request.Deadline is null ? 0 : 1;
            _deadlines += request.Deadline is null ? 0 : 1;
        }
    }

    /// <summary>A request waits.</summary>
    public void Waits(Simulated request, Instant now)
    {
        if (!request.WantsMore)
        {
            request.WantsMore = true;
            _fairness.Enter(request.Tenant, now);
        }
    }

    /// <summary>A request starts, for the first time or again.</summary>
    public void Starts(Simulated request, Instant now)
    {
        LeavesQueue(request, now);
        if (request.FirstStart is null)
        {
            request.FirstStart = now;
            if (request.Counts)
            {
                _waits.Add(now.Milliseconds - request.SubmittedAt.Milliseconds, request.Tenant.Index, request.Class);
            }
        }

        Takes(request, request.Lease!.Amounts, now);
    }

    /// <summary>A request's lease grants so much more.</summary>
    public void Takes(Simulated request, ResourceVector amounts, Instant now)
    {
        Change(request.Lease!, amounts, now, +1, both: true);
        _fairness.Take(request.Tenant, amounts, request.Life, _behaviourOf, now);
    }

    /// <summary>A running attempt ends: what it held comes back, what it consumed is settled.</summary>
    public void Returns(Simulated request, Settlement settlement, Instant now)
    {
        Lease lease = request.Lease!;
        Change(lease, lease.Amounts, now, -1, both: false);
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            (string kind, Quantity estimate) = lease.Amounts[i];
            if (_behaviourOf(kind) == ResourceBehaviour.Metered)
            {
                _use.Take(lease.Pools[i], kind, settlement.Metered[kind].Thousandths - estimate.Thousandths, now);
            }
        }

        _fairness.Return(request.Tenant, lease.Amounts, request.Life, _behaviourOf, now);
        _last = now;
    }

    /// <summary>A running attempt was ended for another, and what it had run is lost.</summary>
    public void Preempted(TimeSpan ran)
    {
        _preemptions++;
        _lost += (long)ran.TotalMilliseconds;
    }

    /// <summary>Lines went into the ledger. What corrects an earlier line, or was entered by somebody, is no consequence of the rules and does not count.</summary>
    public void Posted(IReadOnlyList<LedgerEntry> entries)
    {
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i] is { Corrects: null, Line: { IsEntered: false } line, Owner: var owner })
            {
                Money cost = line.Cost;
                _priced |= line.Sku is not null || cost != Money.Zero;
                _cost += cost;
                _course.Add(line.From, line.To, cost);
                Tenant(owner).Cost += cost;
            }
        }
    }

    /// <summary>A request ended for good.</summary>
    public void Ended(Simulated request, RequestStatus status, Reason? reason, Instant now)
    {
        LeavesQueue(request, now);
        _last = now;
        if (!request.Counts)
        {
            return;
        }

        switch (status)
        {
            case RequestStatus.Released:
                _finished++;
                request.Tenant.Finished++;
                int met = request.Deadline >= (request.KnownDuration ? now : request.FirstStart) ? 1 : 0;
                _deadlinesMet += met;
                request.Tenant.DeadlinesMet += met;
                break;
            case RequestStatus.Rejected:
                _rejected++;
                request.Tenant.Rejected++;
                string code = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(reason!.Code.ToString());
                _rejectedBy[code] = _rejectedBy.GetValueOrDefault(code) + 1;
                break;
            case RequestStatus.Expired: _expired++; break;
            default: _cancelled++; break;
        }
    }

    /// <summary>Sums it all up.</summary>
    /// <param name="variant">Under which rules.</param>
    /// <param name="to">The end of the window, or null.</param>
    /// <param name="left">Those that wait or run then.</param>
    /// <param name="events">How many decisions were made.</param>
    /// <param name="hash">Their hash.</param>
    public SimulationReport Report(Variant variant, Instant? to, IEnumerable<Simulated> left, long events, string hash)
    {
        Instant end = to ?? _last;
        Instant from = _from ?? end;
        long waiting = 0;
        long running = 0;
        foreach (Simulated request in left)
        {
            running += request.Counts && request.Lease is not null ? 1 : 0;
            waiting += request.Counts && request.Lease is null ? 1 : 0;
            if (to is { } cut && request.Counts && request.FirstStart is null)
            {
                _waits.Add(cut.Milliseconds - request.SubmittedAt.Milliseconds, request.Tenant.Index, request.Class);
            }
        }

        string[] strategies = [.. _pools.Values.Select(p => p.Strategy).Distinct(StringComparer.Ordinal)];
        return new(
            variant.Name,
            variant.Strategy ?? (strategies is [var all] ? all : "mixed"),
            Requests,
            _finished,
            _rejected,
            _rejectedBy,
            _expired,
            _cancelled,
            waiting,
            running,
            (end.Milliseconds - from.Milliseconds) / 1000.0,
            _use.Shares(end),
            WaitReport(),
            _deadlines,
            _deadlinesMet,
            Math.Round(_fairness.Jain(end), 4),
            _preemptions,
            _lost / 1000.0,
            NotApplied,
            Owners(),
            _use.OverTime(end),
            events,
            hash)
        {
            Cost = CostOf(_cost),
            CostOverTime = CostOf(_cost) is null ? null : _course.Until(end),
        };
    }

    // Where nothing has a price nothing is said of costs: zero would be a figure.
    private CostFigure? CostOf(Money cost) => _priced || !_configuration().Prices.IsEmpty ? CostFigure.Of(cost, _configuration().Currency) : null;

    private WaitReport WaitReport()
    {
        Waits all = _waits.All();
        SortedDictionary<string, ClassWait> byClass = new(StringComparer.Ordinal);
        foreach ((string name, Waits waits) in _classes.Zip(_waits.ByClass(_classes.Count)))
        {
            if (waits.Count > 0)
            {
                byClass.Add(name, new(waits.Count, waits.Mean, waits.Percentile(95)));
            }
        }

        return new(
            all.Mean, all.Percentile(50), all.Percentile(95), all.Percentile(99), all.Max, byClass,
            all.Count == 0 ? [] : [.. Enumerable.Range(0, 101).Select(all.Percentile)]);
    }

    private IReadOnlyList<OwnerReport> Owners()
    {
        Waits[] waits = _waits.ByTenant(_fairness.Tenants.Count);
        return
        [
            .. _fairness.Tenants.Where(t => t.Requests > 0 || t.Cost != Money.Zero).OrderByDescending(t => t.Requests).ThenBy(t => t.Name, StringComparer.Ordinal).Take(MostOwners)
                .Select(t => new OwnerReport(t.Name, t.Requests, t.Finished, waits[t.Index].Mean, waits[t.Index].Percentile(95))
                {
                    Rejected = t.Rejected,
                    Deadlines = t.Deadlines,
                    DeadlinesMet = t.DeadlinesMet,
                    Cost = CostOf(t.Cost),
                }),
        ];
    }

    private void LeavesQueue(Simulated request, Instant now)
    {
        if (request.WantsMore)
        {
            request.WantsMore = false;
            _fairness.Leave(request.Tenant, now);
        }
    }

    private void Change(Lease lease, ResourceVector amounts, Instant now, int sign, bool both)
    {
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            string kind = lease.Amounts[i].Kind;
            long amount = ReferenceEquals(amounts, lease.Amounts) ? amounts[i].Quantity.Thousandths : amounts[kind].Thousandths;
            if (amount > 0 && _behaviourOf(kind) is { } behaviour && (both || behaviour == ResourceBehaviour.Held))
            {
                _use.Take(lease.Pools[i], kind, sign * amount, now);
            }
        }
    }
}
