using System.Diagnostics;
using System.Globalization;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Bench;

/// <summary>Who goes next under fair shares: a start and an end with 1,000 owners, and what waiting requests add.</summary>
internal static class FairBench
{
    private const int Pairs = 20_000;
    private const int RoundsOfEach = 7;
    private const int Owners = 1_000;

    public static Task<int> RunAsync(string[] args)
    {
        (string Name, Subject Subject)[] subjects =
        [
            ("1,000 wait, held", new Subject(1_000, metered: false)),
            ("100,000 wait, held", new Subject(100_000, metered: false)),
            ("1,000 wait, metered", new Subject(1_000, metered: true)),
            ("100,000 wait, metered", new Subject(100_000, metered: true)),
        ];
        foreach ((_, Subject subject) in subjects)
        {
            subject.Run(Pairs / 4);
        }

        double[][] seconds = Rounds.Interleave(RoundsOfEach, [.. subjects.Select<(string, Subject Subject), Func<double>>(s => () => s.Subject.Run(Pairs))]);
        Console.WriteLine($"fair shares: start + end pairs, {Owners:N0} owners in three levels, one thread, {Pairs:N0} pairs a round, {RoundsOfEach} interleaved rounds");
        for (int i = 0; i < subjects.Length; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{subjects[i].Name,-24}{Pairs / Rounds.Median(seconds[i]),12:N0} pairs/s   worst search {subjects[i].Subject.WorstMilliseconds,6:0.00} ms"));
        }

        Verdicts verdicts = new();
        verdicts.AtMost("cost of a pair, 100,000 waiting against 1,000, held", Ratios(1, 0), gate: 3, aim: 2);
        verdicts.AtMost("cost of a pair, 100,000 waiting against 1,000, metered", Ratios(3, 2), gate: 3, aim: 2);
        return Task.FromResult(verdicts.ExitCode);

        double[] Ratios(int of, int to) => [.. seconds[of].Zip(seconds[to], (a, b) => a / b)];
    }

    /// <summary>A full pool at which all owners wait: something ends, whoever is first of those who fit starts, and its owner asks again.</summary>
    private sealed class Subject
    {
        private readonly FairTree _tree;
        private readonly FairQueue _queue;
        private readonly bool _metered;
        private readonly Queue<(OwnerPath Owner, ResourceVector Amounts)> _running = [];
        private long _now = 1_767_225_600_000;
        private long _arrivals;

        public Subject(int waiting, bool metered)
        {
            _metered = metered;
            string kind = metered ? "tokens.output" : "gpu";
            Supply supply = metered ? new(kind, Quantity.Of(100_000), Quantity.Of(100_000), TimeSpan.FromMinutes(1)) : new(kind, Quantity.Of(10_000));
            _tree = new FairTree(static _ => 1_000, TimeSpan.FromDays(1), _now);
            _tree.Configure([supply], _ => metered ? ResourceBehaviour.Metered : ResourceBehaviour.Held, TimeSpan.FromDays(1), _now);
            _queue = new FairQueue(_tree);
            OwnerPath[] owners = [.. Enumerable.Range(0, Owners).Select(i => OwnerPath.Parse($"t{i % 10}/u{i / 10 % 10}/w{i / 100}"))];
            for (int i = 0; i < waiting; i++)
            {
                Wait(owners[i % Owners], ResourceVector.Of(new ResourceAmount(kind, Quantity.FromThousandths(1_000 + (i % 977)))));
            }

            for (int i = 0; i < 5_000; i++)
            {
                StartNext(long.MaxValue);
            }
        }

        public double WorstMilliseconds { get; private set; }

        public double Run(int pairs)
        {
            GC.Collect();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < pairs; i++)
            {
                _now += i % 16 == 0 ? 1 : 0;
                (OwnerPath owner, ResourceVector amounts) = _running.Dequeue();
                if (_metered)
                {
                    _tree.Settle(owner, amounts[0].Kind, amounts[0].Quantity.Thousandths, amounts[0].Quantity.Thousandths - 100, _now);
                }
                else
                {
                    _tree.Release(owner, amounts, _now);
                }

                StartNext(amounts[0].Quantity.Thousandths);
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

            // Between rounds an epoch begins: all who wait are filed anew at the next search.
            _now += 100_000;
            long before = Stopwatch.GetTimestamp();
            _queue.Find(long.MaxValue, _now);
            WorstMilliseconds = Math.Max(WorstMilliseconds, Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            return seconds;
        }

        private void StartNext(long available)
        {
            Shape next = (_queue.Find(available, _now) ?? _queue.Find(long.MaxValue, _now))!.Value.Shape;
            OwnerPath owner = next.First.Request.Owner;
            _queue.Remove(next.First.Place);
            _tree.Charge(owner, next.Resources, _now);
            _tree.Depart(owner);
            _running.Enqueue((owner, next.Resources));
            Wait(owner, next.Resources);
        }

        private void Wait(OwnerPath owner, ResourceVector needs)
        {
            long arrival = ++_arrivals;
            Live live = new(new Request
            {
                Spec = new RequestSpec($"r{arrival}", owner, needs, null, null, Labels.None, null, true, null, RequestSpec.DefaultLeaseLength, Labels.None),
                Arrival = arrival,
                Version = arrival,
                SubmittedAt = new Instant(_now),
                Priority = PriorityClass.Default,
                Labels = Labels.None,
                Status = RequestStatus.Queued,
            })
            {
                Place = new QueuePlace(0, 0, arrival),
            };
            Shape shape = new(new ShapeKey(default, needs, null, owner, 0), new Route([], false, null));
            shape.Waiting.Add(live);
            _tree.Arrive(owner, _now);
            _queue.Add(live.Place, needs[0].Quantity.Thousandths, shape);
        }
    }
}
