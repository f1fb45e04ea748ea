using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>A reservation as it is being typed: times are those of a zone, text until they are read.</summary>
internal sealed class ReservationFields
{
    public const string Once = "once";
    public const string Daily = "daily";
    public const string Weekly = "weekly";
    public const string Rule = "rule";

    private const string Local = "yyyy-MM-dd'T'HH:mm";

    /// <summary>The owner path; <c>~</c> for everybody.</summary>
    public string Owner { get; set; } = "";

    public string Pool { get; set; } = "";

    /// <summary>How much of each kind, as typed; empty for none.</summary>
    public Dictionary<string, string> Amounts { get; } = new(StringComparer.Ordinal);

    /// <summary>When it first begins, as a field for local times has it.</summary>
    public string Start { get; set; } = "";

    public string End { get; set; } = "";

    /// <summary>The zone of the times.</summary>
    public string Zone { get; set; } = TimeZoneInfo.Utc.Id;

    /// <summary>One of <see cref="Once"/>, <see cref="Daily"/>, <see cref="Weekly"/>, <see cref="Rule"/>.</summary>
    public string Repeats { get; set; } = Once;

    /// <summary>Of a weekly one; none: the day of its first time.</summary>
    public Weekdays Days { get; set; }

    /// <summary>The last day on which it may begin; empty: without end.</summary>
    public string LastDay { get; set; } = "";

    /// <summary>A rule of RFC 5545, where it is one that the other fields cannot say.</summary>
    public string RuleText { get; set; } = "";

    /// <summary>A new one.</summary>
    public static ReservationFields New(string pool, string kind, DateTimeOffset start, DateTimeOffset end, string? zone)
    {
        ReservationFields fields = new() { Pool = pool, Zone = zone ?? TimeZoneInfo.Utc.Id };
        fields.Amounts[kind] = "1";
        (fields.Start, fields.End) = (fields.Write(start), fields.Write(end));
        return fields;
    }

    /// <summary>One as it stands.</summary>
    public static ReservationFields Of(ReservationBody body, string? zone)
    {
        ReservationFields fields = new() { Owner = body.Owner ?? "", Pool = body.Pool ?? "", Zone = body.TimeZone ?? zone ?? TimeZoneInfo.Utc.Id };
        foreach ((string kind, Amount amount) in body.Resources ?? [])
        {
            fields.Amounts[kind] = amount.Value.ToString("0.###", CultureInfo.InvariantCulture);
        }

        (fields.Start, fields.End) = (fields.Write(body.Start!.Value), fields.Write(body.End!.Value));
        if (body.Recurrence is { } rule && RecurrenceText.TryParse(rule, fields.Zone, out Recurrence? recurrence, out _))
        {
            bool plain = recurrence is { Interval: 1, Count: null };
            fields.RuleText = rule;
            fields.Repeats = !plain ? Rule : recurrence.Frequency == Frequency.Daily ? Daily : Weekly;
            fields.Days = recurrence.Days;
            fields.LastDay = recurrence.Until is { } until ? TimeZoneInfo.ConvertTime(until.ToDateTimeOffset(), fields.Known).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";
        }

        return fields;
    }

    /// <summary>The times stay the same moments, and are shown as those of another zone.</summary>
    public void ShowIn(string zone)
    {
        (DateTimeOffset? start, DateTimeOffset? end) = (Read(Start), Read(End));
        Zone = zone;
        Start = start is { } from ? Write(from) : Start;
        End = end is { } to ? Write(to) : End;
    }

    /// <summary>As the API would be sent it.</summary>
    public ReservationBody ToBody()
    {
        string? rule = ToRule();
        return new ReservationBody
        {
            Owner = Owner.Trim(),
            Pool = Pool,
            Resources = Amounts.Where(a => a.Value.Trim().Length > 0).ToDictionary(a => a.Key, a => Number(a.Value), StringComparer.Ordinal),
            Start = Read(Start),
            End = Read(End),
            Recurrence = rule,
            TimeZone = rule is null ? null : Zone,
        };
    }

    /// <summary>What differs from how it is; all of it where there is none.</summary>
    public IReadOnlyList<FieldChange> ChangesFrom(ReservationBody? before) => JsonDiff.Of(
        before is null ? null : System.Text.Json.JsonSerializer.SerializeToNode(before, ApiJson.Default.ReservationBody),
        System.Text.Json.JsonSerializer.SerializeToNode(ToBody(), ApiJson.Default.ReservationBody));

    /// <summary>What is not typed yet; null when it can be read.</summary>
    public string? Missing() => Owner.Trim().Length == 0 ? "Say for whom: an owner path, or ~ for everybody"
        : !Amounts.Values.Any(a => a.Trim().Length > 0) ? "Say how much of which kind"
        : !TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _) ? $"'{Zone}' is not a time zone, such as Europe/Berlin"
        : Read(Start) is null || Read(End) is null ? "Say from when to when"
        : null;

    private TimeZoneInfo Known => TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;

    private string? ToRule()
    {
        string until = DateTime.TryParseExact(LastDay, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day)
            ? $";UNTIL={At(day.AddDays(1).AddSeconds(-1)).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}"
            : "";
        return Repeats switch
        {
            Daily => $"FREQ=DAILY{until}",
            Weekly => RecurrenceText.Write(new Recurrence(Frequency.Weekly, 1, Days, null, null, Zone)) + until,
            Rule => RuleText.Trim(),
            _ => null,
        };
    }

    private DateTimeOffset? Read(string typed) => DateTime.TryParse(typed, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local) ? At(local) : null;

    // A time that does not come, as clocks are set forward, is reckoned with the offset before.
    private DateTimeOffset At(DateTime local)
    {
        DateTime unspecified = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        return new DateTimeOffset(unspecified, Known.IsInvalidTime(unspecified) ? Known.GetUtcOffset(unspecified.AddHours(-1)) : Known.GetUtcOffset(unspecified)).ToUniversalTime();
    }

    private string Write(DateTimeOffset at)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(at, Known);
        return local.ToString(local.Second == 0 && local.Millisecond == 0 ? Local : Local + "':'ss", CultureInfo.InvariantCulture);
    }

    private static Amount Number(string text) =>
        decimal.TryParse(text.Replace(",", "", StringComparison.Ordinal).Trim(), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal value) ? new Amount(value) : new Amount(0, "must be a number");
}
