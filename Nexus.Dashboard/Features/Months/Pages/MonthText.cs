using System.Globalization;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;

namespace Nexus.Dashboard.Features.Months.Pages;

/// <summary>Months as pages write them.</summary>
internal static class MonthText
{
    /// <summary>A month by its name: October 2026.</summary>
    public static string Name(BillingMonth month) => month.Start.ToDateTimeOffset().ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>The heading of an item of the checklist.</summary>
    public static string Title(string check) => check switch
    {
        "unpricedUsage" => "Unpriced usage",
        "openLeases" => "Open leases",
        "unreconciledInvoices" => "Invoices",
        "earlierMonths" => "Earlier months",
        _ => char.ToUpperInvariant(check[0]) + string.Concat(check[1..].Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString())),
    };

    /// <summary>What a charge is, in a word.</summary>
    public static string Kind(LineKind kind) => kind.ToString();
}
