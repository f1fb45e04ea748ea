using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>The periods of a budget: those of the calendar, or the slots of a rolling one.</summary>
/// <param name="period">Over what time the budget counts.</param>
/// <param name="amount">What a new period has.</param>
/// <param name="since">Since when it counts: of what was before its first period nothing is known.</param>
internal sealed class BudgetTerms(BudgetPeriod period, Money amount, Instant since)
{
    /// <summary>So many slots before the present one count.</summary>
    public const int SlotsBack = 60;

    // 400 days back usage is taken: a budget by the day knows the day of each.
    private const int MostOfTheCalendar = 450;
    private const int MostSlots = (2 * SlotsBack) + 2;
    private const long ShortestSlot = 60_000;

    private readonly SortedList<long, BudgetTerm> _terms = [];
    private (long Start, long End) _bounds;
    private (long Start, long Before) _before = (long.MinValue, 0);

    /// <summary>How long a slot of a rolling one is, in milliseconds; 0 for one of the calendar.</summary>
    public long Slot { get; } = period.Kind == BudgetPeriodKind.Rolling ? Math.Max(ShortestSlot, (long)period.Length.TotalMilliseconds / SlotsBack) : 0;

    /// <summary>The beginning of the first that is known.</summary>
    public long FirstStart => field != 0 ? field : field = Slot > 0 ? since.Milliseconds - (long)period.Length.TotalMilliseconds - (2 * Slot) : period.Around(since).Start.Milliseconds;

    /// <summary>All of them, the oldest first.</summary>
    public IList<BudgetTerm> All => _terms.Values;

    /// <summary>Takes one over.</summary>
    public void Keep(BudgetTerm term) => _terms.Add(term.Start, term);

    /// <summary>Puts back what is known of them.</summary>
    public void Restore(IEnumerable<BudgetTermState> states)
    {
        foreach (BudgetTermState state in states)
        {
            BudgetTerm term = new(state.Start.Milliseconds, state.End.Milliseconds, state.Amount) { Spent = state.Spent, Reserved = state.Reserved, Refused = state.Refused };
            term.Reached.UnionWith(state.Reached);
            Keep(term);
        }
    }

    /// <summary>The one that begins at a moment; null where nothing happened in it.</summary>
    public BudgetTerm? Find(long start) => _terms.GetValueOrDefault(start);

    /// <summary>Nothing is reserved in any.</summary>
    public void ReserveNothing()
    {
        foreach (BudgetTerm term in _terms.Values)
        {
            term.Reserved = Money.Zero;
        }
    }

    /// <summary>The one of a moment, to be changed; null for one before it counts, or so long ago that it is forgotten.</summary>
    public BudgetTerm? Open(long at)
    {
        (long start, long end) = Bounds(at);
        if (_terms.TryGetValue(start, out BudgetTerm? term))
        {
            return term;
        }

        int most = Slot > 0 ? MostSlots : MostOfTheCalendar;
        if (start < (_terms.Count >= most ? _terms.GetKeyAtIndex(0) : FirstStart))
        {
            return null;
        }

        term = new BudgetTerm(start, end, amount);
        _terms.Add(start, term);
        while (_terms.Count > most && _terms.GetValueAtIndex(0).Reserved == Money.Zero)
        {
            _terms.RemoveAt(0);
        }

        return term;
    }

    /// <summary>The beginning and the end of the one of a moment.</summary>
    public (long Start, long End) Bounds(long at)
    {
        if (at >= _bounds.Start && at < _bounds.End)
        {
            return _bounds;
        }

        if (Slot > 0)
        {
            long start = at - (((at % Slot) + Slot) % Slot);
            return _bounds = (start, start + Slot);
        }

        (Instant first, Instant end) = period.Around(new Instant(at));
        return _bounds = (first.Milliseconds, end.Milliseconds);
    }

    /// <summary>What is spent and reserved at a moment: in its period, or in all slots that count then.</summary>
    public (Money Spent, Money Reserved) Sums(long now)
    {
        long start = Bounds(now).Start;
        if (Slot == 0)
        {
            return Find(start) is { } term ? (term.Spent, term.Reserved) : default;
        }

        (Money spent, Money reserved) = (default, default);
        foreach (BudgetTerm slot in InWindow(start))
        {
            (spent, reserved) = (spent + slot.Spent, reserved + slot.Reserved);
        }

        return (spent, reserved);
    }

    /// <summary>What the period before one leaves of its own amount: what was left to it, and what it was raised by, is gone.</summary>
    public Money LeftBefore(long start)
    {
        if (_before.Start != start)
        {
            _before = (start, period.Around(new Instant(start - 1)).Start.Milliseconds);
        }

        if (_before.Before < FirstStart)
        {
            return Money.Zero;
        }

        BudgetTerm? before = Find(_before.Before);
        Money left = before is null ? amount : before.Amount - before.Spent - before.Reserved;
        return left > Money.Zero ? left : Money.Zero;
    }

    /// <summary>When so much of what counts at a moment does not any more: at the end of its period, or when slots leave the window; null where that does not suffice.</summary>
    public long? FreesAt(long now, Money over)
    {
        (long start, long end) = Bounds(now);
        if (Slot == 0)
        {
            return end;
        }

        foreach (BudgetTerm term in InWindow(start))
        {
            over -= term.Spent + term.Reserved;
            if (over <= Money.Zero)
            {
                return term.Start + ((SlotsBack + 1) * Slot);
            }
        }

        return null;
    }

    /// <summary>The slots that count in one, the oldest first.</summary>
    public IEnumerable<BudgetTerm> InWindow(long start) => _terms.Values.Where(t => t.Start <= start && t.Start >= start - (SlotsBack * Slot));
}
