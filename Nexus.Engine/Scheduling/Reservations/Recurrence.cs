namespace Nexus.Engine.Scheduling.Reservations;

/// <summary>Days of the week.</summary>
[Flags]
public enum Weekdays
{
    /// <summary>No day.</summary>
    None = 0,

    /// <summary>Monday.</summary>
    Monday = 1,

    /// <summary>Tuesday.</summary>
    Tuesday = 2,

    /// <summary>Wednesday.</summary>
    Wednesday = 4,

    /// <summary>Thursday.</summary>
    Thursday = 8,

    /// <summary>Friday.</summary>
    Friday = 16,

    /// <summary>Saturday.</summary>
    Saturday = 32,

    /// <summary>Sunday.</summary>
    Sunday = 64,
}

/// <summary>How often something recurs.</summary>
public enum Frequency
{
    /// <summary>Every so many days.</summary>
    Daily,

    /// <summary>On certain days of every so many weeks.</summary>
    Weekly,
}

/// <summary>When a reservation recurs, at the same local time: the part of RFC 5545's recurrence rules that <see cref="RecurrenceText"/> reads.</summary>
/// <param name="Frequency">By days or by weeks, which begin on Monday.</param>
/// <param name="Interval">Every so many of them, 1 – 1,000.</param>
/// <param name="Days">Weekly: the days; <see cref="Weekdays.None"/>: the day of the first time. Daily: none.</param>
/// <param name="Count">How many times in all, the first included, 1 – 100,000; null: not bounded so.</param>
/// <param name="Until">The last moment at which it may begin; null: not bounded so. Never both.</param>
/// <param name="TimeZone">The zone of the local time, such as <c>Europe/Berlin</c>.</param>
public sealed record Recurrence(Frequency Frequency, int Interval, Weekdays Days, int? Count, Resources.Instant? Until, string TimeZone)
{
    /// <summary>The longest interval.</summary>
    public const int MaxInterval = 1_000;

    /// <summary>The highest count.</summary>
    public const int MaxCount = 100_000;

    private const int DaysAWeek = 7;

    /// <summary>The rule as RFC 5545 writes it.</summary>
    public override string ToString() => RecurrenceText.Write(this);

    /// <summary>True when it may begin on the day of its first time.</summary>
    internal bool Includes(DayOfWeek day) => Days == Weekdays.None || Days.HasFlag((Weekdays)(1 << FromMonday(day)));

    /// <summary>The fewest days between two times.</summary>
    internal int FewestDaysBetween(DateOnly first)
    {
        if (Frequency == Frequency.Daily)
        {
            return Interval;
        }

        int[] days = DaysFromMonday(first);
        int fewest = (DaysAWeek * Interval) - days[^1] + days[0];
        for (int i = 1; i < days.Length; i++)
        {
            fewest = Math.Min(fewest, days[i] - days[i - 1]);
        }

        return fewest;
    }

    /// <summary>The days on which it begins, the first time's first, from the last one before <paramref name="from"/> on, with their numbers from 0. Its bounds are not looked at.</summary>
    internal IEnumerable<(long Number, DateOnly Day)> DaysFrom(DateOnly first, DateOnly from)
    {
        int[] days = Frequency == Frequency.Daily ? [0] : DaysFromMonday(first);
        int skipped = Frequency == Frequency.Daily ? 0 : Array.IndexOf(days, FromMonday(first.DayOfWeek));
        int start = first.DayNumber - days[skipped];
        int step = Frequency == Frequency.Daily ? Interval : DaysAWeek * Interval;

        // A round before the one in which the day lies, so that the last time before it is among them.
        long round = Math.Max(0, ((from.DayNumber - start) / step) - 1);
        for (; ; round++)
        {
            for (int i = round == 0 ? skipped : 0; i < days.Length; i++)
            {
                long day = start + (round * step) + days[i];
                if (day > DateOnly.MaxValue.DayNumber)
                {
                    yield break;
                }

                yield return ((round * days.Length) + i - skipped, DateOnly.FromDayNumber((int)day));
            }
        }
    }

    private int[] DaysFromMonday(DateOnly first) =>
        Days == Weekdays.None ? [FromMonday(first.DayOfWeek)] : [.. Enumerable.Range(0, DaysAWeek).Where(day => Days.HasFlag((Weekdays)(1 << day)))];

    private static int FromMonday(DayOfWeek day) => ((int)day + DaysAWeek - 1) % DaysAWeek;
}
