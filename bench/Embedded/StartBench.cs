using System.Diagnostics;
using System.Globalization;
using Nexus.Bench.Journal;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Bench.Embedded;

/// <summary>From the start to ready, read model included, on a journal of a million events: with the snapshot of a clean stop, and without any.</summary>
internal static class StartBench
{
    private const int Events = 1_000_000;
    private const int Times = 5;
    private const double GateSeconds = 5;
    private static readonly Actor Client = new(ActorKind.Key, "bench", "api");

    public static async Task<int> RunAsync(string[] args)
    {
        string disk = args is [var chosen, ..] ? Path.GetFullPath(chosen) : Path.GetTempPath();
        using TemporaryFolder folder = new(disk);
        await FillAsync(folder.Path);
        List<double> with = [];
        List<double> without = [];
        for (int i = 0; i < Times; i++)
        {
            with.Add(await StartAsync(folder.Path));
            Directory.Delete(Path.Combine(folder.Path, "snapshots"), recursive: true);
            without.Add(await StartAsync(folder.Path));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"start to ready after {Events:N0} events: {Rounds.Median(with):0.00} s with a snapshot, {Rounds.Median(without):0.00} s without (gate < {GateSeconds:0} s)"));
        return Rounds.Median(without) < GateSeconds ? 0 : 1;
    }

    private static async Task<double> StartAsync(string folder)
    {
        GC.Collect();
        using EngineHost host = new(() => SqliteJournal.Open(folder));
        long started = Stopwatch.GetTimestamp();
        await host.StartAsync(CancellationToken.None);
        await host.WaitUntilReadyAsync();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (host.Read.Sequence < Events)
        {
            throw new InvalidOperationException($"only {host.Read.Sequence} events were read");
        }

        await host.StopAsync(CancellationToken.None);
        return seconds;
    }

    private static async Task FillAsync(string folder)
    {
        using EngineHost host = new(() => SqliteJournal.Open(folder));
        await host.StartAsync(CancellationToken.None);
        await host.WaitUntilReadyAsync();
        Supply[] supplies = [new("gpu", Quantity.Of(1_000_000)), new("memory", Quantity.Of(1_000_000))];
        await host.SendAsync(new SetPool(new PoolDefinition("gpus", supplies, Labels.None, PurchaseOption.OnDemand, null)) { Actor = Client });
        ResourceVector needs = ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(1)), new ResourceAmount("memory", Quantity.Of(4)));
        for (int i = 0; host.Read.Sequence < Events; i++)
        {
            Reply[] replies = await host.SendAsync([.. Enumerable.Range(0, 64).Select(c => new Submit(new RequestSpec(
                $"r{i}-{c}", OwnerPath.Parse($"t{c}/u/w/a"), needs, null, null, Labels.None, null, false, null, RequestSpec.DefaultLeaseLength, Labels.None)) { Actor = Client })]);
            await host.SendAsync([.. replies.Cast<RequestReply>().Select(r => new Release(r.Request.Key, r.Request.Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Client })]);
        }

        await host.StopAsync(CancellationToken.None);
    }
}
