using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Costs.Focus;

/// <summary>A column of a FOCUS export.</summary>
/// <param name="Name">Its id in the specification; beginning with <c>x_</c> where it is our own.</param>
/// <param name="Versions">The versions that have it.</param>
/// <param name="IsText">True where a cell is somebody's words, which a spreadsheet must not take for a formula; false for numbers, times and words of the specification.</param>
/// <param name="Of">What a charge has in it; null: nothing.</param>
internal sealed record FocusColumn(string Name, FocusVersion Versions, bool IsText, Func<FocusCharge, string?> Of)
{
    /// <summary>All of a version, in the order that the specification advises: its own by name, then ours by name.</summary>
    public static IReadOnlyList<FocusColumn> In(FocusVersion version) =>
        [.. All.Where(c => (c.Versions & version) == version).OrderBy(c => c.Name.StartsWith("x_", StringComparison.Ordinal)).ThenBy(c => c.Name, StringComparer.Ordinal)];

    /// <summary>Every column of any version.</summary>
    public static IReadOnlyList<FocusColumn> All { get; } =
    [
        Plain("BilledCost", c => c.Line.Cost.ToString()),
        Plain("ContractedCost", c => c.Line.Cost.ToString()),
        Plain("EffectiveCost", c => c.Line.Cost.ToString()),
        Plain("ListCost", c => c.Line.Cost.ToString()),
        Plain("BillingCurrency", c => c.Currency),
        Plain("ContractedUnitPrice", c => c.UnitPrice),
        Plain("ListUnitPrice", c => c.UnitPrice),
        Plain("PricingQuantity", c => c.PricingQuantity),
        Text("PricingUnit", c => c.PricingUnit),
        Plain("PricingCategory", c => c.PricingCategory),
        Plain("ConsumedQuantity", c => c.ConsumedQuantity),
        Text("ConsumedUnit", c => c.ConsumedUnit),

        Plain("BillingPeriodStart", c => c.BillingStart),
        Plain("BillingPeriodEnd", c => c.BillingEnd),
        Plain("ChargePeriodStart", c => c.ChargeStart),
        Plain("ChargePeriodEnd", c => c.ChargeEnd),

        Plain("ChargeCategory", c => c.Category),
        Plain("ChargeClass", c => c.Class),
        Text("ChargeDescription", c => c.Description),
        Plain("ChargeFrequency", c => c.Category == "Usage" ? "Usage-Based" : "One-Time"),

        Text("BillingAccountId", c => c.Account),
        Text("BillingAccountName", c => c.Account),
        Text("SubAccountId", c => c.SubAccount),
        Text("SubAccountName", c => c.SubAccount is null ? null : c.Entry.Owner.Segments[^1]),
        Plain("SubAccountType", c => c.SubAccountType),

        // Nexus issues no invoices that are paid: nothing of it is on one.
        Plain("InvoiceId", static _ => null),
        Plain("InvoiceDetailId", static _ => null) with { Versions = FocusVersion.OnePointFour },
        Text("InvoiceIssuerName", c => c.Issuer),
        Text("ServiceProviderName", c => c.Provider) with { Versions = FocusVersion.OnePointFour },
        Text("HostProviderName", c => c.Host) with { Versions = FocusVersion.OnePointFour },
        Text("ProviderName", c => c.Provider) with { Versions = FocusVersion.OnePointTwo },
        Text("PublisherName", c => c.Provider) with { Versions = FocusVersion.OnePointTwo },

        Plain("ServiceCategory", c => c.Service.Category),
        Plain("ServiceName", c => c.Service.Name),
        Plain("ServiceSubcategory", c => c.Service.Subcategory),

        Text("ResourceId", c => c.Line.Pool),
        Text("ResourceName", c => c.Line.Pool),
        Plain("ResourceType", c => c.Line.Pool is null ? null : "Pool"),

        Text("SkuId", c => c.Sku),
        Text("SkuMeter", c => c.Meter),
        Text("SkuPriceDetails", c => c.SkuPriceDetails),
        Text("SkuPriceId", c => c.SkuPrice),
        Text("Tags", c => c.Tags),

        Text("x_Agent", c => c.Level(3)),
        Text("x_Lane", c => c.Line.Lane),
        Plain("x_LeaseId", c => c.LeaseId),
        Plain("x_LineId", c => c.Place.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Plain("x_LineKind", c => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(c.Line.Kind.ToString())),
        Text("x_Model", c => c.Line.Model),
        Text("x_Owner", c => c.Entry.Owner.ToString()),
        Text("x_RecordId", c => c.Entry.Record),
        Text("x_RequestId", c => c.Entry.Request),
        Text("x_Resource", c => c.Line.Resource),
        Plain("x_SharesMinimum", c => c.Line.SharesMinimum ? "true" : null),
        Plain("x_Unpriced", c => c.IsUnpriced ? "true" : null),
        Text("x_User", c => c.Level(1)),
        Text("x_Workflow", c => c.Level(2)),
    ];

    /// <summary>A cell of it in a CSV file.</summary>
    public string Cell(FocusCharge charge) => Of(charge) is not { } value ? "" : IsText ? Csv.Text(value) : value;

    private static FocusColumn Plain(string name, Func<FocusCharge, string?> of) => new(name, FocusVersion.All, false, of);

    private static FocusColumn Text(string name, Func<FocusCharge, string?> of) => new(name, FocusVersion.All, true, of);
}
