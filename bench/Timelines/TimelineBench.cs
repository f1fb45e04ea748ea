using System.Diagnostics;
using System.Globalization;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Bench.Timelines;

/// <summary>The future of a pool with 10,000 entries of 4 kinds: finding the earliest fit and changing it, as a tree and as a sorted array; and what a plan for 100 heads costs on it.</summary>
internal static class TimelineBench
{
    private const int Entries = 10_000;
    private const int RoundCount = 9;
    private const int Searches = 2_000;
    private const int PlainSearches = 200;
    private const int Changes = 20_000;
    private const int Plans = 200;
    private const long Minute = 60_000;

    // A tree is worth its code only if it is well ahead of reading a sorted array from the front.
    private const double FitGate = 5;

    private static readonly string[] Kinds = ["cpu", "gpu", "memory", "storage"];
    private static readonly long[] Capacities = [2_048_000, 64_000, 16_384_000, 100_000_000];
    private static readonly OwnerPath Owner = OwnerPath.Parse("bench/owner");

    public static Task<int> RunAsync(string[] args)
    {
        Verdicts verdicts = new();
        foreach ((string name, bool packed) in ((string, bool)[])[("packed: each entry at the earliest time at which it fitted", true), ("loose: entries over thirty days at random, three quarters full at most", false)])
        {
            Compare(name, packed, verdicts);
        }

        Plan();
        return Task.FromResult(verdicts.ExitCode);
    }

    private static void Compare(string name, bool packed, Verdicts verdicts)
    {
        (Timeline tree, PlainScan plain, Random random) = (new(Kinds.Length), new(Kinds.Length), new(1));
        while (tree.Count < Entries)
        {
            (long[] amounts, long length) = Next(random);
            long from = tree.EarliestFit(amounts, packed ? Capacities : [.. Capacities.Select(c => c * 3 / 4)], length, packed ? 0 : random.NextInt64(30 * 24 * 60 * Minute));
            tree.Add(from, from + length, amounts);
            plain.Change(from, from + length, amounts, 1);
        }

        (long[] Amounts, long Length, long NotBefore)[] asked = [.. Enumerable.Range(0, Searches).Select(_ => { (long[] a, long l) = Next(random); return (a, l, random.NextInt64(24 * 60 * Minute)); })];
        foreach ((long[] amounts, long length, long notBefore) in asked.Take(PlainSearches))
        {
            if (tree.EarliestFit(amounts, Capacities, length, notBefore) != plain.EarliestFit(amounts, Capacities, length, notBefore))
            {
                throw new InvalidOperationException("tree and scan do not agree");
            }
        }

        double[][] fits = Rounds.Interleave(
            RoundCount,
            () => Timed(Searches, i => tree.EarliestFit(asked[i].Amounts, Capacities, asked[i].Length, asked[i].NotBefore)),
            () => Timed(PlainSearches, i => plain.EarliestFit(asked[i].Amounts, Capacities, asked[i].Length, asked[i].NotBefore)));
        double[][] changes = Rounds.Interleave(
            RoundCount,
            () => Timed(Changes, i => { tree.Add(i * Minute, (i + 90) * Minute, asked[i % Searches].Amounts); tree.Remove(i * Minute, (i + 90) * Minute, asked[i % Searches].Amounts); return 0; }),
            () => Timed(Changes / 20, i => { plain.Change(i * Minute, (i + 90) * Minute, asked[i % Searches].Amounts, 1); plain.Change(i * Minute, (i + 90) * Minute, asked[i % Searches].Amounts, -1); return 0; }));

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}; {tree.Count:N0} instants, {Kinds.Length} kinds, {RoundCount} interleaved rounds"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"earliest fit     {Rounds.Median(fits[0]) * 1e6,7:N2} µs against {Rounds.Median(fits[1]) * 1e6,7:N2} µs"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"add and remove   {Rounds.Median(changes[0]) * 1e6,7:N2} µs against {Rounds.Median(changes[1]) * 1e6,7:N2} µs, {Rounds.Ratios(changes[1], changes[0])} times as fast"));
        verdicts.AtLeast("earliest fit, times as fast as the scan", [.. fits[1].Zip(fits[0], (scan, of) => scan / of)], FitGate);
    }

    private static void Plan()
    {
        (PoolTimeline pool, Random random) = (new(Kinds, Capacities), new(2));
        List<Use> uses = [];
        for (int i = 0; i < Entries / 2; i++)
        {
            (long[] amounts, long length) = Next(random);
            long from = pool.EarliestFit(Owner, amounts, length, 0);
            uses.Add(pool.Add(UseKind.Booking, i, Owner, from, from + length, amounts));
        }

        List<Head> queue = [.. Enumerable.Range(0, Planner.DefaultDepth).Select(i => { (long[] amounts, long length) = Next(random); return new Head(i, Owner, length, [new Placement(new PoolNeed(pool, amounts))]); })];
        Planner planner = new();
        double[] anew = [.. Enumerable.Range(0, RoundCount).Select(_ => Timed(Plans, _ => { planner.Clear(); return planner.Update(queue, 0); }))];
        double[] still = [.. Enumerable.Range(0, RoundCount).Select(_ => Timed(Plans, _ => planner.Update(queue, 0)))];
        int replanned = 0;
        double[] ended = [.. Enumerable.Range(0, RoundCount).Select(_ => Timed(Plans, i =>
        {
            Use use = uses[(i * 37) % uses.Count];
            pool.Remove(use);
            int again = planner.Update(queue, 0);
            uses[(i * 37) % uses.Count] = pool.Add(UseKind.Booking, use.Number, Owner, use.From, use.To, use.Amounts);
            again += planner.Update(queue, 0);
            replanned += again;
            return again;
        }))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a plan for {queue.Count} heads beside {uses.Count:N0} bookings: anew {Rounds.Median(anew) * 1e6:N0} µs, when nothing changed {Rounds.Median(still) * 1e6:N1} µs"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"when one booking goes and comes back {Rounds.Median(ended) * 1e6:N0} µs, {(double)replanned / (RoundCount * Plans):N1} heads planned again"));
    }

    private static (long[] Amounts, long Length) Next(Random random)
    {
        long gpus = 1 + (random.Next(8) * random.Next(8) / 7);
        long[] amounts = [random.Next(2, 65) * 1_000, gpus * 1_000, random.Next(8, 513) * 1_000, random.Next(10, 2_000) * 1_000];
        return (amounts, random.NextInt64(5 * Minute, 480 * Minute));
    }

    private static double Timed(int times, Func<int, long> act)
    {
        long sum = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
        {
            sum += act(i);
        }

        GC.KeepAlive(sum);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / times;
    }
}
