using Nexus.Dashboard.Tests.Engine.Storage;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>A real engine on its thread, with a real journal in a folder of its own and clocks that the test moves.</summary>
internal sealed class RunningEngine : IAsyncDisposable
{
    private readonly EngineOptions _options;
    private readonly bool _ownsFolder;

    private RunningEngine(EngineOptions options, TestClock clock, DataFolder folder, bool ownsFolder)
    {
        (_options, Clock, Folder, _ownsFolder) = (options, clock, folder, ownsFolder);
        Host = new EngineHost(() => Journal = new FaultyJournal(Folder.Open()), _options, Clock);
    }

    public TestClock Clock { get; }

    public DataFolder Folder { get; }

    public EngineHost Host { get; }

    public ReadModel Read => Host.Read;

    public FaultyJournal Journal { get; private set; } = null!;

    /// <summary>An engine that decides.</summary>
    public static async Task<RunningEngine> StartAsync(EngineOptions? options = null, TestClock? clock = null, DataFolder? folder = null)
    {
        RunningEngine running = new(options ?? new EngineOptions(), clock ?? new TestClock(), folder ?? new DataFolder(), folder is null);
        await running.Host.StartAsync(CancellationToken.None);
        await running.Host.WaitUntilReadyAsync().WaitAsync(Patience);
        return running;
    }

    /// <summary>With a pool of Held kinds.</summary>
    public static async Task<RunningEngine> WithPoolAsync(string name, params (string Kind, double Amount)[] held)
    {
        RunningEngine running = await StartAsync();
        await running.PoolAsync(name, held);
        return running;
    }

    /// <summary>How long a test waits for what should happen at once.</summary>
    public static TimeSpan Patience => TimeSpan.FromSeconds(20);

    public Task<Reply> PoolAsync(string name, params (string Kind, double Amount)[] held) => SendAsync(new SetPool(Scene.Definition(name, held)) { Actor = Scene.Somebody });

    public Task<Reply> SendAsync(Command command) => Host.SendAsync(command).WaitAsync(Patience);

    public Task<Reply> SubmitAsync(RequestSpec spec) => SendAsync(new Submit(spec) { Actor = Scene.Somebody });

    public async Task<Request> SubmitAsync(string id, params (string Kind, double Amount)[] needs) => ((RequestReply)await SubmitAsync(Scene.Spec(id, needs))).Request;

    public async Task<Request> QueueAsync(string id, params (string Kind, double Amount)[] needs) => ((RequestReply)await SubmitAsync(Scene.Spec(id, needs, queue: true))).Request;

    public Task<Reply> ReleaseAsync(Request request) =>
        SendAsync(new Release(request.Key, request.Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Scene.Somebody });

    public Request Find(string id, string tenant = "acme") => Read.Find(new RequestKey(tenant, id))!;

    /// <summary>Time passes, and the engine has done what was due.</summary>
    public async Task AdvanceAsync(TimeSpan span)
    {
        Clock.Advance(span);
        await SendAsync(new Tick { Actor = Actor.Engine });
    }

    /// <summary>Stops cleanly and starts again on the same folder and clock.</summary>
    public async Task<RunningEngine> RestartAsync(EngineOptions? options = null)
    {
        await Host.StopAsync(CancellationToken.None);
        return await StartAsync(options ?? _options, Clock, Folder);
    }

    /// <summary>The journal as a power cut would leave it now, and an engine that starts from it.</summary>
    public Task<RunningEngine> AfterPowerCutAsync() => StartAsync(_options, Clock, Folder.Copy());

    /// <summary>Time passes a little at a time until something holds that happens on another thread.</summary>
    public async Task UntilAsync(Func<bool> holds, TimeSpan? step = null)
    {
        for (int i = 0; i < 2_000 && !holds(); i++)
        {
            Clock.Advance(step ?? TimeSpan.Zero);
            await Task.Delay(5);
        }

        Assert.True(holds(), "it did not happen");
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync(CancellationToken.None);
        Host.Dispose();
        if (_ownsFolder)
        {
            Folder.Dispose();
        }
    }
}
