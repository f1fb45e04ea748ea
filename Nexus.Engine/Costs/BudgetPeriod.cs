using System.Diagnostics.CodeAnalysis;
using System.Xml;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>Over what time a budget counts.</summary>
public enum BudgetPeriodKind
{
    /// <summary>The calendar's day.</summary>
    Day = 0,

    /// <summary>The calendar's week, from Monday (ISO 8601).</summary>
    Week = 1,

    /// <summary>The calendar's month.</summary>
    Month = 2,

    /// <summary>Three months of the calendar, from January, April, July and October.</summary>
    Quarter = 3,

    /// <summary>The calendar's year.</summary>
    Year = 4,

    /// <summary>Whatever lies back by no more than a length.</summary>
    Rolling = 5,
}

/// <summary>
/// The time over which a budget counts: a period of the calendar in a time zone, or a rolling one. Periods of the calendar begin on its boundaries and follow one another without
/// a gap, whatever daylight saving does: they are found from the calendar, never by adding lengths, so they cannot drift.
/// </summary>
public sealed record BudgetPeriod
{
    private const string RollingPrefix = "rolling:";

    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    private readonly TimeZoneInfo _zone;

    private BudgetPeriod(BudgetPeriodKind kind, TimeSpan length, TimeZoneInfo zone, string name) => (Kind, Length, _zone, Zone) = (kind, length, zone, name);

    /// <summary>Which.</summary>
    public BudgetPeriodKind Kind { get; }

    /// <summary>How far a rolling one reaches back, 1 hour – 366 days; zero for those of the calendar. Days are 24 h.</summary>
    public TimeSpan Length { get; }

    /// <summary>The IANA zone whose calendar it is; UTC where none is named.</summary>
    public string Zone { get; }

    /// <summary>Reads a period as it is written.</summary>
    /// <param name="text"><c>day</c>, <c>week</c>, <c>month</c>, <c>quarter</c>, <c>year</c> or <c>rolling:P30D</c>.</param>
    /// <param name="zone">The zone; null: UTC.</param>
    /// <param name="period">The period.</param>
    /// <param name="field">The field that is wrong, as in the API.</param>
    /// <param name="reason">What to change, for a person.</param>
    public static bool TryParse(string text, string? zone, [NotNullWhen(true)] out BudgetPeriod? period, out string field, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        (period, field, reason) = (null, "", null);
        string name = zone ?? QuotaPeriod.Utc;
        if (!QuotaPeriod.IsZone(name))
        {
            (field, reason) = ("timeZone", $"time zone '{zone}' is not known: name one as IANA does, for example Europe/Berlin");
            return false;
        }

        BudgetPeriodKind? kind = text switch
        {
            "day" => BudgetPeriodKind.Day,
            "week" => BudgetPeriodKind.Week,
            "month" => BudgetPeriodKind.Month,
            "quarter" => BudgetPeriodKind.Quarter,
            "year" => BudgetPeriodKind.Year,
            _ => null,
        };
        TimeSpan? length = kind is null && text.StartsWith(RollingPrefix, StringComparison.Ordinal) ? LengthOf(text[RollingPrefix.Length..]) : null;
        if (kind is null && length is null)
        {
            (field, reason) = ("period", "must be day, week, month, quarter, year or rolling:DURATION with 1 hour to 366 days, for example rolling:P30D");
            return false;
        }

        period = new BudgetPeriod(kind ?? BudgetPeriodKind.Rolling, length ?? TimeSpan.Zero, TimeZoneInfo.FindSystemTimeZoneById(name), name);
        return true;
    }

    /// <summary>The period in which a moment lies: its first moment, and the first after it. A rolling one ends with the moment.</summary>
    public (Instant Start, Instant End) Around(Instant at)
    {
        if (Kind == BudgetPeriodKind.Rolling)
        {
            return (at - Length, at);
        }

        // Where the clock is put back over a boundary it shows the old day again; the new one has begun all the same.
        DateTime local = FirstDay(ZoneClock.LocalOf(at.Milliseconds, _zone).Date);
        (Instant start, Instant end) = (First(local), First(After(local)));
        while (at >= end)
        {
            local = After(local);
            (start, end) = (end, First(After(local)));
        }

        while (at < start)
        {
            local = FirstDay(local.AddDays(-1));
            (start, end) = (First(local), start);
        }

        return (start, end);
    }

    /// <inheritdoc/>
    public bool Equals(BudgetPeriod? other) => other is not null && Kind == other.Kind && Length == other.Length && Zone == other.Zone;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Length, Zone);

    /// <summary>As it is written, without its zone.</summary>
    public override string ToString() => Kind switch
    {
        BudgetPeriodKind.Day => "day",
        BudgetPeriodKind.Week => "week",
        BudgetPeriodKind.Month => "month",
        BudgetPeriodKind.Quarter => "quarter",
        BudgetPeriodKind.Year => "year",
        _ => RollingPrefix + XmlConvert.ToString(Length),
    };

    private Instant First(DateTime local) => new(ZoneClock.InstantOf(local, _zone));

    private DateTime FirstDay(DateTime day) => Kind switch
    {
        BudgetPeriodKind.Day => day,
        BudgetPeriodKind.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        BudgetPeriodKind.Month => new DateTime(day.Year, day.Month, 1),
        BudgetPeriodKind.Quarter => new DateTime(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1),
        _ => new DateTime(day.Year, 1, 1),
    };

    private DateTime After(DateTime first) => Kind switch
    {
        BudgetPeriodKind.Day => first.AddDays(1),
        BudgetPeriodKind.Week => first.AddDays(7),
        BudgetPeriodKind.Month => first.AddMonths(1),
        BudgetPeriodKind.Quarter => first.AddMonths(3),
        _ => first.AddYears(1),
    };

    private static TimeSpan? LengthOf(string text) =>
        QuotaPeriod.TryLength(text) is { } length && length >= Shortest ? length : null;
}
