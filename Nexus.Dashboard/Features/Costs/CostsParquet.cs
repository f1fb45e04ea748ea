using System.Numerics;
using Nexus.Engine.Costs;
using Nexus.Engine.Storage.Ledgers;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>Lines of the ledger as Parquet: the columns of the CSV, amounts as DECIMAL(38,12), times as UTC timestamps of milliseconds.</summary>
/// <remarks>
/// <para>A row group holds <see cref="RowsAGroup"/> lines and is written before the next is read, so that a long export needs no more room than a short one, but for the few hundred bytes a group in the file's foot.</para>
/// <para>Written by Parquet.Net (MIT): all managed, so that one build runs everywhere, it writes to a stream that cannot go back, and its decimals have all 38 digits. ParquetSharp (Apache 2.0) brings 160 MB of native code for each platform.</para>
/// </remarks>
internal static class CostsParquet
{
    /// <summary>How many lines are in memory at once.</summary>
    public const int RowsAGroup = 20_000;

    private const int Digits = 38;

    // What the writer keeps of its own buffers from one group to the next.
    private const int MostKept = 8 * 1024 * 1024;

    private static readonly DataField[] Fields = [.. CostsColumn.All.Select(Field)];

    private static readonly ParquetSchema Schema = new(Fields);

    /// <summary>Writes them as they come.</summary>
    public static async Task WriteAsync(Stream to, IEnumerable<LedgerRow> rows, string currency, CancellationToken cancellation)
    {
        await using ForwardStream forward = new(to);
        ParquetOptions options = new() { UseBigDecimal = true, CompressionMethod = CompressionMethod.Snappy, MaximumSmallPoolFreeBytes = MostKept, MaximumLargePoolFreeBytes = MostKept };
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(Schema, forward, options, cancellationToken: cancellation);
        Group group = new(writer, currency);
        foreach (LedgerRow row in rows)
        {
            if (group.Add(row))
            {
                await group.WriteAsync(cancellation);
            }
        }

        await group.WriteAsync(cancellation);
    }

    private static DataField Field(CostsColumn column) => column.Cell switch
    {
        CostsCell.Whole => new DataField<long>(column.Name, nullable: false),
        CostsCell.Time => new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: false),
        CostsCell.Decimal => new BigDecimalDataField(column.Name, Digits, Money.Decimals, isNullable: true),
        _ => new DataField(column.Name, typeof(string), isNullable: true),
    };

    /// <summary>The lines of a row group, and a column of them at a time: buffers that are used again for every group, as each is too large to be thrown away.</summary>
    private sealed class Group(ParquetWriter writer, string currency)
    {
        private readonly LedgerRow[] _rows = new LedgerRow[RowsAGroup];
        private readonly long[] _wholes = new long[RowsAGroup];
        private readonly DateTime[] _times = new DateTime[RowsAGroup];
        private readonly BigDecimal?[] _decimals = new BigDecimal?[RowsAGroup];
        private readonly string?[] _texts = new string?[RowsAGroup];
        private int _count;

        /// <summary>Takes a line.</summary>
        /// <returns>True where the group is full.</returns>
        public bool Add(LedgerRow row)
        {
            _rows[_count++] = row;
            return _count == RowsAGroup;
        }

        /// <summary>Writes what it holds, if anything, and is empty.</summary>
        public async Task WriteAsync(CancellationToken cancellation)
        {
            if (_count == 0)
            {
                return;
            }

            using ParquetRowGroupWriter to = writer.CreateRowGroup();
            for (int i = 0; i < Fields.Length; i++)
            {
                await WriteAsync(to, Fields[i], CostsColumn.All[i], cancellation);
            }

            to.CompleteValidate();
            _count = 0;
        }

        private Task WriteAsync(ParquetRowGroupWriter to, DataField field, CostsColumn column, CancellationToken cancellation)
        {
            switch (column.Cell)
            {
                case CostsCell.Whole:
                    Fill(_wholes, row => (long)column.Number(row)!.Value);
                    return to.WriteAsync<long>(field, _wholes.AsMemory(0, _count), cancellationToken: cancellation);
                case CostsCell.Time:
                    Fill(_times, row => DateTime.UnixEpoch.AddMilliseconds((long)column.Number(row)!.Value));
                    return to.WriteAsync<DateTime>(field, _times.AsMemory(0, _count), cancellationToken: cancellation);
                case CostsCell.Decimal:
                    Fill(_decimals, row => column.Number(row) is { } picos ? new BigDecimal((BigInteger)picos, Digits, Money.Decimals) : null);
                    return to.WriteAsync<BigDecimal>(field, _decimals.AsMemory(0, _count), cancellationToken: cancellation);
                default:
                    Fill(_texts, row => column.Words(row, currency));
                    return to.WriteAsync(field, new ArraySegment<string>(_texts!, 0, _count));
            }
        }

        private void Fill<T>(T[] buffer, Func<LedgerRow, T> of)
        {
            for (int i = 0; i < _count; i++)
            {
                buffer[i] = of(_rows[i]);
            }
        }
    }
}
