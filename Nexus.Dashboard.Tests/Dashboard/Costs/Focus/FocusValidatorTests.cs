using Nexus.Dashboard.Features.Costs.Focus;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>The validator finds what is wrong: each rule on a file in which one row breaks it.</summary>
public sealed class FocusValidatorTests
{
    private static readonly FocusData Sound = new FocusScene().Export(FocusVersion.OnePointFour);

    [Theory]
    [InlineData("num-plain", "BilledCost=+1.5")]
    [InlineData("num-plain", "BilledCost=1,000")]
    [InlineData("num-plain", "BilledCost=1.5 USD")]
    [InlineData("num-exponent", "BilledCost=35.2E+7")]
    [InlineData("time-format", "ChargePeriodStart=2026-01-01T00:00:00.5Z")]
    [InlineData("time-format", "ChargePeriodStart=2026-01-01T00:00:00+00:00")]
    [InlineData("null-absent", "SkuId=Not Applicable")]
    [InlineData("currency-iso", "BillingCurrency=dollars")]
    [InlineData("pricing-currency-iso", "PricingCurrency=tokens")]
    [InlineData("unit-simple", "PricingUnit=token")]
    [InlineData("unit-compound", "PricingUnit=GPU-Hour")]
    [InlineData("json-key-value", "Tags={\"a\":{\"b\":1}}")]
    [InlineData("json-key-value", "Tags={\"a\":1,\"a\":2}")]
    [InlineData("column-names", "AFirst=1")]
    [InlineData("removed-columns", "ProviderName=openai")]
    [InlineData("no-duplicates", "x_LineId=2")]
    [InlineData("tags", "Tags={\"a\":\"\"}")]
    [InlineData("charge-category", "ChargeCategory=Refund")]
    [InlineData("charge-class", "ChargeClass=Late")]
    [InlineData("charge-class", "ChargeClass=Correction")]
    [InlineData("charge-frequency", "ChargeFrequency=")]
    [InlineData("charge-frequency", "ChargeCategory=Purchase")]
    [InlineData("service-subcategory-parent", "ServiceSubcategory=")]
    [InlineData("service-one-category", "ServiceCategory=Other")]
    [InlineData("period-bounds", "ChargePeriodEnd=2026-01-01T00:00:00Z")]
    [InlineData("correction-closed", "ChargeClass=Correction")]
    [InlineData("correction-cost-only", "ChargeCategory=Adjustment;PricingQuantity=;PricingUnit=")]
    [InlineData("pricing-category-null", "PricingCategory=")]
    [InlineData("pricing-category-null", "SkuPriceId=")]
    [InlineData("pricing-category-value", "PricingCategory=Committed")]
    [InlineData("cost-not-null", "ListCost=")]
    [InlineData("list-cost-product", "ListCost=3.0864174")]
    [InlineData("contracted-cost-product", "ContractedCost=3.0864174")]
    [InlineData("cost-without-price", "ChargeCategory=Credit;SkuPriceId=;ListUnitPrice=;ListCost=9")]
    [InlineData("unit-price-null", "ListUnitPrice=")]
    [InlineData("unit-price-null", "SkuPriceId=")]
    [InlineData("unit-price-range", "ContractedUnitPrice=-1")]
    [InlineData("pricing-quantity-null", "PricingQuantity=")]
    [InlineData("pricing-unit-null", "PricingUnit=")]
    [InlineData("consumed-quantity-null", "ConsumedQuantity=")]
    [InlineData("consumed-quantity-null", "ChargeCategory=Adjustment")]
    [InlineData("consumed-unit-null", "ConsumedUnit=")]
    [InlineData("billed-covered", "CommitmentDiscountStatus=Used")]
    [InlineData("effective-uncovered", "EffectiveCost=1")]
    [InlineData("effective-purchase-zero", "ChargeCategory=Purchase;CommitmentDiscountId=c")]
    [InlineData("effective-sum", "ChargeCategory=Purchase;CommitmentDiscountId=c;EffectiveCost=9")]
    [InlineData("pricing-currency-values", "PricingCurrencyEffectiveCost=")]
    [InlineData("sku-null", "SkuId=")]
    [InlineData("sku-null", "ChargeCategory=Tax")]
    [InlineData("sku-price-parent", "SkuId=another")]
    [InlineData("sku-meter", "SkuId=")]
    [InlineData("sku-meter", "SkuMeter=another")]
    [InlineData("sku-details-null", "SkuPriceId=")]
    [InlineData("sku-details-keys", "SkuPriceDetails={\"ModelId\":\"m\"}")]
    [InlineData("sku-details-keys", "SkuPriceDetails={\"GpuCount\":\"1\"}")]
    [InlineData("sku-details-per-unit", "SkuPriceDetails={\"GpuCount\":0}")]
    [InlineData("commitment-set", "CommitmentDiscountId=c")]
    [InlineData("commitment-status", "CommitmentDiscountId=c;CommitmentDiscountStatus=")]
    [InlineData("commitment-quantity", "CommitmentDiscountId=c;CommitmentDiscountQuantity=1;CommitmentDiscountUnit=")]
    [InlineData("commitment-resource", "CommitmentDiscountId=c;ChargeCategory=Purchase")]
    [InlineData("invoice-ids", "InvoiceId=i")]
    [InlineData("host-provider", "HostProviderName=")]
    [InlineData("parties", "InvoiceIssuerName=")]
    [InlineData("account-set", "BillingAccountId=")]
    [InlineData("account-set", "BillingAccountName=")]
    [InlineData("sub-account-set", "SubAccountType=")]
    [InlineData("resource-set", "ResourceId=r;ResourceType=")]
    [InlineData("region-pair", "RegionId=r;RegionName=")]
    [InlineData("contract-applied", "ContractApplied={")]
    [InlineData("draft-token-keys", "SkuPriceDetails={\"x_TokenDirection\":\"Sideways\"}")]
    [InlineData("draft-requester", "x_PrincipalId=p;x_RequesterDetails=")]
    public void A_row_that_breaks_a_rule_is_found(string id, string cells)
    {
        (string Column, string? Value)[] changed = [.. cells.Split(';').Select(c => c.Split('=', 2)).Select(c => (c[0], c[1].Length == 0 ? null : c[1]))];
        string[] columns = [.. changed.Select(c => c.Column)];

        Assert.Empty(FocusRules.Faults(id, Sound, columns.Where(c => Sound.Has(c)).Except(["ProviderName"]).ToArray()));
        Assert.NotEmpty(FocusRules.Faults(id, Sound.With(changed), columns));
    }

    [Theory]
    [InlineData("mandatory-columns")]
    [InlineData("conditional-columns")]
    public void A_column_that_is_absent_is_found(string id)
    {
        Assert.Empty(FocusRules.Faults(id, Sound, ["SkuId"]));
        Assert.Equal([$"{id}: SkuId is absent"], FocusRules.Faults(id, Sound.Without("SkuId"), ["SkuId"]));
    }
}
