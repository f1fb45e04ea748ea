namespace Nexus.Engine.Costs.Budgets;

/// <summary>How a budget stands, as those need it who ask, take and tell: worked out once, and carried on with what is taken and spent, until time or something else changes it.</summary>
/// <remarks>Derived: never part of the state. Most requests are far from every threshold, and to find that out are a few comparisons.</remarks>
internal sealed class BudgetPresent
{
    // Far above every amount, so that sums with it stay within an Int128.
    private static readonly Money Boundless = new(Int128.MaxValue / 4);

    private (long From, long Until) _moments;
    private (long Start, long End) _bounds;
    private bool _rolls;
    private BudgetTerm? _term;
    private Money _passes;
    private Money _alerts;
    private Money _acts;

    /// <summary>What there is to spend, with what was carried over and raised.</summary>
    public Money Amount { get; private set; }

    /// <summary>What is spent.</summary>
    public Money Spent { get; private set; }

    /// <summary>What is spent or reserved.</summary>
    public Money Taken { get; private set; }

    /// <summary>How much may be taken before it halts.</summary>
    public Money HaltsAt { get; private set; }

    /// <summary>How much may be taken before it paces.</summary>
    public Money PacesAt { get; private set; }

    /// <summary>True while it stops and paces nobody.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>True where a threshold is reached that was not told.</summary>
    public bool HasReached => Spent >= _alerts || Taken >= _acts;

    /// <summary>True at the moments that it is about.</summary>
    public bool Holds(long now) => now >= _moments.From && now < _moments.Until;

    /// <summary>Something changed it: it must be worked out anew.</summary>
    public void Forget() => (_moments, _bounds, _term) = (default, default, null);

    /// <summary>Works it out.</summary>
    /// <param name="definition">What is set.</param>
    /// <param name="terms">The budget's periods.</param>
    /// <param name="amount">What there is to spend.</param>
    /// <param name="told">The thresholds that were told.</param>
    /// <param name="moments">The first moment at which amount and pause are as they are now, and the first after them.</param>
    /// <param name="paused">True while it stops and paces nobody.</param>
    /// <param name="now">The moment.</param>
    public void Look(BudgetDefinition definition, BudgetTerms terms, Money amount, IReadOnlySet<(int, BudgetAction)>? told, (long From, long Until) moments, bool paused, long now)
    {
        (_bounds, _rolls) = (terms.Bounds(now), terms.Slot > 0);
        _moments = (Math.Max(_bounds.Start, moments.From), Math.Min(_bounds.End, moments.Until));
        _term = terms.Find(_bounds.Start);
        (Money spent, Money reserved) = terms.Sums(now);
        (Amount, Spent, Taken, IsPaused) = (amount, spent, spent + reserved, paused);
        HaltsAt = paused ? Boundless : definition.First(BudgetAction.Halt)?.Of(amount) ?? Boundless;
        PacesAt = paused ? Boundless : definition.First(BudgetAction.Throttle)?.Of(amount) ?? Boundless;
        _passes = HaltsAt < PacesAt ? HaltsAt : PacesAt;
        (_alerts, _acts) = (Boundless, Boundless);
        foreach (BudgetThreshold threshold in definition.Thresholds)
        {
            if (told?.Contains((threshold.AtMillionths, threshold.Action)) != true)
            {
                Money at = threshold.Of(amount);
                _alerts = threshold.Action == BudgetAction.Alert && at < _alerts ? at : _alerts;
                _acts = threshold.Action != BudgetAction.Alert && at < _acts ? at : _acts;
            }
        }
    }

    /// <summary>True where so much more can be taken without that anything stops or paces.</summary>
    public bool Passes(Money cost) => Taken + cost <= _passes;

    /// <summary>The period or slot of a moment; null where it is another one than the present, or nothing happened in it.</summary>
    public BudgetTerm? TermOf(long at) => at >= _bounds.Start && at < _bounds.End ? _term : null;

    /// <summary>True where an estimate counts in the present period or slot alone.</summary>
    public bool HasAllOf(CostEstimate estimate) => _term is not null
        && estimate.From.Milliseconds >= _bounds.Start && estimate.LastFrom.Milliseconds < _bounds.End && (_rolls || estimate.Until.Milliseconds <= _bounds.End);

    /// <summary>Something was taken or given back in the present period or slot.</summary>
    public void Reserve(Money cost, bool back)
    {
        _term!.Reserve(cost, back);
        Taken = back ? Taken - cost : Taken + cost;
    }

    /// <summary>Something changed in a period or slot.</summary>
    public void Follow(BudgetTerm term, Money spent, Money reserved)
    {
        if (ReferenceEquals(term, _term))
        {
            Spent += spent;
            Taken += spent + reserved;
        }
        else if (term.Start < _bounds.End)
        {
            // What was before counts by what is carried over, or in the window; or the present has just begun to be counted.
            Forget();
        }
    }
}
