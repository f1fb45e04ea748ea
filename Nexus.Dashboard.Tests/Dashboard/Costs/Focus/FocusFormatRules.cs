using System.Text.Json;
using System.Text.RegularExpressions;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>How cells and columns are written.</summary>
internal static partial class FocusFormatRules
{
    private static readonly string[] StandIns = ["", "not applicable", "n/a", "na", "none", "null", "(null)", "-", "unknown"];

    // Nexus issues no invoices that are paid, so that it need not have these; it has all others whose condition it meets.
    private static readonly string[] OfInvoices = ["InvoiceId", "InvoiceDetailId"];

    public static IReadOnlyDictionary<string, FocusRule> All { get; } = new Dictionary<string, FocusRule>(StringComparer.Ordinal)
    {
        ["num-plain"] = FocusRules.Cell((_, _, cell) => Number().IsMatch(cell) ? null : "is no plain number"),
        ["num-exponent"] = FocusRules.Cell((_, _, cell) => cell.Contains("E+", StringComparison.Ordinal) || cell.Contains('e', StringComparison.Ordinal) ? "has a signed exponent" : null),
        ["time-format"] = FocusRules.Cell((_, _, cell) => Time().IsMatch(cell) ? null : "is no UTC time in whole seconds"),
        ["null-absent"] = FocusRules.Cell((_, _, cell) => StandIns.Contains(cell.ToLowerInvariant()) ? "stands in for null" : null),
        ["currency-iso"] = FocusRules.Row(r => r["BillingCurrency"] is { } code && Currency().IsMatch(code) ? null : "is in no currency", "BillingCurrency"),
        ["pricing-currency-iso"] = FocusRules.Row(r => r["PricingCurrency"] is { } code && Currency().IsMatch(code) ? null : "is priced in no currency", "PricingCurrency"),
        ["unit-simple"] = FocusRules.Cell((_, _, cell) => cell.Contains('-', StringComparison.Ordinal) || cell.Contains('/', StringComparison.Ordinal) || Unit().IsMatch(cell) ? null : "is no unit"),
        ["unit-compound"] = FocusRules.Cell((_, _, cell) => cell.Contains('-', StringComparison.Ordinal) ? Compound().IsMatch(cell) ? null : "is no compound unit" : cell.Contains('/', StringComparison.Ordinal) && !Rate().IsMatch(cell) ? "is no rate" : null),
        ["json-key-value"] = FocusRules.Cell((_, _, cell) => FocusJsonText.Pairs(cell) is null ? "is no flat object" : null),
        ["column-names"] = FocusRules.File((file, _) => file.Columns.SequenceEqual(file.Columns.OrderBy(c => c.StartsWith("x_", StringComparison.Ordinal)).ThenBy(c => c, StringComparer.Ordinal)) ? [] : ["the columns are not in the advised order"]),
        ["removed-columns"] = FocusRules.File((file, columns) => columns.Where(c => file.Has(c)).Select(c => $"{c} was removed")),
        ["mandatory-columns"] = FocusRules.File((file, columns) => columns.Where(c => !file.Has(c)).Select(c => $"{c} is absent")),
        ["conditional-columns"] = FocusRules.File((file, columns) => columns.Except(OfInvoices).Where(c => !file.Has(c)).Select(c => $"{c} is absent")),
        ["no-duplicates"] = FocusRules.File((file, _) => file.Rows.GroupBy(r => r["x_LineId"] ?? $"{r.Number}").Where(g => g.Count() > 1).Select(g => $"line {g.Key} stands there {g.Count()} times")),
        ["tags"] = FocusRules.Row(r => r["Tags"] is { } tags && FocusJsonText.Pairs(tags)?.Any(p => p.Value.ValueKind == JsonValueKind.String && p.Value.GetString() is "" or null) != false ? $"a tag without a value is not true: {tags}" : null, "Tags"),
        ["contract-applied"] = FocusRules.Row(r => r["ContractApplied"] is { } applied && !FocusJsonText.IsJson(applied) ? "is no JSON" : null, "ContractApplied"),
    };

    [GeneratedRegex(@"^-?\d+(\.\d+)?(E-?\d+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Time();

    [GeneratedRegex("^[A-Z]{3}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Currency();

    [GeneratedRegex(@"^([1-9]\d* )?([A-Z][A-Za-z]*( [A-Z][A-Za-z]*)*s|[KMGTPE]i?B|[A-Z]{3})$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unit();

    [GeneratedRegex(@"^([1-9]\d* )?([A-Z][A-Za-z]*( [A-Z][A-Za-z]*)*)-[A-Z][a-z]+s$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Compound();

    [GeneratedRegex("^[A-Za-z ]+/(Year|Month|Day|Hour|Minute|Second|Millisecond|Microsecond)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();
}
