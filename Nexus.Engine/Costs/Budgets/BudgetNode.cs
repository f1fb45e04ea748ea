using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>
/// One budget: what there is, what is spent and what is reserved of it, in each of its periods. What is only asked changes nothing, so that a replay, which does not ask, comes to the same.
/// </summary>
/// <remarks>
/// A cost counts in the period of its own time. A rolling budget counts in slots of a sixtieth of its length, at least a minute, aligned to the epoch: the slot of a moment and the
/// 60 before it count in full, so that no window of its length ever holds more than the amount.
/// </remarks>
internal sealed class BudgetNode
{
    private const int MostRaises = 100;
    private const long Hour = 3_600_000;

    private readonly BudgetTerms _terms;
    private readonly List<BudgetRaise> _raises = [];
    private readonly SortedSet<(int AtMillionths, BudgetAction Action)> _reached = [];
    private readonly BudgetThreshold? _halt;
    private readonly BudgetThreshold? _throttle;
    private (long Start, long Before) _before = (long.MinValue, 0);

    /// <summary>A budget of which nothing is spent.</summary>
    public BudgetNode(BudgetDefinition definition, long version, Instant since)
    {
        (Definition, Version, Since) = (definition, version, since);
        _terms = new BudgetTerms(definition.Period, definition.Amount, since);
        (_halt, _throttle) = (definition.First(BudgetAction.Halt), definition.First(BudgetAction.Throttle));
        Point = new BudgetPoint(this);
    }

    /// <summary>What is set.</summary>
    public BudgetDefinition Definition { get; }

    /// <summary>The number of the event that last changed what is set.</summary>
    public long Version { get; set; }

    /// <summary>Since when it counts.</summary>
    public Instant Since { get; }

    /// <summary>Until when it stops and paces nobody; null where it does.</summary>
    public BudgetPause? Pause { get; set; }

    /// <summary>When it lets the next one pass.</summary>
    public BudgetPace? Pace { get; private set; }

    /// <summary>Where those wait whom it stops.</summary>
    public BudgetPoint Point { get; }

    /// <summary>How long a slot of a rolling one is, in milliseconds; 0 for one of the calendar.</summary>
    public long Slot => _terms.Slot;

    private bool IsRolling => Slot > 0;

    /// <summary>The budget of a state.</summary>
    public static BudgetNode Of(BudgetState state)
    {
        BudgetNode node = new(state.Definition, state.Version, state.Since) { Pause = state.Pause, Pace = state.Pace };
        node._raises.AddRange(state.Raises);
        node._reached.UnionWith(state.Reached);
        node._terms.Restore(state.Terms);
        return node;
    }

    /// <summary>As it is, for readers and snapshots.</summary>
    public BudgetState ToState() => new(Definition, Version, Since)
    {
        Terms = [.. _terms.All.Select(t => t.ToState())],
        Raises = [.. _raises],
        Pause = Pause,
        Pace = Pace,
        Reached = [.. _reached],
    };

    /// <summary>How it stands at a moment.</summary>
    public BudgetFigures FiguresAt(long now)
    {
        (long start, long end) = Bounds(now);
        (Money spent, Money reserved) = _terms.Sums(now);
        Money amount = AmountAt(now);
        bool isHalted = _halt is not null && spent + reserved >= _halt.Of(amount);
        bool isThrottled = _throttle is not null && spent + reserved >= _throttle.Of(amount);
        BudgetCondition state = Pause is { } pause && now < pause.Until.Milliseconds ? BudgetCondition.Paused
            : isHalted || (isThrottled && amount <= spent + reserved) ? BudgetCondition.Halted
            : isThrottled ? BudgetCondition.Throttled
            : Definition.First(BudgetAction.Alert) is { } alert && spent >= alert.Of(amount) ? BudgetCondition.Alerting : BudgetCondition.Open;
        return IsRolling
            ? new(new Instant(start - (BudgetTerms.SlotsBack * Slot)), new Instant(now), amount, spent, reserved, state, NextAt(now)) { Refused = _terms.InWindow(start).Sum(t => t.Refused), Raised = Raised(now) }
            : new(new Instant(start), new Instant(end), amount, spent, reserved, state, NextAt(now)) { Refused = _terms.Find(start)?.Refused ?? 0, Carried = Carried(start), Raised = Raised(now) };
    }

    /// <summary>What there is to spend at a moment, with what was carried over and raised.</summary>
    public Money AmountAt(long at)
    {
        (long start, _) = Bounds(at);
        return (IsRolling ? Definition.Amount : _terms.Find(start)?.Amount ?? Definition.Amount) + Carried(start) + Raised(at);
    }

    /// <summary>What of an estimate counts in the period of a moment.</summary>
    public Money CostAt(CostEstimate estimate, Func<string, string?> wholeOf, long at)
    {
        (long start, long end) = Bounds(at);
        return CostIn(estimate, wholeOf, start, end);
    }

    /// <summary>What stops an estimate at a moment, or null. What costs nothing passes.</summary>
    /// <param name="estimate">What it would cost.</param>
    /// <param name="wholeOf">The kind of which a kind is a part.</param>
    /// <param name="now">The moment.</param>
    /// <param name="instead">What is reserved already and would be replaced.</param>
    public BudgetStop? Stops(CostEstimate estimate, Func<string, string?> wholeOf, long now, CostEstimate? instead = null)
    {
        if ((_halt is null && _throttle is null) || IsPaused(now))
        {
            return null;
        }

        (long start, long end) = Bounds(now);
        Money had = instead is null ? default : CostIn(instead, wholeOf, start, end);
        Money cost = CostIn(estimate, wholeOf, start, end) - had;
        if (cost <= Money.Zero)
        {
            return null;
        }

        (Money spent, Money reserved) = _terms.Sums(now);
        Money amount = AmountAt(now);
        Money with = spent + reserved + cost;
        if (_halt is not null && with > _halt.Of(amount))
        {
            return new BudgetStop(this, BudgetAction.Halt, cost, _halt.Of(amount) - spent - reserved, FreesAt(now, cost, _halt.Of(amount)), cost > MostEver(now));
        }

        if (_throttle is null || with <= _throttle.Of(amount))
        {
            return null;
        }

        Money left = amount - spent - reserved;
        return left <= Money.Zero ? new BudgetStop(this, BudgetAction.Halt, cost, left, FreesAt(now, cost, amount), false)
            : instead is null && NextAt(now) is { } next ? new BudgetStop(this, BudgetAction.Throttle, cost, left, next.Milliseconds, false) { PerHour = new Money(left.Picos * Hour / Math.Max(1, TimeLeft(now))) }
            : null;
    }

    /// <summary>How far a lease may reach as far as the budgets of coming periods allow: to the first boundary behind which one refuses; <see cref="long.MaxValue"/> where none does.</summary>
    public long Reach(CostEstimate estimate, Func<string, string?> wholeOf, long now, CostEstimate? instead = null)
    {
        if (_halt is null || IsRolling || IsPaused(now))
        {
            return long.MaxValue;
        }

        for (long start = Bounds(now).End; start < estimate.Until.Milliseconds; start = Bounds(start).End)
        {
            long end = Bounds(start).End;
            Money more = CostIn(estimate, wholeOf, start, end) - (instead is null ? default : CostIn(instead, wholeOf, start, end));
            BudgetTerm? term = _terms.Find(start);
            if (more > Money.Zero && (term?.Spent ?? default) + (term?.Reserved ?? default) + more > _halt.Of(AmountAt(start)))
            {
                return start;
            }
        }

        return long.MaxValue;
    }

    /// <summary>What may be admitted at most at a moment; null: no bound.</summary>
    public Money? LeftAt(long now)
    {
        if ((_halt is null && _throttle is null) || IsPaused(now))
        {
            return null;
        }

        (Money spent, Money reserved) = _terms.Sums(now);
        Money amount = AmountAt(now);
        Money? left = _halt is null ? null : _halt.Of(amount) - spent - reserved;
        Money? unpaced = _throttle is null ? null : amount <= spent + reserved ? Money.Zero : NextAt(now) is null ? null : _throttle.Of(amount) - spent - reserved;
        return left is { } l && unpaced is { } u ? (l < u ? l : u) : left ?? unpaced;
    }

    /// <summary>The next moment at which it may let more pass without anything being given back.</summary>
    public long MoreAt(long now)
    {
        long resets = Bounds(now).End;
        return NextAt(now) is { } next && next.Milliseconds < resets ? next.Milliseconds : resets;
    }

    /// <summary>Takes an estimate, or gives it back.</summary>
    public void Reserve(CostEstimate estimate, Func<string, string?> wholeOf, bool back)
    {
        foreach (EstimateLine line in estimate.AsSpan())
        {
            if (line.Cost == Money.Zero || !Definition.Scope.Counts(line.Resource, wholeOf) || _terms.Open(line.From.Milliseconds) is not { } term)
            {
                continue;
            }

            if (IsRolling || line.To.Milliseconds <= term.End)
            {
                term.Reserve(line.Cost, back);
                continue;
            }

            for (BudgetTerm? part = term; part is not null; part = line.To.Milliseconds > part.End ? _terms.Open(part.End) : null)
            {
                part.Reserve(line.Between(new Instant(part.Start), new Instant(part.End)), back);
            }
        }
    }

    /// <summary>Somebody passes, and takes an estimate: where it paces, the next one comes later.</summary>
    public void Admit(RequestKey key, CostEstimate estimate, Func<string, string?> wholeOf, Instant at)
    {
        long now = at.Milliseconds;
        Money cost = _throttle is null || IsPaused(now) ? default : CostAt(estimate, wholeOf, now);
        if (cost > Money.Zero)
        {
            (Money spent, Money reserved) = _terms.Sums(now);
            Money amount = AmountAt(now);
            Money left = amount - spent - reserved;
            if (left > Money.Zero && spent + reserved + cost > _throttle!.Of(amount))
            {
                // One that is booked passes at its turn, and the next one after it.
                Pace = new BudgetPace(at, NextAt(now) ?? at, key.Tenant, key.Id, left, TimeLeft(now));
                Pace = Pace with { NextAt = Pace.After(cost) };
            }
        }

        Reserve(estimate, wholeOf, back: false);
    }

    /// <summary>Somebody's cost is known: where it was the last that passed, the next one comes as much sooner or later.</summary>
    public void Settle(RequestKey key, Money actual)
    {
        if (Pace is { } pace && pace.Request == key.Id && pace.Tenant == key.Tenant)
        {
            Pace = pace with { NextAt = pace.After(actual) };
        }
    }

    /// <summary>A line is in the ledger.</summary>
    /// <returns>What of it counts.</returns>
    public Money Spend(CostLine line, Func<string, string?> wholeOf, long now)
    {
        if ((line.Sku is null && line.UnitPrice == Money.Zero) || !Definition.Scope.Counts(line.Resource, wholeOf))
        {
            return Money.Zero;
        }

        Money cost = line.Cost;
        Spend(line.From.Milliseconds, cost, now);
        return cost;
    }

    /// <summary>Something was spent at a moment.</summary>
    public void Spend(long at, Money cost, long now)
    {
        if (IsRolling && _reached.Count > 0)
        {
            ForgetWhatIsUnder(now);
        }

        if (cost != Money.Zero && _terms.Open(at) is { } term)
        {
            term.Spent += cost;
        }
    }

    /// <summary>It refused somebody.</summary>
    public void Refuse(long now)
    {
        if (_terms.Open(now) is { } term)
        {
            term.Refused++;
        }
    }

    /// <summary>It has more for a time.</summary>
    public void Raise(BudgetRaise raise)
    {
        _raises.Add(raise);
        if (_raises.Count > MostRaises)
        {
            _raises.RemoveAt(0);
        }
    }

    /// <summary>The thresholds that are reached at a moment and were not told yet, the lowest first.</summary>
    public IEnumerable<BudgetThreshold> NewlyReached(long now)
    {
        (Money spent, Money reserved) = _terms.Sums(now);
        Money amount = AmountAt(now);
        SortedSet<(int, BudgetAction)>? told = IsRolling ? _reached : _terms.Find(Bounds(now).Start)?.Reached;
        return Definition.Thresholds.Where(t => (t.Action == BudgetAction.Alert ? spent : spent + reserved) >= t.Of(amount) && told?.Contains((t.AtMillionths, t.Action)) != true);
    }

    /// <summary>A threshold was told.</summary>
    public void Reach(BudgetThreshold threshold, long now) => (IsRolling ? _reached : _terms.Open(now)!.Reached).Add((threshold.AtMillionths, threshold.Action));

    /// <summary>Takes over what another of the same scope and period knows.</summary>
    public void Continue(BudgetNode before, Instant at)
    {
        foreach (BudgetTerm term in before._terms.All)
        {
            _terms.Keep(term);
            term.Amount = term.End > at.Milliseconds ? Definition.Amount : term.Amount;
        }

        _raises.AddRange(before._raises);
        _reached.UnionWith(before._reached);
        (Pause, Pace) = (before.Pause, before.Pace);
    }

    /// <summary>Nothing is reserved: it is taken anew from what runs.</summary>
    public void ReserveNothing() => _terms.ReserveNothing();

    /// <summary>The period of a moment; of a rolling one its slot.</summary>
    public (long Start, long End) Bounds(long at) => _terms.Bounds(at);

    private Money CostIn(CostEstimate estimate, Func<string, string?> wholeOf, long start, long end) =>
        Definition.Scope.CostOf(estimate, wholeOf, start - (BudgetTerms.SlotsBack * Slot), end, IsRolling);

    private bool IsPaused(long now) => Pause is { } pause && now < pause.Until.Milliseconds;

    private Money MostEver(long now)
    {
        Money most = AmountAt(now);
        return _halt!.Of(most > Definition.Amount ? most : Definition.Amount);
    }

    // What counted in a slot comes back when the slot leaves the window.
    private long? FreesAt(long now, Money cost, Money limit)
    {
        if (!IsRolling)
        {
            return Bounds(now).End;
        }

        (Money spent, Money reserved) = _terms.Sums(now);
        Money over = spent + reserved + cost - limit;
        foreach (BudgetTerm term in _terms.InWindow(Bounds(now).Start))
        {
            over -= term.Spent + term.Reserved;
            if (over <= Money.Zero)
            {
                return term.Start + ((BudgetTerms.SlotsBack + 1) * Slot);
            }
        }

        return null;
    }

    private Instant? NextAt(long now) => Pace is { } pace && pace.NextAt.Milliseconds > now && (IsRolling || pace.AdmittedAt.Milliseconds >= Bounds(now).Start) ? pace.NextAt : null;

    private long TimeLeft(long now) => IsRolling ? (long)Definition.Period.Length.TotalMilliseconds : Bounds(now).End - now;

    private void ForgetWhatIsUnder(long now)
    {
        (Money spent, Money reserved) = _terms.Sums(now);
        _reached.RemoveWhere(r => (r.Action == BudgetAction.Alert ? spent : spent + reserved) < new BudgetThreshold(r.AtMillionths, r.Action).Of(AmountAt(now)));
    }

    // Of its own amount a period leaves to the next what it did not spend: what was left to it, and what it was raised by, is gone.
    private Money Carried(long start)
    {
        if (!Definition.CarryOver || IsRolling)
        {
            return Money.Zero;
        }

        if (_before.Start != start)
        {
            _before = (start, Definition.Period.Around(new Instant(start - 1)).Start.Milliseconds);
        }

        if (_before.Before < _terms.FirstStart)
        {
            return Money.Zero;
        }

        BudgetTerm? before = _terms.Find(_before.Before);
        Money left = before is null ? Definition.Amount : before.Amount - before.Spent - before.Reserved;
        return left > Money.Zero ? left : Money.Zero;
    }

    private Money Raised(long at)
    {
        Money raised = default;
        foreach (BudgetRaise raise in _raises)
        {
            raised += at < raise.Until.Milliseconds && (IsRolling || Bounds(at).Start <= raise.From.Milliseconds) ? raise.Amount : default;
        }

        return raised;
    }
}
