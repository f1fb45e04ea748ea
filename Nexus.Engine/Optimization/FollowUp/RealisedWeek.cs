using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization.FollowUp;

/// <summary>What a change saved in one of the weeks since.</summary>
/// <param name="Start">When the week begins: weeks are counted from the change.</param>
/// <param name="Days">How many of its days are over.</param>
/// <param name="Monthly">How much, for a month of 730 hours.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end of its interval.</param>
/// <param name="By">How it is known.</param>
public sealed record RealisedWeek(Instant Start, double Days, Money Monthly, Money Low, Money High, RealisedBy By)
{
    /// <summary>How many weeks are followed.</summary>
    public const int Most = 53;

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan Shortest = TimeSpan.FromDays(1);

    /// <summary>The amount that was saved in it.</summary>
    public double Saved => SavingsMoney.Units(Monthly) * Days / Saving.DaysOfMonth;

    /// <summary>What it would have saved at a monthly rate.</summary>
    public double At(Money monthly) => SavingsMoney.Units(monthly) * Days / Saving.DaysOfMonth;

    /// <summary>The weeks since a change, as far as they lie in a past; those that were known before stay where it does not reach.</summary>
    /// <param name="known">The weeks that were known.</param>
    /// <param name="past">The past.</param>
    /// <param name="since">When the change was made.</param>
    /// <param name="saved">What was saved between two moments; null where nothing can be told.</param>
    public static IReadOnlyList<RealisedWeek> Since(IReadOnlyList<RealisedWeek> known, SavingsPast past, Instant since, Func<Instant, Instant, Realised?> saved)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(past);
        ArgumentNullException.ThrowIfNull(saved);
        List<RealisedWeek> weeks = [];
        for (int i = 0; i < Most; i++)
        {
            Instant start = since + (Week * i);
            Instant end = start + Week < past.To ? start + Week : past.To;
            if (end - start < Shortest)
            {
                break;
            }

            RealisedWeek? before = known.FirstOrDefault(w => w.Start == start);
            RealisedWeek? week = start >= past.From && saved(start, end) is { } realised ? new RealisedWeek(start, (end - start).TotalDays, realised.Monthly, realised.Low, realised.High, realised.By) : before;
            if (week is not null)
            {
                weeks.Add(week);
            }
        }

        return weeks;
    }
}
