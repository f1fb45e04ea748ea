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

    private static readonly DataField[] Fields = [.. CostsColumn.All.Select(Field)];

    private static readonly ParquetSchema Schema = new(Fields);

    /// <summary>Writes them as they come.</summary>
    public static async Task WriteAsync(Stream to, IEnumerable<LedgerRow> rows, string currency, CancellationToken cancellation)
    {
        await using ForwardStream forward = new(to);
        ParquetOptions options = new() { UseBigDecimal = true, CompressionMethod = CompressionMethod.Snappy };
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(Schema, forward, options, cancellationToken: cancellation);
        foreach (LedgerRow[] group in rows.Chunk(RowsAGroup))
        {
            using ParquetRowGroupWriter columns = writer.CreateRowGroup();
            for (int i = 0; i < Fields.Length; i++)
            {
                await WriteAsync(columns, Fields[i], CostsColumn.All[i], group, currency, cancellation);
            }

            columns.CompleteValidate();
        }
    }

    private static DataField Field(CostsColumn column) => column.Cell switch
    {
        CostsCell.Whole => new DataField<long>(column.Name, nullable: false),
        CostsCell.Time => new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: false),
        CostsCell.Decimal => new BigDecimalDataField(column.Name, Digits, Money.Decimals, isNullable: true),
        _ => new DataField(column.Name, typeof(string), isNullable: true),
    };

    private static Task WriteAsync(ParquetRowGroupWriter to, DataField field, CostsColumn column, LedgerRow[] rows, string currency, CancellationToken cancellation) => column.Cell switch
    {
        CostsCell.Whole => to.WriteAsync<long>(field, Array.ConvertAll(rows, r => (long)column.Number(r)!.Value), cancellationToken: cancellation),
        CostsCell.Time => to.WriteAsync<DateTime>(field, Array.ConvertAll(rows, r => DateTime.UnixEpoch.AddMilliseconds((long)column.Number(r)!.Value)), cancellationToken: cancellation),
        CostsCell.Decimal => to.WriteAsync<BigDecimal>(field, Array.ConvertAll(rows, r => column.Number(r) is { } picos ? new BigDecimal((BigInteger)picos, Digits, Money.Decimals) : (BigDecimal?)null), cancellationToken: cancellation),
        _ => to.WriteAsync(field, Array.ConvertAll(rows, r => column.Words(r, currency))!),
    };
}
