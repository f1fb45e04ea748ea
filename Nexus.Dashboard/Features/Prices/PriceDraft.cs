using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>A price as it is being typed.</summary>
public sealed class PriceDraft
{
    /// <summary>The shapes of a price.</summary>
    public const string Flat = "price", Tiered = "tiers", Worked = "formula";

    private const string Local = "yyyy-MM-dd'T'HH:mm";

    private Dictionary<string, string> _faults = new(StringComparer.Ordinal);

    public string Name { get; set; } = "";

    public string Resource { get; set; } = "";

    public string Pool { get; set; } = "";

    public string Provider { get; set; } = "";

    public string Model { get; set; } = "";

    public string Lane { get; set; } = "";

    public string Prompt { get; set; } = "";

    public string Shape { get; set; } = Flat;

    public string UnitPrice { get; set; } = "";

    public string Formula { get; set; } = "";

    public List<PriceDraftTier> Tiers { get; } = [];

    public bool IsVolume { get; set; }

    public bool IsMonthly { get; set; }

    public string Minimum { get; set; } = "";

    /// <summary>From when it holds, of UTC; empty: for all time before the first dated one.</summary>
    public string From { get; set; } = "";

    /// <summary>The price that it changes; null: a new one.</summary>
    public Sku? Was { get; private init; }

    /// <summary>What is wrong with a field; null where nothing is.</summary>
    /// <param name="field">Its name as in the API.</param>
    public string? Fault(string field) => _faults.FirstOrDefault(f => f.Key == field || f.Key.StartsWith(field + "[", StringComparison.Ordinal)).Value;

    /// <summary>True where something is wrong.</summary>
    public bool HasFaults => _faults.Count > 0;

    /// <summary>A price that is set, to be changed.</summary>
    public static PriceDraft Of(Sku sku) => Fill(new PriceDraft { Was = sku }, sku);

    /// <summary>A further price of the same SKU, from another time on.</summary>
    public static PriceDraft After(Sku sku, DateTimeOffset from)
    {
        PriceDraft draft = Fill(new PriceDraft(), sku);
        draft.From = from.UtcDateTime.ToString(Local, CultureInfo.InvariantCulture);
        return draft;
    }

    /// <summary>A price for use that has none.</summary>
    public static PriceDraft For(UnpricedUse use) => new()
    {
        Name = string.Join('/', new[] { use.Provider, use.Model ?? use.Pool, use.Resource }.OfType<string>()),
        Resource = use.Resource,
        Pool = use.Model is null ? use.Pool ?? "" : "",
        Provider = use.Provider ?? "",
        Model = use.Model ?? "",
    };

    /// <summary>Checks what is typed, and keeps what is wrong.</summary>
    /// <param name="configuration">The kinds.</param>
    /// <returns>The price; null where something is wrong.</returns>
    public Sku? Read(Configuration configuration)
    {
        Faults faults = new();
        long prompt = 0;
        faults.When(Prompt.Length > 0 && !long.TryParse(Prompt, NumberStyles.None, CultureInfo.InvariantCulture, out prompt), "$.abovePromptTokens", "must be a whole number");
        DateTimeOffset from = default;
        faults.When(From.Length > 0 && !DateTimeOffset.TryParse(From, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out from), "$.effectiveFrom", "must be a day and time");
        PriceItem item = new()
        {
            Sku = Name.Trim(),
            Resource = Resource,
            Pool = Text(Pool),
            Provider = Text(Provider),
            Model = Text(Model),
            Lane = Text(Lane),
            AbovePromptTokens = Prompt.Length > 0 ? prompt : null,
            UnitPrice = Shape == Flat ? UnitPrice.Trim() : null,
            Formula = Shape == Worked ? Formula.Trim() : null,
            Tiers = Shape == Tiered ? [.. Tiers.Select(TierOf)] : null,
            TierMode = Shape == Tiered && IsVolume ? TierMode.Volume : null,
            TierPeriod = Shape == Tiered && IsMonthly ? "month" : null,
            Minimum = Text(Minimum),
            EffectiveFrom = From.Length > 0 ? from : null,
        };
        Sku sku = item.ToSku("$", faults);
        if (faults.Problem is null)
        {
            faults.When(configuration.Kind(Resource) is null, "$.resource", "is no kind that exists");
            if (!SkuPrice.TryCreate(sku, configuration.Kind(Resource)?.Behaviour == Engine.Resources.ResourceBehaviour.Held, out _, out string field, out string? reason))
            {
                faults.Add($"$.{field}", reason);
            }
        }

        _faults = faults.Problem?.Errors?.ToDictionary(e => e.Key.Replace("$.", "", StringComparison.Ordinal), e => string.Join("; ", e.Value), StringComparer.Ordinal) ?? new(StringComparer.Ordinal);
        return _faults.Count == 0 ? sku : null;
    }

    private static PriceTierItem TierOf(PriceDraftTier tier) => new()
    {
        UpTo = tier.UpTo.Trim().Length == 0 ? null : decimal.TryParse(tier.UpTo, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal upTo) ? new Amount(upTo) : new Amount(0, "must be a number"),
        UnitPrice = tier.UnitPrice.Trim(),
    };

    private static PriceDraft Fill(PriceDraft draft, Sku sku)
    {
        PriceItem item = PriceItem.Of(sku);
        (draft.Name, draft.Resource, draft.Pool, draft.Provider, draft.Model, draft.Lane) = (item.Sku, item.Resource, item.Pool ?? "", item.Provider ?? "", item.Model ?? "", item.Lane ?? "");
        draft.Prompt = item.AbovePromptTokens?.ToString(CultureInfo.InvariantCulture) ?? "";
        draft.Shape = item.Formula is not null ? Worked : item.Tiers is not null ? Tiered : Flat;
        (draft.UnitPrice, draft.Formula, draft.Minimum) = (item.UnitPrice ?? "", item.Formula ?? "", item.Minimum ?? "");
        draft.Tiers.AddRange((item.Tiers ?? []).Select(t => new PriceDraftTier { UpTo = t.UpTo?.Value.ToString(CultureInfo.InvariantCulture) ?? "", UnitPrice = t.UnitPrice }));
        (draft.IsVolume, draft.IsMonthly) = (item.TierMode == TierMode.Volume, item.TierPeriod is not null);
        draft.From = item.EffectiveFrom?.UtcDateTime.ToString(Local, CultureInfo.InvariantCulture) ?? "";
        return draft;
    }

    private static string? Text(string text) => text.Trim() is { Length: > 0 } given ? given : null;
}

/// <summary>A tier as it is being typed.</summary>
public sealed class PriceDraftTier
{
    public string UpTo { get; set; } = "";

    public string UnitPrice { get; set; } = "";
}
