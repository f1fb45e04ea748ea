using Nexus.Engine.Resources;
using Nexus.Engine.Optimization.Statistics;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>Peaks of work that may wait: moved into the valleys of the same day they need less capacity (peak shaving by deferrable load).</summary>
/// <remarks>A day is level at its mean at best, and no hour falls below what of it cannot wait: the higher of the two is the day's least capacity.</remarks>
internal sealed class MovablePeaks : ISavingsDetector
{
    private const double Share = 0.99;
    private const double LeastMovable = 0.2;
    private const double Worth = 0.85;

    // A day that is half missing says nothing of its valleys.
    private const int FewestHours = 18;
    private const int HoursOfWeek = 168;

    // The epoch was a Thursday.
    private const int ThursdayFirst = 72;

    public string Name => "movablePeaks";

    public string Title => "Peaks that could move";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        foreach (PoolPast pool in past.Pools.Where(p => p.UnitHour > 0 && p.PreemptibleShare >= LeastMovable && p.Days >= settings.FewestDays))
        {
            (long Hour, double Used)[] hours = [.. PoolHours.Of(pool).OrderBy(h => h.Key).Select(h => (h.Key, h.Value.Used))];
            double[][] days = [.. hours.GroupBy(h => h.Hour / 24).Select(g => g.Select(h => h.Used).ToArray()).Where(d => d.Length >= FewestHours)];
            if (days.Length < settings.FewestDays)
            {
                continue;
            }

            double movable = pool.PreemptibleShare!.Value;
            double NeedAt(double share) => Percentiles.Of([.. days.Select(d => Math.Max(d.Average(), d.Max() * (1 - share))).Order()], Share) * (1 + settings.Headroom);
            double peak = Percentiles.Of([.. days.Select(d => d.Max()).Order()], Share) * (1 + settings.Headroom);
            double now = Math.Min(pool.Capacity, Sizing.Up(peak, pool.Capacity));
            double to = Sizing.Up(NeedAt(movable), pool.Capacity);
            if (to > now * Worth)
            {
                continue;
            }

            double month = pool.UnitHour!.Value * Saving.HoursOfMonth;
            double[] week = [.. Enumerable.Range(0, HoursOfWeek).Select(h => Percentiles.Median(hours.Where(x => (x.Hour + ThursdayFirst) % HoursOfWeek == h).Select(x => x.Used)))];
            int worst = Array.IndexOf(week, week.Max()) % 24;
            yield return new Finding(
                Name, $"movable-peaks:{pool.Pool}:{pool.Resource}", FindingType.UsagePattern, OwnerPath.Root,
                $"{pool.Pool} is as large as its peak about {worst:00}:00 UTC, {SavingsText.Percent(movable)} of which could wait for quieter hours of the day",
                Saving.Of((now - to) * month, (now - Math.Min(now, Sizing.Up(NeedAt(movable / 2), pool.Capacity))) * month, (now - Math.Min(now, Sizing.Up(NeedAt(1), pool.Capacity))) * month,
                    SavingEstimate.OfHistory(days.Length) is var level && level == SavingsLevel.High ? SavingsLevel.Medium : level, "The range is from half of what may wait to all that runs moving."),
                ProposedChange.Pool(pool.Pool, pool.Resource, Sizing.Of(pool.Capacity), Sizing.Of(to)),
                new Evidence(EvidenceForm.WeekHours, pool.Resource, [new EvidenceSeries("used, median", [.. week.Select(v => Math.Round(v, 3))])])
                {
                    Proposed = to,
                    Facts = [$"The highest hours need {SavingsText.Number(now)}, level days {SavingsText.Number(to)}, both with headroom.", "Preemptible work waits in the queue when the pool is full, and so moves by itself."],
                },
                new Measure(MeasureVolume.Capacity, OwnerPath.Root) { Pools = [pool.Pool], Resource = pool.Resource })
            {
                Risk = SavingsLevel.Medium,
                RiskReason = "Work that may wait ends later, by up to some hours.",
                Effort = SavingsLevel.Medium,
                About = PoolHours.About(pool),
            };
        }
    }
}
