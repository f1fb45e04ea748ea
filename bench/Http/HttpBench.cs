using System.Globalization;
using Nexus.Bench.Embedded;
using Nexus.Engine.Hosting;

namespace Nexus.Bench.Http;

/// <summary>A durable decision over HTTP, made by the whole published program, against a bare minimal API that reads the same body and writes the same answer; and what each layer adds.</summary>
internal static class HttpBench
{
    private const int RoundsOfEach = 7;
    private const int Connections = 64;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly int[] LightRates = [100, 400];

    public static async Task<int> RunAsync(string[] args)
    {
        string disk = args is [var chosen, ..] ? Path.GetFullPath(chosen) : Path.GetTempPath();
        using BareSide bare = await BareSide.StartAsync(Connections);
        using NexusSide nexus = await NexusSide.StartAsync(disk, Connections);
        Console.WriteLine($"on the disk of {disk} (another: http DIR); {RoundsOfEach} interleaved rounds of {Length.TotalSeconds:0} s after {WarmUp.TotalSeconds:0} s to warm up; min/median/max of the rounds");
        await bare.ManyAsync(WarmUp);
        await nexus.ManyAsync(WarmUp);
        await nexus.ReleaseAllAsync();
        Console.WriteLine($"each server in a process of its own; {Submissions.Length} bytes of JSON asked, {bare.AnswerLength} (bare) and {nexus.AnswerLength} (Nexus) answered; the load comes from one thread of a third process over {Connections} connections");

        Verdicts verdicts = new();
        await ThroughputAsync(bare, nexus, disk, verdicts);
        await OneConnectionAsync(bare, nexus, verdicts);
        foreach (int rate in LightRates)
        {
            await LightAsync(bare, nexus, rate, verdicts);
        }

        return verdicts.ExitCode;
    }

    private static async Task ThroughputAsync(BareSide bare, NexusSide nexus, string disk, Verdicts verdicts)
    {
        EngineOptions never = new() { SnapshotEvents = 100_000_000, SnapshotInterval = TimeSpan.FromDays(1) };
        using EmbeddedEngine durable = new(disk, never);
        using EmbeddedEngine memory = new(null, never);
        CoreBench.Subject core = new(0, 0);
        await durable.RunAsync(Connections, Length);
        await memory.RunAsync(Connections, Length);
        core.Run(CorePairs);
        List<Figures> bares = [], submits = [], releases = [];
        List<Run> durables = [], memories = [];
        List<double> cores = [];
        for (int round = 0; round < RoundsOfEach; round++)
        {
            bares.Add(await bare.ManyAsync(Length));
            submits.Add(await nexus.ManyAsync(Length));
            releases.Add(await nexus.ReleaseAllAsync());
            memories.Add(await memory.RunAsync(Connections, Length));
            durables.Add(await durable.RunAsync(Connections, Length));
            cores.Add(core.Run(CorePairs) / CorePairs / 2);
        }

        Console.WriteLine();
        Console.WriteLine($"{Connections} connections            rate/s        µs CPU          bytes   p50 ms   p99 ms  commit ms  a commit");
        Print("bare minimal API", bares);
        Print("Nexus, submit", submits);
        Print("Nexus, release", releases);
        Console.WriteLine();
        Console.WriteLine("what a decision costs, layer by layer (submit and release, half each; the embedded clients' own cost is in their lines)");
        Layer("the core alone", cores.Select(s => 1 / s), cores.Select(s => s * 1e6), [core.BytesAPair / 2]);
        Layer("+ host, channel, read model", memories.Select(r => r.Rate), memories.Select(r => r.Cpu), memories.Select(r => r.Bytes));
        Layer("+ journal", durables.Select(r => r.Rate), durables.Select(r => r.Cpu), durables.Select(r => r.Bytes));
        Layer("+ HTTP, access, JSON, metrics", Both(f => 1 / f.Load.Rate).Select(t => 1 / t), Both(f => f.Cpu), Both(f => f.Bytes));
        Console.WriteLine();

        double[] Against(List<Figures> of, Func<Figures, double> what) => [.. of.Zip(bares, (a, b) => what(a) / what(b))];
        double slow = 0.5 * Connections / (2 * Rounds.Median(submits.Select(s => s.Commit / 1000))) / Rounds.Median(bares.Select(b => b.Load.Rate));
        verdicts.AtLeast("durable submit at 64 connections against bare", Against(submits, f => f.Load.Rate), Math.Min(0.30, slow), 0.45);
        verdicts.AtLeast("durable release at 64 connections against bare's submit", Against(releases, f => f.Load.Rate), Math.Min(0.30, slow), 0.45);
        verdicts.AtMost("server CPU of a durable submit against bare", Against(submits, f => f.Cpu), 3.5, 2.5);
        verdicts.AtMost("allocated by a durable submit against bare", Against(submits, f => f.Bytes), 2, 1.4);

        IEnumerable<double> Both(Func<Figures, double> what) => submits.Zip(releases, (s, r) => (what(s) + what(r)) / 2);
    }

    private const int CorePairs = 50_000;

    private static async Task OneConnectionAsync(BareSide bare, NexusSide nexus, Verdicts verdicts)
    {
        List<Figures> bares = [], ones = [];
        for (int round = 0; round < RoundsOfEach; round++)
        {
            bares.Add(await bare.OneAsync(Length / 2));
            ones.Add(await nexus.OneAsync(Length));
        }

        await nexus.ReleaseAllAsync();
        Console.WriteLine();
        Console.WriteLine("one connection              rate/s        µs CPU          bytes   p50 ms   p99 ms  commit ms  a commit");
        Print("bare minimal API", bares);
        Print("Nexus, submit", ones);
        verdicts.AtMost("one connection's p50 against the median commit", [.. ones.Select(o => o.Load.P50 / o.Commit)], 4, 2);
    }

    private static async Task LightAsync(BareSide bare, NexusSide nexus, int rate, Verdicts verdicts)
    {
        List<Figures> bares = [], lights = [];
        for (int round = 0; round < RoundsOfEach; round++)
        {
            bares.Add(await bare.LightAsync(Length, rate, round));
            lights.Add(await nexus.LightAsync(Length, rate, round));
        }

        await nexus.ReleaseAllAsync();
        Console.WriteLine();
        Console.WriteLine($"open loop, {rate,4}/s            rate/s        µs CPU          bytes   p50 ms   p99 ms  commit ms  a commit");
        Print("bare minimal API", bares);
        Print("Nexus, submit", lights);
        verdicts.AtMost($"p99 at {rate}/s above bare's, ms", [.. lights.Zip(bares, (n, b) => n.Load.P99 - b.Load.P99)], 8, 4, "0.0");
    }

    private static void Print(string name, List<Figures> rounds)
    {
        double Median(Func<Figures, double> of) => Rounds.Median(rounds.Select(of));
        string commit = Median(f => f.Commit) > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Median(f => f.Commit),11:0.00}{Median(f => f.Batch),10:0.0}") : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-20}{Median(f => f.Load.Rate),14:N0}{Median(f => f.Cpu),14:N0}{Median(f => f.Bytes),15:N0}{Median(f => f.Load.P50),9:0.00}{Median(f => f.Load.P99),9:0.00}{commit}"));
    }

    private static void Layer(string name, IEnumerable<double> rate, IEnumerable<double> cpu, IEnumerable<double> bytes) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-32}{Rounds.Median(rate),10:N0}/s{Rounds.Median(cpu),8:0.0} µs CPU{Rounds.Median(bytes),9:N0} bytes"));
}
