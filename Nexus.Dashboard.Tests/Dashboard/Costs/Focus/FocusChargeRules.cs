namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>What a charge is, when it was and when it is billed.</summary>
internal static class FocusChargeRules
{
    private static readonly string[] Categories = ["Usage", "Purchase", "Tax", "Credit", "Adjustment"];

    public static IReadOnlyDictionary<string, FocusRule> All { get; } = new Dictionary<string, FocusRule>(StringComparer.Ordinal)
    {
        ["charge-category"] = FocusRules.Row(
            r => !Categories.Contains(r["ChargeCategory"]) ? "has no category"
                : r["x_LineKind"] is "tax" or "credit" && !string.Equals(r["x_LineKind"], r["ChargeCategory"], StringComparison.OrdinalIgnoreCase) ? $"a {r["x_LineKind"]} is {r["ChargeCategory"]}" : null,
            "ChargeCategory"),
        ["charge-class"] = FocusRules.Row(
            r => r["ChargeClass"] is not (null or "Correction") ? $"is of the class {r["ChargeClass"]}"
                : r.IsUsage && r.IsCorrection != r.Time("ChargePeriodStart") < r.Time("BillingPeriodStart") ? "what is billed in a later period than it was, and that alone, is a correction" : null,
            "ChargeClass", "ChargePeriodStart", "BillingPeriodStart"),
        ["charge-frequency"] = FocusRules.Row(
            r => r["ChargeFrequency"] is not { } frequency ? "has no frequency" : frequency == "Usage-Based" && r["ChargeCategory"] == "Purchase" ? "a purchase is not usage-based" : null, "ChargeFrequency"),
        ["service-subcategory-parent"] = FocusRules.Row(r => r["ServiceSubcategory"] is null ? "has no subcategory" : null, "ServiceSubcategory"),
        ["service-one-category"] = FocusRules.OneFor("ServiceName", "ServiceCategory"),
        ["period-bounds"] = FocusRules.Row(
            r => r.Time("BillingPeriodStart") >= r.Time("BillingPeriodEnd") || r.Time("ChargePeriodStart") >= r.Time("ChargePeriodEnd") ? "a period ends before it begins"
                : r.IsUsage && r.Time("ChargePeriodStart") >= r.Time("BillingPeriodEnd") ? "is billed before it was" : null,
            "BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"),
        ["correction-closed"] = FocusRules.Row(
            r => r.IsCorrection && !(r.Time("ChargePeriodStart") < r.Time("BillingPeriodStart")) ? "a correction of a closed period is billed in a later one, for the time that it was" : null,
            "ChargeClass", "ChargePeriodStart", "BillingPeriodStart"),
        ["correction-cost-only"] = FocusRules.Row(
            r => r["ChargeCategory"] == "Adjustment" && r["PricingQuantity"] is null && (r["ConsumedQuantity"] is not null || (r["SkuPriceId"] is null) != (r["ListUnitPrice"] is null)) ? "money alone has no quantity, and prices only with an SKU price" : null,
            "ChargeCategory", "PricingQuantity", "ConsumedQuantity", "SkuPriceId", "ListUnitPrice"),
    };
}
