using System.Diagnostics;
using System.Globalization;
using Nexus.Engine.Storage;

namespace Nexus.Bench.Journal;

/// <summary>How long a durable commit takes, by the number of events in it. The sizes take turns, so that a disturbed moment disturbs them all.</summary>
internal static class CommitBench
{
    private const int RoundCount = 7;
    private const int CommitsARound = 150;
    private static readonly int[] Sizes = [1, 4, 16, 64, 256, 1024];

    public static int Run(string parent)
    {
        using TemporaryFolder folder = new(parent);
        using SqliteJournal journal = SqliteJournal.Open(folder.Path);
        RecordedLife life = new();
        journal.Commit(life.First, []);
        Dictionary<int, List<double>> times = Sizes.ToDictionary(size => size, _ => new List<double>());
        Dictionary<int, long> bytes = Sizes.ToDictionary(size => size, _ => 0L);
        long events = 1;
        for (int round = 0; round <= RoundCount; round++)
        {
            foreach (int size in Sizes)
            {
                for (int i = 0; i < CommitsARound; i++)
                {
                    JournalBatch batch = life.Next(size);
                    long start = Stopwatch.GetTimestamp();
                    journal.Commit(batch, life.Archived);
                    events += size;
                    if (round > 0)
                    {
                        times[size].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                        bytes[size] += batch.Events.Length;
                    }
                }
            }
        }

        Console.WriteLine($"commit through SqliteJournal, {RoundCount} interleaved rounds of {CommitsARound} after one to warm up");
        Console.WriteLine("events   KB    p50 ms   p99 ms   worst ms   events/s");
        foreach (int size in Sizes)
        {
            double[] sorted = [.. times[size].Order()];
            double p50 = sorted[sorted.Length / 2];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{size,6} {bytes[size] / 1024.0 / sorted.Length,6:N1} {p50,8:N2} {sorted[(int)(sorted.Length * 0.99)],8:N2} {sorted[^1],10:N2} {size * sorted.Length / sorted.Sum() * 1000,10:N0}"));
        }

        return journal.LastSequence == events ? 0 : 1;
    }
}
