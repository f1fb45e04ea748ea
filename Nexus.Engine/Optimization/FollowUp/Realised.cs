using Nexus.Engine.Costs;
using Nexus.Engine.Optimization.Statistics;

namespace Nexus.Engine.Optimization.FollowUp;

/// <summary>How it is known what was saved.</summary>
public enum RealisedBy
{
    /// <summary>What is provisioned or set aside is compared with what it would be without the change, at its price: nothing is estimated.</summary>
    Provisioned = 0,

    /// <summary>The cost of a unit of volume after the change is compared with that before it.</summary>
    BeforeAfter = 1,

    /// <summary>The time since was replayed without the change, and what it would have cost is compared with what it cost.</summary>
    Replay = 2,
}

/// <summary>What a change really saved, for a month of 730 hours.</summary>
/// <param name="Monthly">How much; negative where it cost more.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end of its interval.</param>
/// <param name="Days">From how many days.</param>
/// <param name="By">How it is known.</param>
public sealed record Realised(Money Monthly, Money Low, Money High, double Days, RealisedBy By)
{
    private const int Lately = 3;

    /// <summary>The days before a change that say what it would have gone on to cost: of spending that departs from its season the last three, else all.</summary>
    public static IReadOnlyList<MeasuredDay> Baseline(SavingsPast past, Measure measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        IReadOnlyList<MeasuredDay> days = MeasuredDay.Of(past, measure);
        return measure.Volume == MeasureVolume.Days ? [.. days.TakeLast(Lately)] : days;
    }

    /// <summary>Compares days after a change with those before it, each by its own volume: the volume after it at the cost of a unit before it, less what it cost.</summary>
    /// <returns>Null where either has no days.</returns>
    public static Realised? Compare(IReadOnlyList<MeasuredDay> before, IReadOnlyList<MeasuredDay> after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        double volumeBefore = before.Sum(d => d.Volume);
        if (volumeBefore <= 0 || after.Count == 0)
        {
            return null;
        }

        double unit = before.Sum(d => d.Cost) / volumeBefore;

        // Days weigh by their volume in the sum, and so they do in the range of the unit's cost.
        double mean = volumeBefore / before.Count;
        (double low, double high) = BlockBootstrap.Mean([.. before.Select(d => d.Cost / mean)], SavingEstimate.Coverage);
        double Saved(double at) => after.Average(d => (d.Volume * at) - d.Cost) * Saving.DaysOfMonth;
        double saved = Saved(unit);
        return new(SavingsMoney.Of(saved), SavingsMoney.Of(Math.Min(saved, Saved(Math.Min(low, unit)))), SavingsMoney.Of(Math.Max(saved, Saved(Math.Max(high, unit)))), after.Count, RealisedBy.BeforeAfter);
    }

    /// <summary>What a smaller capacity or limit saved: what there would be without the change, less what there is, at its price.</summary>
    /// <param name="without">The amount without the change.</param>
    /// <param name="with">The amounts since, at equal distances; one at least.</param>
    /// <param name="unitHour">What a unit costs for an hour.</param>
    /// <param name="days">Over how many days.</param>
    public static Realised Provisioned(double without, IReadOnlyList<double> with, double unitHour, double days)
    {
        Money saved = SavingsMoney.Of((without - with.Average()) * unitHour * Saving.HoursOfMonth);
        return new(saved, saved, saved, days, RealisedBy.Provisioned);
    }

    /// <summary>What a replay without the change says: the mean of what its steps would have cost more, with the range in which that mean lies.</summary>
    /// <param name="steps">Steps of one length, oldest first.</param>
    /// <param name="step">How long each is.</param>
    /// <returns>Null where there is none.</returns>
    public static Realised? Replayed(IReadOnlyList<ReplayedStep> steps, TimeSpan step)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0)
        {
            return null;
        }

        double[] saved = [.. steps.Select(s => s.Without - s.With)];
        double mean = saved.Average();
        (double low, double high) = BlockBootstrap.Mean(saved, SavingEstimate.Coverage);
        double monthly = Saving.HoursOfMonth / step.TotalHours;
        return new(SavingsMoney.Of(mean * monthly), SavingsMoney.Of(Math.Min(low, mean) * monthly), SavingsMoney.Of(Math.Max(high, mean) * monthly), steps.Count * step.TotalDays, RealisedBy.Replay);
    }

    /// <summary>The same of what a pool has had since.</summary>
    /// <returns>Null where the pool is not known since, or has no price.</returns>
    public static Realised? OfPool(SavingsPast past, Measure measure, double without, Resources.Instant since) => OfPool(past, measure, without, since, past?.To ?? default);

    /// <summary>The same up to a moment.</summary>
    /// <returns>Null where the pool is not known in that time, or has no price.</returns>
    public static Realised? OfPool(SavingsPast past, Measure measure, double without, Resources.Instant since, Resources.Instant until)
    {
        ArgumentNullException.ThrowIfNull(past);
        ArgumentNullException.ThrowIfNull(measure);
        PoolPast? pool = past.Pools.FirstOrDefault(p => measure.Pools.Contains(p.Pool) && p.Resource == measure.Resource);
        double[] after = [.. pool?.Points.Where(p => p.At >= since && p.At < until).Select(p => p.Capacity) ?? []];
        return pool?.UnitHour is { } price && after.Length > 0 ? Provisioned(without, after, price, (until - since).TotalDays) : null;
    }

    /// <summary>The same of what a limit sets aside.</summary>
    /// <returns>Null where there is no such limit any more, or no price.</returns>
    public static Realised? OfQuota(SavingsPast past, Measure measure, double without, Resources.Instant since)
    {
        ArgumentNullException.ThrowIfNull(past);
        ArgumentNullException.ThrowIfNull(measure);
        QuotaPast? quota = past.Quotas.FirstOrDefault(q => q.Owner == measure.Within && q.Resource == measure.Resource);
        return quota?.UnitHour is { } price ? Provisioned(without, [quota.Limit], price * quota.SetAside, (past.To - since).TotalDays) : null;
    }
}
