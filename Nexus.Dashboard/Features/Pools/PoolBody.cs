using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools.Adaptive;
using Nexus.Dashboard.Features.Prices;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>A pool as an operator writes it: the whole of it, what is not given goes to its default.</summary>
internal sealed record PoolBody
{
    private static readonly TimeSpan LongestSetting = TimeSpan.FromDays(366);
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(1);

    private const int MaxKinds = 64;
    private const int MaxAllow = 1_000;

    public Dictionary<string, SupplyBody>? Resources { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public PurchaseOption PurchaseOption { get; init; }

    public List<string>? Allow { get; init; }

    public string? Strategy { get; init; }

    public Duration? AgingInterval { get; init; }

    /// <summary>How its grants are taken back; by default with a grace of ten seconds, and without a guaranteed runtime.</summary>
    public PreemptionBody? Preemption { get; init; }

    public Duration? HalfLife { get; init; }

    /// <summary>How long the first that waits does so before what frees is kept for it, where no end is known; by default a minute.</summary>
    public Duration? KeepAfter { get; init; }

    /// <summary>How far ahead starts are planned: <c>conservative</c> (unless given), every one of the first hundred that wait has a planned start that nobody delays; <c>easy</c>: only the first has.</summary>
    public Backfill? Backfill { get; init; }

    /// <summary>By kind, what a unit costs where the price book has no price for it, of what is held a unit for an hour. Prices are decimal texts, exact.</summary>
    public Dictionary<string, string>? Price { get; init; }

    /// <summary>When it counts as failing by the outcomes of its grants; absent: they do not count. <c>{}</c> is enough for the usual values.</summary>
    public HealthBody? Health { get; init; }

    /// <summary>What it is to serve well where its strategy is <c>adaptive</c>; by default waits alone.</summary>
    public ObjectiveBody? Objective { get; init; }

    /// <summary>How readily it changes its strategy where that is <c>adaptive</c>, and the rules that go before what it learns.</summary>
    public AdaptiveBody? Adaptive { get; init; }

    public static PoolBody Of(PoolDefinition pool) => new()
    {
        Resources = pool.Supplies.ToDictionary(s => s.Kind, SupplyBody.Of, StringComparer.Ordinal),
        Labels = pool.Labels.Count == 0 ? null : pool.Labels.ToDictionary(StringComparer.Ordinal),
        PurchaseOption = pool.PurchaseOption,
        Allow = pool.Allow?.Select(o => o.ToString()).ToList(),
        Strategy = pool.Strategy,
        AgingInterval = pool.AgingInterval,
        Preemption = new PreemptionBody(pool.Preemption.Grace, pool.Preemption.MinimumRuntime, pool.Preemption.BetweenBorrowers == BetweenBorrowers.Never ? null : pool.Preemption.BetweenBorrowers),
        HalfLife = pool.HalfLife,
        KeepAfter = pool.KeepAfter,
        Backfill = BackfillOf(pool),
        Price = PricesOf(pool),
        Health = HealthBody.Of(pool.Health),
        Objective = ObjectiveBody.Of(pool.Objective),
        Adaptive = AdaptiveBody.Of(pool.Adaptive),
    };

    /// <summary>What a pool says its units cost; null where it says nothing.</summary>
    public static Dictionary<string, string>? PricesOf(PoolDefinition pool) => pool.Prices.Count == 0 ? null : pool.Prices.ToDictionary(p => p.Kind, p => p.UnitPrice.ToString(), StringComparer.Ordinal);

    /// <summary>How far ahead a pool plans; null where it does so as pools do unless told otherwise.</summary>
    public static Backfill? BackfillOf(PoolDefinition pool) => pool.Backfill == default ? null : pool.Backfill;

    /// <summary>Why there is no strategy of a name; null where there is one.</summary>
    public static string? FaultOfStrategy(string name) => KnownStrategies.All.Any(s => s.Name == name) ? null : $"must be one of {string.Join(", ", KnownStrategies.All.Select(s => $"'{s.Name}'"))}";

    /// <summary>Checks every field; all that is wrong is named at once.</summary>
    public Result<PoolDefinition> ToDefinition(string name)
    {
        Faults faults = new();
        faults.Name("name", name);
        faults.When(Resources is not { Count: > 0 }, "$.resources", "must name at least one kind, for example {\"gpu\": 8}");
        faults.When(Resources is { Count: > MaxKinds }, "$.resources", $"must name at most {MaxKinds} kinds");
        faults.When(Strategy is not null && FaultOfStrategy(Strategy) is not null, "$.strategy", Strategy is null ? "" : FaultOfStrategy(Strategy) ?? "");
        TimeSpan? aging = faults.Span("$.agingInterval", AgingInterval, TimeSpan.FromMilliseconds(1), LongestSetting);
        TimeSpan? grace = faults.Span("$.preemption.grace", Preemption?.Grace, TimeSpan.Zero, LongestGrace);
        TimeSpan? runtime = faults.Span("$.preemption.minimumRuntime", Preemption?.MinimumRuntime, TimeSpan.Zero, LongestSetting);
        TimeSpan? halfLife = faults.Span("$.halfLife", HalfLife, TimeSpan.FromMinutes(1), LongestSetting);
        TimeSpan? keepAfter = faults.Span("$.keepAfter", KeepAfter, TimeSpan.Zero, LongestSetting);
        HealthSettings? health = Health?.ToSettings("$.health", faults);
        Objective? objective = Objective?.ToObjective("$.objective", faults);
        AdaptiveSettings? adaptive = Adaptive?.ToSettings("$.adaptive", faults);
        faults.When(Allow is { Count: 0 or > MaxAllow }, "$.allow", $"must name 1 to {MaxAllow} owner paths; leave it out to let everybody use the pool");
        Labels labels = faults.Labels("$.labels", Labels);
        List<Supply> supplies = [];
        foreach ((string kind, SupplyBody? body) in Resources ?? [])
        {
            faults.Kind($"$.resources['{kind}']", kind);
            if (body?.ToSupply(kind, $"$.resources['{kind}']", faults) is { } supply)
            {
                supplies.Add(supply);
            }
            else
            {
                faults.When(body is null, $"$.resources['{kind}']", "must be an amount, or {rate, per, burst}");
            }
        }

        List<PoolPrice> prices = [];
        foreach ((string kind, string? price) in Price ?? [])
        {
            string path = $"$.price['{kind}']";
            faults.When(price is null, path, "must be a decimal number in quotes, such as \"2.50\"");
            if (PriceItem.Price(price, path, faults) is { } unit)
            {
                faults.When(unit < Money.Zero, path, "must not be negative");
                prices.Add(new PoolPrice(kind, unit));
            }
        }

        List<OwnerPath> allow = [];
        for (int i = 0; i < Allow?.Count; i++)
        {
            if (faults.Owner($"$.allow[{i}]", Allow[i]) is { } owner)
            {
                allow.Add(owner);
            }
        }

        return faults.Problem is { } problem ? problem : new PoolDefinition(
            name, [.. supplies.OrderBy(s => s.Kind, StringComparer.Ordinal)], labels, PurchaseOption, Allow is null ? null : [.. allow.Distinct()], Strategy ?? KnownStrategies.Default)
        {
            AgingInterval = aging ?? PoolDefinition.DefaultAgingInterval,
            Preemption = new PreemptionSettings(grace ?? PreemptionSettings.Default.Grace, runtime ?? PreemptionSettings.Default.MinimumRuntime, Preemption?.BetweenBorrowers ?? BetweenBorrowers.Never),
            HalfLife = halfLife ?? PoolDefinition.DefaultHalfLife,
            KeepAfter = keepAfter ?? PoolDefinition.DefaultKeepAfter,
            Backfill = Backfill ?? default,
            Prices = [.. prices.OrderBy(p => p.Kind, StringComparer.Ordinal)],
            Health = health,
            Objective = objective,
            Adaptive = adaptive,
        };
    }
}

/// <summary>How a pool's grants are taken back. By which rules what several owners borrow is evened out counts under <c>fairShare</c>; absent: by none.</summary>
internal sealed record PreemptionBody(Duration? Grace = null, Duration? MinimumRuntime = null, BetweenBorrowers? BetweenBorrowers = null);

/// <summary>What a pool supplies of a kind: an amount, or for a metered one a rate, its period and the burst.</summary>
[JsonConverter(typeof(SupplyConverter))]
internal sealed record SupplyBody
{
    private static readonly TimeSpan MostPer = TimeSpan.FromDays(366);

    public Amount? Amount { get; init; }

    public Amount? Rate { get; init; }

    public Duration? Per { get; init; }

    public Amount? Burst { get; init; }

    public static SupplyBody Of(Supply supply) => supply.Per > TimeSpan.Zero
        ? new SupplyBody { Rate = supply.Rate, Per = supply.Per, Burst = supply.Amount }
        : new SupplyBody { Amount = supply.Amount };

    public Supply? ToSupply(string kind, string path, Faults faults)
    {
        if (Amount is { } amount)
        {
            return Read(amount, path, faults) is { } capacity ? new Supply(kind, capacity) : null;
        }

        faults.When(Rate is null, $"{path}.rate", "must be given");
        faults.When(Per is null, $"{path}.per", "must be given, for example \"PT1M\"");
        TimeSpan? per = faults.Span($"{path}.per", Per, TimeSpan.FromMilliseconds(1), MostPer);
        Quantity? rate = Rate is { } r ? Read(r, $"{path}.rate", faults) : null;
        Quantity? burst = Burst is { } b ? Read(b, $"{path}.burst", faults) : rate;
        return rate is { } flows && burst is { } holds && per is { } period && period > TimeSpan.Zero ? new Supply(kind, holds, flows, period) : null;
    }

    private static Quantity? Read(Amount amount, string path, Faults faults)
    {
        if (amount.TryAsked(out Quantity quantity, out string? fault))
        {
            return quantity;
        }

        faults.Add(path, fault!);
        return null;
    }
}

internal sealed class SupplyConverter : JsonConverter<SupplyBody>
{
    public override SupplyBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return new SupplyBody { Amount = JsonSerializer.Deserialize(ref reader, ApiJson.Default.Amount) };
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("must be an amount, or {\"rate\", \"per\", \"burst\"}");
        }

        try
        {
            MeteredBody metered = JsonSerializer.Deserialize(ref reader, ApiJson.Default.MeteredBody)!;
            return new SupplyBody { Rate = metered.Rate, Per = metered.Per, Burst = metered.Burst };
        }
        catch (JsonException inner)
        {
            // Its path begins anew inside a converter: the serializer adds the one to here, and this the rest.
            throw new InnerJsonException(inner.Message, inner.Path?[1..] ?? "");
        }
    }

    public override void Write(Utf8JsonWriter writer, SupplyBody value, JsonSerializerOptions options)
    {
        if (value.Amount is { } amount)
        {
            JsonSerializer.Serialize(writer, amount, ApiJson.Default.Amount);
        }
        else
        {
            JsonSerializer.Serialize(writer, new MeteredBody(value.Rate, value.Per, value.Burst), ApiJson.Default.MeteredBody);
        }
    }
}

/// <summary>A bucket as JSON.</summary>
internal sealed record MeteredBody(Amount? Rate, Duration? Per, Amount? Burst);

/// <summary>A pool as readers see it.</summary>
internal sealed record PoolAnswer(
    string Name, Dictionary<string, SupplyBody> Resources, Dictionary<string, string>? Labels, PurchaseOption PurchaseOption, IReadOnlyList<string>? Allow, string Strategy,
    Duration AgingInterval, PreemptionBody Preemption, Duration HalfLife, Duration KeepAfter, Dictionary<string, string>? Price,
    bool? Draining, Dictionary<string, MeterAnswer> State, long Version)
{
    /// <summary>How far ahead starts are planned; absent where every one of the first hundred that wait has a planned start.</summary>
    public Backfill? Backfill { get; init; }

    /// <summary>How it does by the outcomes of its grants, and by what it is judged; absent where they do not count.</summary>
    public HealthAnswer? Health { get; init; }

    /// <summary>What it is to serve well; absent where it does not say.</summary>
    public ObjectiveBody? Objective { get; init; }

    /// <summary>What it follows and how readily it changes; absent where it does not choose its strategy by itself.</summary>
    public AdaptiveAnswer? Adaptive { get; init; }

    public static PoolAnswer Of(PoolState pool, Instant now, OwnerPath reader)
    {
        PoolBody body = PoolBody.Of(pool.Definition);
        return new PoolAnswer(
            pool.Name, body.Resources!, body.Labels, pool.Definition.PurchaseOption,
            pool.Definition.Allow?.Where(o => o.IsWithin(reader) || reader.IsWithin(o)).Select(o => o.ToString()).ToArray(), pool.Definition.Strategy,
            pool.Definition.AgingInterval, body.Preemption!, pool.Definition.HalfLife, pool.Definition.KeepAfter, body.Price,
            pool.Draining ? true : null,
            pool.Meters.ToDictionary(m => m.Supply.Kind, m => MeterAnswer.Of(m, pool.StopsGrants, now), StringComparer.Ordinal),
            pool.Version)
        {
            Backfill = body.Backfill,
            Health = HealthAnswer.Of(pool.Health, now),
            Objective = body.Objective,
            Adaptive = AdaptiveAnswer.Of(pool),
        };
    }
}

/// <summary>What a pool has of one kind. Of a bucket: capacity is the burst, free what it holds now.</summary>
internal sealed record MeterAnswer(Amount Capacity, Amount Pending, Amount Used, Amount Booked, Amount Free, Amount? Owed, Amount? Peak)
{
    public static MeterAnswer Of(MeterState meter, bool stopped, Instant now)
    {
        Quantity free = stopped ? Quantity.Zero : meter.FreeAt(now);
        Quantity owed = meter.OwedAt(now);
        Quantity used = meter.Behaviour switch
        {
            ResourceBehaviour.Held => meter.Used,
            ResourceBehaviour.Metered => meter.Supply.Amount - meter.FreeAt(now),
            _ => Quantity.Zero,
        };
        return new MeterAnswer(
            meter.Supply.Amount, Quantity.Zero, used, meter.Booked, free,
            owed.IsZero ? null : (Amount)owed, meter.Behaviour == ResourceBehaviour.Held ? (Amount)meter.Peak : null);
    }
}
