using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>Capacity that would be cheaper bought another way: committed to in advance, or such as may be taken away.</summary>
/// <remarks>
/// The k-th unit is worth committing to where it is used at least the share of the time that its committed price is of its price on demand: the newsvendor's critical ratio (Arrow, Harris and Marschak, 1951).
/// The price of the other option is that of a pool of the same flavour, else a share that the settings state; without either nothing is said.
/// </remarks>
internal sealed class PurchaseBreakEven : ISavingsDetector
{
    private const double LeastPreemptible = 0.1;

    public string Name => "purchaseOption";

    public string Title => "Capacity that is cheaper bought another way";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        foreach (PoolPast pool in past.Pools.Where(p => p is { Purchase: PurchaseOption.OnDemand, UnitHour: > 0 } && p.Days >= settings.FewestDays))
        {
            double price = pool.UnitHour!.Value;
            if (PriceOf(past, pool, PurchaseOption.Reserved, settings.ReservedShare) is { } reserved && reserved < price && Reserve(past, settings, pool, reserved) is { } commit)
            {
                yield return commit;
            }

            if (PriceOf(past, pool, PurchaseOption.Spot, settings.SpotShare) is { } spot && spot < price && pool.PreemptibleShare >= LeastPreemptible && Spot(past, settings, pool, spot) is { } move)
            {
                yield return move;
            }
        }
    }

    private static double? PriceOf(SavingsPast past, PoolPast pool, PurchaseOption option, double? share) =>
        past.Pools.Where(o => o.Purchase == option && o.Resource == pool.Resource && o.Flavour == pool.Flavour && o.UnitHour > 0).Min(o => o.UnitHour) ?? (pool.UnitHour * share);

    private Finding? Reserve(SavingsPast past, SavingsSettings settings, PoolPast pool, double reserved)
    {
        double price = pool.UnitHour!.Value;
        Dictionary<long, (double Used, double Capacity)> hours = PoolHours.Of(pool);
        double[] used = [.. hours.Values.Select(h => h.Used).Order()];
        int most = (int)Math.Floor(used[^1]);
        double ShareOf(int unit) => used.Count(u => u >= unit) / (double)used.Length;
        int units = Enumerable.Range(1, Math.Max(0, most)).TakeWhile(k => ShareOf(k) > reserved / price).Count();
        if (units == 0)
        {
            return null;
        }

        // What the committed units would have done on demand, less what they cost all the time.
        double SavedIn(double usedThen) => (Math.Min(usedThen, units) * price) - (units * reserved);
        if (SavingEstimate.OfDays(PoolHours.ByDay(past, hours.Select(h => (h.Key, SavedIn(h.Value.Used)))), settings.FewestDays, SavingsLevel.Medium, "A commitment outlasts the days that speak for it.") is not { } saving)
        {
            return null;
        }

        int[] shown = [.. Enumerable.Range(1, Math.Min(most, Evidence.MostValues))];
        return new Finding(
            Name, $"reserve:{pool.Pool}:{pool.Resource}", FindingType.ResourceSubstitution, OwnerPath.Root,
            $"{units} {pool.Resource} of {pool.Pool} are used more than {SavingsText.Percent(reserved / price)} of the time, from where on a commitment is cheaper",
            saving,
            ProposedChange.Advise(pool.Pool, $"{pool.Pool}: {SavingsText.Number(pool.Capacity)} {pool.Resource} on demand", $"{units} of them reserved at {SavingsText.Number(reserved)} an hour, the rest on demand"),
            new Evidence(EvidenceForm.Bars, "share of the time in use", [new EvidenceSeries("in use", [.. shown.Select(k => Math.Round(ShareOf(k), 4))])])
            {
                Labels = [.. shown.Select(k => $"{k}.")],
                Proposed = reserved / price,
                Facts = [$"On demand a {pool.Resource} costs {SavingsText.Number(price)} an hour, committed {SavingsText.Number(reserved)}: it breaks even at {SavingsText.Percent(reserved / price)}."],
            },
            new Measure(MeasureVolume.Consumed, OwnerPath.Root) { Pools = [pool.Pool, .. Siblings(past, pool, PurchaseOption.Reserved)], Resource = pool.Resource })
        {
            Risk = SavingsLevel.Medium,
            RiskReason = "What is committed to is paid for also when it is not used any more.",
            Effort = SavingsLevel.High,
            About = PoolHours.About(pool),
        };
    }

    private Finding? Spot(SavingsPast past, SavingsSettings settings, PoolPast pool, double spot)
    {
        double price = pool.UnitHour!.Value;
        double share = pool.PreemptibleShare!.Value;
        Dictionary<long, (double Used, double Capacity)> hours = PoolHours.Of(pool);
        if (SavingEstimate.OfDays(PoolHours.ByDay(past, hours.Select(h => (h.Key, h.Value.Used * share * (price - spot)))), settings.FewestDays, SavingsLevel.Medium, "How often such capacity is taken away, and how much work is lost by it, is not known.") is not { } saving)
        {
            return null;
        }

        return new Finding(
            Name, $"spot:{pool.Pool}:{pool.Resource}", FindingType.ResourceSubstitution, OwnerPath.Root,
            $"{SavingsText.Percent(share)} of the work in {pool.Pool} may be interrupted and pays the price of what is never taken away",
            saving,
            ProposedChange.Advise(pool.Pool, $"preemptible requests go to {pool.Pool}", $"preemptible requests go to spot capacity at {SavingsText.Number(spot)} an hour, {pool.Pool} after it"),
            new Evidence(EvidenceForm.Bars, "an hour", [new EvidenceSeries("price", [price, spot])]) { Labels = ["on demand", "spot"], Facts = [$"Of what was held {SavingsText.Percent(share)} was preemptible."] },
            new Measure(MeasureVolume.Consumed, OwnerPath.Root) { Pools = [pool.Pool, .. Siblings(past, pool, PurchaseOption.Spot)], Resource = pool.Resource })
        {
            Risk = SavingsLevel.Medium,
            RiskReason = "Work is interrupted more often, and what it had done is lost.",
            Effort = SavingsLevel.Medium,
            About = PoolHours.About(pool),
        };
    }

    private static IEnumerable<string> Siblings(SavingsPast past, PoolPast pool, PurchaseOption option) =>
        past.Pools.Where(o => o.Purchase == option && o.Resource == pool.Resource && o.Flavour == pool.Flavour).Select(o => o.Pool);
}
