using System.Collections.Immutable;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Months;

/// <summary>The months that are closed, and in which month a line is billed because of them. Never changed: each closing makes another.</summary>
/// <remarks>Finding the month of a line that lies after all that is closed, as nearly every one does, is a comparison.</remarks>
public sealed class ClosedMonths
{
    private readonly ImmutableSortedDictionary<int, ClosedMonth> _months;
    private readonly Instant _end;

    private ClosedMonths(ImmutableSortedDictionary<int, ClosedMonth> months)
    {
        _months = months;
        _end = months.IsEmpty ? new Instant(long.MinValue) : new BillingMonth(months.Keys.Last()).End;
        All = [.. months.Values];
    }

    /// <summary>None.</summary>
    public static ClosedMonths None { get; } = new(ImmutableSortedDictionary<int, ClosedMonth>.Empty);

    /// <summary>All of them, the earliest first.</summary>
    public IReadOnlyList<ClosedMonth> All { get; }

    /// <summary>A closed month; null where it is open.</summary>
    public ClosedMonth? Find(BillingMonth month) => _months.GetValueOrDefault(month.Number);

    /// <summary>True where a month takes no more lines.</summary>
    public bool Has(BillingMonth month) => _months.ContainsKey(month.Number);

    /// <summary>The first month that is open, from a month on: where what belongs to that is billed.</summary>
    public BillingMonth OpenFrom(BillingMonth month)
    {
        while (Has(month))
        {
            month = month.Next;
        }

        return month;
    }

    /// <summary>A line as it enters the ledger: of a closed month it is an adjustment, which keeps its charge period and is billed in the open one. What somebody entered keeps its kind.</summary>
    public LedgerEntry Entering(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Line.From >= _end || BillingMonth.Of(entry.Line.From) is var month && !Has(month))
        {
            return entry;
        }

        LedgerEntry late = entry with { Billed = OpenFrom(month).Start };
        return entry.Line.Kind is LineKind.Usage or LineKind.Minimum ? late with { Line = entry.Line with { Kind = LineKind.Adjustment }, CorrectedKind = entry.Line.Kind } : late;
    }

    internal ClosedMonths With(ClosedMonth closed) => new(_months.SetItem(closed.Month.Number, closed));
}
