using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Reservations;

/// <summary>
/// Reads and writes recurrence rules of RFC 5545, section 3.3.10, as far as reservations know them: <c>FREQ=DAILY</c> or <c>FREQ=WEEKLY</c>,
/// <c>INTERVAL</c>, <c>BYDAY</c> (weekly, without numbers), and <c>COUNT</c> or <c>UNTIL</c> (UTC). Weeks begin on Monday.
/// </summary>
public static class RecurrenceText
{
    private const string UntilFormat = "yyyyMMdd'T'HHmmss'Z'";
    private static readonly string[] DayNames = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    /// <summary>Reads a rule, for example <c>FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261231T230000Z</c>.</summary>
    /// <param name="text">The rule.</param>
    /// <param name="timeZone">The zone of its local times; whether there is such a zone is not looked at.</param>
    /// <param name="recurrence">The rule as read.</param>
    /// <param name="reason">What a person can act on.</param>
    /// <returns>False, with the reason, when it is not such a rule.</returns>
    public static bool TryParse(string? text, string timeZone, [NotNullWhen(true)] out Recurrence? recurrence, [NotNullWhen(false)] out string? reason)
    {
        recurrence = null;
        Dictionary<string, string> parts = new(StringComparer.OrdinalIgnoreCase);
        foreach (string part in (text ?? "").Split(';'))
        {
            string[] pair = part.Split('=');
            if (pair.Length != 2 || !parts.TryAdd(pair[0].Trim(), pair[1].Trim()))
            {
                reason = "must be a rule such as FREQ=WEEKLY;BYDAY=MO,WE, each part once";
                return false;
            }
        }

        Frequency? frequency = Of(parts, "FREQ")?.ToUpperInvariant() switch { "DAILY" => Frequency.Daily, "WEEKLY" => Frequency.Weekly, _ => null };
        int interval = 1;
        int count = 0;
        Weekdays days = Weekdays.None;
        DateTimeOffset until = default;
        reason = frequency is null ? "must have FREQ=DAILY or FREQ=WEEKLY"
            : Of(parts, "INTERVAL") is { } every && !(TryNumber(every, out interval) && interval <= Recurrence.MaxInterval) ? "must have an INTERVAL of 1 to 1000"
            : Of(parts, "BYDAY") is { } named && !TryDays(named, out days) ? "must have a BYDAY such as MO,WE, each day once"
            : days != Weekdays.None && frequency == Frequency.Daily ? "must have BYDAY only with FREQ=WEEKLY"
            : Of(parts, "COUNT") is { } times && !(TryNumber(times, out count) && count <= Recurrence.MaxCount) ? "must have a COUNT of 1 to 100000"
            : Of(parts, "UNTIL") is { } end && !DateTimeOffset.TryParseExact(end, UntilFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out until)
                ? "must have an UNTIL in UTC such as 20261231T230000Z"
            : count > 0 && until != default ? "must have COUNT or UNTIL, not both"
            : parts.Count > 0 ? $"must not have {parts.Keys.First().ToUpperInvariant()}: FREQ, INTERVAL, BYDAY, COUNT and UNTIL are known"
            : null;
        if (reason is not null)
        {
            return false;
        }

        recurrence = new Recurrence(frequency!.Value, interval, days, count > 0 ? count : null, until == default ? null : Instant.From(until), timeZone);
        return true;
    }

    /// <summary>Writes a rule so that it is read as the same.</summary>
    public static string Write(Recurrence recurrence)
    {
        ArgumentNullException.ThrowIfNull(recurrence);
        List<string> parts = [recurrence.Frequency == Frequency.Daily ? "FREQ=DAILY" : "FREQ=WEEKLY"];
        Add(recurrence.Interval != 1, $"INTERVAL={recurrence.Interval}");
        Add(recurrence.Days != Weekdays.None, $"BYDAY={string.Join(',', DayNames.Where((_, day) => recurrence.Days.HasFlag((Weekdays)(1 << day))))}");
        Add(recurrence.Count is not null, $"COUNT={recurrence.Count}");
        Add(recurrence.Until is not null, $"UNTIL={recurrence.Until?.ToDateTimeOffset().ToString(UntilFormat, CultureInfo.InvariantCulture)}");
        return string.Join(';', parts);

        void Add(bool stated, FormattableString part)
        {
            if (stated)
            {
                parts.Add(FormattableString.Invariant(part));
            }
        }
    }

    // Takes a part out, so that what is left is not known.
    private static string? Of(Dictionary<string, string> parts, string name) => parts.Remove(name, out string? value) ? value : null;

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;

    private static bool TryDays(string text, out Weekdays days)
    {
        days = Weekdays.None;
        foreach (string name in text.Split(','))
        {
            int day = Array.FindIndex(DayNames, d => string.Equals(d, name.Trim(), StringComparison.OrdinalIgnoreCase));
            if (day < 0 || days.HasFlag((Weekdays)(1 << day)))
            {
                return false;
            }

            days |= (Weekdays)(1 << day);
        }

        return true;
    }
}
