using Nexus.Dashboard.Tests.Engine.Simulation.Traces;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Recorded;
using Nexus.Engine.Simulation.Traces;
using Nexus.Engine.Simulation.Trials;
using static Nexus.Dashboard.Tests.Engine.Simulation.Simulated;

namespace Nexus.Dashboard.Tests.Engine.Simulation;

/// <summary>Adaptive pools in simulations: their past is replayed beside it, and they learn from that.</summary>
public sealed class AdaptiveSimulationTests
{
    [Fact]
    public void A_pool_that_is_to_be_cheap_learns_to_place_by_cost()
    {
        TraceRequest[] trace = [.. Enumerable.Range(0, 300).SelectMany(i => Trace.Read($"time,owner,duration,gpu\n{i * 60},t{i % 3}/x,300,1")).Select((r, i) => r with { Number = i + 1 })];
        PoolDefinition[] pools = [Pool("a-dear", ("gpu", 8)) with { Prices = [new PoolPrice("gpu", Money.Of(6))] }, Pool("b-cheap", ("gpu", 8)) with { Prices = [new PoolPrice("gpu", Money.Of(3))] }];
        List<StrategySwitched> switches = [];

        IReadOnlyList<SimulationReport> reports = Simulator.Compare(
            Workload(trace), [Under("priority", pools), Under("costOptimized", [.. pools.Select(p => p with { Strategy = "costOptimized" })]), Adaptive(pools, new Objective(0, 0, 0, 1_000))],
            (_, batch) => switches.AddRange(batch.Events.OfType<StrategySwitched>()));

        // It takes two comparisons, of ten minutes each, and the dear pool served until then.
        decimal[] costs = [.. reports.Select(r => decimal.Parse(r.Cost!.Amount, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal((150m, 75m), (Math.Round(costs[0]), Math.Round(costs[1])));
        Assert.InRange(costs[2], 74, 85);
        Assert.All(switches, s => Assert.Equal(("priority", "costOptimized", SwitchCause.Learned), (s.Before, s.After, s.Evidence.Cause)));
        Assert.InRange(switches.Count, 1, 2);
    }

    [Fact]
    public void The_same_again_gives_the_same()
    {
        TraceRequest[] trace = Crowded();

        string[] hashes = [.. Enumerable.Range(0, 2).Select(_ => Simulator.Compare(Workload(trace), [Adaptive([Pool("p", ("gpu", 5))], Objective.Default)])[0].Hash)];

        Assert.Equal(hashes[0], hashes[1]);
    }

    [Fact]
    public void A_replay_of_all_that_was_tells_of_each_strategy_what_a_simulation_of_it_does()
    {
        TraceRequest[] trace = Crowded();
        PoolDefinition pool = Pool("p", ("gpu", 5));
        List<EngineEvent> happened = [];
        Simulator.Compare(Workload(trace), [Under("adaptive", pool with { Strategy = "adaptive" })], (_, batch) => happened.AddRange(batch.Events));

        // From just after the pool was set to just after the last came.
        Nexus.Engine.Core.Engine Begin()
        {
            Nexus.Engine.Core.Engine engine = new(new EngineLimits(1_000));
            happened.Where(e => e.Sequence == 1).ToList().ForEach(engine.Apply);
            return engine;
        }

        Instant to = TraceWorkload.DefaultStart + trace[^1].At + TimeSpan.FromMilliseconds(1);
        RecordedPast past = new(Begin(), TraceWorkload.DefaultStart, to);
        happened.Skip(1).ToList().ForEach(past.Add);
        RecordTrial trial = StrategyTrials.Of(past.ToWorkload(Begin), [Begin().Pool("p")!]).Single();

        Assert.Equal(KnownStrategies.Fixed, trial.Figures.Select(f => f.Strategy));
        Assert.Equal((TraceWorkload.DefaultStart, to), (trial.From, trial.To));
        foreach (StrategyFigures figures in trial.Figures)
        {
            SimulationReport report = Compare(trace, Under("it", pool with { Strategy = figures.Strategy })).Single();
            Assert.Equal((report.Requests, report.Deadlines, report.DeadlinesMet), (figures.Requests, figures.Deadlines, figures.Deadlines - figures.Missed));
            Assert.Equal(report.WaitSeconds.Mean, Math.Round(figures.Waited / 1000.0 / figures.Requests, 3), 0.002);
            Assert.True(report.WaitSeconds.Mean > 1, "nobody waits: nothing is compared");
        }
    }

    [Fact]
    public void What_a_past_taught_is_replayed_with_it_and_learned_anew_under_other_rules()
    {
        TraceRequest[] trace = Crowded();
        List<EngineEvent> happened = [];
        Simulator.Compare(Workload(trace), [Adaptive([Pool("p", ("gpu", 5))], Objective.Default)], (_, batch) => happened.AddRange(batch.Events));
        Assert.NotEmpty(happened.OfType<StrategyTried>());

        Nexus.Engine.Core.Engine Begin() => new(new EngineLimits(1_000));
        RecordedPast past = new(Begin(), TraceWorkload.DefaultStart, happened[^1].At);
        happened.ForEach(past.Add);
        Workload workload = past.ToWorkload(Begin);

        List<EngineEvent> again = [];
        SimulationReport unchanged = Simulator.Compare(workload, [Variant.Unchanged("as it was")], (_, batch) => again.AddRange(batch.Events))[0];
        Assert.Equal(happened.Select(e => (e.Sequence, e.At, e.GetType())), again.Select(e => (e.Sequence, e.At, e.GetType())));
        Assert.Equal(0, unchanged.NotApplied);

        again.Clear();
        Simulator.Compare(workload, [Variant.Unchanged("learns") with { Learns = true }], (_, batch) => again.AddRange(batch.Events));
        Assert.NotEmpty(again.OfType<StrategyTried>());
    }

    // Ten tenants want more than there is of the time, for three hours: short and long work, of two classes, of which half may be interrupted.
    private static TraceRequest[] Crowded()
    {
        Random random = new(7);
        return
        [
            .. Enumerable.Range(0, 200).Select(i => (At: random.Next(3 * 3_600), Index: i)).OrderBy(r => r.At).Select((r, i) =>
            {
                int runs = random.Next(10) == 0 ? 600 : random.Next(30, 120);
                return Trace.Read($"time,owner,priority,duration,preemptible,gpu\n{r.At},t{random.Next(10)}/x,{(random.Next(4) == 0 ? "high" : "low")},{runs},{(random.Next(2) == 0 ? "true" : "false")},{random.Next(1, 4)}").Single() with { Number = i + 1 };
            }),
        ];
    }

    private static Variant Adaptive(PoolDefinition[] pools, Objective objective) => Under("adaptive", [.. pools.Select(p => p with { Strategy = "adaptive", Objective = objective })]) with { Learns = true };
}
