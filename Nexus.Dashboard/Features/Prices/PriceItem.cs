using System.Globalization;
using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>A price of the book: a kind, what narrows it, and what a unit costs. Prices are decimal texts, exact.</summary>
internal sealed record PriceItem
{
    private const int MostTiers = 100;
    private const string Month = "month";

    /// <summary>The name of the SKU. Several of one name differ in <c>effectiveFrom</c>.</summary>
    public required string Sku { get; init; }

    /// <summary>The kind that it prices.</summary>
    public required string Resource { get; init; }

    /// <summary>Only what comes from this pool.</summary>
    public string? Pool { get; init; }

    /// <summary>Only what this provider serves.</summary>
    public string? Provider { get; init; }

    /// <summary>Only what this model uses.</summary>
    public string? Model { get; init; }

    /// <summary>Only what goes through this lane: <c>standard</c> or <c>batch</c>.</summary>
    public string? Lane { get; init; }

    /// <summary>Only where the prompt is larger than so many tokens.</summary>
    public long? AbovePromptTokens { get; init; }

    /// <summary>The price of a unit, of a kind that is held of a unit for an hour. Or <c>tiers</c>, or a <c>formula</c>.</summary>
    public string? UnitPrice { get; init; }

    /// <summary>An expression that works out what a line costs, over <c>quantity</c>, <c>duration</c>, <c>hour</c>, <c>weekday</c> and <c>label('NAME')</c>.</summary>
    public string? Formula { get; init; }

    /// <summary>Prices that follow the amount, the smallest amounts first.</summary>
    public IReadOnlyList<PriceTierItem>? Tiers { get; init; }

    /// <summary><c>graduated</c> (unless given): each unit at the price of its tier; <c>volume</c>: all units at the price of the tier that the amount reaches.</summary>
    public TierMode? TierMode { get; init; }

    /// <summary><c>month</c>: the amount that decides the tier is counted over a calendar month; without it over each line.</summary>
    public string? TierPeriod { get; init; }

    /// <summary>The least that a line costs.</summary>
    public string? Minimum { get; init; }

    /// <summary>From when the price holds; without it for all time before the first dated price of the name.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? EffectiveFrom { get; init; }

    public static PriceItem Of(Sku sku) => new()
    {
        Sku = sku.Name,
        Resource = sku.Resource,
        Pool = sku.Pool,
        Provider = sku.Provider,
        Model = sku.Model,
        Lane = sku.Lane,
        AbovePromptTokens = sku.AbovePromptTokens,
        UnitPrice = sku.UnitPrice?.ToString(),
        Formula = sku.Formula,
        Tiers = sku.Tiers.Count == 0 ? null : [.. sku.Tiers.Select(t => new PriceTierItem { UpTo = t.UpTo is { } upTo ? (Amount)upTo : null, UnitPrice = t.UnitPrice.ToString() })],
        TierMode = sku.Tiers.Count == 0 ? null : sku.TierMode,
        TierPeriod = sku.TierPeriod == Engine.Costs.TierPeriod.Month ? Month : null,
        Minimum = sku.Minimum?.ToString(),
        EffectiveFrom = sku.EffectiveFrom?.ToDateTimeOffset(),
    };

    /// <summary>Checks what is written; whether the kind exists and the prices fit together is the engine's to say.</summary>
    public Sku ToSku(string path, Faults faults)
    {
        faults.When(!IsText(Sku), $"{path}.sku", $"must be a text of 1 to {Labels.MaxValueLength} characters, none of them a control character");
        faults.Kind($"{path}.resource", Resource);
        faults.Name($"{path}.pool", Pool);
        faults.When(Provider is not null && !IsText(Provider), $"{path}.provider", $"must be a text of 1 to {Labels.MaxValueLength} characters, none of them a control character");
        faults.When(Model is not null && !IsText(Model), $"{path}.model", $"must be a text of 1 to {Labels.MaxValueLength} characters, none of them a control character");
        faults.When(Lane is not (null or "standard" or "batch"), $"{path}.lane", "must be standard or batch");
        faults.When(AbovePromptTokens < 0, $"{path}.abovePromptTokens", "must be 0 or more");
        faults.When(Tiers is { Count: 0 or > MostTiers }, $"{path}.tiers", $"must have 1 to {MostTiers} tiers");
        faults.When(TierPeriod is not (null or Month), $"{path}.tierPeriod", "must be month; leave it out to count each line");
        faults.When(Tiers is null && (TierMode is not null || TierPeriod is not null), $"{path}.{(TierMode is null ? "tierPeriod" : "tierMode")}", "needs tiers");
        return new Sku(Sku, Resource)
        {
            Pool = Pool,
            Provider = Provider,
            Model = Model,
            Lane = Lane,
            AbovePromptTokens = AbovePromptTokens,
            UnitPrice = Price(UnitPrice, $"{path}.unitPrice", faults),
            Formula = Formula,
            Tiers = [.. (Tiers ?? []).Select((tier, i) => tier.ToTier(string.Create(CultureInfo.InvariantCulture, $"{path}.tiers[{i}]"), faults))],
            TierMode = TierMode ?? default,
            TierPeriod = TierPeriod == Month ? Engine.Costs.TierPeriod.Month : default,
            Minimum = Price(Minimum, $"{path}.minimum", faults),
            EffectiveFrom = EffectiveFrom is { } from ? Instant.From(from) : null,
        };
    }

    internal static Money? Price(string? text, string path, Faults faults)
    {
        if (text is null)
        {
            return null;
        }

        if (!Money.TryParse(text, out Money price, out string? reason))
        {
            faults.Add(path, reason);
        }

        return price;
    }

    private static bool IsText(string text) => text.Length is > 0 and <= Labels.MaxValueLength && !text.Any(char.IsControl);
}

/// <summary>A price for amounts up to a bound.</summary>
internal sealed record PriceTierItem
{
    /// <summary>The largest amount of the tier in units, of a kind that is held in unit-hours; the last has none.</summary>
    public Amount? UpTo { get; init; }

    /// <summary>The price of a unit in it.</summary>
    public required string UnitPrice { get; init; }

    public PriceTier ToTier(string path, Faults faults)
    {
        Quantity? upTo = null;
        if (UpTo is { } given)
        {
            bool valid = given.TryAsked(out Quantity amount, out string? fault);
            faults.When(!valid, $"{path}.upTo", fault ?? "");
            upTo = amount;
        }

        return new PriceTier(upTo, PriceItem.Price(UnitPrice, $"{path}.unitPrice", faults) ?? default);
    }
}
