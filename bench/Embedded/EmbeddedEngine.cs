using System.Diagnostics;
using Nexus.Bench.Journal;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Bench.Embedded;

/// <summary>A host with clients in the same process: each submits, waits for the answer, releases, waits, and begins again.</summary>
internal sealed class EmbeddedEngine : IDisposable
{
    private static readonly Actor Client = new(ActorKind.Key, "bench", "api");

    private readonly TemporaryFolder? _folder;
    private readonly EngineHost _host;
    private int _next;

    public EmbeddedEngine(string? disk, EngineOptions options)
    {
        _folder = disk is null ? null : new TemporaryFolder(disk);
        _host = new EngineHost(() => Journal = new TimedJournal(_folder is null ? null : SqliteJournal.Open(_folder.Path)), options);
        _host.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        _host.WaitUntilReadyAsync().GetAwaiter().GetResult();
        Supply[] supplies = [new("gpu", Quantity.Of(1_000_000)), new("memory", Quantity.Of(1_000_000))];
        Send(new SetPool(new PoolDefinition("gpus", supplies, Labels.None, PurchaseOption.OnDemand, null)) { Actor = Client });
    }

    public TimedJournal Journal { get; private set; } = null!;

    public EngineHost Host => _host;

    /// <summary>Runs clients for a while.</summary>
    public async Task<Run> RunAsync(int clients, TimeSpan length)
    {
        Journal.Forget();
        long eventsBefore = _host.Read.Sequence;
        long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
        long started = Stopwatch.GetTimestamp();
        List<double>[] times = await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Task.Run(() => ClientAsync(Interlocked.Increment(ref _next), started, length))));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double[] sorted = [.. times.SelectMany(t => t)];
        Array.Sort(sorted);
        if (_host.Read.Sequence - eventsBefore != sorted.Length)
        {
            throw new InvalidOperationException($"{sorted.Length} answers made {_host.Read.Sequence - eventsBefore} events: the figures would mean nothing");
        }

        double[] commits = Journal.Commits;
        return new Run(
            sorted.Length / seconds, sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)], sorted[^1], commits.Length == 0 ? 0 : Rounds.Median(commits),
            (double)sorted.Length / Math.Max(1, commits.Length), (GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore) / (double)sorted.Length,
            (Process.GetCurrentProcess().TotalProcessorTime - cpuBefore).TotalMicroseconds / sorted.Length);
    }

    public void Dispose()
    {
        _host.Dispose();
        _folder?.Dispose();
    }

    private async Task<List<double>> ClientAsync(int number, long started, TimeSpan length)
    {
        List<double> times = [];
        OwnerPath owner = OwnerPath.Parse($"t{number % 100}/u/w/a");
        ResourceVector needs = ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(1)), new ResourceAmount("memory", Quantity.Of(4)));
        for (int i = 0; Stopwatch.GetElapsedTime(started) < length; i++)
        {
            RequestSpec spec = new($"c{number}-{i}", owner, needs, null, null, Labels.None, null, false, null, RequestSpec.DefaultLeaseLength, Labels.None);
            long asked = Stopwatch.GetTimestamp();
            Request granted = ((RequestReply)await _host.SendAsync(new Submit(spec) { Actor = Client })).Request;
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            asked = Stopwatch.GetTimestamp();
            _ = (ReleaseReply)await _host.SendAsync(new Release(granted.Key, granted.Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Client });
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }

        return times;
    }

    private void Send(Command command) => _host.SendAsync(command).GetAwaiter().GetResult();
}

/// <summary>What a run gave: answers a second, milliseconds, answers a commit, bytes and microseconds of CPU an answer, clients included.</summary>
internal sealed record Run(double Rate, double P50, double P99, double Max, double Commit, double Batch, double Bytes, double Cpu);
