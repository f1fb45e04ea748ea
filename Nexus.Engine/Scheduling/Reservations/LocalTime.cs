using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Reservations;

/// <summary>Local times of a zone as moments, and back.</summary>
internal static class LocalTime
{
    /// <summary>What the clocks of a zone show at a moment.</summary>
    public static DateTime Of(Instant at, TimeZoneInfo zone) => Shift(Utc(at), zone.GetUtcOffset(Utc(at)));

    /// <summary>The moment at which the clocks of a zone show a time.</summary>
    /// <remarks>
    /// As RFC 5545, section 3.3.5, has it: of a time that comes twice, when clocks are set back, the first; a time that does not come,
    /// when they are set forward, is reckoned with the offset before, so that half past two that is left out is half past three.
    /// </remarks>
    public static Instant At(DateTime local, TimeZoneInfo zone)
    {
        DateTime asUtc = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        TimeSpan before = zone.GetUtcOffset(Shift(asUtc, TimeSpan.FromDays(-1)));
        TimeSpan after = zone.GetUtcOffset(Shift(asUtc, TimeSpan.FromDays(1)));
        DateTime first = Shift(asUtc, -before);
        DateTime second = Shift(asUtc, -after);

        // With the offset before, unless that one is no longer right then and the one after is.
        DateTime at = zone.GetUtcOffset(first) != before && zone.GetUtcOffset(second) == after ? second : first;
        return Instant.From(new DateTimeOffset(at));
    }

    private static DateTime Utc(Instant at) => at.ToDateTimeOffset().UtcDateTime;

    // At the calendar's ends it stays there.
    private static DateTime Shift(DateTime time, TimeSpan by) =>
        new(Math.Clamp(time.Ticks + by.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
}
