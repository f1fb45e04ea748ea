using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage.Ledgers;

/// <summary>The ledger, for readers: any thread, at any moment. What a batch wrote is there from the commit on.</summary>
public sealed class Ledger
{
    private static readonly HashSet<int> Nobody = [];

    private readonly JournalReaderPool _readers;
    private readonly UsageFilter _reported;

    internal Ledger(JournalReaderPool readers, UsageFilter reported) => (_readers, _reported) = (readers, reported);

    /// <summary>The places of those of some usage records that were accepted before.</summary>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    public IReadOnlySet<int> Known(IReadOnlyList<UsageRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        List<int> perhaps = [];
        for (int i = 0; i < records.Count; i++)
        {
            if (_reported.MayHold(records[i].Owner.Tenant, records[i].Id))
            {
                perhaps.Add(i);
            }
        }

        return perhaps.Count == 0 ? Nobody : _readers.Ask(reader => reader.Ledger.Known(records, perhaps));
    }

    /// <summary>Adds costs up.</summary>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    public CostReport Report(CostQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _readers.Ask(reader => reader.Ledger.Report(query));
    }

    /// <summary>True where no line was ever written.</summary>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    public bool IsEmpty => LastPlace == 0;

    /// <summary>The place of the last line; 0 where there is none.</summary>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    internal long LastPlace => _readers.Ask(reader => reader.Ledger.LastPlace());

    /// <summary>When the charge period of the earliest line begins; null where there is none.</summary>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    internal Instant? FirstMoment => _readers.Ask(reader => reader.Ledger.FirstMoment());

    /// <summary>What is billed in a month.</summary>
    /// <param name="month">The month.</param>
    /// <param name="query">By what it is grouped and filtered, labels excepted; its range counts for nothing.</param>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    public MonthBill Bill(BillingMonth month, CostQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _readers.Ask(reader => reader.Ledger.Bill(month, query));
    }

    /// <summary>What is billed in each month, from the first that has a line on, without those that have none.</summary>
    /// <param name="within">The owner path within which lines are seen.</param>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    public IReadOnlyList<MonthSum> Months(OwnerPath within) => _readers.Ask(reader => reader.Ledger.Months(within));

    /// <summary>What was spent by some questions, each within its range, from one moment of the ledger.</summary>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    internal LedgerSpending Spending(IReadOnlyList<CostQuery> queries) => _readers.Ask(reader => reader.Ledger.Spending(queries));

    /// <summary>The lines after a place.</summary>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    internal IReadOnlyList<LedgerEntry> After(long place) => _readers.Ask(reader => reader.Ledger.After(place));

    /// <summary>Lines by time and place, some at once.</summary>
    /// <param name="query">Which.</param>
    /// <param name="after">The <c>Next</c> of an earlier answer; null at the beginning.</param>
    /// <param name="limit">How many are looked at, at most; those that do not pass are left out.</param>
    /// <returns>The lines, and where to go on; null at the end.</returns>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    public (IReadOnlyList<LedgerRow> Rows, (long Start, long Place)? Next) Rows(CostQuery query, (long Start, long Place)? after, int limit)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _readers.Ask(reader => reader.Ledger.Rows(query, after, limit));
    }
}
