using Microsoft.Data.Sqlite;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Storage.Ledgers;

/// <summary>A line of the ledger with its place.</summary>
/// <param name="Place">Its place in the ledger, from 1.</param>
/// <param name="Sequence">The last event of the batch with which it was written.</param>
/// <param name="Entry">The line.</param>
public sealed record LedgerRow(long Place, long Sequence, LedgerEntry Entry)
{
    /// <summary>The beginning of the month in which it is billed: that of its charge period, or a later one where that was closed when the line came.</summary>
    public Instant Billed { get; init; } = CostSteps.Of(CostInterval.Month, Entry.Line.From);
}

/// <summary>What was spent in some ranges, by one moment of the ledger.</summary>
/// <param name="Spent">How much, by the beginning of the range; what is nothing is left out.</param>
/// <param name="Place">The last line that was counted; 0 where there is none.</param>
internal sealed record LedgerSpending(IReadOnlyList<BudgetStart> Spent, long Place);

/// <summary>Answers questions about the ledger from one moment of it.</summary>
internal sealed class LedgerReader(SqliteConnection connection) : IDisposable
{
    private const string Columns = "SELECT l.place, l.sequence, l.start, l.stop, l.key, l.amount, l.unit, l.quantity, l.price_units, l.price_picos, l.lease, l.request, l.record, l.labels, l.prompt, l.named, l.corrects, l.corrected, l.month FROM ledger l";

    private readonly Dictionary<long, LedgerKey> _keys = [];
    private long _lastKey;
    private RawStatement? _known;

    /// <summary>The places of those of some usage records that were accepted before.</summary>
    /// <param name="records">The records.</param>
    /// <param name="places">The places of those that are looked up.</param>
    public HashSet<int> Known(IReadOnlyList<UsageRecord> records, IReadOnlyList<int> places)
    {
        _known ??= new RawStatement(connection, "SELECT 1 FROM usage_records WHERE id = ? AND tenant = ?");
        HashSet<int> known = [];
        foreach (int i in places)
        {
            if (_known.Bind(1, records[i].Id).Bind(2, records[i].Owner.Tenant).Next())
            {
                _known.Reset();
                known.Add(i);
            }
        }

        return known;
    }

    /// <summary>Some of the accepted records after one, in the index's order; none at the end.</summary>
    public List<RequestKey> RecordsAfter(RequestKey key, int limit)
    {
        using RawStatement rows = new(connection, "SELECT tenant, id FROM usage_records WHERE (id, tenant) > (?, ?) ORDER BY id, tenant LIMIT ?");
        rows.Bind(1, key.Id).Bind(2, key.Tenant).Bind(3, limit);
        List<RequestKey> keys = [];
        while (rows.Next())
        {
            keys.Add(new(rows.Text(0)!, rows.Text(1)!));
        }

        return keys;
    }

    /// <inheritdoc/>
    public void Dispose() => _known?.Dispose();

    /// <summary>Adds costs up: whole days and hours from their sums, what is left at the ends of the range line by line; all of it so where a label is asked for by which no sums are kept.</summary>
    public CostReport Report(CostQuery query)
    {
        using SqliteTransaction moment = connection.BeginTransaction(deferred: true);
        return ReportOf(query);
    }

    /// <summary>The place of the last line; 0 where there is none.</summary>
    public long LastPlace()
    {
        using RawStatement last = new(connection, "SELECT coalesce(max(place), 0) FROM ledger");
        return last.Next() ? last.Number(0) : 0;
    }

    /// <summary>What was spent by some questions, and the last line that was counted.</summary>
    public LedgerSpending Spending(IReadOnlyList<CostQuery> queries)
    {
        using SqliteTransaction moment = connection.BeginTransaction(deferred: true);
        return new LedgerSpending([.. queries.Select(q => new BudgetStart(q.From, ReportOf(q).Total.Cost)).Where(s => s.Spent != Money.Zero)], LastPlace());
    }

    /// <summary>The lines after a place, in order.</summary>
    public IReadOnlyList<LedgerEntry> After(long place)
    {
        using SqliteTransaction moment = connection.BeginTransaction(deferred: true);
        using RawStatement rows = new(connection, $"{Columns} WHERE l.place > ? ORDER BY l.place");
        rows.Bind(1, place);
        List<LedgerEntry> found = [];
        while (rows.Next())
        {
            found.Add(RowOf(rows).Entry);
        }

        return found;
    }

    private CostReport ReportOf(CostQuery query)
    {
        CostReportBuilder report = new(query);
        bool scans = query.Labels.Any(l => !IsKept(l, query.From));
        (long from, long to) = (query.From.Milliseconds, query.To.Milliseconds);
        if (scans)
        {
            AddLines(report, query, from, to);
            return report.Build(scanned: true);
        }

        Dictionary<long, int> groups = [];
        long whole = LedgerNumbers.Ceiling(from, LedgerNumbers.Hour);
        long end = LedgerNumbers.Floor(to, LedgerNumbers.Hour);
        if (whole >= end)
        {
            AddLines(report, query, from, to);
        }
        else
        {
            AddLines(report, query, from, whole);
            long firstDay = query.Interval == CostInterval.Hour ? end : Math.Min(LedgerNumbers.Ceiling(whole, LedgerNumbers.Day), end);
            long lastDay = Math.Max(firstDay, query.Interval == CostInterval.Hour ? end : LedgerNumbers.Floor(end, LedgerNumbers.Day));
            AddSums(report, query, groups, "ledger_hours", whole, firstDay);
            AddSums(report, query, groups, "ledger_days", firstDay, lastDay);
            AddSums(report, query, groups, "ledger_hours", lastDay, end);
            AddLines(report, query, end, to);
        }

        return report.Build(scanned: false);
    }

    /// <summary>Lines of a range by time and place, some at once.</summary>
    /// <param name="query">Which.</param>
    /// <param name="after">The time and place of the last that was read; null at the beginning.</param>
    /// <param name="limit">How many are looked at, at most; those that do not pass are left out.</param>
    /// <returns>The lines, and where to go on; null at the end.</returns>
    public (IReadOnlyList<LedgerRow> Rows, (long Start, long Place)? Next) Rows(CostQuery query, (long Start, long Place)? after, int limit)
    {
        using SqliteTransaction moment = connection.BeginTransaction(deferred: true);
        using RawStatement rows = new(connection, $"{Columns} WHERE (l.start, l.place) > (?, ?) AND l.start < ? ORDER BY l.start, l.place LIMIT ?");
        (long start, long place) = after ?? (query.From.Milliseconds - 1, long.MaxValue);
        rows.Bind(1, start).Bind(2, place).Bind(3, query.To.Milliseconds).Bind(4, (long)limit);
        List<LedgerRow> found = [];
        (long Start, long Place)? last = null;
        int looked = 0;
        while (rows.Next())
        {
            looked++;
            LedgerRow row = RowOf(rows);
            last = (row.Entry.Line.From.Milliseconds, row.Place);
            if (query.Passes(LedgerKey.Of(row.Entry, row.Entry.Labels)))
            {
                found.Add(row);
            }
        }

        return (found, looked == limit ? last : null);
    }

    private bool IsKept(string label, Instant from)
    {
        using RawStatement row = new(connection, "SELECT 1 FROM ledger_labels WHERE name = ? AND since <= ?");
        return row.Bind(1, label).Bind(2, from.Milliseconds).Next();
    }

    private void AddSums(CostReportBuilder report, CostQuery query, Dictionary<long, int> groups, string table, long from, long to)
    {
        if (from >= to)
        {
            return;
        }

        bool steps = query.Interval != CostInterval.None;
        using RawStatement sums = new(connection, steps
            ? $"SELECT key, lines, whole, micros, units, picos, start FROM {table} WHERE start >= ? AND start < ?"
            : $"SELECT key, sum(lines), sum(whole), sum(micros), sum(units), sum(picos), 0 FROM {table} WHERE start >= ? AND start < ? GROUP BY key");
        sums.Bind(1, from).Bind(2, to);
        while (sums.Next())
        {
            long number = sums.Number(0);
            LedgerKey key = KeyOf(number);
            if (!groups.TryGetValue(number, out int group))
            {
                group = groups[number] = report.GroupOf(key);
            }

            if (group >= 0)
            {
                report.Add(
                    group, key, CostSteps.Of(query.Interval, new Instant(sums.Number(6))),
                    new CostSum(sums.Number(1), LedgerNumbers.Quantity(sums.Number(2), sums.Number(3)), LedgerNumbers.Money(sums.Number(4), sums.Number(5))));
            }
        }
    }

    private void AddLines(CostReportBuilder report, CostQuery query, long from, long to)
    {
        if (from >= to)
        {
            return;
        }

        using RawStatement rows = new(connection, $"{Columns} WHERE l.start >= ? AND l.start < ?");
        rows.Bind(1, from).Bind(2, to);
        while (rows.Next())
        {
            LedgerEntry entry = RowOf(rows).Entry;
            LedgerKey key = LedgerKey.Of(entry, entry.Labels);
            if (report.GroupOf(key) is var group and >= 0)
            {
                report.Add(group, key, CostSteps.Of(query.Interval, entry.Line.From), CostSum.Of(entry.Line));
            }
        }
    }

    private LedgerRow RowOf(RawStatement row)
    {
        LedgerKey key = KeyOf(row.Number(4));
        CostLine line = new(key.Kind, key.Resource, new Instant(row.Number(2)), new Instant(row.Number(3)), row.Number(5))
        {
            Sku = key.Sku,
            Unit = (PricingUnit)row.Number(6),
            Quantity = new PricingQuantity(row.Number(7)),
            UnitPrice = LedgerNumbers.Money(row.Number(8), row.Number(9)),
            Pool = key.Pool,
            Provider = key.Provider,
            Model = key.Model,
            Lane = key.Lane,
            PromptTokens = row.MaybeNumber(14),
        };
        return new LedgerRow(row.Number(0), row.Number(1), new LedgerEntry(line, key.Owner, LabelText.Read(row.Text(13)))
        {
            Lease = row.MaybeNumber(10),
            Request = row.Text(11),
            Record = row.Text(12),
            NamedSku = row.Text(15),
            Corrects = row.MaybeNumber(16),
            CorrectedKind = (LineKind)row.Number(17),
        })
        {
            Billed = LedgerNumbers.Month(row.Number(18)),
        };
    }

    // Keys are only ever added: what was read once stays true.
    private LedgerKey KeyOf(long number)
    {
        if (!_keys.TryGetValue(number, out LedgerKey? key))
        {
            foreach ((long known, LedgerKey read) in LedgerKeys.Read(connection, _lastKey))
            {
                _keys[known] = read;
                _lastKey = known;
            }

            key = _keys[number];
        }

        return key;
    }
}
