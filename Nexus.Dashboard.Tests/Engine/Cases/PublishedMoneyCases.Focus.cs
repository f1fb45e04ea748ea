using System.Globalization;
using System.Text.Json;
using Nexus.Dashboard.Features.Costs.Focus;
using Nexus.Dashboard.Tests.Dashboard.Costs.Focus;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>The published columns, rules and example rows of FOCUS, each tried on what the program exports.</summary>
public sealed partial class PublishedMoneyCases
{
    private const string Rules = "focus-rules.json";
    private const string Examples = "focus-ai";
    private const string Corrections = "focus-ai/correction";
    private const string Columns14 = "focus-1.4-columns.json";
    private const string Columns12 = "focus-1.2-columns.json";
    private const string AfterThisVersion = "after";

    private static readonly Lazy<FocusData> Exported14 = new(() => new FocusScene().Export(FocusVersion.OnePointFour));
    private static readonly Lazy<FocusData> Exported12 = new(() => new FocusScene().Export(FocusVersion.OnePointTwo));

    // What a row of an example and of an export have in common, whatever SKUs are called and in which unit they are priced.
    private static readonly string[] Compared =
        ["BilledCost", "EffectiveCost", "ContractedCost", "BillingCurrency", "BillingAccountId", "BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargeCategory", "ChargeClass", "ChargeFrequency", "ConsumedQuantity", "InvoiceIssuerName", "HostProviderName", "ServiceProviderName", "ServiceCategory", "ServiceSubcategory", "SkuId", "SkuMeter", "PricingCategory", "ResourceId"];

    public static TheoryData<string, string> FocusColumns => OfColumns(Columns14, Columns12);

    public static TheoryData<string, int> FocusRulesOfRows => OfRules();

    public static TheoryData<string> FocusFiles => OfFiles(Examples, Corrections);

    public static TheoryData<string, int> FocusUsage => OfRows(Examples, r => r.IsUsage && r["CommitmentDiscountId"] is null);

    public static TheoryData<string, int> FocusCorrections => OfRows(Corrections, _ => true);

    [Theory]
    [MemberData(nameof(FocusColumns))]
    public void A_column_is_filled_as_its_version_has_it(string file, string column)
    {
        Assert.SkipWhen(column == Absent, NotHere(file));
        FocusData exported = file == Columns12 ? Exported12.Value : Exported14.Value;

        string[] faults = [.. FocusSpecification.Read(PathOf(file)).Faults(exported).Where(f => f.Contains($"{column} ", StringComparison.Ordinal) || f.EndsWith("is no column of this version", StringComparison.Ordinal))];
        Assert.Empty(faults);
    }

    [Theory]
    [MemberData(nameof(FocusRulesOfRows))]
    public void A_rule_holds_for_what_is_exported(string id, int index)
    {
        Assert.SkipWhen(id == Absent, NotHere(Rules));
        JsonElement rule = Read(Rules).GetProperty("rules")[index];
        Assert.SkipUnless(FocusRules.Knows(id), $"the rule {id} is not known here: {rule.GetProperty("rule").GetString()}");
        string[] columns = ColumnsOf(rule);

        Assert.Empty(FocusRules.Faults(id, Exported14.Value, columns));
        if (!rule.TryGetProperty("since", out _) && File.Exists(PathOf(Columns12)) && FocusSpecification.Read(PathOf(Columns12)) is var older && columns.All(c => c == "*" || older.Column(c) is not null))
        {
            Assert.Empty(FocusRules.Faults(id, Exported12.Value, columns));
        }
    }

    [Theory]
    [MemberData(nameof(FocusFiles))]
    public void The_validator_takes_the_published_rows(string file)
    {
        Assert.SkipWhen(file == Absent, NotHere(Examples));
        FocusSpecification specification = FocusSpecification.Read(PathOf(Columns14));
        FocusData rows = FocusData.OfExamples(File.ReadAllText(PathOf(file)), specification);

        Assert.NotEmpty(rows.Rows);
        Assert.Empty(specification.Faults(rows));
        Assert.Empty(Read(Rules).GetProperty("rules").EnumerateArray()
            .Where(r => r.GetProperty("level").GetString() == "MUST" && !r.GetProperty("version").GetString()!.StartsWith(AfterThisVersion, StringComparison.Ordinal))
            .SelectMany(r => FocusRules.Faults(r.GetProperty("id").GetString()!, rows, ColumnsOf(r))));
    }

    [Theory]
    [MemberData(nameof(FocusUsage))]
    public void Use_of_a_model_is_exported_as_published(string file, int index)
    {
        Assert.SkipWhen(file == Absent, NotHere(Examples));
        FocusRow expected = Row(file, index);
        Dictionary<string, string?> details = DetailsOf(expected);
        string resource = (details.GetValueOrDefault("x_TokenDirection"), details.GetValueOrDefault("x_TokenCacheAction")) switch
        {
            ("Output", _) => "tokens.output",
            (_, "Read") => "tokens.input.cached",
            (_, "Write") => "tokens.input.cacheWrite",
            _ => "tokens.input",
        };
        Sku sku = new(expected["SkuId"]!, resource) { Provider = expected["ServiceProviderName"], UnitPrice = Money.Parse(Plain(expected.Decimal("ContractedUnitPrice")!.Value / TimesOf(expected))) };
        SkuPrice price = Price(sku, isHeld: false);
        Quantity used = Quantity.FromThousandths((long)(expected.Decimal("ConsumedQuantity")!.Value * 1_000));
        PricedPart part = Assert.Single(price.Price(PricingQuantity.Of(used, price.Unit)));
        Instant at = Instant.From(expected.Time("ChargePeriodStart")!.Value);
        CostLine line = new(LineKind.Usage, resource, at, at, used.Thousandths) { Sku = sku.Name, Unit = price.Unit, Quantity = part.Quantity, UnitPrice = part.UnitPrice, Provider = sku.Provider, Model = details.GetValueOrDefault("x_ModelId") };
        Labels labels = expected["HostProviderName"] is { } host ? Labels.Of([new(FocusCharge.HostLabel, host)]) : Labels.None;

        FocusRow row = Export(new LedgerEntry(line, OwnerPath.Parse(expected["BillingAccountId"]!), labels), null, sku, expected);

        Equal(expected, row);
        Assert.Equal((expected["ConsumedUnit"], expected["PricingUnit"]!.Split(' ')[^1]), (row["ConsumedUnit"], row["PricingUnit"]!.Split(' ')[^1]));
        Assert.Equal(expected.Decimal("PricingQuantity") * TimesOf(expected), row.Decimal("PricingQuantity") * TimesOf(row));
        Assert.Equal(expected.Decimal("ContractedUnitPrice") / TimesOf(expected), row.Decimal("ContractedUnitPrice") / TimesOf(row));
        Dictionary<string, string?> told = DetailsOf(row);
        Assert.All((string[])["x_ModelId", "x_TokenDirection", "x_TokenCacheAction"], key => Assert.Equal(details.GetValueOrDefault(key), told.GetValueOrDefault(key)));
    }

    [Theory]
    [MemberData(nameof(FocusCorrections))]
    public void Corrections_and_late_use_are_exported_as_published(string file, int index)
    {
        Assert.SkipWhen(file == Absent, NotHere(Corrections));
        FocusRow expected = Row(file, index);
        (Instant from, Instant to) = (Instant.From(expected.Time("ChargePeriodStart")!.Value), Instant.From(expected.Time("ChargePeriodEnd")!.Value));
        decimal hours = (decimal)(to - from).Ticks / TimeSpan.TicksPerHour;
        bool isMoney = expected["PricingQuantity"] is null;
        Sku sku = new(expected["SkuId"] ?? "a correction", "gpu") { UnitPrice = Money.Parse(Plain(expected.Decimal("ContractedUnitPrice") ?? 0)) };
        decimal quantity = expected.Decimal("PricingQuantity") ?? 0;
        CostLine line = isMoney
            ? new(LineKind.Discount, "gpu", from, to, 0) { Sku = expected["SkuId"], Quantity = new PricingQuantity(1_000_000), UnitPrice = Money.Parse(Plain(expected.Decimal("BilledCost")!.Value)) }
            : new(quantity < 0 ? LineKind.Adjustment : LineKind.Usage, "gpu", from, to, (long)(quantity * 1_000 / hours)) { Sku = sku.Name, Unit = PricingUnit.UnitHour, Quantity = new PricingQuantity((Int128)(quantity * 1_000_000)), UnitPrice = sku.UnitPrice!.Value, Pool = expected["ResourceId"] };

        FocusRow row = Export(new LedgerEntry(line, OwnerPath.Parse("acme"), Labels.None), Instant.From(expected.Time("BillingPeriodStart")!.Value), sku, expected);

        Equal(expected, row);
        Assert.Equal(expected["ChargePeriodEnd"], row["ChargePeriodEnd"]);
        Assert.Equal(expected.Decimal("PricingQuantity"), row.Decimal("PricingQuantity"));
        Assert.Equal(isMoney ? null : expected.Decimal("ContractedUnitPrice"), row.Decimal("ContractedUnitPrice"));
    }

    private static FocusRow Export(LedgerEntry entry, Instant? billed, Sku sku, FocusRow expected)
    {
        LedgerRow row = new(1, 1, entry);
        Configuration configuration = Configuration.Initial.In(expected["BillingCurrency"] ?? "USD").With(new PriceBook([Price(sku, entry.Line.Unit == PricingUnit.UnitHour || sku.Resource == "gpu")]), 1);
        return Assert.Single(FocusScene.Export([billed is { } month ? row with { Billed = month } : row], new FocusBook(configuration, expected["InvoiceIssuerName"] ?? FocusScene.Issuer), FocusVersion.OnePointFour).Rows);
    }

    // What the example does not show, or leaves open, is not compared; numbers by their value.
    private static void Equal(FocusRow expected, FocusRow row)
    {
        foreach (string column in Compared.Where(c => expected[c] is not null || c is "ChargeClass" or "ConsumedQuantity"))
        {
            Assert.True(expected.Decimal(column) is { } number && !column.EndsWith("Id", StringComparison.Ordinal) ? number == row.Decimal(column) : expected[column] == row[column], $"{column}: {expected[column]} was published, {row[column]} is exported");
        }
    }

    private static Dictionary<string, string?> DetailsOf(FocusRow row) => row["SkuPriceDetails"] is { } json
        ? FocusJsonText.Pairs(json)!.ToDictionary(p => p.Key, p => (string?)p.Value.ToString(), StringComparer.Ordinal) : new(StringComparer.Ordinal);

    private static decimal TimesOf(FocusRow row) => row["PricingUnit"]!.Split(' ') is [var number, _] ? decimal.Parse(number, CultureInfo.InvariantCulture) : 1;

    private static string Plain(decimal number) => number.ToString("0.##################", CultureInfo.InvariantCulture);

    private static FocusRow Row(string file, int index) => FocusData.OfExamples(File.ReadAllText(PathOf(file)), FocusSpecification.Read(PathOf(Columns14))).Rows[index];

    private static string[] ColumnsOf(JsonElement rule) => [.. rule.GetProperty("columns").EnumerateArray().Select(c => c.GetString()!)];

    private static TheoryData<string, string> OfColumns(params string[] files)
    {
        TheoryData<string, string> rows = [];
        foreach (string file in files)
        {
            string[] columns = IsHere(file) ? [.. Read(file).GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("column").GetString()!)] : [Absent];
            Array.ForEach(columns, c => rows.Add(file, c));
        }

        return rows;
    }

    private static TheoryData<string, int> OfRules()
    {
        TheoryData<string, int> rows = [];
        string[] ids = IsHere(Rules) ? [.. Read(Rules).GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString()!)] : [Absent];
        for (int i = 0; i < ids.Length; i++)
        {
            rows.Add(ids[i], i);
        }

        return rows;
    }

    private static TheoryData<string> OfFiles(params string[] folders)
    {
        string[] files = [.. folders.SelectMany(Files)];
        return [.. files.Length == 0 || !IsHere(Rules) || !IsHere(Columns14) ? [Absent] : files];
    }

    private static TheoryData<string, int> OfRows(string folder, Func<FocusRow, bool> counts)
    {
        TheoryData<string, int> rows = [];
        foreach (string file in IsHere(Columns14) ? Files(folder) : [])
        {
            FocusData all = FocusData.OfExamples(File.ReadAllText(PathOf(file)), FocusSpecification.Read(PathOf(Columns14)));
            all.Rows.Where(counts).ToList().ForEach(r => rows.Add(file, r.Number - 1));
        }

        if (rows.Count == 0)
        {
            rows.Add(Absent, 0);
        }

        return rows;
    }

    private static IEnumerable<string> Files(string folder) => FolderOfCases() is { } cases && Directory.Exists(Path.Combine(cases, folder))
        ? Directory.EnumerateFiles(Path.Combine(cases, folder), "*.csv").Select(f => $"{folder}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal) : [];

    private static bool IsHere(string file) => FolderOfCases() is not null && File.Exists(PathOf(file));

    private static string PathOf(string file) => Path.Combine(FolderOfCases()!, file);

    private static string NotHere(string file) => $"../shared/cases/{file} is not here, and {Folder} names no other folder with it";
}
