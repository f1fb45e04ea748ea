using Nexus.Dashboard.Shared;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>A reservation in the list.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Owner">For whom, in words.</param>
/// <param name="Pool">Of which pool.</param>
/// <param name="Resources">How much, in words.</param>
/// <param name="From">When its present or next time begins; null when none is left.</param>
/// <param name="To">When that ends.</param>
/// <param name="IsNow">True while it is held for its owner.</param>
/// <param name="Recurs">When it comes again, in words.</param>
/// <param name="Drawn">What its owner's requests use of it now, in words; null outside its times.</param>
public sealed record ReservationRow(string Id, string Owner, string Pool, string Resources, DateTimeOffset? From, DateTimeOffset? To, bool IsNow, string Recurs, string? Drawn)
{
    private static readonly string[] Days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>How it stands.</summary>
    public Signal State => IsNow ? Signal.Ok : From is null ? Signal.Off : Signal.Planned;

    /// <summary>The same in a word.</summary>
    public string Word => IsNow ? "Held now" : From is null ? "Over" : "Ahead";

    /// <summary>A recurrence in words, for example <c>every week on Mon, Tue</c>.</summary>
    public static string Words(Recurrence? recurrence)
    {
        if (recurrence is null)
        {
            return "once";
        }

        string unit = recurrence.Frequency == Frequency.Daily ? "day" : "week";
        string every = recurrence.Interval == 1 ? $"every {unit}" : $"every {recurrence.Interval} {unit}s";
        string on = recurrence.Days == Weekdays.None ? "" : $" on {string.Join(", ", Days.Where((_, day) => recurrence.Days.HasFlag((Weekdays)(1 << day))))}";
        string until = recurrence.Count is { } count ? $", {Numbers.Count(count)} times"
            : recurrence.Until is { } end ? $", until {end.ToDateTimeOffset().ToString("d MMM yyyy", System.Globalization.CultureInfo.InvariantCulture)}"
            : "";
        return every + on + until;
    }
}
