using Cronos;
using Nexus.Engine.Optimization;

namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>When and how savings are looked for. Section <c>Nexus:Savings</c> of <c>appsettings.json</c>.</summary>
internal sealed class SavingsOptions
{
    public const string Section = "Nexus:Savings";

    private const int ShortestWindow = 7;
    private const int LongestWindow = 92;
    private const double MostHeadroom = 2;
    private const double MostMinimum = 1_000_000;

    /// <summary>When the review runs, as a cron expression of five fields; empty: only when somebody asks. Every day at 03:00 by default.</summary>
    public string Schedule { get; init; } = "0 3 * * *";

    /// <summary>The IANA time zone in which that is read. UTC by default.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>How much of the past is looked at, 7 – 92 days; 35 by default.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(35);

    /// <summary>The least that is worth recommending, in the currency's unit a month, 0 – 1,000,000; 1 by default.</summary>
    public double Minimum { get; init; } = 1;

    /// <summary>What is kept above the 99th percentile of use, as a share of it, 0 – 2; 0.15 by default.</summary>
    public double Headroom { get; init; } = 0.15;

    /// <summary>What committed capacity costs of capacity on demand where no pool of the flavour tells, above 0 and below 1; 0: not known, the default.</summary>
    public double ReservedShare { get; init; }

    /// <summary>The same of spot capacity.</summary>
    public double SpotShare { get; init; }

    /// <summary>For the detectors.</summary>
    public SavingsSettings Settings => new() { Minimum = Minimum, Headroom = Headroom, ReservedShare = ReservedShare > 0 ? ReservedShare : null, SpotShare = SpotShare > 0 ? SpotShare : null };

    /// <summary>When the review runs next after a moment; null: it does not by itself.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset at) =>
        Schedule.Length == 0 ? null : CronExpression.Parse(Schedule).GetNextOccurrence(at, TimeZoneInfo.FindSystemTimeZoneById(TimeZone));

    /// <summary>What is wrong with these values, each with the key to change; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Schedule.Length > 0 && !CronExpression.TryParse(Schedule, out _))
        {
            yield return $"{Section}:{nameof(Schedule)} must be a cron expression of five fields such as \"0 3 * * *\", or empty; not '{Schedule}'";
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return $"{Section}:{nameof(TimeZone)} must be the name of a time zone such as Europe/Zurich, not '{TimeZone}'";
        }

        if (Window < TimeSpan.FromDays(ShortestWindow) || Window > TimeSpan.FromDays(LongestWindow))
        {
            yield return $"{Section}:{nameof(Window)} must be between 7.00:00:00 and 92.00:00:00, not {Window}";
        }

        if (Minimum is not (>= 0 and <= MostMinimum))
        {
            yield return $"{Section}:{nameof(Minimum)} must be between 0 and 1,000,000";
        }

        if (Headroom is not (>= 0 and <= MostHeadroom))
        {
            yield return $"{Section}:{nameof(Headroom)} must be between 0 and 2";
        }

        if (ReservedShare is not (>= 0 and < 1) || SpotShare is not (>= 0 and < 1))
        {
            yield return $"{Section}:{nameof(ReservedShare)} and {Section}:{nameof(SpotShare)} must be below 1; 0 where they are not known";
        }
    }
}
