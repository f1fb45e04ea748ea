using System.Diagnostics.CodeAnalysis;
using System.Xml;

namespace Nexus.Engine.Quotas;

/// <summary>What kind of time a rule's use adds up over.</summary>
public enum QuotaPeriodKind
{
    /// <summary>None: what is held at the moment.</summary>
    None = 0,

    /// <summary>The calendar's minute.</summary>
    Minute = 1,

    /// <summary>The calendar's hour.</summary>
    Hour = 2,

    /// <summary>The calendar's day.</summary>
    Day = 3,

    /// <summary>The calendar's week, from Monday.</summary>
    Week = 4,

    /// <summary>The calendar's month.</summary>
    Month = 5,

    /// <summary>Any window of a length.</summary>
    Rolling = 6,

    /// <summary>A bucket that refills continuously.</summary>
    Rate = 7,
}

/// <summary>
/// Over which time use adds up: none, a calendar period in a time zone, <c>rolling:DURATION</c> (never more than the limit in any window of that length:
/// slots of a sixtieth aligned to the epoch, the current one and the sixty before it count in full) or <c>rate:DURATION</c> (the limit flows into a bucket per so long).
/// A use counts and settles in the slot of its admission.
/// </summary>
public sealed record QuotaPeriod
{
    /// <summary>The zone where none is named.</summary>
    public const string Utc = "UTC";

    private const string RollingPrefix = "rolling:";
    private const string RatePrefix = "rate:";

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private QuotaPeriod(QuotaPeriodKind kind, TimeSpan length, string zone) => (Kind, Length, Zone) = (kind, length, zone);

    /// <summary>What is held at the moment.</summary>
    public static QuotaPeriod None { get; } = new(QuotaPeriodKind.None, TimeSpan.Zero, Utc);

    /// <summary>What kind.</summary>
    public QuotaPeriodKind Kind { get; }

    /// <summary>The length of a rolling window or of a rate, 1 s – 366 days; zero for the others. Days are 24 h.</summary>
    public TimeSpan Length { get; }

    /// <summary>The IANA zone of a calendar period; <see cref="Utc"/> for the others, to which it means nothing.</summary>
    public string Zone { get; }

    /// <summary>True for a period of the calendar.</summary>
    public bool IsCalendar => Kind is >= QuotaPeriodKind.Minute and <= QuotaPeriodKind.Month;

    /// <summary>A calendar period.</summary>
    /// <exception cref="ArgumentException">The kind is not of the calendar, or the zone is not known.</exception>
    public static QuotaPeriod Calendar(QuotaPeriodKind kind, string zone = Utc) =>
        kind is >= QuotaPeriodKind.Minute and <= QuotaPeriodKind.Month && IsZone(zone) ? new(kind, TimeSpan.Zero, zone) : throw new ArgumentException($"no calendar period {kind} in {zone}", nameof(kind));

    /// <summary>Any window of a length.</summary>
    public static QuotaPeriod Rolling(TimeSpan length) => new(QuotaPeriodKind.Rolling, InRange(length), Utc);

    /// <summary>A bucket into which the limit flows per so long.</summary>
    public static QuotaPeriod Rate(TimeSpan length) => new(QuotaPeriodKind.Rate, InRange(length), Utc);

    /// <summary>A period as the journal holds it; its zone was known when it was recorded.</summary>
    internal static QuotaPeriod Recorded(QuotaPeriodKind kind, TimeSpan length, string zone) => new(kind, length, zone);

    /// <summary>Reads a period as it is written.</summary>
    /// <param name="text"><c>minute</c>, <c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c>, <c>rolling:PT1H</c>, <c>rate:PT1M</c>; null: none.</param>
    /// <param name="zone">The zone of a calendar period; null: UTC.</param>
    /// <param name="period">The period.</param>
    /// <param name="reason">What is wrong, for a person to act on.</param>
    public static bool TryParse(string? text, string? zone, [NotNullWhen(true)] out QuotaPeriod? period, [NotNullWhen(false)] out string? reason)
    {
        (period, reason) = (null, null);
        QuotaPeriodKind calendar = text switch
        {
            "minute" => QuotaPeriodKind.Minute,
            "hour" => QuotaPeriodKind.Hour,
            "day" => QuotaPeriodKind.Day,
            "week" => QuotaPeriodKind.Week,
            "month" => QuotaPeriodKind.Month,
            _ => QuotaPeriodKind.None,
        };
        if (text is null)
        {
            period = None;
        }
        else if (calendar != QuotaPeriodKind.None)
        {
            period = IsZone(zone ?? Utc) ? Calendar(calendar, zone ?? Utc) : null;
            reason = period is null ? $"time zone '{zone}' is not known: name one as IANA does, for example Europe/Berlin" : null;
        }
        else if (text.StartsWith(RollingPrefix, StringComparison.Ordinal) && TryLength(text[RollingPrefix.Length..]) is { } window)
        {
            period = Rolling(window);
        }
        else if (text.StartsWith(RatePrefix, StringComparison.Ordinal) && TryLength(text[RatePrefix.Length..]) is { } per)
        {
            period = Rate(per);
        }
        else
        {
            reason = "must be minute, hour, day, week, month, rolling:DURATION or rate:DURATION with 1 second to 366 days, for example rolling:PT1H";
        }

        return period is not null;
    }

    /// <summary>True for a time zone that is known by its IANA name.</summary>
    public static bool IsZone(string zone) => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found) && (found.HasIanaId || zone == Utc);

    /// <summary>The order in which periods stand where they must stand in one.</summary>
    internal static int Compare(QuotaPeriod a, QuotaPeriod b)
    {
        int order = a.Kind.CompareTo(b.Kind);
        order = order != 0 ? order : a.Length.CompareTo(b.Length);
        return order != 0 ? order : string.CompareOrdinal(a.Zone, b.Zone);
    }

    /// <summary>The period as it is written, without its zone; empty for none.</summary>
    public override string ToString() => Kind switch
    {
        QuotaPeriodKind.None => "",
        QuotaPeriodKind.Minute => "minute",
        QuotaPeriodKind.Hour => "hour",
        QuotaPeriodKind.Day => "day",
        QuotaPeriodKind.Week => "week",
        QuotaPeriodKind.Month => "month",
        QuotaPeriodKind.Rolling => RollingPrefix + XmlConvert.ToString(Length),
        _ => RatePrefix + XmlConvert.ToString(Length),
    };

    /// <summary>Reads a length of 1 second to 366 days; null where it is none. Months and years have no fixed length, so they are no duration here.</summary>
    internal static TimeSpan? TryLength(string text)
    {
        int time = text.IndexOf('T', StringComparison.Ordinal);
        ReadOnlySpan<char> days = time < 0 ? text : text.AsSpan(0, time);
        if (!text.StartsWith('P') || days.ContainsAny("YM"))
        {
            return null;
        }

        try
        {
            TimeSpan length = XmlConvert.ToTimeSpan(text);
            return length >= Shortest && length <= Longest && length.Ticks % TimeSpan.TicksPerMillisecond == 0 ? length : null;
        }
        catch (FormatException)
        {
            return null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static TimeSpan InRange(TimeSpan length) =>
        length >= Shortest && length <= Longest ? length : throw new ArgumentOutOfRangeException(nameof(length), length, "must be 1 second to 366 days");
}
