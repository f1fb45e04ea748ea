using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage.Ledgers;

/// <summary>Writes lines into the ledger and adds them to the sums of their hour, day and month, in the transaction of whoever calls.</summary>
/// <remarks>After a transaction that failed it knows keys that are not there: it is thrown away with its connection.</remarks>
internal sealed class LedgerWriter : IDisposable
{
    private readonly IReadOnlyList<string> _labels;
    private readonly Dictionary<LedgerKey, long> _keys = [];
    private readonly Dictionary<(long Start, long Key), CostSum> _hours = [];
    private readonly Dictionary<(long Start, long Key), CostSum> _days = [];
    private readonly Dictionary<(long Start, long Key), CostSum> _months = [];
    private readonly LabelWriter _labelText = new();
    private readonly RawStatement _insertKey;
    private readonly RawStatement _insertLine;
    private readonly RawStatement _insertLater;
    private readonly RawStatement _insertRecord;
    private readonly RawStatement _addHour;
    private readonly RawStatement _addDay;
    private readonly RawStatement _addMonth;
    private long _lastKey;

    public LedgerWriter(SqliteConnection connection, LedgerOptions options)
    {
        _labels = [.. options.RollupLabels.Order(StringComparer.Ordinal)];
        foreach ((long number, LedgerKey key) in LedgerKeys.Read(connection))
        {
            _keys[key] = number;
            _lastKey = Math.Max(_lastKey, number);
        }

        _insertKey = new(connection, "INSERT INTO ledger_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _insertLine = new(connection, "INSERT INTO ledger VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _insertLater = new(connection, "INSERT INTO ledger_later VALUES (last_insert_rowid(), ?, ?)");
        _insertRecord = new(connection, "INSERT INTO usage_records VALUES (?, ?)");
        _addHour = new(connection, Add("ledger_hours"));
        _addDay = new(connection, Add("ledger_days"));
        _addMonth = new(connection, Add("ledger_months"));
    }

    /// <summary>Says by which labels sums are kept from now on: what the ledger holds already does not count under a label that is new.</summary>
    /// <param name="connection">A connection that writes, outside a transaction.</param>
    /// <param name="options">The labels.</param>
    public static void KeepLabels(SqliteConnection connection, LedgerOptions options)
    {
        List<string> known = [];
        using (RawStatement names = new(connection, "SELECT name FROM ledger_labels"))
        {
            while (names.Next())
            {
                known.Add(names.Text(0)!);
            }
        }

        using RawStatement keep = new(connection, "INSERT INTO ledger_labels SELECT ?, coalesce(max(start) + 1, -9223372036854775807) FROM ledger");
        options.RollupLabels.Except(known, StringComparer.Ordinal).ToList().ForEach(n => keep.Bind(1, n).Run());
        using RawStatement forget = new(connection, "DELETE FROM ledger_labels WHERE name = ?");
        known.Except(options.RollupLabels, StringComparer.Ordinal).ToList().ForEach(n => forget.Bind(1, n).Run());
    }

    /// <summary>Writes what a batch says.</summary>
    public void Write(JournalBatch batch)
    {
        foreach ((string tenant, string id) in batch.Records)
        {
            _insertRecord.Bind(1, id).Bind(2, tenant).Run();
        }

        _hours.Clear();
        _days.Clear();
        _months.Clear();
        foreach (LedgerEntry entry in batch.Ledger)
        {
            long key = KeyOf(entry);
            Write(entry, key, batch.Last);
            CostSum sum = CostSum.Of(entry.Line);
            long start = entry.Line.From.Milliseconds;
            CollectionsMarshal.GetValueRefOrAddDefault(_hours, (LedgerNumbers.Floor(start, LedgerNumbers.Hour), key), out _) += sum;
            CollectionsMarshal.GetValueRefOrAddDefault(_days, (LedgerNumbers.Floor(start, LedgerNumbers.Day), key), out _) += sum;
        }

        foreach (((long start, long key), CostSum sum) in _days)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_months, (LedgerNumbers.MonthFloor(start), key), out _) += sum;
        }

        Add(_addHour, _hours);
        Add(_addDay, _days);
        Add(_addMonth, _months);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RawStatement statement in (RawStatement[])[_insertKey, _insertLine, _insertLater, _insertRecord, _addHour, _addDay, _addMonth])
        {
            statement.Dispose();
        }

        _labelText.Dispose();
    }

    private long KeyOf(LedgerEntry entry)
    {
        LedgerKey key = LedgerKey.Of(entry, LabelText.Only(entry.Labels, _labels));
        if (!_keys.TryGetValue(key, out long number))
        {
            number = _keys[key] = ++_lastKey;
            _insertKey.Bind(1, number).Bind(2, (long)key.Kind).Bind(3, key.Owner.ToString()).Bind(4, key.Resource).Bind(5, key.Pool).Bind(6, key.Provider).Bind(7, key.Model)
                .Bind(8, key.Lane).Bind(9, key.Sku).Bind(10, LabelText.Of(key.Labels)).Run();
        }

        return number;
    }

    private void Write(LedgerEntry entry, long key, long sequence)
    {
        CostLine line = entry.Line;
        (long units, long picos) = LedgerNumbers.Split(line.UnitPrice);
        int charged = BillingMonth.Of(line.From).Number;
        int billed = entry.Billed is { } later ? BillingMonth.Of(later).Number : charged;
        _insertLine.Bind(1, line.From.Milliseconds).Bind(2, line.To.Milliseconds).Bind(3, key).Bind(4, (long)billed).Bind(5, sequence).Bind(6, line.Thousandths)
            .Bind(7, (long)line.Unit).Bind(8, checked((long)line.Quantity.Millionths)).Bind(9, units).Bind(10, picos).Bind(11, entry.Lease).Bind(12, entry.Request).Bind(13, entry.Record)
            .Bind(15, line.PromptTokens).Bind(16, entry.NamedSku).Bind(17, entry.Corrects).Bind(18, entry is { Corrects: null, Billed: null } ? null : (long)entry.CorrectedKind).Bind(19, entry.Note).Bind(20, line.SharesMinimum ? 1 : null);
        ReadOnlySpan<byte> labels = _labelText.Of(entry.Labels);
        (labels.IsEmpty ? _insertLine.Bind(14, (string?)null) : _insertLine.Bind(14, labels)).Run();
        if (billed != charged)
        {
            _insertLater.Bind(1, charged).Bind(2, billed).Run();
        }
    }

    private static void Add(RawStatement to, Dictionary<(long Start, long Key), CostSum> sums)
    {
        foreach (((long start, long key), CostSum sum) in sums)
        {
            (long whole, long micros) = LedgerNumbers.Split(sum.Consumed);
            (long units, long picos) = LedgerNumbers.Split(sum.Cost);
            to.Bind(1, start).Bind(2, key).Bind(3, sum.Lines).Bind(4, whole).Bind(5, micros).Bind(6, units).Bind(7, picos).Run();
        }
    }

    private static string Add(string table) =>
        $"""
        INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (start, key) DO UPDATE SET
        lines = lines + excluded.lines,
        whole = whole + excluded.whole + (micros + excluded.micros) / 1000000, micros = (micros + excluded.micros) % 1000000,
        units = units + excluded.units + (picos + excluded.picos) / 1000000000000, picos = (picos + excluded.picos) % 1000000000000
        """;
}
