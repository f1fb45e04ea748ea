namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>Tells where a file breaks a rule.</summary>
/// <param name="file">The file.</param>
/// <param name="columns">The columns that the published rule names.</param>
internal delegate IEnumerable<string> FocusRule(FocusData file, IReadOnlyList<string> columns);

/// <summary>The published rules between columns, rows and files, by their ids. A rule speaks of a column only where the file has it.</summary>
internal static class FocusRules
{
    private static readonly Dictionary<string, FocusRule> Known = new[] { FocusFormatRules.All, FocusChargeRules.All, FocusPriceRules.All, FocusCostRules.All, FocusPartyRules.All }
        .SelectMany(r => r).ToDictionary(r => r.Key, r => r.Value, StringComparer.Ordinal);

    /// <summary>What nobody can tell from a file: it is about documents, several deliveries or invoices that the file does not hold.</summary>
    private static readonly string[] Documented =
    [
        "custom-no-effect", "string-stable", "pricing-unit-meaning", "billed-adjusted", "billed-invoice-total", "foreign-rows-zero", "sku-id-stable", "correction-styles", "discount-split", "draft-token-cache",
    ];

    /// <summary>True where a rule is known here; of one that is not nothing can be told.</summary>
    public static bool Knows(string id) => Known.ContainsKey(id) || Documented.Contains(id);

    /// <summary>Where a file breaks a rule.</summary>
    public static IEnumerable<string> Faults(string id, FocusData file, IReadOnlyList<string> columns) => Known.TryGetValue(id, out FocusRule? rule) ? rule(file, columns).Select(f => $"{id}: {f}") : [];

    /// <summary>A rule about single rows.</summary>
    public static FocusRule Row(Func<FocusRow, string?> fault, params string[] needs) => (file, _) => file.Has(needs) ? Told(file, fault) : [];

    /// <summary>A rule about each cell of the columns that it names.</summary>
    public static FocusRule Cell(Func<FocusRow, string, string, string?> fault) => (file, columns) =>
        (columns.Contains("*") ? file.Columns : columns.Where(c => file.Has(c))).SelectMany(c => Told(file, row => row[c] is { } cell && fault(row, c, cell) is { } found ? $"{c} {found}: {cell}" : null));

    /// <summary>A rule that one column has one value for each of another.</summary>
    public static FocusRule OneFor(string key, string value) => (file, _) => file.Has(key, value)
        ? file.Rows.Where(r => r[key] is not null).GroupBy(r => r[key]).Where(g => g.Select(r => r[value]).Distinct().Count() > 1).Select(g => $"{key} {g.Key} has {string.Join(" and ", g.Select(r => r[value]).Distinct())} as {value}")
        : [];

    /// <summary>A rule about a whole file.</summary>
    public static FocusRule File(Func<FocusData, IReadOnlyList<string>, IEnumerable<string>> faults) => (file, columns) => file.IsExcerpt ? [] : faults(file, columns);

    private static IEnumerable<string> Told(FocusData file, Func<FocusRow, string?> fault) => file.Rows.Select(r => fault(r) is { } found ? $"row {r.Number}: {found}" : null).OfType<string>();
}
