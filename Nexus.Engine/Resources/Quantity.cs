using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Nexus.Engine.Resources;

/// <summary>An amount of one resource kind, in thousandths of its unit, so that what is taken and given back sums to exactly zero.</summary>
/// <remarks>Never negative and at most 10¹² units. Arithmetic is checked: an overflow or a negative result is a bug and throws.</remarks>
public readonly record struct Quantity : IComparable<Quantity>
{
    /// <summary>The largest amount, 10¹² units, in thousandths.</summary>
    public const long MaxThousandths = 1_000_000_000_000_000;

    private Quantity(long thousandths) => Thousandths = thousandths;

    /// <summary>Nothing.</summary>
    public static Quantity Zero => default;

    /// <summary>The amount in thousandths of the unit; 0 … 10¹⁵.</summary>
    public long Thousandths { get; }

    /// <summary>True for nothing.</summary>
    public bool IsZero => Thousandths == 0;

    /// <summary>The amount in units, exact.</summary>
    public decimal Units => Thousandths / 1000m;

    /// <summary>Whole units.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative or above 10¹² units.</exception>
    public static Quantity Of(long units) => FromThousandths(checked(units * 1000));

    /// <summary>An amount known to be valid, in thousandths of the unit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative or above 10¹⁵ thousandths.</exception>
    public static Quantity FromThousandths(long thousandths)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(thousandths);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(thousandths, MaxThousandths);
        return new(thousandths);
    }

    /// <summary>Reads an amount as a client asked for it.</summary>
    /// <returns>False, with the reason a person can act on, when it is not positive, too large, or finer than a thousandth (it is refused, not rounded).</returns>
    public static bool TryCreate(decimal units, out Quantity quantity, [NotNullWhen(false)] out string? reason)
    {
        if (units <= 0)
        {
            quantity = default;
            reason = "must be greater than 0";
            return false;
        }

        return TryCreateUsage(units, out quantity, out reason);
    }

    /// <summary>Reads an amount as a client reports it: like <see cref="TryCreate"/>, but nothing used is allowed.</summary>
    /// <returns>False with the reason when it is negative, too large, or finer than a thousandth.</returns>
    public static bool TryCreateUsage(decimal units, out Quantity quantity, [NotNullWhen(false)] out string? reason)
    {
        quantity = default;
        reason = units < 0 ? "must not be negative" : units > MaxThousandths / 1000m ? "must be at most 10¹² units" : null;
        if (reason is not null)
        {
            return false;
        }

        decimal thousandths = units * 1000;
        if (thousandths != decimal.Truncate(thousandths))
        {
            reason = "must have at most three decimals";
            return false;
        }

        quantity = new((long)thousandths);
        return true;
    }

    /// <summary>The sum.</summary>
    public static Quantity operator +(Quantity a, Quantity b) => FromThousandths(checked(a.Thousandths + b.Thousandths));

    /// <summary>The difference; a negative one is a bug and throws.</summary>
    public static Quantity operator -(Quantity a, Quantity b) => FromThousandths(checked(a.Thousandths - b.Thousandths));

    /// <summary>Less than.</summary>
    public static bool operator <(Quantity a, Quantity b) => a.Thousandths < b.Thousandths;

    /// <summary>Greater than.</summary>
    public static bool operator >(Quantity a, Quantity b) => a.Thousandths > b.Thousandths;

    /// <summary>Less than or equal.</summary>
    public static bool operator <=(Quantity a, Quantity b) => a.Thousandths <= b.Thousandths;

    /// <summary>Greater than or equal.</summary>
    public static bool operator >=(Quantity a, Quantity b) => a.Thousandths >= b.Thousandths;

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => Thousandths.CompareTo(other.Thousandths);

    /// <summary>The amount in units with a dot as decimal separator and no trailing zeros, for example <c>30.5</c>.</summary>
    public override string ToString() => Units.ToString("0.###", CultureInfo.InvariantCulture);
}
