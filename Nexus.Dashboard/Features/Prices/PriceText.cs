using System.Globalization;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>Prices and what they come to, as pages write them.</summary>
internal static class PriceText
{
    private const string NoBreak = "\u00A0";
    private const decimal Picos = 1_000_000_000_000m;
    private const int Four = 4;

    private static readonly Money Cent = Money.Parse("0.01");

    /// <summary>An amount: <c>$96,412.38</c>, below a cent four significant digits, another currency by its code.</summary>
    public static string Of(Money money, string currency)
    {
        decimal amount = (decimal)Int128.Abs(money.Picos) / Picos;
        string digits = amount is > 0 and < 0.01m ? Significant(amount) : amount.ToString("#,0.00", CultureInfo.InvariantCulture);
        return $"{(money < Money.Zero ? "\u2212" : "")}{(currency == "USD" ? "$" : currency + NoBreak)}{digits}";
    }

    /// <summary>A change of an amount, with its sign.</summary>
    public static string Change(Money money, string currency) => (money > Money.Zero ? "+" : "") + Of(money, currency);

    /// <summary>The price of an SKU and per what: <c>$3.00 / 1 M token</c>.</summary>
    public static string PriceOf(SkuPrice price, Configuration configuration)
    {
        Sku sku = price.Sku;
        if (sku.Formula is not null)
        {
            return "formula";
        }

        string per = Per(price, configuration);
        string from = Shown(price, sku.UnitPrice ?? sku.Tiers[0].UnitPrice, configuration);
        return sku.Tiers.Count > 1 ? $"{from}\u2009–\u2009{Shown(price, sku.Tiers[^1].UnitPrice, configuration)} / {per}" : $"{from} / {per}";
    }

    /// <summary>One of an SKU's prices, for as much as <see cref="Per"/> says.</summary>
    public static string Shown(SkuPrice price, Money unitPrice, Configuration configuration) => Of(InUnit(unitPrice, UnitOf(price)), configuration.Currency);

    /// <summary>What a price is for.</summary>
    public static string Per(SkuPrice price, Configuration configuration)
    {
        string unit = configuration.Kind(price.Sku.Resource)?.Unit ?? "unit";
        return UnitOf(price) switch
        {
            PricingUnit.Thousand => $"1,000{NoBreak}{unit}",
            PricingUnit.Million => $"1{NoBreak}M{NoBreak}{unit}",
            PricingUnit.UnitHour => $"{unit}-hour",
            _ => unit,
        };
    }

    // What costs less than a cent is told by the million, as price lists tell it.
    private static PricingUnit UnitOf(SkuPrice price) =>
        price.Unit != PricingUnit.UnitHour && (price.Sku.UnitPrice ?? price.Sku.Tiers.Select(t => (Money?)t.UnitPrice).FirstOrDefault()) is { } first && first > Money.Zero && first < Cent ? PricingUnit.Million : price.Unit;

    private static Money InUnit(Money price, PricingUnit unit) => new(price.Picos * unit switch { PricingUnit.Thousand => 1_000, PricingUnit.Million => 1_000_000, _ => 1 });

    /// <summary>How the tiers are read; empty where there are none.</summary>
    public static string Tiers(Sku sku) => sku.Tiers.Count == 0 ? "" : $"{sku.Tiers.Count} {(sku.TierMode == TierMode.Volume ? "by volume" : "graduated")}{(sku.TierPeriod == TierPeriod.Month ? ", by the month" : "")}";

    /// <summary>What narrows it.</summary>
    public static IEnumerable<string> Narrows(Sku sku)
    {
        foreach ((string name, string? value) in ((string, string?)[])[("pool", sku.Pool), ("provider", sku.Provider), ("model", sku.Model), ("lane", sku.Lane)])
        {
            if (value is not null)
            {
                yield return $"{name} {value}";
            }
        }

        if (sku.AbovePromptTokens is { } prompt)
        {
            yield return $"prompts over {Numbers.Count(prompt)} tokens";
        }
    }

    private static string Significant(decimal amount)
    {
        int zeros = 0;
        for (decimal scaled = amount; scaled < 1; scaled *= 10)
        {
            zeros++;
        }

        return amount.ToString("0." + new string('0', Math.Min(zeros + Four - 1, Money.Decimals)), CultureInfo.InvariantCulture);
    }
}
