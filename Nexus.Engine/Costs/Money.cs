using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Nexus.Engine.Costs;

/// <summary>An exact amount of the installation's one currency, in pico-units (10⁻¹²). It may be negative: a credit, or a correction.</summary>
/// <remarks>Pages and invoices round, nothing else does. Arithmetic is checked: an overflow is a bug and throws.</remarks>
/// <param name="Picos">The amount in 10⁻¹² of the currency's unit.</param>
public readonly record struct Money(Int128 Picos) : IComparable<Money>
{
    /// <summary>How many decimals an amount has at most.</summary>
    public const int Decimals = 12;

    // 10¹⁵ units: sums of more lines than can ever be kept stay far within an Int128.
    private const int MostWholeDigits = 15;

    private const decimal Most = 1_000_000_000_000_000;

    private static readonly Int128 One = 1_000_000_000_000;

    /// <summary>Nothing.</summary>
    public static Money Zero => default;

    /// <summary>Whole units of the currency.</summary>
    public static Money Of(long units) => new(units * One);

    /// <summary>Reads a decimal number as a client wrote it, such as <c>0.0000025</c>.</summary>
    /// <param name="text">Digits with at most one dot, a sign before them if need be; no exponent, no blanks.</param>
    /// <param name="money">The amount.</param>
    /// <param name="reason">What to change, for a person.</param>
    /// <returns>False, with the reason, when it is no such number, finer than 10⁻¹² (it is refused, not rounded), or 10¹⁵ and more.</returns>
    public static bool TryParse(string text, out Money money, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        money = default;
        ReadOnlySpan<char> digits = text.AsSpan();
        bool negative = digits is ['-', ..];
        digits = negative ? digits[1..] : digits;
        int dot = digits.IndexOf('.');
        ReadOnlySpan<char> whole = dot < 0 ? digits : digits[..dot];
        ReadOnlySpan<char> part = dot < 0 ? [] : digits[(dot + 1)..];
        if (whole.IsEmpty || (dot >= 0 && part.IsEmpty) || whole.ContainsAnyExceptInRange('0', '9') || part.ContainsAnyExceptInRange('0', '9'))
        {
            reason = "must be a decimal number such as \"0.0000025\"";
            return false;
        }

        whole = whole.TrimStart('0');
        part = part.TrimEnd('0');
        reason = part.Length > Decimals ? "must have at most 12 decimals" : whole.Length > MostWholeDigits ? "must be less than 10¹⁵" : null;
        if (reason is not null)
        {
            return false;
        }

        Int128 picos = 0;
        foreach (char digit in whole)
        {
            picos = (picos * 10) + (digit - '0');
        }

        for (int i = 0; i < Decimals; i++)
        {
            picos = (picos * 10) + (i < part.Length ? part[i] - '0' : 0);
        }

        money = new Money(negative ? -picos : picos);
        return true;
    }

    /// <summary>A decimal number rounded to twelve decimals, half to even: for what is worked out, never for what is added up.</summary>
    /// <returns>False when it is 10¹⁵ and more.</returns>
    public static bool TryRound(decimal number, out Money money)
    {
        decimal rounded = decimal.Round(number, Decimals, MidpointRounding.ToEven);
        decimal whole = decimal.Truncate(rounded);
        bool fits = Math.Abs(whole) < Most;
        money = fits ? new Money(((Int128)whole * One) + (Int128)((rounded - whole) * Most / 1_000)) : default;
        return fits;
    }

    /// <summary>An amount that is known to be valid.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static Money Parse(string text) => TryParse(text, out Money money, out string? reason) ? money : throw new FormatException($"'{text}' {reason}");

    /// <summary>The sum.</summary>
    public static Money operator +(Money a, Money b) => new(checked(a.Picos + b.Picos));

    /// <summary>The difference.</summary>
    public static Money operator -(Money a, Money b) => new(checked(a.Picos - b.Picos));

    /// <summary>The same amount the other way.</summary>
    public static Money operator -(Money a) => new(checked(-a.Picos));

    /// <summary>Less than.</summary>
    public static bool operator <(Money a, Money b) => a.Picos < b.Picos;

    /// <summary>Greater than.</summary>
    public static bool operator >(Money a, Money b) => a.Picos > b.Picos;

    /// <summary>Less than or equal.</summary>
    public static bool operator <=(Money a, Money b) => a.Picos <= b.Picos;

    /// <summary>Greater than or equal.</summary>
    public static bool operator >=(Money a, Money b) => a.Picos >= b.Picos;

    /// <inheritdoc/>
    public int CompareTo(Money other) => Picos.CompareTo(other.Picos);

    /// <summary>All of its digits, with a dot as decimal separator and no trailing zeros: <c>9.99999999</c>.</summary>
    public override string ToString() => DecimalText.Of(Picos, Decimals);
}

/// <summary>Whole numbers of a power of ten as decimal text.</summary>
internal static class DecimalText
{
    private const int MostPlaces = 60;

    /// <summary>A number in units of 10^−decimals, with all of its digits and no trailing zeros.</summary>
    public static string Of(Int128 number, int decimals)
    {
        string digits = Int128.Abs(number).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string part = digits[^decimals..].TrimEnd('0');
        return $"{(number < 0 ? "-" : "")}{digits[..^decimals]}{(part.Length > 0 ? "." : "")}{part}";
    }

    /// <summary>A number as JSON writes it, without its exponent: <c>2.5e-06</c> is <c>0.0000025</c>. What is far too large or small keeps its exponent, and is refused by whoever reads it.</summary>
    public static string Plain(string number)
    {
        int e = number.AsSpan().IndexOfAny('e', 'E');
        if (e < 0 || !int.TryParse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent) || int.Abs(exponent) > MostPlaces)
        {
            return number;
        }

        bool negative = number[0] == '-';
        string mantissa = number[(negative ? 1 : 0)..e];
        int dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int whole = (dot < 0 ? mantissa.Length : dot) + exponent;
        digits = whole <= 0 ? digits.PadLeft(digits.Length - whole + 1, '0') : digits.PadRight(whole, '0');
        whole = Math.Max(whole, 1);
        return $"{(negative ? "-" : "")}{digits[..whole]}{(whole < digits.Length ? "." : "")}{digits[whole..]}";
    }
}
