using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>With what a range of costs is compared.</summary>
public enum CostCompare
{
    /// <summary>As long a range as many whole weeks before: weekends face weekends.</summary>
    Weekdays,

    /// <summary>As long a range just before.</summary>
    Previous,

    /// <summary>The same dates of the month before.</summary>
    Month,

    /// <summary>With nothing.</summary>
    None,
}

/// <summary>The range that another is compared with.</summary>
internal static class CostComparison
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The range; null where nothing is compared.</summary>
    /// <remarks>Of dates that the month before lacks its last day counts: 1–31 March faces 1–28 February, and 1–28 February in the next leap year 1–28 January.</remarks>
    public static (Instant From, Instant To)? Of(CostCompare compare, Instant from, Instant to)
    {
        TimeSpan length = to - from;
        return compare switch
        {
            CostCompare.Weekdays => Before(from, to, Week * Math.Ceiling(length / Week)),
            CostCompare.Previous => Before(from, to, length),
            CostCompare.Month => (MonthBefore(from), MonthBefore(to)) is var (start, end) && start < end ? (start, end) : null,
            _ => null,
        };
    }

    private static (Instant From, Instant To) Before(Instant from, Instant to, TimeSpan by) => (from - by, to - by);

    private static Instant MonthBefore(Instant at) => Instant.From(at.ToDateTimeOffset().ToUniversalTime().AddMonths(-1));
}
