using System.Globalization;
using Nexus.Bench.Running;

namespace Nexus.Bench.Http;

/// <summary>What one answer cost, and how fast answers came.</summary>
/// <param name="Load">Rate and times.</param>
/// <param name="Cpu">Microseconds of processor time of the server.</param>
/// <param name="Bytes">Bytes that the server allocated.</param>
/// <param name="Commit">The median commit of the round in milliseconds; 0 where nothing is committed.</param>
/// <param name="Batch">Answers a commit; 0 where nothing is committed.</param>
internal sealed record Figures(LoadResult Load, double Cpu, double Bytes, double Commit = 0, double Batch = 0);

/// <summary>One of the two servers that are compared, in a process of its own.</summary>
internal abstract class Side(ServerProcess process, int connections) : IDisposable
{
    private readonly Load _many = new(process.Url, connections);
    private Load? _one;

    /// <summary>Asks for resources.</summary>
    protected abstract Submissions Submissions { get; }

    /// <summary>Bytes of an answer's JSON.</summary>
    public int AnswerLength => Submissions.AnswerLength;

    /// <summary>As fast as all connections can.</summary>
    public Task<Figures> ManyAsync(TimeSpan length) => MeasureAsync(() => _many.Closed(Submissions, length));

    /// <summary>One connection, one request after the other.</summary>
    /// <remarks>It is opened when it is first needed: a server closes one that says nothing for two minutes.</remarks>
    public Task<Figures> OneAsync(TimeSpan length) => MeasureAsync(() => (_one ??= new Load(process.Url, 1)).Closed(Submissions, length));

    /// <summary>So many a second, at random moments.</summary>
    public Task<Figures> LightAsync(TimeSpan length, double rate, int seed) => MeasureAsync(() => _many.Open(Submissions, length, rate, seed));

    /// <summary>Over all connections, at most so many.</summary>
    protected Task<Figures> ManyAsync(IExchange exchange, int most) => MeasureAsync(() => _many.Closed(exchange, TimeSpan.MaxValue, most));

    public virtual void Dispose()
    {
        _many.Dispose();
        _one?.Dispose();
    }

    protected abstract Task<Figures> MeasureAsync(Func<LoadResult> load);

    /// <summary>Runs load and divides what the process used by the answers.</summary>
    protected Figures Measure(Func<LoadResult> load)
    {
        TimeSpan before = process.Cpu;
        LoadResult result = load();
        return new Figures(result, (process.Cpu - before).TotalMicroseconds / result.Answers, 0);
    }
}

/// <summary>Kestrel and a minimal API.</summary>
internal sealed class BareSide : Side
{
    private readonly ServerProcess _process;
    private readonly HttpClient _http = new();

    private BareSide(ServerProcess process, int connections)
        : base(process, connections) => (_process, Submissions) = (process, new Submissions(process.Url, "/requests", null));

    protected override Submissions Submissions { get; }

    public static async Task<BareSide> StartAsync(int connections)
    {
        Uri url = ServerProcess.FreeAddress();
        ServerProcess process = ServerProcess.Start(typeof(BareSide).Assembly.Location, url, BareServer.Verb, "--urls", url.GetLeftPart(UriPartial.Authority));
        await process.WaitAsync("/allocated");
        return new BareSide(process, connections);
    }

    protected override async Task<Figures> MeasureAsync(Func<LoadResult> load)
    {
        double before = await AllocatedAsync();
        Figures figures = Measure(load);
        Submissions.Leases.Clear();
        return figures with { Bytes = (await AllocatedAsync() - before) / figures.Load.Answers };
    }

    public override void Dispose()
    {
        base.Dispose();
        _http.Dispose();
        _process.Dispose();
    }

    private async Task<double> AllocatedAsync() => double.Parse(await _http.GetStringAsync(new Uri(_process.Url, "/allocated")), CultureInfo.InvariantCulture);
}

/// <summary>The whole published program: a pool that never fills, an API key, everything on.</summary>
internal sealed class NexusSide : Side
{
    private readonly NexusServer _server;

    private NexusSide(NexusServer server, int connections)
        : base(server.Process, connections) => (_server, Submissions) = (server, new Submissions(server.Url, "/api/v1/requests", server.Key));

    protected override Submissions Submissions { get; }

    public static async Task<NexusSide> StartAsync(string disk, int connections)
    {
        NexusServer server = await NexusServer.StartAsync(disk);
        await server.SetPoolAsync("lab", new { gpu = 1_000_000_000L, memory = 100_000_000_000L });
        return new NexusSide(server, connections);
    }

    /// <summary>Gives everything back that was granted, over all connections.</summary>
    public Task<Figures> ReleaseAllAsync() => ManyAsync(new Releases(_server.Url, _server.Key, Submissions.Leases), Submissions.Leases.Count);

    protected override async Task<Figures> MeasureAsync(Func<LoadResult> load)
    {
        Metrics before = await _server.MetricsAsync();
        Figures figures = Measure(load);

        // What was scraped is kept for 300 ms.
        await Task.Delay(400);
        Metrics after = await _server.MetricsAsync();
        return after.Events - before.Events == figures.Load.Answers
            ? figures with
            {
                Bytes = (after.Allocated - before.Allocated) / figures.Load.Answers,
                Commit = after.MedianCommitSince(before),
                Batch = figures.Load.Answers / (after.Commits - before.Commits),
            }
            : throw new InvalidOperationException($"{figures.Load.Answers} answers made {after.Events - before.Events} events: the figures would mean nothing");
    }

    public override void Dispose()
    {
        base.Dispose();
        _server.Dispose();
    }
}
