using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>Other values of a rule at certain hours or dates, in the rule's time zone. What it does not state stays as the rule has it.</summary>
/// <remarks>
/// A window whose <see cref="To"/> is not after its <see cref="From"/> runs over midnight and belongs to the day on which it starts. Where a window with dates and one without
/// meet, the one with dates holds; two of the same sort must not meet.
/// </remarks>
/// <param name="Days">The days on which it starts; null: every day.</param>
/// <param name="From">The minute at which it starts, 00:00 – 23:59; null: the whole day.</param>
/// <param name="To">The minute at which it ends; null exactly where <paramref name="From"/> is.</param>
/// <param name="FirstDate">The first date on which it starts; null: it holds without dates.</param>
/// <param name="LastDate">The last such date; null exactly where <paramref name="FirstDate"/> is.</param>
public sealed record QuotaWindow(IReadOnlyList<DayOfWeek>? Days, TimeOnly? From, TimeOnly? To, DateOnly? FirstDate, DateOnly? LastDate)
{
    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Its limit, or null.</summary>
    public Quantity? Limit { get; init; }

    /// <summary>What a cohort has beyond what its children lend, or null.</summary>
    public Quantity? Extra { get; init; }

    /// <summary>How far above its limit it may go, or null.</summary>
    public QuotaBound? Borrow { get; init; }

    /// <summary>How much of what it has others may use, or null.</summary>
    public QuotaBound? Lend { get; init; }

    /// <summary>A day as it is written: <c>mon</c> … <c>sun</c>.</summary>
    public static string NameOf(DayOfWeek day) => DayNames[(int)day];

    /// <summary>The day of a name, or null.</summary>
    public static DayOfWeek? DayOf(string? name) => Array.IndexOf(DayNames, name) is var day and >= 0 ? (DayOfWeek)day : null;

    /// <summary>True where it holds on certain dates only.</summary>
    internal bool IsDated => FirstDate is not null;

    /// <summary>How long it lasts by the clock.</summary>
    internal TimeSpan Length => From is { } from && To is { } to && from != to ? to - from : TimeSpan.FromDays(1);

    /// <summary>True when it starts on a day.</summary>
    internal bool StartsOn(DateOnly day) => (Days is null || Days.Contains(day.DayOfWeek)) && (FirstDate is not { } first || (day >= first && day <= LastDate));

    /// <summary>The values while it holds.</summary>
    internal QuotaValues Over(QuotaValues usual) => new(Limit ?? usual.Limit, Extra ?? usual.Extra, Borrow ?? usual.Borrow, Lend ?? usual.Lend);

    /// <summary>True when there is a moment by the clock at which both hold.</summary>
    internal bool Meets(QuotaWindow other)
    {
        // A week of days on which both could start tells: the pattern repeats. What runs over midnight reaches into the next day.
        DateOnly first = Later(FirstDate, other.FirstDate)?.AddDays(-1) ?? new DateOnly(2024, 1, 1);
        DateOnly last = Earlier(LastDate, other.LastDate)?.AddDays(1) ?? first.AddDays(8);
        for (DateOnly day = first; day <= last && day.DayNumber - first.DayNumber <= 9; day = day.AddDays(1))
        {
            foreach (int shift in (int[])[-1, 0, 1])
            {
                if (StartsOn(day) && other.StartsOn(day.AddDays(shift)) && Overlap(Start, Length, other.Start + TimeSpan.FromDays(shift), other.Length))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private TimeSpan Start => From?.ToTimeSpan() ?? TimeSpan.Zero;

    /// <summary>When it starts on a day, by the clock.</summary>
    internal DateTime StartOn(DateOnly day) => day.ToDateTime(TimeOnly.MinValue) + Start;

    /// <inheritdoc/>
    public bool Equals(QuotaWindow? other) =>
        other is not null && From == other.From && To == other.To && FirstDate == other.FirstDate && LastDate == other.LastDate
        && Limit == other.Limit && Extra == other.Extra && Borrow == other.Borrow && Lend == other.Lend
        && (Days is null ? other.Days is null : other.Days is not null && Days.SequenceEqual(other.Days));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(From, To, FirstDate, LastDate, Limit, Extra);

    private static bool Overlap(TimeSpan a, TimeSpan lengthOfA, TimeSpan b, TimeSpan lengthOfB) => a < b + lengthOfB && b < a + lengthOfA;

    private static DateOnly? Later(DateOnly? a, DateOnly? b) => a is null ? b : b is null || a > b ? a : b;

    private static DateOnly? Earlier(DateOnly? a, DateOnly? b) => a is null ? b : b is null || a < b ? a : b;
}

/// <summary>The windows of one rule in its zone: which values hold at a moment, and when that changes.</summary>
internal sealed class QuotaWindows(QuotaRule rule)
{
    // After so many days every weekly pattern has come round.
    private const int DaysLookedAhead = 8;

    private readonly TimeZoneInfo? _zone = rule.Windows.Count == 0 ? null : TimeZoneInfo.FindSystemTimeZoneById(rule.TimeZone);

    /// <summary>True where values change with the time.</summary>
    public bool Any => _zone is not null;

    /// <summary>Every set of values that ever holds.</summary>
    public IEnumerable<QuotaValues> All => rule.Windows.Select(w => w.Over(rule.Usual)).Prepend(rule.Usual);

    /// <summary>The values at a moment.</summary>
    public QuotaValues At(long now)
    {
        if (_zone is null)
        {
            return rule.Usual;
        }

        QuotaWindow? holds = null;
        DateOnly today = DateOnly.FromDateTime(ZoneClock.LocalOf(now, _zone));
        foreach (QuotaWindow window in rule.Windows)
        {
            if ((holds is null || window.IsDated) && (Holds(window, today, now) || Holds(window, today.AddDays(-1), now)))
            {
                holds = window;
            }
        }

        return holds?.Over(rule.Usual) ?? rule.Usual;
    }

    /// <summary>The next moment at which a window starts or ends; <see cref="long.MaxValue"/> when none will.</summary>
    public long NextChange(long now)
    {
        if (_zone is null)
        {
            return long.MaxValue;
        }

        long next = long.MaxValue;
        DateOnly today = DateOnly.FromDateTime(ZoneClock.LocalOf(now, _zone));
        foreach (QuotaWindow window in rule.Windows)
        {
            DateOnly first = window.FirstDate is { } begins && begins > today ? begins : today.AddDays(-1);
            for (int i = 0; i <= DaysLookedAhead + 1; i++)
            {
                DateOnly day = first.AddDays(i);
                if (window.StartsOn(day))
                {
                    (long from, long to) = Of(window, day);
                    next = Math.Min(next, from > now ? from : to > now ? to : long.MaxValue);
                }
            }
        }

        // Somewhat too early is right as well: nothing has changed then, and it is asked again.
        return next;
    }

    private bool Holds(QuotaWindow window, DateOnly day, long now) => window.StartsOn(day) && Of(window, day) is var (from, to) && now >= from && now < to;

    private (long From, long To) Of(QuotaWindow window, DateOnly day)
    {
        DateTime start = window.StartOn(day);
        return (ZoneClock.InstantOf(start, _zone!), ZoneClock.InstantOf(start + window.Length, _zone!));
    }
}
