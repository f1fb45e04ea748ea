using System.Diagnostics;
using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Bench;

/// <summary>Submit and release in the core alone, events encoded, no journal: how many pairs a second one core decides, and what waiting requests add.</summary>
internal static class CoreBench
{
    private const int Pairs = 100_000;
    private const int Rounds_ = 7;
    private const double GatePairsASecond = 300_000;
    private static readonly Actor Client = new(ActorKind.Key, "bench", "api");

    public static Task<int> RunAsync(string[] args)
    {
        (string Name, Subject Subject)[] subjects =
        [
            ("nobody waits", new Subject(0, 0)),
            ("1,000 wait, 200 shapes", new Subject(1_000, 200)),
            ("100,000 wait, 200 shapes", new Subject(100_000, 200)),
            ("100,000 wait, all shapes differ", new Subject(100_000, 100_000)),
            ("FairShare, 1,000 wait", new Subject(1_000, 200, FairShareStrategy.Name)),
            ("FairShare, 100,000 wait", new Subject(100_000, 200, FairShareStrategy.Name)),
            ("FairShare, 100,000 differ", new Subject(100_000, 100_000, FairShareStrategy.Name)),
            ("Deadline, 1,000 wait", new Subject(1_000, 200, DeadlineStrategy.Name)),
            ("Deadline, 100,000 wait", new Subject(100_000, 200, DeadlineStrategy.Name)),
            ("Deadline, 100,000 differ", new Subject(100_000, 100_000, DeadlineStrategy.Name)),
        ];
        foreach ((_, Subject subject) in subjects)
        {
            subject.Run(Pairs / 4);
        }

        double[][] seconds = Rounds.Interleave(Rounds_, [.. subjects.Select<(string, Subject Subject), Func<double>>(s => () => s.Subject.Run(Pairs))]);
        Console.WriteLine($"submit + release pairs in the core, one thread, {Pairs:N0} pairs a round, {Rounds_} interleaved rounds");
        for (int i = 0; i < subjects.Length; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{subjects[i].Name,-34}{Pairs / Rounds.Median(seconds[i]),12:N0} pairs/s  {subjects[i].Subject.BytesAPair,6:N0} B/pair"));
        }

        Verdicts verdicts = new();
        verdicts.AtLeast("pairs a second, nobody waits", [.. seconds[0].Select(s => Pairs / s)], GatePairsASecond, format: "N0");
        foreach ((int base_, string strategy) in ((int, string)[])[(1, PriorityStrategy.Name), (4, FairShareStrategy.Name), (7, DeadlineStrategy.Name)])
        {
            verdicts.AtMost($"{strategy}: cost against 1,000 waiting, 100,000 of as many shapes", Ratios(base_ + 1, base_), 3);
            verdicts.AtMost($"{strategy}: cost against 1,000 waiting, 100,000 that all differ", Ratios(base_ + 2, base_), 10);
        }

        return Task.FromResult(verdicts.ExitCode);

        double[] Ratios(int i, int to) => [.. seconds[i].Zip(seconds[to], (a, b) => a / b)];
    }

    /// <summary>An engine in which some wait for more than what is ever free, while others come and go.</summary>
    internal sealed class Subject
    {
        private readonly Engine.Core.Engine _engine = new(new EngineLimits(EndedInMemory: 10_000));
        private readonly Batch _batch = new();
        private readonly RequestSpec[] _specs;
        private long _now = 1_767_225_600_000;
        private int _next;

        public Subject(int waiting, int shapes, string strategy = PriorityStrategy.Name)
        {
            Handle(new SetPool(Pool("busy", 1_000_000)) { Actor = Client });
            Handle(new SetPool(Pool("free", 1_000) with { Strategy = strategy }) { Actor = Client });
            if (waiting > 0)
            {
                Handle(new Submit(Spec("holds", "t/holder", 1_000_000_000, "busy", false, TimeSpan.FromDays(1))) { Actor = Client });
                Handle(new Submit(Spec("small", "t/holder", 990_000, "free", false, TimeSpan.FromDays(1))) { Actor = Client });
            }

            // They accept the pool in which the pairs come and go, and need more of it than ever is free: each release looks for somebody who fits.
            for (int i = 0; i < waiting; i++)
            {
                Handle(new Submit(Spec($"w{i}", $"t{i % 1000}/u", 20_000 + (i % shapes), "free", true, TimeSpan.FromDays(1))) { Actor = Client });
            }

            _specs = [.. Enumerable.Range(0, Pairs).Select(i => Spec($"p{i}", $"t{i % 1000}/u/w/a", 1_000, "free", false, RequestSpec.DefaultLeaseLength))];
        }

        public double BytesAPair { get; private set; }

        public double Run(int pairs)
        {
            // Ids must be new in every run; the string is the client's cost, not the core's.
            int run = _next++;
            RequestSpec[] specs = [.. _specs.Take(pairs).Select(s => s with { Id = $"{s.Id}-{run}" })];
            GC.Collect();
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < specs.Length; i++)
            {
                _now += i % 16 == 0 ? 1 : 0;
                Instant now = new(_now);
                RequestReply granted = (RequestReply)_engine.Handle(new Submit(specs[i]) { Actor = Client }, now, _batch);
                _engine.Handle(new Release(granted.Request.Key, granted.Request.Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Client }, now, _batch);
                if (i % 32 == 31)
                {
                    _batch.Clear();
                }
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            BytesAPair = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)specs.Length;
            _batch.Clear();
            return seconds;
        }

        private void Handle(Command command)
        {
            if (_engine.Handle(command, new Instant(_now), _batch) is Fault fault)
            {
                throw new InvalidOperationException(fault.Detail);
            }

            _batch.Clear();
        }

        private static PoolDefinition Pool(string name, long units) => new(
            name,
            [new Supply("cpu", Quantity.Of(units)), new Supply("gpu", Quantity.Of(units)), new Supply("memory", Quantity.Of(units))],
            Labels.None, PurchaseOption.OnDemand, null);

        private static RequestSpec Spec(string id, string owner, long thousandths, string pool, bool queue, TimeSpan lease)
        {
            Quantity amount = Quantity.FromThousandths(thousandths);
            return new RequestSpec(
                id, OwnerPath.Parse(owner), ResourceVector.Of([new("cpu", amount), new("gpu", amount), new("memory", amount)]),
                null, [pool], Labels.None, null, queue, null, lease, Labels.None);
        }
    }
}
