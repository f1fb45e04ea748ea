using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>How far something goes: an amount, or without bound (<c>unlimited</c> of borrowing, <c>all</c> of lending).</summary>
public readonly record struct QuotaBound
{
    private readonly Quantity _amount;

    private QuotaBound(Quantity amount, bool unbounded) => (_amount, IsUnbounded) = (amount, unbounded);

    /// <summary>Without bound.</summary>
    public static QuotaBound Unbounded { get; } = new(Quantity.Zero, true);

    /// <summary>Nothing.</summary>
    public static QuotaBound Nothing => default;

    /// <summary>True where there is no bound.</summary>
    public bool IsUnbounded { get; }

    /// <summary>The amount; null without bound.</summary>
    public Quantity? Amount => IsUnbounded ? null : _amount;

    /// <summary>The amount in thousandths, or <see cref="QuotaMath.Most"/>.</summary>
    internal long Thousandths => IsUnbounded ? QuotaMath.Most : _amount.Thousandths;

    /// <summary>An amount.</summary>
    public static QuotaBound Of(Quantity amount) => new(amount, false);

    /// <summary>The amount in units, or <c>unbounded</c>.</summary>
    public override string ToString() => IsUnbounded ? "unbounded" : _amount.ToString();
}

/// <summary>Sums of quotas and their use, in thousandths: whole numbers that stop at <see cref="Most"/> instead of turning over.</summary>
internal static class QuotaMath
{
    /// <summary>More than any quota or its use is taken for: 2.3 × 10¹⁵ units. What has no bound counts as this.</summary>
    public const long Most = long.MaxValue / 4;

    /// <summary>The sum, at most <see cref="Most"/>. Both are between −<see cref="Most"/> and <see cref="Most"/>.</summary>
    public static long Plus(long a, long b) => Math.Min(Most, a + b);

    /// <summary>An amount that is held for a time, in thousandths of unit-hours, rounded up so that nothing held costs nothing.</summary>
    /// <param name="amount">Thousandths of the unit.</param>
    /// <param name="milliseconds">How long.</param>
    public static long Hours(long amount, long milliseconds)
    {
        const long hour = 3_600_000;
        Int128 hours = (((Int128)amount * Math.Max(0, milliseconds)) + hour - 1) / hour;
        return hours > Most ? Most : (long)hours;
    }
}
