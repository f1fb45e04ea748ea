using Nexus.Dashboard.Features.Costs;
using Nexus.Dashboard.Tests.Dashboard.Costs.Focus;
using Nexus.Engine.Costs;
using Nexus.Engine.Storage.Ledgers;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

/// <summary>The Parquet file, read back by a reader.</summary>
public sealed class CostsParquetTests
{
    private static readonly IReadOnlyList<LedgerRow> Rows = new FocusScene().Rows;

    [Fact]
    public async Task It_has_the_columns_and_cells_of_the_csv_with_types_of_their_own()
    {
        await using ParquetReader reader = await ReadAsync(Rows);
        using StringWriter text = new();
        await CostsCsv.WriteAsync(text, Rows, "EUR", TestContext.Current.CancellationToken);
        IReadOnlyList<string[]> csv = CsvFile.Read(text.ToString());

        Assert.Equal(csv[0], reader.Schema.DataFields.Select(f => f.Name));
        for (int i = 0; i < csv[0].Length; i++)
        {
            Assert.Equal(csv.Skip(1).Select(r => CsvFile.TextOf(r[i])), await CellsAsync(reader, reader.Schema.DataFields[i]));
        }
    }

    [Fact]
    public async Task Amounts_are_decimals_of_38_digits_twelve_of_them_behind_the_point_and_times_are_of_utc()
    {
        await using ParquetReader reader = await ReadAsync(Rows);

        Assert.All(reader.Schema.DataFields.OfType<DecimalDataField>(), f => Assert.Equal((38, 12), (f.Precision, f.Scale)));
        Assert.Equal(["amount", "consumed", "pricingQuantity", "unitPrice", "cost"], reader.Schema.DataFields.OfType<DecimalDataField>().Select(f => f.Name));
        Assert.All(reader.Schema.DataFields.OfType<DateTimeDataField>(), f => Assert.Equal((true, DateTimeTimeUnit.Millis), (f.IsAdjustedToUTC, f.Unit)));
    }

    [Fact]
    public async Task The_dearest_line_that_there_can_be_fits()
    {
        LedgerRow first = Rows[0];
        LedgerRow dear = first with { Entry = first.Entry with { Line = first.Entry.Line with { Quantity = new PricingQuantity((Int128)1_000_000_000_000 * 1_000_000), UnitPrice = Money.Parse("999999.999999") } } };
        await using ParquetReader reader = await ReadAsync([dear, dear with { Entry = dear.Entry with { Line = dear.Entry.Line.Reverse() } }]);

        Assert.Equal(["999999999999000000", "-999999999999000000"], await CellsAsync(reader, reader.Schema.DataFields.Single(f => f.Name == "cost")));
    }

    [Fact]
    public async Task Many_lines_are_written_group_by_group()
    {
        await using ParquetReader reader = await ReadAsync(Enumerable.Range(1, (CostsParquet.RowsAGroup * 2) + 1).Select(i => Rows[0] with { Place = i }));

        Assert.Equal([CostsParquet.RowsAGroup, CostsParquet.RowsAGroup, 1], reader.RowGroups.Select(g => g.RowCount));
    }

    [Fact]
    public async Task A_ledger_without_lines_is_a_file_without_rows()
    {
        await using ParquetReader reader = await ReadAsync([]);

        Assert.Equal(0, reader.RowGroupCount);
        Assert.Equal(CostsColumn.All.Count, reader.Schema.DataFields.Length);
    }

    private static async Task<ParquetReader> ReadAsync(IEnumerable<LedgerRow> rows)
    {
        MemoryStream file = new();
        await CostsParquet.WriteAsync(file, rows, "EUR", TestContext.Current.CancellationToken);
        file.Position = 0;
        return await ParquetReader.CreateAsync(file, new ParquetOptions { UseBigDecimal = true }, leaveStreamOpen: false, TestContext.Current.CancellationToken);
    }

    // As the CSV writes them.
    private static async Task<IEnumerable<string>> CellsAsync(ParquetReader reader, DataField field)
    {
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        int count = (int)group.RowCount;
        CancellationToken stop = TestContext.Current.CancellationToken;
        if (field is DecimalDataField)
        {
            BigDecimal?[] numbers = new BigDecimal?[count];
            await group.ReadAsync<BigDecimal>(field, numbers, cancellationToken: stop);
            return numbers.Select(n => n is { } number ? new Money((Int128)number.UnscaledValue).ToString() : "");
        }

        if (field is DateTimeDataField)
        {
            DateTime[] times = new DateTime[count];
            await group.ReadAsync<DateTime>(field, times, cancellationToken: stop);
            return times.Select(t => t.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", System.Globalization.CultureInfo.InvariantCulture));
        }

        if (field.ClrType == typeof(long))
        {
            long[] numbers = new long[count];
            await group.ReadAsync<long>(field, numbers, cancellationToken: stop);
            return numbers.Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        string[] texts = new string[count];
        await group.ReadAsync(field, texts, cancellationToken: stop);
        return texts.Select(t => t ?? "");
    }
}
