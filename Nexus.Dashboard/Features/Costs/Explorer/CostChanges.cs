using System.Numerics;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>By how much something costs more than it did, and whether because more was used or because it became dearer.</summary>
/// <param name="Name">Whose it is, as the groups are named.</param>
/// <param name="Where">Where it came from: the pool, else the model, else the kind; empty for what several have.</param>
/// <param name="Volume">What the change of the amount makes, at the price of before.</param>
/// <param name="Price">What the change of the price makes, at the amount of now.</param>
public sealed record CostChange(string Name, string Where, Money Volume, Money Price)
{
    /// <summary>Both together: all of the change.</summary>
    public Money Total => Volume + Price;
}

/// <summary>Takes a change apart into what made it.</summary>
internal static class CostChanges
{
    /// <summary>The change of one thing: Laspeyres' volume effect, and the rest, which is the price's (Paasche), so that both add up to the last digit.</summary>
    /// <remarks>What is new or gone is volume. What costs without an amount (a minimum, a credit, a tax) is price.</remarks>
    public static (Money Volume, Money Price) Effects(CostSum before, CostSum now)
    {
        Money change = now.Cost - before.Cost;
        (Int128 was, Int128 used) = (before.Consumed.Millionths, now.Consumed.Millionths);
        Money volume = (was > 0, used > 0) switch
        {
            (true, true) => new Money(Scaled(before.Cost.Picos, used, was)) - before.Cost,
            (true, false) or (false, true) => change,
            _ => Money.Zero,
        };
        return (volume, change - volume);
    }

    /// <summary>The largest contributors, and all others together: they add up to the change.</summary>
    /// <param name="changes">All of them.</param>
    /// <param name="most">How many stand for themselves.</param>
    public static (IReadOnlyList<CostChange> Largest, CostChange? Others, int Count) Top(IEnumerable<CostChange> changes, int most)
    {
        CostChange[] all = [.. changes.Where(c => c.Volume != Money.Zero || c.Price != Money.Zero).OrderByDescending(c => Int128.Abs(c.Total.Picos)).ThenBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.Where, StringComparer.Ordinal)];
        CostChange[] rest = [.. all.Skip(most)];
        return (all[..Math.Min(most, all.Length)], rest.Length == 0 ? null : rest.Aggregate(new CostChange("", "", Money.Zero, Money.Zero), static (sum, c) => sum with { Volume = sum.Volume + c.Volume, Price = sum.Price + c.Price }), rest.Length);
    }

    // The product may be larger than an Int128.
    private static Int128 Scaled(Int128 picos, Int128 by, Int128 of) => (Int128)BigInteger.Divide((BigInteger)picos * by, of);
}
