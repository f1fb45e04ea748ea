using System.Diagnostics;
using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Bench.Budgets;

/// <summary>Submit and release in the core alone, priced: without budgets, with one in scope, and with twenty.</summary>
internal static class BudgetAdmissionBench
{
    private const int Pairs = 50_000;
    private const int Rounds_ = 9;
    private const int Many = 20;
    private const double MostTimes = 1.5;

    private static readonly Actor Client = new(ActorKind.Key, "bench", "api");

    public static Task<int> RunAsync(string[] args)
    {
        (string Name, Subject Subject)[] subjects = [("no budget", new Subject(0)), ("1 budget in scope", new Subject(1)), ($"{Many} budgets in scope", new Subject(Many))];
        foreach ((_, Subject subject) in subjects)
        {
            subject.Run(Pairs / 2);
        }

        double[][] admissions = [.. subjects.Select(_ => new double[Rounds_])];
        double[][] pairs = Rounds.Interleave(Rounds_, [.. subjects.Select<(string, Subject Subject), Func<double>>(s => () => s.Subject.Run(Pairs))]);
        for (int i = 0; i < subjects.Length; i++)
        {
            admissions[i] = [.. subjects[i].Subject.Admissions.TakeLast(Rounds_)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{subjects[i].Name,-22}{Rounds.Median(admissions[i]) / Pairs * 1e6,8:0.00} µs an admission {Rounds.Median(pairs[i]) / Pairs * 1e6,8:0.00} µs with its release {subjects[i].Subject.BytesAPair,8:N0} B"));
        }

        Verdicts verdicts = new();
        verdicts.AtMost($"admission with {Many} budgets in scope ÷ with none", Ratios(admissions), MostTimes);
        verdicts.AtMost("the same with its release", Ratios(pairs), MostTimes);
        return Task.FromResult(verdicts.ExitCode);

        static double[] Ratios(double[][] of) => [.. of[2].Zip(of[0], static (many, none) => many / none)];
    }

    private sealed class Subject
    {
        private readonly Engine.Core.Engine _engine = new(new EngineLimits(EndedInMemory: 10_000));
        private readonly Batch _batch = new();
        private readonly RequestSpec[] _specs;
        private long _now = 1_767_225_600_000;
        private int _next;

        public Subject(int budgets)
        {
            Handle(new SetPool(new PoolDefinition("api", [new Supply("external.calls", Quantity.Of(1_000_000_000)) { Rate = Quantity.Of(1_000_000_000), Per = TimeSpan.FromSeconds(1) }], Labels.None, PurchaseOption.OnDemand, null)) { Actor = Client });
            Handle(new SetPrices([new Sku("call", "external.calls") { UnitPrice = Money.Parse("0.002") }], Replaces: true) { Actor = Client });
            string[] scopes = ["/", "t", "t/u", "t/u/w"];
            for (int i = 0; i < budgets; i++)
            {
                OwnerPath owner = scopes[i % scopes.Length] is "/" ? OwnerPath.Root : OwnerPath.Parse(scopes[i % scopes.Length]);
                if (!BudgetPeriod.TryParse(i % 2 == 0 ? "month" : "day", "UTC", out BudgetPeriod? period, out _, out _))
                {
                    throw new InvalidOperationException("the calendar has days and months");
                }

                Handle(new SetBudget(new BudgetDefinition($"b{i}", new BudgetScope(owner), Money.Of(1_000_000_000), period) { Thresholds = [new(500_000, BudgetAction.Alert), new(1_000_000, BudgetAction.Halt)] }) { Actor = Client });
            }

            _specs = [.. Enumerable.Range(0, Pairs).Select(i => new RequestSpec(
                $"p{i}", OwnerPath.Parse("t/u/w/a"), ResourceVector.Of([new("external.calls", Quantity.Of(1))]), null, ["api"], Labels.None, null, false, null, RequestSpec.DefaultLeaseLength, Labels.None))];
        }

        public double BytesAPair { get; private set; }

        /// <summary>The seconds that the admissions of each run took.</summary>
        public List<double> Admissions { get; } = [];

        public double Run(int pairs)
        {
            int run = _next++;
            RequestSpec[] specs = [.. _specs.Take(pairs).Select(s => s with { Id = $"{s.Id}-{run}" })];
            GC.Collect();
            long before = GC.GetAllocatedBytesForCurrentThread();
            long admitting = 0;
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < specs.Length; i++)
            {
                _now += i % 16 == 0 ? 1 : 0;
                Instant now = new(_now);
                long at = Stopwatch.GetTimestamp();
                RequestReply granted = (RequestReply)_engine.Handle(new Submit(specs[i]) { Actor = Client }, now, _batch);
                admitting += Stopwatch.GetTimestamp() - at;
                _engine.Handle(new Release(granted.Request.Key, granted.Request.Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Client }, now, _batch);
                if (i % 32 == 31)
                {
                    _batch.Clear();
                }
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            BytesAPair = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)specs.Length;
            Admissions.Add(admitting / (double)Stopwatch.Frequency);
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
    }
}
