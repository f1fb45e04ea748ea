using System.Globalization;
using Nexus.Engine.Hosting;

namespace Nexus.Bench.Embedded;

/// <summary>The engine without HTTP: host, channel, core, journal, read model. Beside it the same without a disk, so that each layer's cost is a subtraction; and what snapshots do to the latency.</summary>
internal static class EmbeddedBench
{
    private const int RoundsOfEach = 7;
    private const double GateOneClient = 4;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);
    private static readonly int[] Clients = [1, 16, 64, 256];

    public static async Task<int> RunAsync(string[] args)
    {
        string disk = args is [var chosen, ..] ? Path.GetFullPath(chosen) : Path.GetTempPath();
        EngineOptions never = new() { SnapshotEvents = 100_000_000, SnapshotInterval = TimeSpan.FromDays(1) };
        using EmbeddedEngine durable = new(disk, never);
        using EmbeddedEngine without = new(null, never);
        Console.WriteLine($"submit and release in one process, on the disk of {disk} (another: embedded DIR), {RoundsOfEach} interleaved rounds of {Length.TotalSeconds:0} s, medians");
        bool holds = true;
        foreach (int clients in Clients)
        {
            await durable.RunAsync(clients, Length);
            await without.RunAsync(clients, Length);
            List<Run> durables = [];
            List<Run> withouts = [];
            for (int round = 0; round < RoundsOfEach; round++)
            {
                durables.Add(await durable.RunAsync(clients, Length));
                withouts.Add(await without.RunAsync(clients, Length));
            }

            Print($"{clients,4} clients, durable", durables);
            Print($"{clients,4} clients, no disk", withouts);
            if (clients == 1)
            {
                double ratio = Rounds.Median(durables.Select(r => r.P50 / r.Commit));
                holds = ratio <= GateOneClient;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      one client's p50 is {ratio:0.00} × the median commit (gate ≤ {GateOneClient:0})"));
            }
        }

        await SnapshotsAsync(disk);
        Console.WriteLine(holds ? "gate holds" : "gate is missed");
        return holds ? 0 : 1;
    }

    // A snapshot of 200,000 ended requests every 50,000 events, against none.
    private static async Task SnapshotsAsync(string disk)
    {
        using EmbeddedEngine often = new(disk, new EngineOptions { SnapshotEvents = 50_000 });
        using EmbeddedEngine never = new(disk, new EngineOptions { SnapshotEvents = 100_000_000, SnapshotInterval = TimeSpan.FromDays(1) });
        Console.WriteLine("snapshots of a full memory, each every 50,000 events, against none, 64 clients");
        foreach (EmbeddedEngine engine in (EmbeddedEngine[])[often, never])
        {
            while (engine.Host.Read.Sequence < 420_000)
            {
                await engine.RunAsync(512, Length);
            }
        }

        List<Run> with = [];
        List<Run> none = [];
        int before = often.Journal.Snapshots;
        for (int round = 0; round < RoundsOfEach; round++)
        {
            with.Add(await often.RunAsync(64, Length));
            none.Add(await never.RunAsync(64, Length));
        }

        Print($"{often.Journal.Snapshots - before,4} snapshots", with);
        Print("   0 snapshots", none);
    }

    private static void Print(string name, List<Run> runs)
    {
        double Median(Func<Run, double> of) => Rounds.Median(runs.Select(of));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-24}{Median(r => r.Rate),9:N0}/s  p50 {Median(r => r.P50),6:0.00}  p99 {Median(r => r.P99),6:0.00}  max {Median(r => r.Max),6:0.0} ms"
            + $"  commit {Median(r => r.Commit),5:0.00} ms  {Median(r => r.Batch),5:0.0} a commit  {Median(r => r.Bytes),7:N0} B  {Median(r => r.Cpu),4:0} µs CPU"));
    }
}
