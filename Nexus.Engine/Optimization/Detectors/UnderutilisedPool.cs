using Nexus.Engine.Resources;
using Nexus.Engine.Optimization.Statistics;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>A pool that has more than is ever used of it: sized for the 99th percentile of use with headroom, as an average would hide every peak (the seed's <c>resource_reduction</c>).</summary>
internal sealed class UnderutilisedPool : ISavingsDetector
{
    private const double Share = 0.99;
    private const double Often = 0.95;

    // Less than a tenth is not worth a change.
    private const double Worth = 0.9;

    public string Name => "underutilisedPool";

    public string Title => "Pools that have more than is used";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        foreach (PoolPast pool in past.Pools.Where(p => p.UnitHour > 0 && p.Days >= settings.FewestDays && p.Capacity > 0))
        {
            double[] used = [.. pool.Points.Select(p => p.Used).Order()];
            double typical = Percentiles.Of(used, Share);
            double to = Sizing.Up(Math.Max(typical * (1 + settings.Headroom), pool.Points[^1].Used), pool.Capacity);
            if (to > pool.Capacity * Worth)
            {
                continue;
            }

            double month = pool.UnitHour!.Value * Saving.HoursOfMonth;
            double Saved(double need) => Math.Max(0, pool.Capacity - Sizing.Up(need, pool.Capacity)) * month;
            int above = pool.Points.Count(p => p.Used > to);
            bool committed = pool.Purchase == PurchaseOption.Reserved;
            SavingsLevel level = committed ? SavingsLevel.Low : SavingEstimate.OfHistory(pool.Days);
            yield return new Finding(
                Name, $"underutilised-pool:{pool.Pool}:{pool.Resource}", FindingType.ResourceReduction, OwnerPath.Root,
                $"{pool.Pool} has {SavingsText.Number(pool.Capacity)} {pool.Resource}, of which {SavingsText.Number(typical)} were enough for 99 % of the time",
                Saving.Of((pool.Capacity - to) * month, Saved(used[^1] * (1 + settings.Headroom)), Saved(Percentiles.Of(used, Often) * (1 + settings.Headroom)), level,
                    committed ? "It is committed to in advance: what is given back is saved when the commitment ends." : $"From {SavingsText.Number(Math.Floor(pool.Days))} days of use."),
                ProposedChange.Pool(pool.Pool, pool.Resource, Sizing.Of(pool.Capacity), Sizing.Of(to)),
                new Evidence(EvidenceForm.OverTime, pool.Resource,
                    [new EvidenceSeries("used", Evidence.Thin([.. pool.Points.Select(p => p.Used)], out int each)), new EvidenceSeries("capacity", Evidence.Thin([.. pool.Points.Select(p => p.Capacity)], out _))])
                {
                    Start = pool.Points[0].At,
                    Step = PoolHours.StepOf(pool) * each,
                    Proposed = to,
                    Facts =
                    [
                        $"99 % of the time at most {SavingsText.Number(typical)}, 95 % at most {SavingsText.Number(Percentiles.Of(used, Often))}, at most {SavingsText.Number(used[^1])}.",
                        $"With {SavingsText.Number(to)} there would have been {SavingsText.Number(above * PoolHours.StepOf(pool).TotalMinutes)} minutes in which not all that ran would have fitted.",
                    ],
                },
                new Measure(MeasureVolume.Capacity, OwnerPath.Root) { Pools = [pool.Pool], Resource = pool.Resource })
            {
                Risk = above == 0 ? SavingsLevel.Low : SavingsLevel.Medium,
                RiskReason = "Work that comes in a peak above what was seen waits instead of starting.",
                Effort = SavingsLevel.Low,
                About = PoolHours.About(pool),
            };
        }
    }

}
