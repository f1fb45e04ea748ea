using System.Globalization;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Months;

/// <summary>A calendar month of UTC, in which lines of the ledger are billed.</summary>
/// <param name="Number">Its place, counted in months from the year 0.</param>
public readonly record struct BillingMonth(int Number) : IComparable<BillingMonth>
{
    private const int MonthsAYear = 12;

    // Nothing was used before, and what is later is a slip of the pen.
    private const int FirstYear = 2000;
    private const int LastYear = 9998;

    /// <summary>The month in which a moment lies.</summary>
    public static BillingMonth Of(Instant at) => at.ToDateTimeOffset() is var time ? new((time.Year * MonthsAYear) + time.Month - 1) : default;

    /// <summary>Its first moment.</summary>
    public Instant Start => Instant.From(new DateTimeOffset(Number / MonthsAYear, (Number % MonthsAYear) + 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>The first moment after it.</summary>
    public Instant End => Next.Start;

    /// <summary>The month after it.</summary>
    public BillingMonth Next => new(Number + 1);

    /// <summary>The month before it.</summary>
    public BillingMonth Previous => new(Number - 1);

    /// <summary>Earlier than.</summary>
    public static bool operator <(BillingMonth a, BillingMonth b) => a.Number < b.Number;

    /// <summary>Later than.</summary>
    public static bool operator >(BillingMonth a, BillingMonth b) => a.Number > b.Number;

    /// <summary>Earlier than or the same.</summary>
    public static bool operator <=(BillingMonth a, BillingMonth b) => a.Number <= b.Number;

    /// <summary>Later than or the same.</summary>
    public static bool operator >=(BillingMonth a, BillingMonth b) => a.Number >= b.Number;

    /// <summary>Reads a month as it is written, for example <c>2026-11</c>.</summary>
    /// <returns>False where it is none of the years 2000 to 9998.</returns>
    public static bool TryParse(string text, out BillingMonth month)
    {
        bool read = DateTime.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime first) && first.Year is >= FirstYear and <= LastYear;
        month = read ? new((first.Year * MonthsAYear) + first.Month - 1) : default;
        return read;
    }

    /// <inheritdoc/>
    public int CompareTo(BillingMonth other) => Number.CompareTo(other.Number);

    /// <summary>As it is written: <c>2026-11</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number / MonthsAYear:0000}-{(Number % MonthsAYear) + 1:00}");
}
