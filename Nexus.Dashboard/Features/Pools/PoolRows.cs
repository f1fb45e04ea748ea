using Nexus.Dashboard.Features.Overview;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>Pools as rows of a table: the Overview and the list of pools show the same.</summary>
internal static class PoolRows
{
    private const int SparklinePoints = 60;
    private const decimal NearlyFull = 0.9m;

    public static PoolRow Of(PoolState pool, ReadModel read, IReadOnlyList<SeriesPoint> series, Instant now)
    {
        MeterState meter = Fullest(pool, now);
        (decimal used, decimal capacity) = (Used(meter, now), meter.Supply.Amount.Units);
        int waiting = read.WaitingIn(pool.Name);
        (Signal state, string word) = pool.Draining ? (Signal.Paused, "Draining")
            : HealthText.Of(pool.Health) is { } unwell ? unwell
            : meter.Behaviour == ResourceBehaviour.Held && used > capacity ? (Signal.Bad, "Over capacity")
            : used >= capacity && capacity > 0 ? (Signal.Bad, "Full")
            : waiting > 0 ? (Signal.Warning, "Short")
            : capacity > 0 && used / capacity >= NearlyFull ? (Signal.Warning, "Nearly full")
            : (Signal.Ok, "Healthy");
        return new PoolRow(
            pool.Name, Option(pool.Definition.PurchaseOption), meter.Supply.Kind, used, capacity,
            $"{Numbers.Count(used)} of {Numbers.Count(capacity)} {meter.Supply.Kind}", Points(series, pool.Name, meter.Supply.Kind),
            waiting, read.WaitIn(pool.Name, 0.95) is { } wait ? Numbers.Duration(wait) : "–", state, word)
        {
            Hatched = Hatched(meter, now),
            Amounts = $"{Numbers.Count(used)}{(meter.Booked.IsZero ? "" : $" + {Numbers.Amount(meter.Booked)}")} of {Numbers.Count(capacity)} {meter.Supply.Kind}",
            Sentence = Sentence(meter, now),
            Strategy = FollowedOf(pool.Definition),
            Cost = PoolCost.Of(pool, read.Configuration, now),
            Health = HealthText.Sentence(pool.Health),
            IsUnwell = HealthText.Of(pool.Health) is not null,
        };
    }

    /// <summary>How a pool orders those who wait, in words.</summary>
    public static string StrategyOf(PoolDefinition pool) => Title(pool.Strategy);

    /// <summary>The same, with the strategy that is in force where the pool chooses it by itself.</summary>
    public static string FollowedOf(PoolDefinition pool) => pool.IsAdaptive ? $"{Title(pool.Strategy)}: {Title(pool.Follows)}" : Title(pool.Strategy);

    private static string Title(string strategy) => KnownStrategies.All.First(s => s.Name == strategy).Title;

    /// <summary>The kind of which the largest share is used: ceilings last, as they are never used.</summary>
    public static MeterState Fullest(PoolState pool, Instant now) =>
        pool.Meters.MaxBy(m => m.Behaviour == ResourceBehaviour.Limit ? -1 : m.Supply.Amount.IsZero ? 2 : Used(m, now) / m.Supply.Amount.Units)!;

    /// <summary>What is used of a meter: held, or out of the bucket.</summary>
    public static decimal Used(MeterState meter, Instant now) => meter.Behaviour switch
    {
        ResourceBehaviour.Held => meter.Used.Units,
        ResourceBehaviour.Metered => meter.Supply.Amount.Units - (meter.LevelAt(now) / 1000m),
        _ => 0,
    };

    /// <summary>What of a meter was promised to those whose start is booked, as far as the bar has room for it: some start when grants have ended that run now.</summary>
    public static decimal Hatched(MeterState meter, Instant now) => Math.Clamp(meter.Booked.Units, 0, Math.Max(0, meter.Supply.Amount.Units - Used(meter, now)));

    /// <summary>What a meter shows, in words: 30 of 32 gpu, 2 booked.</summary>
    public static string Sentence(MeterState meter, Instant now) =>
        $"{Numbers.Count(Used(meter, now))} of {Numbers.Amount(meter.Supply.Amount)} {meter.Supply.Kind}{(meter.Booked.IsZero ? "" : $", {Numbers.Amount(meter.Booked)} booked")}";

    /// <summary>How long until a bucket is full, if nobody takes anything; null of what is full, or refills not.</summary>
    public static TimeSpan? TimeToFull(MeterState meter, Instant now) =>
        meter.Behaviour == ResourceBehaviour.Metered && meter.Supply.Rate.Thousandths > 0 && meter.Supply.Amount.Thousandths - meter.LevelAt(now) is > 0 and var missing
            ? TimeSpan.FromMilliseconds(Math.Ceiling(missing * meter.Supply.Per.TotalMilliseconds / meter.Supply.Rate.Thousandths)) : null;

    public static string Option(PurchaseOption option) => option switch { PurchaseOption.Reserved => "reserved", PurchaseOption.Spot => "spot", _ => "on demand" };

    /// <summary>A meter over the series in at most sixty points.</summary>
    public static IReadOnlyList<double> Points(IReadOnlyList<SeriesPoint> series, string pool, string kind) =>
        Thinned(series, p => p.Meters.Where(m => m.Pool == pool && m.Kind == kind).Select(m => (double)m.Used.Units).FirstOrDefault());

    public static IReadOnlyList<double> Thinned(IReadOnlyList<SeriesPoint> series, Func<SeriesPoint, double> value)
    {
        int step = Math.Max(1, series.Count / SparklinePoints);
        List<double> points = [];
        for (int i = series.Count - 1; i >= 0 && points.Count < SparklinePoints; i -= step)
        {
            points.Add(value(series[i]));
        }

        points.Reverse();
        return points;
    }
}
