using System.Globalization;
using System.Text.Json;
using System.Xml;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools.Adaptive;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>A pool as it is being typed: text until it is read, so that what is wrong can be said where it stands.</summary>
internal sealed class PoolDraft
{
    /// <summary>An empty one.</summary>
    public PoolDraft() => Lines.Add(new SupplyDraft { Kind = "gpu" });

    /// <summary>One that begins as a pool is.</summary>
    public PoolDraft(PoolBody pool)
    {
        Lines.AddRange((pool.Resources ?? []).Select(r => new SupplyDraft
        {
            Kind = r.Key,
            Amount = Text(r.Value.Amount ?? r.Value.Burst),
            Rate = Text(r.Value.Rate),
            Per = r.Value.Per is { } per ? XmlConvert.ToString(per.Value) : SupplyDraft.Minute,
            Price = pool.Price?.GetValueOrDefault(r.Key) ?? "",
        }));
        Option = pool.PurchaseOption;
        Labels = string.Join(", ", (pool.Labels ?? []).Select(l => $"{l.Key}={l.Value}"));
        Allow = string.Join(", ", pool.Allow ?? []);
        Strategy = pool.Strategy ?? KnownStrategies.Default;
        (AgingInterval, Grace, MinimumRuntime, HalfLife, KeepAfter) = (Text(pool.AgingInterval), Text(pool.Preemption?.Grace), Text(pool.Preemption?.MinimumRuntime), Text(pool.HalfLife), Text(pool.KeepAfter));
        BetweenBorrowers = pool.Preemption?.BetweenBorrowers ?? BetweenBorrowers.Never;
        Backfill = pool.Backfill ?? default;
        Health = new HealthDraft(pool.Health);
        Adaptive = new AdaptiveDraft(pool.Objective, pool.Adaptive);
    }

    /// <summary>What it supplies, a line each kind.</summary>
    public List<SupplyDraft> Lines { get; } = [];

    public PurchaseOption Option { get; set; }

    /// <summary><c>name=value</c>, comma between.</summary>
    public string Labels { get; set; } = "";

    /// <summary>Owner paths, comma between; empty for everybody.</summary>
    public string Allow { get; set; } = "";

    /// <summary>Its name in the API.</summary>
    public string Strategy { get; set; } = KnownStrategies.Default;

    /// <summary>A duration such as <c>PT10S</c>; empty for the default.</summary>
    public string AgingInterval { get; set; } = "";

    /// <summary>A duration; empty for the default.</summary>
    public string Grace { get; set; } = "";

    /// <summary>A duration; empty for the default.</summary>
    public string MinimumRuntime { get; set; } = "";

    /// <summary>A duration; empty for the default.</summary>
    public string HalfLife { get; set; } = "";

    /// <summary>A duration; empty for the default.</summary>
    public string KeepAfter { get; set; } = "";

    /// <summary>By which rules it evens out what several borrow, where it gives fair shares.</summary>
    public BetweenBorrowers BetweenBorrowers { get; set; }

    /// <summary>How far ahead starts are planned.</summary>
    public Backfill Backfill { get; set; }

    /// <summary>When it counts as failing.</summary>
    public HealthDraft Health { get; } = new(null);

    /// <summary>What it is to serve where it chooses its strategy by itself, and how readily it changes.</summary>
    public AdaptiveDraft Adaptive { get; } = new(null, null);

    /// <summary>True once enough is typed to be read.</summary>
    public bool IsComplete => Lines.Count > 0 && Lines.TrueForAll(l => l.Amount.Length > 0);

    /// <summary>As the API would be sent it.</summary>
    public PoolBody ToBody(IReadOnlyList<ResourceKind> kinds) => new()
    {
        Resources = Lines.GroupBy(l => l.Kind, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().ToBody(kinds), StringComparer.Ordinal),
        PurchaseOption = Option,
        Labels = LabelText.Parse(Labels),
        Allow = Allow.Trim().Length == 0 ? null : [.. Allow.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        Strategy = Strategy,
        AgingInterval = Span(AgingInterval),
        Preemption = Span(Grace) is null && Span(MinimumRuntime) is null && BetweenBorrowers == BetweenBorrowers.Never ? null
            : new PreemptionBody(Span(Grace), Span(MinimumRuntime), BetweenBorrowers == BetweenBorrowers.Never ? null : BetweenBorrowers),
        HalfLife = Span(HalfLife),
        KeepAfter = Span(KeepAfter),
        Backfill = Backfill == default ? null : Backfill,
        Price = Lines.Where(l => l.Price.Trim().Length > 0).GroupBy(l => l.Kind, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Price.Trim(), StringComparer.Ordinal) is { Count: > 0 } prices ? prices : null,
        Health = Health.ToBody(),
        Objective = Adaptive.ToObjective(),
        Adaptive = Adaptive.ToSettings(),
    };

    /// <summary>What differs from the pool as it is now; all of it where there is none.</summary>
    public IReadOnlyList<FieldChange> ChangesFrom(PoolBody? pool, IReadOnlyList<ResourceKind> kinds) =>
        JsonDiff.Of(pool is null ? null : JsonSerializer.SerializeToNode(pool, ApiJson.Default.PoolBody), JsonSerializer.SerializeToNode(ToBody(kinds), ApiJson.Default.PoolBody));

    internal static Duration? Span(string text) => text.Trim().Length == 0 ? null : Duration.Parse(text.Trim());

    internal static string Text(Duration? duration) => duration is { } given ? XmlConvert.ToString(given.Value) : "";

    private static string Text(Amount? amount) => amount?.Value.ToString("0.###", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>A kind that a pool supplies, as it is being typed.</summary>
internal sealed class SupplyDraft
{
    public const string Minute = "PT1M";

    public string Kind { get; set; } = "";

    /// <summary>The amount; of a metered kind the burst.</summary>
    public string Amount { get; set; } = "";

    public string Rate { get; set; } = "";

    /// <summary>What a unit costs where the price book has no price, of what is held for an hour; empty for none.</summary>
    public string Price { get; set; } = "";

    public string Per { get; set; } = Minute;

    /// <summary>True where it is a rate, a period and a burst.</summary>
    public bool IsMetered(IReadOnlyList<ResourceKind> kinds) => kinds.FirstOrDefault(k => k.Name == Kind)?.Behaviour == ResourceBehaviour.Metered;

    public SupplyBody ToBody(IReadOnlyList<ResourceKind> kinds) => IsMetered(kinds)
        ? new SupplyBody { Rate = Number(Rate), Per = Duration.Parse(Per), Burst = Amount.Length == 0 ? null : Number(Amount) }
        : new SupplyBody { Amount = Number(Amount) };

    private static Amount Number(string text) =>
        decimal.TryParse(text.Replace(",", "", StringComparison.Ordinal).Trim(), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal value) ? new Amount(value) : new Amount(0, "must be a number");
}
