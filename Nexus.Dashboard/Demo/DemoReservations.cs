namespace Nexus.Dashboard.Demo;

/// <summary>What is reserved in the demo: one for its agents that comes again each day, and one that is near enough to be seen beginning.</summary>
internal static class DemoReservations
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The reservations, beginning from a moment on.</summary>
    public static IReadOnlyDictionary<string, object> From(DateTimeOffset now)
    {
        DateTimeOffset minute = now.AddTicks(-(now.UtcTicks % Minute.Ticks));
        DateTimeOffset day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
        return new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["nightly-embedding"] = new { owner = "acme/bob", pool = "gpu-l40s", resources = new { gpu = 4 }, start = day, end = day.AddHours(6), recurrence = "FREQ=DAILY", timeZone = "Etc/UTC" },
            ["release-review"] = new { owner = "acme/bob", pool = "gpu-l40s", resources = new { gpu = 3 }, start = minute.AddMinutes(4), end = minute.AddMinutes(10) },
        };
    }
}
