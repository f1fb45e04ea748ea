using Nexus.Dashboard.Features.Costs.Focus;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>What a line becomes as a charge of the specification. The published rules themselves run on the same ledger in <c>PublishedMoneyCases</c>.</summary>
public sealed class FocusExportTests
{
    private static readonly FocusScene Scene = new();
    private static readonly FocusData File = Scene.Export(FocusVersion.OnePointFour);

    [Fact]
    public void Every_line_is_a_row_and_every_cost_adds_up_to_the_last_digit()
    {
        Assert.Equal(Scene.Rows.Count, File.Rows.Count);
        foreach (string cost in (string[])["BilledCost", "ContractedCost", "EffectiveCost", "ListCost"])
        {
            Assert.Equal(Scene.Total, File.Rows.Aggregate(Money.Zero, (sum, r) => sum + Money.Parse(r[cost]!)));
        }
    }

    [Fact]
    public void Tokens_say_what_they_were_for_and_by_which_price()
    {
        FocusRow row = File.Rows[0];

        Assert.Equal(
            ("Usage", "Input Tokens of gpt-4o", "openai", "Example, Inc.", "acme", "acme/ada/chat/bot", "bot", "Agent"),
            (row["ChargeCategory"], row["ChargeDescription"], row["ServiceProviderName"], row["InvoiceIssuerName"], row["BillingAccountId"], row["SubAccountId"], row["SubAccountName"], row["SubAccountType"]));
        Assert.Equal(("1000 Tokens", "1234.567", "0.0025", "3.0864175", "1234567", "Tokens"), (row["PricingUnit"], row["PricingQuantity"], row["ListUnitPrice"], row["ListCost"], row["ConsumedQuantity"], row["ConsumedUnit"]));
        Assert.Equal(("gpt-4o in", "Input Tokens", """{"x_ModelId":"gpt-4o","x_TokenCacheAction":"Uncached","x_TokenDirection":"Input"}"""), (row["SkuId"], row["SkuMeter"], row["SkuPriceDetails"]));
        Assert.Equal("""{"costCentre":"42","run":"7 \"ü\"","seen":true}""", row["Tags"]);
        Assert.Equal(("AI and Machine Learning", "Generative AI", "Standard"), (row["ServiceCategory"], row["ServiceSubcategory"], row["PricingCategory"]));
        Assert.Equal(("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"), (row["BillingPeriodStart"], row["BillingPeriodEnd"], row["ChargePeriodStart"], row["ChargePeriodEnd"]));
    }

    [Fact]
    public void A_part_without_a_price_of_its_own_is_told_by_its_details_under_the_meter_of_the_sku()
    {
        FocusRow row = File.Rows.Single(r => r["x_Resource"] == "tokens.input.cached");

        Assert.Equal(("gpt-4o in", "Input Tokens"), (row["SkuId"], row["SkuMeter"]));
        Assert.Contains("\"x_TokenCacheAction\":\"Read\"", row["SkuPriceDetails"], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_held_is_priced_by_the_unit_and_hour_for_the_seconds_of_its_slice()
    {
        FocusRow[] slices = [.. File.Rows.Where(r => r["x_RequestId"] == "held" && r["x_Resource"] == "gpu")];

        Assert.Equal(["2", "3", "1.77525"], slices.Select(r => r["PricingQuantity"]));
        Assert.All(slices, r => Assert.Equal(("Device-Hours", "Device-Hours", "gpu-h100", "Pool", """{"GpuCount":1}"""), (r["PricingUnit"], r["ConsumedUnit"], r["ResourceId"], r["ResourceType"], r["SkuPriceDetails"])));
        Assert.Equal([("2026-01-01T00:20:00Z", "2026-01-01T01:00:00Z"), ("2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"), ("2026-01-01T02:00:00Z", "2026-01-01T02:35:31Z")], slices.Select(r => (r["ChargePeriodStart"], r["ChargePeriodEnd"])));
        Assert.Equal(("Device-Hours", "1.5"), File.Rows.Where(r => r["x_RecordId"] == "u9").Select(r => (r["ConsumedUnit"], r["ConsumedQuantity"])).Single());
    }

    [Fact]
    public void Each_tier_has_its_part_of_what_was_consumed()
    {
        FocusRow[] tiers = [.. File.Rows.Where(r => r["SkuId"] == "searches")];

        Assert.Equal([("100", "100", "0.004"), ("150", "150", "0.002")], tiers.Select(r => (r["ConsumedQuantity"], r["PricingQuantity"], r["ListUnitPrice"])));
    }

    [Fact]
    public void What_a_number_of_units_is_priced_by_is_what_was_consumed()
    {
        foreach (FocusRow row in File.Rows.Where(r => r["PricingQuantity"] is not null && r["PricingUnit"] != "Charges"))
        {
            decimal times = row["PricingUnit"]!.Split(' ') is [var number, _] ? decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture) : 1;
            Assert.Equal(row.Decimal("ConsumedQuantity"), row.Decimal("PricingQuantity") * times);
        }
    }

    [Fact]
    public void What_a_formula_worked_out_is_one_charge_at_no_standard_price()
    {
        FocusRow row = File.Rows.Single(r => r["SkuId"] == "power");

        Assert.Equal(("Charges", "1", "0.536", "0.536", "12", "Calls", "Other"), (row["PricingUnit"], row["PricingQuantity"], row["ListUnitPrice"], row["BilledCost"], row["ConsumedQuantity"], row["ConsumedUnit"], row["PricingCategory"]));
    }

    [Fact]
    public void What_has_no_price_is_charged_at_nothing_by_an_sku_of_its_kind()
    {
        FocusRow row = File.Rows.Single(r => r["x_Resource"] == "llm.calls" && r["x_RecordId"] == "u8" && !r.IsCorrection);

        Assert.Equal(("true", "unpriced/llm.calls", "unpriced/llm.calls", "0", "5", "Calls", "5", "0"), (row["x_Unpriced"], row["SkuId"], row["SkuPriceId"], row["ListUnitPrice"], row["PricingQuantity"], row["PricingUnit"], row["ConsumedQuantity"], row["BilledCost"]));
    }

    [Fact]
    public void A_minimum_a_discount_a_credit_and_a_tax_are_money_alone()
    {
        FocusRow[] rows = [.. File.Rows.Where(r => r["x_LineKind"] is "minimum" or "discount" or "credit" or "tax")];

        Assert.Equal(
            [("minimum", "Adjustment", "0.247", "steps"), ("credit", "Credit", "-5.25", "welcome credit"), ("discount", "Adjustment", "-0.000000000001", "volume discount"), ("tax", "Tax", "1.9", null)],
            rows.Select(r => (r["x_LineKind"]!, r["ChargeCategory"]!, r["BilledCost"]!, r["SkuId"])));
        Assert.All(rows, r => Assert.All((string[])["SkuPriceId", "ListUnitPrice", "ContractedUnitPrice", "PricingQuantity", "PricingUnit", "ConsumedQuantity", "ConsumedUnit", "PricingCategory", "SkuPriceDetails"], c => Assert.Null(r[c])));
        Assert.Equal("One-Time", Assert.Single(rows.Select(r => r["ChargeFrequency"]).Distinct()));
    }

    [Fact]
    public void A_correction_takes_back_and_charges_anew_and_is_of_its_class_only_where_its_month_was_closed()
    {
        FocusRow[] open = [.. File.Rows.Where(r => r["x_RequestId"] == "corrected")];
        FocusRow[] closed = [.. File.Rows.Where(r => r.IsCorrection)];

        Assert.Equal([("usage", "1000"), ("adjustment", "-1000"), ("adjustment", "400")], open.Select(r => (r["x_LineKind"]!, r["ConsumedQuantity"]!)));
        Assert.All(open, r => Assert.Equal(("Usage", null, "2026-01-01T00:00:00Z"), (r["ChargeCategory"], r["ChargeClass"], r["BillingPeriodStart"])));
        Assert.Equal([("Usage", "3.0864175"), ("Usage", "-3.0864175"), ("Adjustment", "-0.247"), ("Usage", "0")], closed.Select(r => (r["ChargeCategory"]!, r["BilledCost"]!)));
        Assert.All(closed, r => Assert.Equal(("2025-12-31T23:00:00Z", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"), (r["ChargePeriodStart"], r["BillingPeriodStart"], r["BillingPeriodEnd"])));
    }

    [Fact]
    public void Who_runs_what_another_sells_is_told_by_a_label() =>
        Assert.Equal([("openai", "a cloud")], File.Rows.Where(r => r["SkuId"] == "gpt-4o out").Select(r => (r["ServiceProviderName"]!, r["HostProviderName"]!)));

    [Fact]
    public void The_older_version_has_its_own_names_of_the_parties()
    {
        FocusData older = Scene.Export(FocusVersion.OnePointTwo);

        Assert.Equal(("openai", "openai", null, null), (older.Rows[0]["ProviderName"], older.Rows[0]["PublisherName"], older.Rows[0]["ServiceProviderName"], older.Rows[0]["HostProviderName"]));
        Assert.True(older.Has("InvoiceId") && !older.Has("InvoiceDetailId"));
        Assert.Equal(File.Rows.Select(r => r["BilledCost"]), older.Rows.Select(r => r["BilledCost"]));
    }

    [Fact]
    public void Names_that_look_like_formulas_are_none_and_come_back_whole()
    {
        string text = Scene.Text(FocusVersion.OnePointFour);

        Assert.Contains(",'=1+1,", text, StringComparison.Ordinal);
        Assert.Contains(",'@pool,", text, StringComparison.Ordinal);
        Assert.Contains(",-5.25,", text, StringComparison.Ordinal);
        Assert.Equal([("=1+1", "@pool", "+otel", "-bot")], File.Rows.Where(r => r["SkuId"] == "steps" && r["x_LineKind"] == "usage").Select(r => (r["ServiceProviderName"]!, r["ResourceId"]!, r["x_Workflow"]!, r["x_Agent"]!)));
    }

    [Theory]
    [InlineData("core", PricingUnit.UnitHour, "Core-Hours")]
    [InlineData("GiB", PricingUnit.UnitHour, "GiB-Hours")]
    [InlineData("GiB", PricingUnit.One, "GiB")]
    [InlineData("query", PricingUnit.Thousand, "1000 Queries")]
    [InlineData("batch", PricingUnit.One, "Batches")]
    [InlineData("key", PricingUnit.One, "Keys")]
    [InlineData("box", PricingUnit.Million, "1000000 Boxes")]
    [InlineData("credits", PricingUnit.One, "Credits")]
    public void Units_are_capitalised_plurals_and_compounds(string unit, PricingUnit pricing, string written) => Assert.Equal(written, FocusUnits.Of(unit, pricing));

    [Fact]
    public void Every_kind_is_a_service_of_one_category_with_a_meter_of_its_own()
    {
        FocusKind[] kinds = [.. ResourceKind.All.Where(k => k.Behaviour != ResourceBehaviour.Limit).Select(k => FocusKind.Of(k.Name, k))];

        Assert.Equal(kinds.Length, kinds.Select(k => k.Meter).Distinct().Count());
        Assert.DoesNotContain(kinds, k => k.Meter == k.Name || k.Service.Name == "Other Resources");
        Assert.Equal(FocusService.All.Count, FocusService.All.Select(s => s.Name).Distinct().Count());
    }

    [Fact]
    public void The_reference_page_tells_of_every_column()
    {
        string page = Repository.Read("docs/reference/focus.md");

        Assert.Empty(FocusColumn.All.Where(c => !page.Contains($"| `{c.Name}` |", StringComparison.Ordinal)).Select(c => c.Name));
    }
}
