using System.Text.Json;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>Prices, quantities and SKUs.</summary>
internal static class FocusPriceRules
{
    private static readonly string[] Defined =
        ["CoreCount", "DiskMaxIops", "DiskSpace", "DiskType", "GpuCount", "InstanceSeries", "InstanceType", "MemorySize", "NetworkMaxIops", "NetworkMaxThroughput", "OperatingSystem", "Redundancy", "StorageClass"];

    public static IReadOnlyDictionary<string, FocusRule> All { get; } = new Dictionary<string, FocusRule>(StringComparer.Ordinal)
    {
        ["pricing-category-null"] = FocusRules.Row(r => NullWithoutPrice(r, "PricingCategory"), "PricingCategory", "SkuPriceId"),
        ["pricing-category-value"] = FocusRules.Row(
            r => r["PricingCategory"] is not (null or "Standard" or "Committed" or "Dynamic" or "Other") ? $"is of the pricing category {r["PricingCategory"]}"
                : r["PricingCategory"] == "Committed" && r["CommitmentDiscountId"] is null ? "is committed by nothing"
                : r.IsUsage && r["CommitmentDiscountStatus"] == "Used" && r["PricingCategory"] != "Committed" ? "is covered by a commitment, and not priced so" : null,
            "PricingCategory"),
        ["unit-price-null"] = Both(column => r => NullWithoutPrice(r, column) ?? (r["SkuPriceId"] is not null && r[column] is null ? $"{column} is null with an SKU price" : null), "ListUnitPrice", "ContractedUnitPrice"),
        ["unit-price-range"] = Both(column => r => r.Decimal(column) < 0 ? $"{column} is negative" : null, "ListUnitPrice", "ContractedUnitPrice"),
        ["pricing-quantity-null"] = FocusRules.Row(r => NullWithoutPrice(r, "PricingQuantity"), "PricingQuantity", "SkuPriceId"),
        ["pricing-unit-null"] = FocusRules.Row(r => Together(r, "PricingUnit", "PricingQuantity"), "PricingUnit", "PricingQuantity"),
        ["consumed-quantity-null"] = FocusRules.Row(
            r => r["ConsumedQuantity"] is not null && (!r.IsUsage || r["SkuPriceId"] is null || r["CommitmentDiscountStatus"] == "Unused") ? "what is no use was consumed"
                : r["ConsumedQuantity"] is null && r.IsUsage && !r.IsCorrection && r["CommitmentDiscountStatus"] != "Unused" ? "use without a consumed quantity" : null,
            "ConsumedQuantity", "ChargeCategory", "SkuPriceId"),
        ["consumed-unit-null"] = FocusRules.Row(r => Together(r, "ConsumedUnit", "ConsumedQuantity"), "ConsumedUnit", "ConsumedQuantity"),
        ["sku-null"] = Both(column => r => r.IsTax && r[column] is not null ? $"a tax has a {column}" : r.IsPlain && r[column] is null ? $"{column} is null" : null, "SkuId", "SkuPriceId"),
        ["sku-price-parent"] = FocusRules.OneFor("SkuPriceId", "SkuId"),
        ["sku-meter"] = (file, columns) => FocusRules.Row(r => r["SkuMeter"] is not null && r["SkuId"] is null ? "a meter without an SKU" : null, "SkuMeter", "SkuId")(file, columns).Concat(FocusRules.File((f, c) => FocusRules.OneFor("SkuId", "SkuMeter")(f, c))(file, columns)),
        ["sku-details-null"] = FocusRules.Row(r => r["SkuPriceDetails"] is not null && r["SkuPriceId"] is null ? "details without an SKU price" : null, "SkuPriceDetails", "SkuPriceId"),
        ["sku-details-keys"] = Details(p => !Defined.Contains(p.Key) && !p.Key.StartsWith("x_", StringComparison.Ordinal) ? $"{p.Key} is no defined key" : p.Key == "GpuCount" && p.Value.ValueKind != JsonValueKind.Number ? "GpuCount is no number" : null),
        ["sku-details-per-unit"] = Details(p => p.Value.ValueKind == JsonValueKind.Number && p.Value.GetDecimal() <= 0 ? $"{p.Key} is nothing" : p.Value.ValueKind == JsonValueKind.Null ? $"{p.Key} does not apply" : null),
        ["draft-token-keys"] = Details(p => p.Key switch
        {
            "x_TokenDirection" => p.Value.GetString() is "Input" or "Output" ? null : "tokens go in or out",
            "x_TokenCacheAction" => p.Value.GetString() is "Uncached" or "Read" or "Write" or "Other" ? null : "a cache reads or writes",
            _ => null,
        }),
        ["commitment-set"] = FocusRules.Row(
            r => (r["CommitmentDiscountId"] is null) != (r["CommitmentDiscountCategory"] is null) || (r["CommitmentDiscountId"] is null) != (r["CommitmentDiscountType"] is null) || (r["CommitmentDiscountId"] is null && r["CommitmentDiscountName"] is not null) ? "a commitment is told in part" : null,
            "CommitmentDiscountId"),
        ["commitment-status"] = FocusRules.Row(
            r => r["CommitmentDiscountStatus"] is { } status ? r["CommitmentDiscountId"] is null || status is not ("Used" or "Unused") ? "a status without a commitment" : null : r.IsUsage && r["CommitmentDiscountId"] is not null ? "covered use without a status" : null,
            "CommitmentDiscountStatus", "CommitmentDiscountId"),
        ["commitment-quantity"] = FocusRules.Row(
            r => Together(r, "CommitmentDiscountUnit", "CommitmentDiscountQuantity") ?? (r["CommitmentDiscountQuantity"] is not null ? r["CommitmentDiscountId"] is null || r["SkuPriceId"] is null ? "a quantity without a commitment" : null : r.IsPlain && r["CommitmentDiscountId"] is not null ? "a commitment without a quantity" : null),
            "CommitmentDiscountQuantity", "CommitmentDiscountUnit", "CommitmentDiscountId"),
        ["commitment-resource"] = FocusRules.Row(
            r => r["CommitmentDiscountId"] is { } id && (r["ChargeCategory"] == "Purchase" || r["CommitmentDiscountStatus"] == "Unused") && r["ResourceId"] != id ? "the commitment is not its own resource" : null, "CommitmentDiscountId", "ResourceId"),
    };

    private static string? NullWithoutPrice(FocusRow row, string column) =>
        row[column] is not null && (row["SkuPriceId"] is null || row.IsTax) ? $"{column} is set without an SKU price" : row[column] is null && row.IsPlain ? $"{column} is null" : null;

    private static string? Together(FocusRow row, string one, string other) => (row[one] is null) != (row[other] is null) ? $"{one} and {other} are not set together" : null;

    private static FocusRule Both(Func<string, Func<FocusRow, string?>> rule, params string[] columns) => (file, named) => columns.Where(c => file.Has(c, "SkuPriceId")).SelectMany(c => FocusRules.Row(rule(c))(file, named));

    private static FocusRule Details(Func<KeyValuePair<string, JsonElement>, string?> fault) =>
        FocusRules.Row(r => r["SkuPriceDetails"] is { } details ? FocusJsonText.Pairs(details)?.Select(fault).FirstOrDefault(f => f is not null) : null, "SkuPriceDetails");
}
