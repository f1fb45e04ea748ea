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
    private readonly BudgetTerms _terms;
    private readonly BudgetPacing _pacing;
    private readonly BudgetPresent _present = new();
    private readonly BudgetRaises _raises = [];
    private readonly SortedSet<(int AtMillionths, BudgetAction Action)> _reached = [];
    private readonly bool _countsAll;
    private readonly BudgetThreshold? _halt;
    private readonly BudgetThreshold? _throttle;

    /// <summary>A budget of which nothing is spent.</summary>
    public BudgetNode(BudgetDefinition definition, long version, Instant since)
    {
        (Definition, Version, Since) = (definition, version, since);
        _terms = new BudgetTerms(definition.Period, definition.Amount, since);
        _pacing = new BudgetPacing(definition.Period, _terms);
        _countsAll = definition.Scope.Resources.Count == 0;
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
    public BudgetPause? Pause
    {
        get;
        set
        {
            field = value;
            _present.Forget();
        }
    }

    /// <summary>When it lets the next one pass.</summary>
    public BudgetPace? Pace => _pacing.Pace;

    /// <summary>Where those wait whom it stops.</summary>
    public BudgetPoint Point { get; }

    /// <summary>True while it stands in the list of those that changed.</summary>
    public bool IsTouched { get; set; }

    /// <summary>How long a slot of a rolling one is, in milliseconds; 0 for one of the calendar.</summary>
    public long Slot => _terms.Slot;

    private bool IsRolling => Slot > 0;

    /// <summary>The budget of a state.</summary>
    public static BudgetNode Of(BudgetState state)
    {
        BudgetNode node = new(state.Definition, state.Version, state.Since) { Pause = state.Pause };
        node._pacing.Pace = state.Pace;
        node._raises.Add(state.Raises);
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
        BudgetPresent present = At(now);
        (Money amount, Money spent, Money taken) = (present.Amount, present.Spent, present.Taken);
        bool isHalted = _halt is not null && taken >= _halt.Of(amount);
        bool isThrottled = _throttle is not null && taken >= _throttle.Of(amount);
        BudgetCondition state = present.IsPaused ? BudgetCondition.Paused
            : isHalted || (isThrottled && amount <= taken) ? BudgetCondition.Halted
            : isThrottled ? BudgetCondition.Throttled
            : Definition.First(BudgetAction.Alert) is { } alert && spent >= alert.Of(amount) ? BudgetCondition.Alerting : BudgetCondition.Open;
        return IsRolling
            ? new(new Instant(start - (BudgetTerms.SlotsBack * Slot)), new Instant(now), amount, spent, taken - spent, state, _pacing.NextAt(now)) { Refused = _terms.InWindow(start).Sum(t => t.Refused), Raised = Raised(now) }
            : new(new Instant(start), new Instant(end), amount, spent, taken - spent, state, _pacing.NextAt(now)) { Refused = _terms.Find(start)?.Refused ?? 0, Carried = Carried(start), Raised = Raised(now) };
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
        if (_halt is null && _throttle is null)
        {
            return null;
        }

        // What passes as a whole passes in parts, too.
        BudgetPresent present = At(now);
        return present.IsPaused || present.Passes(estimate.Total) ? null : Stops(present, estimate, wholeOf, now, instead);
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
        if ((_halt is null && _throttle is null) || At(now) is not { IsPaused: false } present)
        {
            return null;
        }

        Money? left = _halt is null ? null : present.HaltsAt - present.Taken;
        Money? unpaced = _throttle is null ? null : present.Amount <= present.Taken ? Money.Zero : _pacing.NextAt(now) is null ? null : present.PacesAt - present.Taken;
        return left is { } l && unpaced is { } u ? (l < u ? l : u) : left ?? unpaced;
    }

    /// <summary>The next moment at which it may let more pass without anything being given back.</summary>
    public long MoreAt(long now)
    {
        long resets = Bounds(now).End;
        return _pacing.NextAt(now) is { } next && next.Milliseconds < resets ? next.Milliseconds : resets;
    }

    /// <summary>Takes an estimate, or gives it back.</summary>
    public void Reserve(CostEstimate estimate, Func<string, string?> wholeOf, bool back)
    {
        if (_present.HasAllOf(estimate))
        {
            Money cost = _countsAll ? estimate.Total : Definition.Scope.CostOf(estimate, wholeOf, long.MinValue, long.MaxValue, whole: true);
            if (cost != Money.Zero)
            {
                _present.Reserve(cost, back);
            }

            return;
        }

        foreach (EstimateLine line in estimate.AsSpan())
        {
            if (line.Cost == Money.Zero || !Definition.Scope.Counts(line.Resource, wholeOf) || Open(line.From.Milliseconds) is not { } term)
            {
                continue;
            }

            if (IsRolling || line.To.Milliseconds <= term.End)
            {
                Reserve(term, line.Cost, back);
                continue;
            }

            for (BudgetTerm? part = term; part is not null; part = line.To.Milliseconds > part.End ? Open(part.End) : null)
            {
                Reserve(part, line.Between(new Instant(part.Start), new Instant(part.End)), back);
            }
        }
    }

    /// <summary>Somebody passes, and takes an estimate: where it paces, the next one comes later.</summary>
    public void Admit(RequestKey key, CostEstimate estimate, Func<string, string?> wholeOf, Instant at)
    {
        long now = at.Milliseconds;
        BudgetPresent present = At(now);
        if (_throttle is not null && present.Taken + estimate.Total > present.PacesAt && present.Amount - present.Taken is var left && left > Money.Zero
            && CostAt(estimate, wholeOf, now) is var cost && cost > Money.Zero && present.Taken + cost > present.PacesAt)
        {
            _pacing.Passes(key, cost, left, at);
        }

        Reserve(estimate, wholeOf, back: false);
    }

    /// <summary>Somebody's cost is known: where it was the last that passed, the next one comes as much sooner or later.</summary>
    public void Settle(RequestKey key, Money actual) => _pacing.Settle(key, actual);

    /// <summary>Something of a kind was spent at a moment: a line is in the ledger.</summary>
    /// <returns>What of it counts.</returns>
    public Money Spend(string resource, Func<string, string?> wholeOf, long at, Money cost, long now)
    {
        if (!_countsAll && !Definition.Scope.Counts(resource, wholeOf))
        {
            return Money.Zero;
        }

        Spend(at, cost, now);
        return cost;
    }

    /// <summary>Something was spent at a moment.</summary>
    public void Spend(long at, Money cost, long now)
    {
        if (IsRolling && _reached.Count > 0)
        {
            ForgetWhatIsUnder(now);
        }

        if (cost != Money.Zero && Open(at) is { } term)
        {
            term.Spent += cost;
            _present.Follow(term, cost, default);
        }
    }

    /// <summary>It refused somebody.</summary>
    public void Refuse(long now)
    {
        if (Open(now) is { } term)
        {
            term.Refused++;
            _present.Follow(term, default, default);
        }
    }

    /// <summary>It has more for a time.</summary>
    public void Raise(BudgetRaise raise)
    {
        _raises.Add(raise);
        _present.Forget();
    }

    /// <summary>The thresholds that are reached at a moment and were not told yet, the lowest first.</summary>
    public BudgetThreshold[] NewlyReached(long now) => At(now).HasReached ? ReachedUntold(now) : [];

    /// <summary>A threshold was told.</summary>
    public void Reach(BudgetThreshold threshold, long now)
    {
        (IsRolling ? _reached : _terms.Open(now)!.Reached).Add((threshold.AtMillionths, threshold.Action));
        _present.Forget();
    }

    /// <summary>Takes over what another of the same scope and period knows.</summary>
    public void Continue(BudgetNode before, Instant at)
    {
        foreach (BudgetTerm term in before._terms.All)
        {
            _terms.Keep(term);
            term.Amount = term.End > at.Milliseconds ? Definition.Amount : term.Amount;
        }

        _raises.Add(before._raises);
        _reached.UnionWith(before._reached);
        (Pause, _pacing.Pace) = (before.Pause, before.Pace);
        before._present.Forget();
    }

    /// <summary>Nothing is reserved: it is taken anew from what runs.</summary>
    public void ReserveNothing()
    {
        _terms.ReserveNothing();
        _present.Forget();
    }

    /// <summary>The period of a moment; of a rolling one its slot.</summary>
    public (long Start, long End) Bounds(long at) => _terms.Bounds(at);

    private BudgetStop? Stops(BudgetPresent present, CostEstimate estimate, Func<string, string?> wholeOf, long now, CostEstimate? instead)
    {
        Money cost = CostAt(estimate, wholeOf, now) - (instead is null ? default : CostAt(instead, wholeOf, now));
        if (cost <= Money.Zero)
        {
            return null;
        }

        Money with = present.Taken + cost;
        if (_halt is not null && with > present.HaltsAt)
        {
            return new BudgetStop(this, BudgetAction.Halt, cost, present.HaltsAt - present.Taken, FreesAt(now, cost, present.HaltsAt), cost > MostEver(now));
        }

        if (_throttle is null || with <= present.PacesAt)
        {
            return null;
        }

        Money left = present.Amount - present.Taken;
        return left <= Money.Zero ? new BudgetStop(this, BudgetAction.Halt, cost, left, FreesAt(now, cost, present.Amount), false)
            : instead is null && _pacing.NextAt(now) is { } next ? new BudgetStop(this, BudgetAction.Throttle, cost, left, next.Milliseconds, false) { PerHour = _pacing.PerHour(left, now) }
            : null;
    }

    private Money CostIn(CostEstimate estimate, Func<string, string?> wholeOf, long start, long end) =>
        Definition.Scope.CostOf(estimate, wholeOf, start - (BudgetTerms.SlotsBack * Slot), end, IsRolling);

    private bool IsPaused(long now) => now < Pause?.Until.Milliseconds;

    private BudgetPresent At(long now)
    {
        if (!_present.Holds(now))
        {
            Look(now);
        }

        return _present;
    }

    private void Look(long now)
    {
        (long from, long until) = _raises.Around(now);
        if (Pause?.Until.Milliseconds is { } pausedUntil)
        {
            (from, until) = now < pausedUntil ? (from, Math.Min(until, pausedUntil)) : (Math.Max(from, pausedUntil), until);
        }

        _present.Look(Definition, _terms, AmountAt(now), Told(now), (from, until), IsPaused(now), now);
    }

    private SortedSet<(int AtMillionths, BudgetAction Action)>? Told(long now) => IsRolling ? _reached : _terms.Find(Bounds(now).Start)?.Reached;

    private BudgetThreshold[] ReachedUntold(long now)
    {
        BudgetPresent present = At(now);
        SortedSet<(int, BudgetAction)>? told = Told(now);
        return [.. Definition.Thresholds.Where(t => (t.Action == BudgetAction.Alert ? present.Spent : present.Taken) >= t.Of(present.Amount) && told?.Contains((t.AtMillionths, t.Action)) != true)];
    }

    private BudgetTerm? Open(long at) => _present.TermOf(at) ?? _terms.Open(at);

    private void Reserve(BudgetTerm term, Money cost, bool back)
    {
        term.Reserve(cost, back);
        _present.Follow(term, default, back ? -cost : cost);
    }

    private Money MostEver(long now)
    {
        Money most = AmountAt(now);
        return _halt!.Of(most > Definition.Amount ? most : Definition.Amount);
    }

    private long? FreesAt(long now, Money cost, Money limit) => _terms.FreesAt(now, At(now).Taken + cost - limit);

    private void ForgetWhatIsUnder(long now)
    {
        BudgetPresent present = At(now);
        if (_reached.RemoveWhere(r => (r.Action == BudgetAction.Alert ? present.Spent : present.Taken) < new BudgetThreshold(r.AtMillionths, r.Action).Of(present.Amount)) > 0)
        {
            present.Forget();
        }
    }

    private Money Carried(long start) => Definition.CarryOver && !IsRolling ? _terms.LeftBefore(start) : Money.Zero;

    private Money Raised(long at) => _raises.At(at, IsRolling ? null : Bounds(at).Start);
}
