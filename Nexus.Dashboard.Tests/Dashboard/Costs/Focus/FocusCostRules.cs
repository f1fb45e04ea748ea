namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>Costs: exact products, and what covers what.</summary>
internal static class FocusCostRules
{
    public static IReadOnlyDictionary<string, FocusRule> All { get; } = new Dictionary<string, FocusRule>(StringComparer.Ordinal)
    {
        ["cost-not-null"] = (file, columns) => columns.Where(c => file.Has(c)).SelectMany(c => FocusRules.Row(r => r[c] is null ? $"{c} is null" : null)(file, columns)),
        ["list-cost-product"] = Product("ListCost", "ListUnitPrice"),
        ["contracted-cost-product"] = Product("ContractedCost", "ContractedUnitPrice"),
        ["cost-without-price"] = FocusRules.Row(
            r => r["ListUnitPrice"] is null && r["ChargeCategory"] is "Credit" or "Adjustment" && (r.Decimal("ListCost") != r.Decimal("BilledCost") || r.Decimal("ContractedCost") != r.Decimal("BilledCost")) && r["SkuPriceId"] is null ? "a charge on its own costs what is billed" : null,
            "ListCost", "ContractedCost", "BilledCost", "ListUnitPrice"),
        ["billed-covered"] = FocusRules.Row(r => r["CommitmentDiscountStatus"] == "Used" && r.Decimal("BilledCost") != 0 ? "what a commitment covers is billed again" : null, "BilledCost", "CommitmentDiscountStatus"),
        ["effective-uncovered"] = FocusRules.Row(
            r => r["CommitmentDiscountId"] is null && r["ChargeCategory"] is "Usage" or "Purchase" or "Tax" or "Credit" && r["CommitmentDiscountStatus"] is null && r.Decimal("EffectiveCost") != r.Decimal("BilledCost") ? "what nothing covers costs what is billed" : null,
            "EffectiveCost", "BilledCost"),
        ["effective-purchase-zero"] = FocusRules.Row(r => r["ChargeCategory"] == "Purchase" && r["CommitmentDiscountId"] is not null && r.Decimal("EffectiveCost") != 0 ? "a purchase that covers others has an effective cost" : null, "EffectiveCost", "CommitmentDiscountId"),
        ["effective-sum"] = (file, _) => file.Has("CommitmentDiscountId", "EffectiveCost", "BilledCost")
            ? file.Rows.Where(r => r["CommitmentDiscountId"] is not null).GroupBy(r => r["CommitmentDiscountId"])
                .Where(g => g.Any(r => r["ChargeCategory"] == "Purchase") && g.Sum(r => r.Decimal("EffectiveCost")) > g.Sum(r => r.Decimal("BilledCost"))).Select(g => $"{g.Key} covers more than was paid for it")
            : [],
        ["pricing-currency-values"] = FocusRules.Row(
            r => r["PricingCurrencyEffectiveCost"] is null || r.Decimal("PricingCurrencyListUnitPrice") < 0 || r.Decimal("PricingCurrencyContractedUnitPrice") < 0 ? "is not expressed in the pricing currency" : null, "PricingCurrencyEffectiveCost"),
    };

    // To the last digit: the numbers of a test are few enough for a decimal to hold their product.
    private static FocusRule Product(string cost, string price) => FocusRules.Row(
        r => r.Decimal(price) is { } p && r.Decimal("PricingQuantity") is { } quantity && p * quantity != r.Decimal(cost) ? $"{price} {p} × {quantity} is not {cost} {r[cost]}" : null, cost, price, "PricingQuantity");
}
