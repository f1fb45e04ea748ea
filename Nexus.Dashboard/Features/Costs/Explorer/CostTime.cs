using System.Globalization;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>Steps and ranges of costs, which are those of UTC.</summary>
internal static class CostTime
{
    private static readonly CultureInfo Style = CultureInfo.InvariantCulture;

    /// <summary>When the steps begin that a range touches; the first may begin before it.</summary>
    public static IEnumerable<Instant> Steps(CostInterval interval, Instant from, Instant to)
    {
        for (Instant at = CostSteps.Of(interval, from); at < to; at = Next(interval, at))
        {
            yield return at;
        }
    }

    /// <summary>When the step ends that begins at a moment.</summary>
    public static Instant Next(CostInterval interval, Instant at) => interval switch
    {
        CostInterval.Hour => at + TimeSpan.FromHours(1),
        CostInterval.Day => at + TimeSpan.FromDays(1),
        CostInterval.Week => at + TimeSpan.FromDays(7),
        _ => Instant.From(at.ToDateTimeOffset().ToUniversalTime().AddMonths(1)),
    };

    /// <summary>A range for people who look at a moment: as <see cref="Range(Instant, Instant)"/>, with its year where that is another.</summary>
    public static string Range(Instant from, Instant to, Instant now)
    {
        string range = Range(from, to);
        int year = (to - TimeSpan.FromMilliseconds(1)).ToDateTimeOffset().Year;
        return year == now.ToDateTimeOffset().Year || range.EndsWith($" {year}", StringComparison.Ordinal) ? range : $"{range} {year}";
    }

    /// <summary>A range for people: 1–24 Nov, 28 Oct – 3 Nov, 24 Nov 08:00–14:32.</summary>
    public static string Range(Instant from, Instant to)
    {
        (DateTime a, DateTime b) = (from.ToDateTimeOffset().UtcDateTime, to.ToDateTimeOffset().UtcDateTime);
        // What ends at midnight ends with the day before.
        DateTime last = b.TimeOfDay == TimeSpan.Zero && b > a ? b.AddDays(-1) : b;
        bool days = a.TimeOfDay == TimeSpan.Zero;
        string year = a.Year == last.Year ? "" : a.ToString(" yyyy", Style);
        return days && a.Date == last.Date ? a.ToString("d MMM", Style)
            : days && (a.Year, a.Month) == (last.Year, last.Month) ? $"{a.Day}–{last.ToString("d MMM", Style)}"
            : days || b - a > TimeSpan.FromDays(2) ? $"{a.ToString("d MMM", Style)}{year} – {last.ToString("d MMM", Style)}{(year.Length > 0 ? last.ToString(" yyyy", Style) : "")}"
            : a.Date == b.Date ? $"{a.ToString("d MMM HH:mm", Style)}–{b.ToString("HH:mm", Style)}"
            : $"{a.ToString("d MMM HH:mm", Style)} – {b.ToString("d MMM HH:mm", Style)}";
    }

    /// <summary>A moment for people: 3 Oct, or 28 Nov 18:49.</summary>
    public static string Moment(Instant at) => at.ToDateTimeOffset().UtcDateTime is var time ? time.ToString(time.TimeOfDay == TimeSpan.Zero ? "d MMM" : "d MMM HH:mm", Style) : "";

    /// <summary>A step for people.</summary>
    public static string Step(CostInterval interval, Instant at) => at.ToDateTimeOffset().UtcDateTime.ToString(
        interval switch { CostInterval.Hour => "d MMM HH:mm", CostInterval.Month => "MMM yyyy", _ => "ddd d MMM" }, Style);

    /// <summary>A step as an axis has it: in full where something larger begins.</summary>
    public static string Tick(CostInterval interval, Instant at, bool first)
    {
        DateTime time = at.ToDateTimeOffset().UtcDateTime;
        string format = interval switch
        {
            CostInterval.Hour => time.Hour == 0 || first ? "d MMM HH:mm" : "HH:mm",
            CostInterval.Month => time.Month == 1 || first ? "MMM yyyy" : "MMM",
            CostInterval.Week => "d MMM",
            _ => time.Day == 1 || first ? "d MMM" : "%d",
        };
        return time.ToString(format, Style);
    }

    /// <summary>A moment as an address has it.</summary>
    public static string Text(Instant at) => at.ToDateTimeOffset().UtcDateTime is { TimeOfDay.Ticks: 0 } day ? day.ToString("yyyy-MM-dd", Style) : at.ToDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", Style);
}
