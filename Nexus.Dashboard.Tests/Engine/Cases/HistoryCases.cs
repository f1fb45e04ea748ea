using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>What is remembered of past use, and how it is measured against what there was.</summary>
internal static class HistoryCases
{
    private const string Resource = "used";

    // Shares of a pool are kept to 2⁻⁴⁴, and what was held for a thousandth of a half-life is a thousandth of one.
    private const decimal Resolution = 0.000_000_01m;

    // Time is cut into 1,024 epochs to a half-life: what lies between two of them decays as if it lay at one.
    private const decimal EpochResolution = 0.000_7m;

    public static void Run(PublishedCase published)
    {
        if (published.Expected.Has("normalisedUsage"))
        {
            Measure(published);
        }
        else
        {
            Decay(published);
        }
    }

    /// <summary>Why it is none of ours: what a scheduler makes of past use is its own formula.</summary>
    public static string? WhyNot(PublishedCase published) =>
        published.IsUniversal ? null : "what past use does to a share is each scheduler's own formula: here what lies above the mean of the siblings is paid back, by at most half of that mean";

    // The engine remembers the decayed mean of what was held. So each use is held for one of the epochs in which it counts, and what is remembered is measured by
    // what is remembered of somebody who used a known amount in the last epoch.
    private static void Decay(PublishedCase published)
    {
        TimeSpan lifetime = TimeSpan.FromDays((double)published.Setup.Number("halfLifeDays"));
        HalfLife halfLife = new((long)lifetime.TotalMilliseconds);
        (decimal At, decimal Amount)[] uses = [.. published.Requests.Select(r => (r.Number("at"), r.Number("amount"))).OrderBy(u => u.Item1)];
        _ = published.Requests.Select(r => r.Text("id")).ToArray();
        CaseWorld world = new();
        long last = halfLife.EpochOf(world.Zero.Milliseconds) + 1 + EpochsOf(uses[^1].At - uses[0].At);
        world.Supply(One(PowerOfTwo(2 * uses.Sum(u => u.Amount))), "fairShare", pool => pool with { HalfLife = lifetime });
        decimal measure = uses.Sum(u => u.Amount);
        decimal resolution = uses.All(u => EpochOf(u.At) == decimal.Truncate(EpochOf(u.At))) ? Resolution : EpochResolution;
        foreach ((decimal at, decimal amount) in uses)
        {
            long epoch = last - EpochsOf(uses[^1].At - at);
            world.AdvanceTo(new Instant(halfLife.StartOf(epoch)));
            List<Request> holders = [Hold(world, "user", at, amount)];
            if (epoch == last)
            {
                holders.Add(Hold(world, "measure", at, measure));
            }

            world.AdvanceTo(new Instant(halfLife.StartOf(epoch + 1)));
            holders.ForEach(world.Release);
        }

        published.Same(published.Expected.Number("effectiveUsage"), Remembered(last + 1) * measure / Past("measure", last + 1), "the usage that is remembered", resolution);
        foreach (string later in published.Expected.Names.Where(n => n.StartsWith("afterAnother", StringComparison.Ordinal)))
        {
            decimal days = decimal.Parse(later["afterAnother".Length..].Replace("DaysIdle", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            published.Same(published.Expected.Number(later), Remembered(last + 1 + EpochsOf(days)) * measure / Past("measure", last + 1), later, resolution);
        }

        // What lies behind the last use when its time is now.
        decimal Remembered(long epoch) => Past("user", epoch + EpochsOf(-uses[^1].At));

        decimal Past(string owner, long epoch)
        {
            FairTree tree = world.Engine.SharesOf(CaseWorld.PoolName)!;
            return tree.Node(OwnerPath.Parse(owner))!.PastAt(0, tree.HalfLife, epoch);
        }

        decimal EpochOf(decimal days) => days * HalfLife.Epochs / (decimal)lifetime.TotalDays;

        long EpochsOf(decimal days) => decimal.ToInt64(EpochOf(days));
    }

    // Resource × time of all that there was, as a simulation reports it.
    private static void Measure(PublishedCase published)
    {
        IReadOnlyDictionary<string, decimal> pools = published.Setup.Numbers("pools");
        TimeSpan window = TimeSpan.FromHours((double)published.Setup.Number("windowHours"));
        CaseWorld world = new();
        Input[] inputs =
        [
            .. published.Requests.Select((use, i) => new Input(
                world.Zero, i, new Submit(world.Spec(use.Text("id"), OwnerPath.Parse("user"), world.Amounts(use.Numbers("resources")))) { Actor = Scene.Somebody },
                Life.Of(TimeSpan.FromHours((double)use.Number("hours")), new ReleaseStep(TimeSpan.FromHours((double)use.Number("hours")), 0, Scene.Somebody, ResourceVector.Empty, Labels.None, null)))),
        ];
        world.Supply(pools);
        byte[] state = world.Engine.Capture().Encode().State.ToArray();
        Workload workload = new(() => Nexus.Engine.Core.Engine.Restore(state, new EngineLimits()), () => inputs, null, world.Zero, world.Zero + window);

        SimulationReport report = Assert.Single(Simulator.Compare(workload, [Variant.Unchanged("it")]));

        string kind = Assert.Single(pools.Keys);
        published.Same(published.Expected.Number("normalisedUsage"), (decimal)report.Utilization[CaseWorld.PoolName][kind], "what was used of all there was");
    }

    private static Request Hold(CaseWorld world, string owner, decimal at, decimal amount)
    {
        Request held = world.Submit(world.Spec(string.Create(CultureInfo.InvariantCulture, $"{owner}{at}"), OwnerPath.Parse(owner), world.Amounts(One(amount))));
        Assert.Equal(RequestStatus.Allocated, held.Status);
        return held;
    }

    // Of such a capacity every amount is a share without a remainder.
    private static decimal PowerOfTwo(decimal atLeast)
    {
        decimal thousandths = 1;
        while (thousandths < atLeast * 1000)
        {
            thousandths *= 2;
        }

        return thousandths / 1000;
    }

    private static Dictionary<string, decimal> One(decimal amount) => new(StringComparer.Ordinal) { [Resource] = amount };
}
