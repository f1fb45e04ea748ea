using System.Globalization;
using System.Text.Json;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>A FOCUS file: columns, and rows of texts and nulls.</summary>
internal sealed class FocusData
{
    private FocusData(IReadOnlyList<string> columns, IEnumerable<string?[]> rows)
    {
        Columns = columns;
        Rows = [.. rows.Select((cells, i) => new FocusRow(i + 1, columns.Zip(cells).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal)))];
    }

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<FocusRow> Rows { get; }

    /// <summary>True for a file of examples that shows selected columns: rules about a whole file say nothing of it.</summary>
    public bool IsExcerpt { get; private init; }

    /// <summary>Reads an exported file: an empty cell is null, and every other is what it says.</summary>
    public static FocusData OfExport(string csv) => new(CsvFile.Read(csv)[0], CsvFile.Read(csv).Skip(1).Select(r => r.Select(c => c.Length == 0 ? null : CsvFile.TextOf(c)).ToArray()));

    /// <summary>Reads rows of the specification's own examples: <c>(null)</c> is null too, and what they have of later versions is our own with <c>x_</c> before it.</summary>
    public static FocusData OfExamples(string csv, FocusSpecification specification)
    {
        IReadOnlyList<string[]> lines = CsvFile.Read(csv);
        string[] columns = [.. lines[0].Select(c => specification.Column(c) is null && !c.StartsWith("x_", StringComparison.Ordinal) ? "x_" + c : c)];
        return new FocusData(columns, lines.Skip(1).Select(r => r.Select((c, i) => c is "" or "(null)" ? null : columns[i] == "SkuPriceDetails" ? Prefixed(c, specification) : c).ToArray())) { IsExcerpt = true };
    }

    /// <summary>The same with other cells in its first row; a column that it does not have is added.</summary>
    public FocusData With(params (string Column, string? Value)[] cells)
    {
        string[] columns = [.. Columns.Union(cells.Select(c => c.Column))];
        return new FocusData(columns, Rows.Select((r, i) => columns.Select(c => i == 0 && cells.Any(o => o.Column == c) ? cells.Single(o => o.Column == c).Value : r[c]).ToArray()));
    }

    /// <summary>The same without a column.</summary>
    public FocusData Without(string column) => new([.. Columns.Where(c => c != column)], Rows.Select(r => Columns.Where(c => c != column).Select(c => r[c]).ToArray()));

    public bool Has(params ReadOnlySpan<string> columns)
    {
        foreach (string column in columns)
        {
            if (!Columns.Contains(column))
            {
                return false;
            }
        }

        return true;
    }

    private static string Prefixed(string json, FocusSpecification specification)
    {
        using JsonDocument details = JsonDocument.Parse(json);
        IReadOnlyList<string> defined = specification.Column("SkuPriceDetails")!.DefinedKeys;
        return JsonSerializer.Serialize(details.RootElement.EnumerateObject().ToDictionary(p => defined.Contains(p.Name) || p.Name.StartsWith("x_", StringComparison.Ordinal) ? p.Name : "x_" + p.Name, p => p.Value.Clone(), StringComparer.Ordinal));
    }
}

/// <summary>A row; a column that the file does not have is null.</summary>
internal sealed class FocusRow(int number, IReadOnlyDictionary<string, string?> cells)
{
    public int Number => number;

    public string? this[string column] => cells.GetValueOrDefault(column);

    /// <summary>A number; null where there is none.</summary>
    public decimal? Decimal(string column) => this[column] is { } text && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : null;

    /// <summary>A moment; null where there is none.</summary>
    public DateTimeOffset? Time(string column) => this[column] is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    public bool IsUsage => this["ChargeCategory"] == "Usage";

    public bool IsCorrection => this["ChargeClass"] == "Correction";

    /// <summary>True for a row that must have what a price list tells: use or a purchase that corrects nothing.</summary>
    public bool IsPlain => this["ChargeCategory"] is "Usage" or "Purchase" && !IsCorrection;

    public bool IsTax => this["ChargeCategory"] == "Tax";
}
