using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>Use of a pool while a cheaper one of the same flavour had room at that hour (<c>resource_substitution</c>).</summary>
internal sealed class CheaperPool : ISavingsDetector
{
    private const double Cheaper = 0.9;
    private const double LeastShare = 0.1;

    public string Name => "cheaperPool";

    public string Title => "Cheaper pools that had room";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        foreach (PoolPast pool in past.Pools.Where(p => p.UnitHour > 0 && p.Days >= settings.FewestDays))
        {
            IEnumerable<Finding?> found = past.Pools
                .Where(o => o != pool && o.Resource == pool.Resource && o.Flavour == pool.Flavour && o.UnitHour > 0 && o.UnitHour <= pool.UnitHour * Cheaper && (o.Purchase != PurchaseOption.Spot || pool.Purchase == PurchaseOption.Spot))
                .Select(o => Compare(past, settings, pool, o));
            if (found.OfType<Finding>().MaxBy(f => f.Saving.Expected) is { } best)
            {
                yield return best;
            }
        }
    }

    private Finding? Compare(SavingsPast past, SavingsSettings settings, PoolPast pool, PoolPast other)
    {
        Dictionary<long, (double Used, double Capacity)> mine = PoolHours.Of(pool);
        Dictionary<long, (double Used, double Capacity)> theirs = PoolHours.Of(other);
        (long Hour, double Moved)[] moved = [.. mine.Keys.Where(theirs.ContainsKey).Order().Select(h => (h, Math.Max(0, Math.Min(mine[h].Used, theirs[h].Capacity - theirs[h].Used))))];
        double all = mine.Values.Sum(v => v.Used);
        double share = all <= 0 ? 0 : moved.Sum(m => m.Moved) / all;
        double less = pool.UnitHour!.Value - other.UnitHour!.Value;
        if (share < LeastShare || SavingEstimate.OfDays(PoolHours.ByDay(past, moved.Select(m => (m.Hour, m.Moved * less))), settings.FewestDays) is not { } saving)
        {
            return null;
        }

        return new Finding(
            Name, $"cheaper-pool:{pool.Pool}:{pool.Resource}", FindingType.ResourceSubstitution, OwnerPath.Root,
            $"{SavingsText.Percent(share)} of what {pool.Pool} gave would have had room in {other.Pool}, which costs {SavingsText.Percent(1 - (other.UnitHour.Value / pool.UnitHour.Value))} less",
            saving,
            ProposedChange.Advise(pool.Pool, $"requests go to {pool.Pool}", $"requests name {other.Pool} first in their pools, {pool.Pool} after it"),
            new Evidence(EvidenceForm.OverTime, pool.Resource,
                [new EvidenceSeries(pool.Pool, Evidence.Thin([.. moved.Select(m => mine[m.Hour].Used)], out int each)), new EvidenceSeries($"free in {other.Pool}", Evidence.Thin([.. moved.Select(m => Math.Max(0, theirs[m.Hour].Capacity - theirs[m.Hour].Used))], out _))])
            {
                Start = PoolHours.Begins(moved[0].Hour),
                Step = TimeSpan.FromHours(each),
                Facts = [$"{pool.Pool} costs {SavingsText.Number(pool.UnitHour.Value)} a {pool.Resource} and hour, {other.Pool} {SavingsText.Number(other.UnitHour.Value)}."],
            },
            new Measure(MeasureVolume.Consumed, OwnerPath.Root) { Pools = [pool.Pool, other.Pool], Resource = pool.Resource })
        {
            Risk = SavingsLevel.Low,
            RiskReason = $"{other.Pool} is fuller: who must have it finds less room there.",
            Effort = SavingsLevel.Medium,
            About = PoolHours.About(pool),
        };
    }
}
