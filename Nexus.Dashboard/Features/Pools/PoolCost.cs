using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>What the capacity of a pool costs by the hour, used or not, at the prices that hold now.</summary>
/// <param name="PerHour">All of it.</param>
/// <param name="Idle">What of that nobody holds now.</param>
/// <param name="Unpriced">The kinds of its capacity that have no price by the unit-hour: what they cost nobody knows.</param>
internal sealed record PoolCost(Money PerHour, Money Idle, IReadOnlyList<string> Unpriced)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Of a pool; null where nothing of its capacity has a price by the unit-hour.</summary>
    public static PoolCost? Of(PoolState pool, Configuration configuration, Instant now)
    {
        MeterState[] held = [.. pool.Meters.Where(m => m.Behaviour == ResourceBehaviour.Held && !m.Supply.Amount.IsZero)];
        PoolCost[] known = [.. held.Select(m => Of(pool.Definition, m, configuration, now)).OfType<PoolCost>()];
        return known.Length == 0 ? null
            : new PoolCost(Sum(known.Select(c => c.PerHour)), Sum(known.Select(c => c.Idle)), [.. held.Where(m => Of(pool.Definition, m, configuration, now) is null).Select(m => m.Supply.Kind)]);
    }

    /// <summary>Of one of its kinds; null where that is not capacity, or has no price by the unit-hour.</summary>
    public static PoolCost? Of(PoolDefinition pool, MeterState meter, Configuration configuration, Instant now)
    {
        if (meter.Behaviour != ResourceBehaviour.Held || CapacityPrice.Of(configuration.Prices, pool, meter.Supply.Kind, now) is not { } price)
        {
            return null;
        }

        // Where capacity was lost, more may be held than there is: then nothing is idle.
        Quantity free = meter.Used < meter.Supply.Amount ? meter.Supply.Amount - meter.Used : default;
        return new PoolCost(PricingQuantity.Of(meter.Supply.Amount, Hour).At(price), PricingQuantity.Of(free, Hour).At(price), []);
    }

    /// <summary>A sentence for who hovers.</summary>
    public string Sentence(string currency) =>
        $"{CostText.Rate(CostText.Units(PerHour), currency)} an hour, of which {CostText.Rate(CostText.Units(Idle), currency)} nobody holds now{(Unpriced.Count == 0 ? "" : $"; {string.Join(", ", Unpriced)} {(Unpriced.Count == 1 ? "has" : "have")} no price by the unit-hour")}";

    /// <summary>The head of a column of costs by the hour.</summary>
    public static string Head(string currency) => currency == "USD" ? "$/h" : $"{currency}/h";

    private static Money Sum(IEnumerable<Money> costs) => costs.Aggregate(Money.Zero, static (sum, m) => sum + m);
}
