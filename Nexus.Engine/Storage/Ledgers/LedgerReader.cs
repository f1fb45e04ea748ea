using Microsoft.Data.Sqlite;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Costs.Months;
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
    private const string Columns = "SELECT l.place, l.sequence, l.start, l.stop, l.key, l.amount, l.unit, l.quantity, l.price_units, l.price_picos, l.lease, l.request, l.record, l.labels, l.prompt, l.named, l.corrects, l.corrected, l.month, l.note, l.shared FROM ledger l";

    private const string Later = $"{Columns} JOIN ledger_later m ON m.place = l.place";

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

    /// <summary>Adds costs up: whole months, days and hours from their sums, what is left at the ends of the range line by line; all of it so where a label is asked for by which no sums are kept.</summary>
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

    /// <summary>When the charge period of the earliest line begins; null where there is none.</summary>
    public Instant? FirstMoment()
    {
        using RawStatement first = new(connection, "SELECT min(start) FROM ledger");
        return first.Next() && first.MaybeNumber(0) is { } start ? new Instant(start) : null;
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

    /// <summary>What is billed in a month: what was charged in it, less what is billed later, and what is billed in it of earlier ones.</summary>
    public MonthBill Bill(BillingMonth month, CostQuery query)
    {
        using SqliteTransaction moment = connection.BeginTransaction(deferred: true);
        CostQuery range = query with { From = month.Start, To = month.End, Interval = CostInterval.None };
        CostQuery earlier = query with { From = new Instant(0), To = month.Start, Interval = CostInterval.Month };
        (CostReportBuilder own, CostReportBuilder corrections) = (new(range), new(earlier));
        bool scanned = AddRange(own, range);
        AddLater(own, range, $"{Later} WHERE m.charged = ?", month, entered: null);
        List<LedgerRow> entered = Entered(month, range);
        AddLater(corrections, earlier, $"{Later} WHERE m.billed = ?", month, entered);
        return new MonthBill(own.Build(scanned), corrections.Build(scanned), entered);
    }

    /// <summary>What is billed in each month.</summary>
    public IReadOnlyList<MonthSum> Months(OwnerPath within)
    {
        using SqliteTransaction moment = connection.BeginTransaction(deferred: true);
        using RawStatement ends = new(connection, "SELECT min(start), max(start) FROM ledger");
        if (!ends.Next() || ends.MaybeNumber(0) is not { } first)
        {
            return [];
        }

        CostQuery query = new(BillingMonth.Of(new Instant(first)).Start, BillingMonth.Of(new Instant(ends.Number(1))).End) { Within = within, Interval = CostInterval.Month };
        ends.Reset();
        SortedDictionary<BillingMonth, MonthSum> months = [];
        foreach (CostPoint point in ReportOf(query).Series)
        {
            BillingMonth month = BillingMonth.Of(point.Start);
            months[month] = new MonthSum(month, point.Sum, default, default);
        }

        using RawStatement rows = new(connection, Later);
        while (rows.Next())
        {
            LedgerRow row = RowOf(rows);
            if (row.Entry.Owner.IsWithin(within))
            {
                (CostSum sum, BillingMonth charged, BillingMonth billed) = (CostSum.Of(row.Entry.Line), BillingMonth.Of(row.Entry.Line.From), BillingMonth.Of(row.Billed));
                MonthSum own = Of(charged);
                months[charged] = own with { Billed = own.Billed + -sum, BilledLater = own.BilledLater + sum };
                MonthSum later = Of(billed);
                months[billed] = later with { Billed = later.Billed + sum, Corrections = later.Corrections + sum };
            }
        }

        return [.. months.Values];

        MonthSum Of(BillingMonth month) => months.GetValueOrDefault(month) ?? new MonthSum(month, default, default, default);
    }

    // They all begin with their month.
    private List<LedgerRow> Entered(BillingMonth month, CostQuery query)
    {
        using RawStatement rows = new(connection, $"{Columns} WHERE l.start = ? AND l.month = ? ORDER BY l.place");
        rows.Bind(1, month.Start.Milliseconds).Bind(2, (long)month.Number);
        List<LedgerRow> entered = [];
        while (rows.Next())
        {
            if (RowOf(rows) is { Entry: { Line.IsEntered: true } entry } row && query.Passes(LedgerKey.Of(entry, entry.Labels)))
            {
                entered.Add(row);
            }
        }

        return entered;
    }

    // Adds what is billed later than charged where it is collected, and else takes it away.
    private void AddLater(CostReportBuilder report, CostQuery query, string sql, BillingMonth month, List<LedgerRow>? entered)
    {
        using RawStatement rows = new(connection, sql);
        rows.Bind(1, (long)month.Number);
        while (rows.Next())
        {
            LedgerRow row = RowOf(rows);
            LedgerEntry entry = row.Entry;
            LedgerKey key = LedgerKey.Of(entry, entry.Labels);
            if (report.GroupOf(key) is var group and >= 0)
            {
                CostSum sum = CostSum.Of(entry.Line);
                report.Add(group, key, CostSteps.Of(query.Interval, entry.Line.From), entered is null ? -sum : sum);
                if (entry.Line.IsEntered)
                {
                    entered?.Add(row);
                }
            }
        }
    }

    private CostReport ReportOf(CostQuery query)
    {
        CostReportBuilder report = new(query);
        return report.Build(AddRange(report, query));
    }

    // True where lines were read one by one.
    private bool AddRange(CostReportBuilder report, CostQuery query)
    {
        bool scans = query.Labels.Any(l => !IsKept(l, query.From));
        (long from, long to) = (query.From.Milliseconds, query.To.Milliseconds);
        if (scans)
        {
            AddLines(report, query, from, to);
            return true;
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
            bool hasMonths = query.Interval is CostInterval.None or CostInterval.Month && firstDay < lastDay;
            long firstMonth = hasMonths ? Math.Min(LedgerNumbers.MonthCeiling(firstDay), lastDay) : lastDay;
            long lastMonth = hasMonths ? Math.Max(LedgerNumbers.MonthFloor(lastDay), firstMonth) : lastDay;
            AddSums(report, query, groups, "ledger_hours", whole, firstDay);
            AddSums(report, query, groups, "ledger_days", firstDay, firstMonth);
            AddSums(report, query, groups, "ledger_months", firstMonth, lastMonth);
            AddSums(report, query, groups, "ledger_days", lastMonth, lastDay);
            AddSums(report, query, groups, "ledger_hours", lastDay, end);
            AddLines(report, query, end, to);
        }

        return false;
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
            SharesMinimum = row.MaybeNumber(20) is not null,
        };
        BillingMonth billed = new((int)row.Number(18));
        return new LedgerRow(row.Number(0), row.Number(1), new LedgerEntry(line, key.Owner, LabelText.Read(row.Text(13)))
        {
            Lease = row.MaybeNumber(10),
            Request = row.Text(11),
            Record = row.Text(12),
            NamedSku = row.Text(15),
            Corrects = row.MaybeNumber(16),
            CorrectedKind = (LineKind)row.Number(17),
            Billed = billed > BillingMonth.Of(line.From) ? billed.Start : null,
            Note = row.Text(19),
        })
        {
            Billed = billed.Start,
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
