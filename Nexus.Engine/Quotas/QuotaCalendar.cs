using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>The slots into which a period divides time: one that lasts for ever, the calendar's in a zone, or the sixtieths of a rolling window.</summary>
/// <remarks>
/// A slot has a number that grows with time. Of the calendar it is the slot's first millisecond, of a rolling window its place since the epoch. Daylight saving is right on both
/// edges: a day has 23, 24 or 25 hours, and the hour that comes twice is two hours.
/// </remarks>
internal sealed class QuotaCalendar(QuotaPeriod period)
{
    private const int SixtiethsThatCount = 61;
    private const long MillisecondsADay = 86_400_000;

    private static readonly long LastMoment = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(period.Zone);
    private readonly long _length = (long)period.Length.TotalMilliseconds;
    private long _start = 1;
    private long _end;

    /// <summary>How many slots count at one time.</summary>
    public int Counting => period.Kind == QuotaPeriodKind.Rolling ? SixtiethsThatCount : 1;

    /// <summary>True where the slots change as time passes.</summary>
    public bool Passes => period.IsCalendar || period.Kind == QuotaPeriodKind.Rolling;

    /// <summary>The slot of a moment.</summary>
    public long SlotOf(long at)
    {
        if (period.Kind == QuotaPeriodKind.Rolling)
        {
            return (long)FloorDivide((Int128)at * 60, _length);
        }

        if (!period.IsCalendar)
        {
            return 0;
        }

        if (at < _start || at >= _end)
        {
            long start = StartOf(at);
            _end = EndAfter(at, start);
            _start = StartOf(start) == start ? start : FirstWithin(start, at);
        }

        return _start;
    }

    /// <summary>The first moment after a slot.</summary>
    public long NextAfter(long slot) =>
        period.Kind == QuotaPeriodKind.Rolling ? FirstOf(slot + 1)
        : !period.IsCalendar ? long.MaxValue
        : SlotOf(slot) == slot ? _end
        : slot;

    /// <summary>The moment from which what stands in a slot does not count any more.</summary>
    public long ExpiryOf(long slot) => period.Kind == QuotaPeriodKind.Rolling ? FirstOf(slot + SixtiethsThatCount) : NextAfter(slot);

    /// <summary>True when what stands in a slot counts at a moment of another.</summary>
    public bool Counts(long slot, long present) => slot <= present && slot > present - (period.Kind == QuotaPeriodKind.Rolling ? SixtiethsThatCount : 1);

    private long FirstOf(long slot) => (long)-FloorDivide(-(Int128)slot * _length, 60);

    private long StartOf(long at)
    {
        DateTime local = ZoneClock.LocalOf(at, _zone);
        DateTime start = period.Kind switch
        {
            QuotaPeriodKind.Minute => local.Date.AddMinutes(Math.Floor(local.TimeOfDay.TotalMinutes)),
            QuotaPeriodKind.Hour => local.Date.AddHours(local.Hour),
            QuotaPeriodKind.Day => local.Date,
            QuotaPeriodKind.Week => local.Date.AddDays(-(((int)local.DayOfWeek + 6) % 7)),
            _ => new DateTime(local.Year, local.Month, 1),
        };

        // Minutes and hours run on by the present offset: local time alone could not tell the hour that comes twice.
        return period.Kind <= QuotaPeriodKind.Hour ? at - (local - start).Ticks / TimeSpan.TicksPerMillisecond : ZoneClock.InstantOf(start, _zone);
    }

    // The first moment after `at` that belongs to another slot.
    private long EndAfter(long at, long start)
    {
        long longest = period.Kind switch
        {
            QuotaPeriodKind.Minute => 60_000,
            QuotaPeriodKind.Hour => 3_600_000,
            QuotaPeriodKind.Day => 2 * MillisecondsADay,
            QuotaPeriodKind.Week => 8 * MillisecondsADay,
            _ => 32 * MillisecondsADay,
        };
        (long within, long beyond) = (at, start + longest);
        while (StartOf(beyond) == start)
        {
            if (beyond >= LastMoment)
            {
                return long.MaxValue;
            }

            beyond += longest;
        }

        while (beyond - within > 1)
        {
            long middle = within + ((beyond - within) / 2);
            (within, beyond) = StartOf(middle) == start ? (middle, beyond) : (within, middle);
        }

        return beyond;
    }

    // Where the clock was put forward or back within an hour, the rest of it is a slot of its own: from that moment.
    private long FirstWithin(long start, long at)
    {
        (long before, long within) = (start, at);
        while (within - before > 1)
        {
            long middle = before + ((within - before) / 2);
            (before, within) = StartOf(middle) == start ? (before, middle) : (middle, within);
        }

        return within;
    }

    private static Int128 FloorDivide(Int128 a, long b) => (a / b) - (a % b < 0 ? 1 : 0);
}
