using System.Diagnostics;
using System.Globalization;
using Nexus.Bench.Journal;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Bench.Ledgers;

/// <summary>A report of a month, grouped by two dimensions, over a million lines and over ten: it reads sums, so that its time should hardly grow; and the same question to DuckDB over the raw records as Parquet, in turns.</summary>
internal static class LedgerReportBench
{
    private const int Reports = 40;
    private const int RoundsOfEach = 9;
    private const int LinesABatch = 5_000;
    private const int Owners = 200;
    private const int Seed = 20_261_128;
    private const long Month = 30L * 24 * 3_600_000;

    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly string[] Models = ["gpt-4o", "gpt-4o-mini", "claude", "llama"];
    private static readonly OwnerPath[] Paths = [.. Enumerable.Range(0, Owners).Select(i => OwnerPath.Parse($"tenant-{i % 10}/user-{i % 20}/flow-{i % 4}/agent-{i}"))];
    private static readonly CostQuery Query = new(Start, new Instant(Start.Milliseconds + Month)) { GroupBy = [new CostDimension("tenant"), new CostDimension("model")] };

    public static Task<int> RunAsync(string[] args)
    {
        int most = args is [var lines, ..] ? int.Parse(lines, CultureInfo.InvariantCulture) : 10_000_000;
        using TemporaryFolder folder = new(args is [_, var disk, ..] ? Path.GetFullPath(disk) : Path.GetTempPath());
        using SqliteJournal journal = SqliteJournal.Open(folder.Path);
        using RawRecords raw = new(folder.Path);
        Console.WriteLine($"a month of {most:N0} lines (fewer: ledger-report LINES [DIR]) of {Owners} owners, {Models.Length} models and two kinds, from the seed {Seed}; {Reports} reports of each, grouped by tenant and model");
        Random random = new(Seed);
        double[] few = Measure(journal, raw, random, most / 10);
        double[] many = Measure(journal, raw, random, most);
        raw.Close();
        double[] times = AgainstDuckDb(journal, raw);
        Verdicts verdicts = new();
        verdicts.AtMost("p95 of a report over all of them, ms", [P95(many)], 150, format: "0.0");
        verdicts.AtMost("p95 over all to p95 over a tenth", [P95(many) / P95(few)], 2);
        verdicts.AtLeast("times as fast as DuckDB over the raw records as Parquet", times, 10, format: "0.0");
        return Task.FromResult(verdicts.ExitCode);
    }

    private static double[] Measure(SqliteJournal journal, RawRecords raw, Random random, int upTo)
    {
        (double seconds, long first) = (0, journal.LastSequence);
        while (journal.LastSequence * LinesABatch < upTo)
        {
            long next = journal.LastSequence + 1;
            LedgerEntry[] lines = [.. Enumerable.Range(0, LinesABatch).Select(_ => Line(random))];
            Array.ForEach(lines, raw.Add);
            long start = Stopwatch.GetTimestamp();
            journal.Commit(new JournalBatch(next, next, Start, new byte[] { 1 }) { Ledger = lines }, []);
            seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        long count = journal.Ledger.Report(Query).Total.Lines;
        double[] times = [.. Enumerable.Range(0, Reports).Select(_ => Timed(() => journal.Ledger.Report(Query)))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,12:N0} lines: median {Rounds.Median(times):0.0} ms, p95 {P95(times):0.0} ms; written with {(journal.LastSequence - first) * LinesABatch / seconds:N0} lines a second, {journal.Measure().UsedBytes / 1e6 / (count / 1e6):0} bytes a line on disk"));
        return times;
    }

    // Both find the same, to the last digit, before their times count.
    private static double[] AgainstDuckDb(SqliteJournal journal, RawRecords raw)
    {
        (DateTime from, DateTime to) = (Query.From.ToDateTimeOffset().UtcDateTime, Query.To.ToDateTimeOffset().UtcDateTime);
        Dictionary<(string, string), decimal> found = raw.Report(from, to);
        CostReport report = journal.Ledger.Report(Query);
        if (report.Groups.Count != found.Count || report.Groups.Any(g => Money.Parse(found[(g.Values[0]!, g.Values[1]!)].ToString(CultureInfo.InvariantCulture)) != g.Sum.Cost))
        {
            throw new InvalidOperationException("the ledger and DuckDB disagree");
        }

        double[][] times = Rounds.Interleave(RoundsOfEach, () => Timed(() => journal.Ledger.Report(Query)), () => Timed(() => raw.Report(from, to)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"in turns, after a round to warm up: ledger {Rounds.Median(times[0]):0.0} ms, DuckDB {Rounds.Median(times[1]):0.0} ms over {raw.Bytes / 1e6:N0} MB of Parquet, with the same {found.Count} sums"));
        return [.. times[0].Zip(times[1], (ours, theirs) => theirs / ours)];
    }

    private static double Timed(Action report)
    {
        long at = Stopwatch.GetTimestamp();
        report();
        return Stopwatch.GetElapsedTime(at).TotalMilliseconds;
    }

    private static double P95(double[] times) => times.Order().ElementAt((int)(times.Length * 0.95) - 1);

    private static LedgerEntry Line(Random random)
    {
        Instant at = new(Start.Milliseconds + random.NextInt64(Month));
        bool isInput = random.Next(2) == 0;
        string model = Models[random.Next(Models.Length)];
        long amount = random.NextInt64(1, 4_000) * 1_000;
        return new LedgerEntry(
            new CostLine(LineKind.Usage, isInput ? "tokens.input" : "tokens.output", at, at, amount)
            {
                Sku = isInput ? "in" : "out", Unit = PricingUnit.Thousand, Quantity = new PricingQuantity(amount), UnitPrice = Money.Parse(isInput ? "0.0025" : "0.01"), Provider = "maker", Model = model,
            },
            Paths[random.Next(Owners)], Labels.None);
    }
}
