using System.Collections;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>What a budget has in addition for a time, the oldest first; of more than a hundred the newest.</summary>
internal sealed class BudgetRaises : IEnumerable<BudgetRaise>
{
    private const int Most = 100;

    private readonly List<BudgetRaise> _all = [];

    /// <summary>Takes one.</summary>
    public void Add(BudgetRaise raise)
    {
        _all.Add(raise);
        if (_all.Count > Most)
        {
            _all.RemoveAt(0);
        }
    }

    /// <summary>Takes over what is known.</summary>
    public void Add(IEnumerable<BudgetRaise> raises) => _all.AddRange(raises);

    /// <summary>What they come to at a moment.</summary>
    /// <param name="at">The moment.</param>
    /// <param name="since">When its period began: what was raised in an earlier one does not count; null where all do.</param>
    public Money At(long at, long? since)
    {
        Money raised = default;
        foreach (BudgetRaise raise in _all)
        {
            raised += at < raise.Until.Milliseconds && !(since > raise.From.Milliseconds) ? raise.Amount : default;
        }

        return raised;
    }

    /// <summary>The first moment since which none has ended, and the next at which one does.</summary>
    public (long From, long Until) Around(long at)
    {
        (long from, long until) = (long.MinValue, long.MaxValue);
        foreach (BudgetRaise raise in _all)
        {
            long end = raise.Until.Milliseconds;
            (from, until) = end <= at ? (Math.Max(from, end), until) : (from, Math.Min(until, end));
        }

        return (from, until);
    }

    /// <inheritdoc/>
    public IEnumerator<BudgetRaise> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
