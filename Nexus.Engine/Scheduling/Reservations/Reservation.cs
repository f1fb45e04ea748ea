using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Reservations;

/// <summary>One time of a reservation, [Start, End).</summary>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends.</param>
public readonly record struct Occurrence(Instant Start, Instant End);

/// <summary>Capacity of a pool that is kept for an owner over [Start, End), and again whenever it recurs. Requests of that owner and below draw from it.</summary>
/// <param name="Id">Its name, unique: 1–200 of <c>A-Z a-z 0-9 . _ : -</c>.</param>
/// <param name="Owner">For whom; of the root everybody draws.</param>
/// <param name="Pool">The pool.</param>
/// <param name="Resources">How much of which Held kinds.</param>
/// <param name="Start">When it first begins.</param>
/// <param name="End">When it first ends.</param>
/// <param name="Recurrence">When it comes again; null: never.</param>
public sealed record Reservation(string Id, OwnerPath Owner, string Pool, ResourceVector Resources, Instant Start, Instant End, Recurrence? Recurrence = null)
{
    /// <summary>For how long the times of a recurring reservation are held in advance; what lies beyond is nobody's promise yet.</summary>
    public static TimeSpan Horizon { get; } = TimeSpan.FromDays(90);

    /// <summary>What is wrong with it by itself, as a person can act on it, or null.</summary>
    /// <param name="zone">The zone that its recurrence names; not looked at without one.</param>
    public string? Fault(TimeZoneInfo? zone)
    {
        if (Resources.Count == 0)
        {
            return "must reserve something";
        }

        if (End <= Start)
        {
            return "must end after it begins";
        }

        if (Recurrence is null)
        {
            return null;
        }

        ArgumentNullException.ThrowIfNull(zone);
        DateOnly first = DateOnly.FromDateTime(LocalTime.Of(Start, zone));
        return !Recurrence.Includes(first.DayOfWeek) ? "must begin on one of the days on which it recurs"
            : End - Start > TimeSpan.FromDays(Recurrence.FewestDaysBetween(first)) ? "must end before it begins again"
            : Recurrence.Until < Start ? "must not recur until a time before its begin"
            : null;
    }

    /// <summary>Its times that lie in part or wholly in [from, to), in their order.</summary>
    /// <remarks>
    /// Each begins at the first one's local time and is as long as the first, whatever clocks do meanwhile (RFC 5545, section 3.8.5.3, of rules that state an end),
    /// but ends where the next begins: none of them overlap.
    /// </remarks>
    /// <param name="zone">The zone that its recurrence names; not looked at without one.</param>
    /// <param name="from">The begin of what is asked for.</param>
    /// <param name="to">Its end.</param>
    public IEnumerable<Occurrence> Occurrences(TimeZoneInfo? zone, Instant from, Instant to)
    {
        if (Recurrence is null)
        {
            return Start < to && End > from ? [new Occurrence(Start, End)] : [];
        }

        ArgumentNullException.ThrowIfNull(zone);
        return Recurring(Recurrence, zone, from, to);
    }

    private IEnumerable<Occurrence> Recurring(Recurrence recurrence, TimeZoneInfo zone, Instant from, Instant to)
    {
        DateTime local = LocalTime.Of(Start, zone);
        DateOnly first = DateOnly.FromDateTime(local);
        DateOnly wanted = DateOnly.FromDateTime(LocalTime.Of(from > Start ? from - (End - Start) : Start, zone));
        Instant? begins = null;
        foreach ((long number, DateOnly day) in recurrence.DaysFrom(first, wanted))
        {
            Instant? next = number == 0 ? Start : LocalTime.At(day.ToDateTime(TimeOnly.FromDateTime(local)), zone);
            next = number >= recurrence.Count || next > recurrence.Until ? null : next;
            if (begins is { } at && Within(at, next, from, to) is { } occurrence)
            {
                yield return occurrence;
            }

            begins = next;
            if (begins is null || begins >= to)
            {
                yield break;
            }
        }

        // The calendar ends before the rule.
        if (begins is { } last && Within(last, null, from, to) is { } final)
        {
            yield return final;
        }
    }

    private Occurrence? Within(Instant begins, Instant? next, Instant from, Instant to)
    {
        Instant end = begins + (End - Start);
        end = next < end ? next.Value : end;
        return end > from && begins < to ? new Occurrence(begins, end) : null;
    }
}
