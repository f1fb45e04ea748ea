namespace Nexus.Engine.Resources;

/// <summary>What clocks show in a time zone, right on both edges of daylight saving.</summary>
internal static class ZoneClock
{
    private const long MillisecondsADay = 86_400_000;

    /// <summary>What the clock in a zone shows at a moment.</summary>
    public static DateTime LocalOf(long at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(new Instant(at).ToDateTimeOffset(), zone).DateTime;

    /// <summary>The first moment at which the clock in a zone shows a time, or would, had it not been put forward over it.</summary>
    public static long InstantOf(DateTime local, TimeZoneInfo zone)
    {
        long asUtc = (local.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
        long before = asUtc - OffsetAt(asUtc - MillisecondsADay, zone);
        long after = asUtc - OffsetAt(asUtc + MillisecondsADay, zone);
        bool beforeHolds = before + OffsetAt(before, zone) == asUtc;
        bool afterHolds = after + OffsetAt(after, zone) == asUtc;
        return beforeHolds && afterHolds ? Math.Min(before, after) : afterHolds ? after : beforeHolds ? before : FirstShowing(local, Math.Min(before, after) - 1, Math.Max(before, after), zone);
    }

    // The clock was put forward over that time: the moment of that, found by halving.
    private static long FirstShowing(DateTime local, long tooEarly, long late, TimeZoneInfo zone)
    {
        while (late - tooEarly > 1)
        {
            long middle = tooEarly + ((late - tooEarly) / 2);
            (tooEarly, late) = LocalOf(middle, zone) >= local ? (tooEarly, middle) : (middle, late);
        }

        return late;
    }

    private static long OffsetAt(long at, TimeZoneInfo zone) => zone.GetUtcOffset(new Instant(at).ToDateTimeOffset()).Ticks / TimeSpan.TicksPerMillisecond;
}
