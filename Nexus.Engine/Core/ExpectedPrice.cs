using Nexus.Engine.Costs;

namespace Nexus.Engine.Core;

/// <summary>What work is expected to cost in a pool, as far as that is known: of two pools the one is cheaper that leaves fewer kinds without a price, and of equals the one that costs less.</summary>
/// <param name="Unpriced">How many of the kinds that come from it have no price.</param>
/// <param name="Cost">What the others cost.</param>
internal readonly record struct ExpectedPrice(int Unpriced, Money Cost) : IComparable<ExpectedPrice>
{
    /// <inheritdoc/>
    public int CompareTo(ExpectedPrice other) => Unpriced != other.Unpriced ? Unpriced.CompareTo(other.Unpriced) : Cost.CompareTo(other.Cost);

    /// <summary>Both together.</summary>
    public static ExpectedPrice operator +(ExpectedPrice a, ExpectedPrice b) => new(a.Unpriced + b.Unpriced, a.Cost + b.Cost);

    /// <summary>True where the first is cheaper.</summary>
    public static bool operator <(ExpectedPrice a, ExpectedPrice b) => a.CompareTo(b) < 0;

    /// <summary>True where the first is dearer.</summary>
    public static bool operator >(ExpectedPrice a, ExpectedPrice b) => a.CompareTo(b) > 0;

    /// <summary>True where the first is not dearer.</summary>
    public static bool operator <=(ExpectedPrice a, ExpectedPrice b) => a.CompareTo(b) <= 0;

    /// <summary>True where the first is not cheaper.</summary>
    public static bool operator >=(ExpectedPrice a, ExpectedPrice b) => a.CompareTo(b) >= 0;
}
