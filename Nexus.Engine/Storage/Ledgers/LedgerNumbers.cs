using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage.Ledgers;

/// <summary>How exact amounts and times lie in the ledger's columns: an amount as whole units and what is below them, which is never negative, so that sums of either stay normal.</summary>
internal static class LedgerNumbers
{
    /// <summary>Milliseconds of an hour.</summary>
    public const long Hour = 3_600_000;

    /// <summary>Milliseconds of a day.</summary>
    public const long Day = 24 * Hour;

    private const long Million = 1_000_000;
    private const long Trillion = 1_000_000_000_000;

    /// <summary>Money as units and 10⁻¹² of one.</summary>
    public static (long Units, long Picos) Split(Money money) => Split(money.Picos, Trillion);

    /// <summary>A quantity as units and 10⁻⁶ of one.</summary>
    public static (long Whole, long Micros) Split(PricingQuantity quantity) => Split(quantity.Millionths, Million);

    /// <summary>Money of its columns, or of their sums.</summary>
    public static Money Money(long units, long picos) => new(((Int128)units * Trillion) + picos);

    /// <summary>A quantity of its columns, or of their sums.</summary>
    public static PricingQuantity Quantity(long whole, long micros) => new(((Int128)whole * Million) + micros);

    /// <summary>The last step of a length at or before a moment.</summary>
    public static long Floor(long at, long by) => at - (((at % by) + by) % by);

    /// <summary>The first step of a length at or after a moment.</summary>
    public static long Ceiling(long at, long by) => Floor(at + by - 1, by);

    /// <summary>The beginning of the month of UTC in which a moment lies.</summary>
    public static long MonthFloor(long at) => BillingMonth.Of(new Instant(at)).Start.Milliseconds;

    /// <summary>The first beginning of a month at or after a moment.</summary>
    public static long MonthCeiling(long at) => MonthFloor(at) is var start && start == at ? at : BillingMonth.Of(new Instant(at)).End.Milliseconds;

    private static (long Whole, long Part) Split(Int128 number, long by)
    {
        // Nearly all fit: a division of 64 bits is ten times as fast.
        if (number >= long.MinValue && number <= long.MaxValue)
        {
            (long most, long rest) = Math.DivRem((long)number, by);
            return rest < 0 ? (most - 1, rest + by) : (most, rest);
        }

        (Int128 whole, Int128 part) = Int128.DivRem(number, by);
        return part < 0 ? ((long)(whole - 1), (long)(part + by)) : ((long)whole, (long)part);
    }
}
