using System.Text.Json;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Published examples of prices and costs. <c>NEXUS_CASES_MONEY</c> names another folder with files of the same names and form; a file that is not there is skipped.</summary>
public sealed partial class PublishedMoneyCases
{
    private const string Folder = "NEXUS_CASES_MONEY";
    private const string Absent = "";
    private const string Pricing = "costs-pricing.json";
    private const string Budgets = "budgets-periods.json";

    private static readonly Configuration Kinds = Configuration.Initial;

    public static TheoryData<string, int> TokenPrices => Of(Pricing, "tokenPricing");

    public static TheoryData<string, int> TieredPrices => Of(Pricing, "tieredPricing");

    public static TheoryData<string, int> Roundings => Of(Pricing, "rounding");

    public static TheoryData<string, int> IdleShares => Of(Pricing, "idleSharing");

    public static TheoryData<string, int> Periods => Of(Budgets, "periods");

    [Theory]
    [MemberData(nameof(TokenPrices))]
    public void Tokens_of_a_model_cost_what_was_published(string description, int index)
    {
        JsonElement example = Example(Pricing, "tokenPricing", description, index);
        string table = Path.Combine(FolderOfCases()!, Read(Pricing).GetProperty("prices").GetString()!);
        (IReadOnlyList<Sku> skus, _) = LiteLlmPrices.Read(File.ReadAllBytes(table));
        PriceBook book = new([.. skus.Select(s => Price(s, isHeld: false))]);
        JsonElement usage = example.GetProperty("usage");
        ResourceVector amounts = ResourceVector.Of(new (string Field, string Kind)[] { ("input", "tokens.input"), ("cachedInput", "tokens.input.cached"), ("cacheWrite", "tokens.input.cacheWrite"), ("output", "tokens.output"), ("reasoning", "tokens.output.reasoning") }
            .Where(f => usage.TryGetProperty(f.Field, out JsonElement tokens) && tokens.GetInt64() > 0).Select(f => new ResourceAmount(f.Kind, Quantity.Of(usage.GetProperty(f.Field).GetInt64()))));

        Money cost = Money.Zero;
        foreach (ResourceAmount line in Parts.Apart(amounts, WholeOf))
        {
            UsageFacts facts = new(line.Kind, default)
            {
                Model = example.GetProperty("model").GetString(),
                Lane = usage.TryGetProperty("batch", out JsonElement batch) && batch.GetBoolean() ? "batch" : null,
                PromptTokens = usage.GetProperty("input").GetInt64(),
            };
            SkuPrice price = book.Find(facts, WholeOf)!;
            cost += Sum(price.Price(PricingQuantity.Of(line.Quantity, price.Unit)));
        }

        Assert.Equal(Expected(example), cost);
    }

    [Theory]
    [MemberData(nameof(TieredPrices))]
    public void Tiers_cost_what_was_published(string description, int index)
    {
        JsonElement example = Example(Pricing, "tieredPricing", description, index);
        SkuPrice price = Price(
            new Sku("case", "external.calls")
            {
                TierMode = example.GetProperty("kind").GetString() == "volume" ? TierMode.Volume : TierMode.Graduated,
                Tiers =
                [
                    .. example.GetProperty("tiers").EnumerateArray().Select(t => new PriceTier(
                        t.GetProperty("upTo") is { ValueKind: JsonValueKind.Number } upTo ? Quantity.Of(upTo.GetInt64()) : null, Money.Parse(t.GetProperty("unitPrice").GetString()!))),
                ],
            },
            isHeld: false);

        Assert.Equal(Expected(example), Sum(price.Price(PricingQuantity.Of(Quantity.Of(example.GetProperty("quantity").GetInt64()), price.Unit))));
    }

    [Theory]
    [MemberData(nameof(Roundings))]
    public void Quantities_are_rounded_once_and_costs_not_at_all(string description, int index)
    {
        JsonElement example = Example(Pricing, "rounding", description, index);
        bool isHeld = example.TryGetProperty("perHour", out JsonElement perHour) && perHour.GetBoolean();
        string text = example.GetProperty("unitPrice").GetString()!;
        if (!Money.TryParse(text, out Money unitPrice, out _))
        {
            Assert.True(example.TryGetProperty("expectedError", out JsonElement error) && error.GetBoolean());
            return;
        }

        unitPrice = example.TryGetProperty("pricingUnit", out JsonElement of) ? new Money(unitPrice.Picos / of.GetInt64()) : unitPrice;
        SkuPrice price = Price(new Sku("case", isHeld ? "gpu" : "tokens.input") { UnitPrice = unitPrice }, isHeld);
        PricingQuantity quantity = isHeld
            ? PricingQuantity.Of(Quantity.Of(1), TimeSpan.FromTicks((long)(example.GetProperty("seconds").GetDecimal() * TimeSpan.TicksPerSecond)))
            : PricingQuantity.Of(Quantity.Of(example.GetProperty("quantity").GetInt64()), price.Unit);

        Assert.Equal(Expected(example), Sum(price.Price(quantity)));
        if (example.TryGetProperty("expectedPricingQuantity", out JsonElement expected))
        {
            Assert.Equal(expected.GetString(), quantity.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(IdleShares))]
    public void What_is_idle_is_shared_as_published(string description, int index)
    {
        JsonElement example = Example(Pricing, "idleSharing", description, index);

        SharedCost shared = IdleCost.Share(
            Money.Parse(example.GetProperty("capacityCost").GetString()!),
            example.GetProperty("direct").EnumerateObject().ToDictionary(p => p.Name, p => Money.Parse(p.Value.GetString()!)),
            Enum.Parse<IdleSharing>(example.GetProperty("rule").GetString()!, ignoreCase: true),
            example.TryGetProperty("weights", out JsonElement weights) ? weights.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt64()) : null);

        Dictionary<string, Money> expected = example.GetProperty("expected").EnumerateObject().ToDictionary(p => p.Name, p => Money.Parse(p.Value.GetString()!));
        Assert.Equal(expected.GetValueOrDefault("idle"), shared.Idle);
        Assert.Equal(expected.Where(e => e.Key != "idle").OrderBy(e => e.Key, StringComparer.Ordinal), shared.Of.OrderBy(e => e.Key, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Periods))]
    public void Periods_begin_and_end_as_published(string description, int index)
    {
        JsonElement example = Example(Budgets, "periods", description, index);
        Assert.True(BudgetPeriod.TryParse(example.GetProperty("period").GetString()!, example.GetProperty("timeZone").GetString(), out BudgetPeriod? period, out _, out string? reason), reason);

        (Instant start, Instant end) = period.Around(At("at"));

        Assert.Equal((At("expectedStart"), At("expectedEnd")), (start, end));

        Instant At(string field) => Instant.From(example.GetProperty(field).GetDateTimeOffset());
    }

    private static TheoryData<string, int> Of(string file, string section)
    {
        TheoryData<string, int> rows = [];
        if (FolderOfCases() is { } folder && File.Exists(Path.Combine(folder, file)))
        {
            int index = 0;
            foreach (JsonElement example in Read(file).GetProperty(section).EnumerateArray())
            {
                rows.Add(example.GetProperty("description").GetString()!, index++);
            }
        }

        if (rows.Count == 0)
        {
            rows.Add(Absent, 0);
        }

        return rows;
    }

    private static JsonElement Example(string file, string section, string description, int index)
    {
        Assert.SkipWhen(description == Absent, $"../shared/cases/{file} is not here, and {Folder} names no other folder with it");
        return Read(file).GetProperty(section)[index];
    }

    private static JsonElement Read(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(FolderOfCases()!, file)));
        return document.RootElement.Clone();
    }

    private static Money Expected(JsonElement example) => Money.Parse(example.GetProperty("expectedUsd").GetString()!);

    private static SkuPrice Price(Sku sku, bool isHeld) =>
        SkuPrice.TryCreate(sku, isHeld, out SkuPrice? price, out string field, out string? reason) ? price : throw new InvalidOperationException($"{sku.Name}: {field} {reason}");

    private static string? WholeOf(string kind) => Kinds.Kind(kind)?.PartOf;

    private static Money Sum(IEnumerable<PricedPart> parts) => parts.Aggregate(Money.Zero, (sum, p) => sum + p.Cost);

    private static string? FolderOfCases() => CasesFolder.Of(Folder);
}
