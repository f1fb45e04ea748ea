using System.Diagnostics;
using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Bench;

/// <summary>How long one pass of the engine's loop is busy: while 100,000 wait and others come and go, and when all who wait can start at once, in slices of so many steps and in one piece.</summary>
internal static class PassBench
{
    private const int Waiting = 100_000;
    private const int Batches = 2_000;
    private const int PairsInBatch = 16;
    private const int RoundsOfEach = 3;
    private const double GateMilliseconds = 5;
    private static readonly Actor Client = new(ActorKind.Key, "bench", "api");

    public static Task<int> RunAsync(string[] args)
    {
        Console.WriteLine($"{Waiting:N0} wait while {Batches:N0} batches of {PairsInBatch} pairs come and go; then the pool is enlarged, so that all can start. {RoundsOfEach} rounds, median of each figure, ms");
        Verdicts verdicts = new();
        foreach (string strategy in (string[])[PriorityStrategy.Name, FairShareStrategy.Name, DeadlineStrategy.Name])
        {
            (double[] Life, double[] Starts)[] whole = [.. Enumerable.Range(0, RoundsOfEach).Select(_ => Passes(strategy, long.MaxValue))];
            (double[] Life, double[] Starts)[] slices = [.. Enumerable.Range(0, RoundsOfEach).Select(_ => Passes(strategy, EngineOptions.StepsAtOnce))];
            double[][] starts = [.. slices.Select(p => p.Starts)];
            double[][] all = [.. slices.Select(p => (double[])[.. p.Life.Concat(p.Starts).Order()])];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{strategy,-10} all start: {starts[0].Length,4:N0} slices, p50 {Median(starts, 0.5):0.00}  p99 {Median(starts, 0.99):0.0}  longest {Median(starts, 1):0}; in one piece {Rounds.Median(whole.Select(p => p.Starts.Max())):0}   all passes: p50 {Median(all, 0.5):0.00}"));
            verdicts.AtMost($"{strategy}: p99 of all passes, ms", [.. all.Select(p => At(p, 0.99))], GateMilliseconds);
        }

        return Task.FromResult(verdicts.ExitCode);

        static double Median(double[][] rounds, double share) => Rounds.Median(rounds.Select(p => At(p, share)));
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];

    // The milliseconds of each pass, sorted.
    private static (double[] Life, double[] Starts) Passes(string strategy, long stepsAtOnce)
    {
        Engine.Core.Engine engine = new(new EngineLimits(StepsAtOnce: stepsAtOnce));
        Batch batch = new();
        Instant now = new(1_767_225_600_000);
        engine.Handle(new SetPool(Pool(strategy, 1_000)) { Actor = Client }, now, batch);
        engine.Handle(new Submit(Spec("holds", 0, 990_000, queue: false)) { Actor = Client }, now, batch);
        for (int i = 0; i < Waiting; i++)
        {
            engine.Handle(new Submit(Spec($"w{i}", i, 20_000 + (i % 977), queue: true)) { Actor = Client }, now, batch);
            batch.Clear();
        }

        GC.Collect();
        List<double> life = [];
        for (int i = 0; i < Batches; i++)
        {
            life.Add(Timed(() =>
            {
                for (int pair = 0; pair < PairsInBatch; pair++)
                {
                    RequestReply granted = (RequestReply)engine.Handle(new Submit(Spec($"p{i}-{pair}", pair, 1_000, queue: false)) { Actor = Client }, now, batch);
                    engine.Handle(new Release(granted.Request.Key, granted.Request.Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Client }, now, batch);
                }
            }));
            now += TimeSpan.FromMilliseconds(1);
        }

        List<double> starts = [Timed(() => engine.Handle(new SetPool(Pool(strategy, 21L * Waiting)) { Actor = Client }, now, batch))];
        while (engine.IsUnfinished)
        {
            starts.Add(Timed(() => engine.Handle(new Tick { Actor = Actor.Engine }, now, batch)));
        }

        int running = engine.Requests.Count(r => r.Status == RequestStatus.Allocated);
        return running == Waiting + 1 ? ([.. life.Order()], [.. starts.Order()]) : throw new InvalidOperationException($"{running} run, not {Waiting + 1}");

        double Timed(Action pass)
        {
            batch.Clear();
            long start = Stopwatch.GetTimestamp();
            pass();
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    private static PoolDefinition Pool(string strategy, long units) => new("p", [new Supply("gpu", Quantity.Of(units))], Labels.None, PurchaseOption.OnDemand, null) { Strategy = strategy };

    private static RequestSpec Spec(string id, int owner, long thousandths, bool queue) => new(
        id, OwnerPath.Parse($"t{owner % 1000}/u"), ResourceVector.Of(new ResourceAmount("gpu", Quantity.FromThousandths(thousandths))),
        null, ["p"], Labels.None, null, queue, null, TimeSpan.FromHours(1), Labels.None);
}
