using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Nexus.Bench.Journal;

namespace Nexus.Bench.Running;

/// <summary>The whole published program on a data folder of its own, with an administrator's key.</summary>
internal sealed class NexusServer : IDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly string _program;
    private readonly string _demo;
    private ServerProcess? _process;

    private NexusServer(string program, string disk, bool demo)
    {
        (_program, _demo, _folder) = (program, demo ? "--demo" : "--no-demo", new TemporaryFolder(disk));
        using JsonDocument created = JsonDocument.Parse(Run("keys", "create", "--owner", "/", "--scope", "admin"));
        Key = created.RootElement.GetProperty("key").GetString()!;
        Url = ServerProcess.FreeAddress();
        Http = new HttpClient { BaseAddress = Url };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>The API key: every scope, every owner.</summary>
    public string Key { get; }

    /// <summary>Where it listens, after every start the same.</summary>
    public Uri Url { get; }

    /// <summary>Speaks to it with the key.</summary>
    public HttpClient Http { get; }

    /// <summary>Its process.</summary>
    public ServerProcess Process => _process ?? throw new InvalidOperationException("it is not running");

    /// <summary>Prepares its data folder on a disk; it does not run yet.</summary>
    public static NexusServer Prepare(string? disk = null, bool demo = false) => new(Repository.Nexus(), disk ?? Path.GetTempPath(), demo);

    /// <summary>Prepares and starts it.</summary>
    public static async Task<NexusServer> StartAsync(string? disk = null, bool demo = false)
    {
        NexusServer server = Prepare(disk, demo);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, on the same data whenever it was killed before, and waits until it is ready.</summary>
    /// <returns>From the start of the process to ready.</returns>
    public Task<TimeSpan> StartAsync()
    {
        _process = ServerProcess.Start(_program, Url, "serve", _demo, "--data", _folder.Path, "--urls", Url.GetLeftPart(UriPartial.Authority));
        return _process.WaitAsync("/health/ready");
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => Process.Kill();

    /// <summary>Runs a command of the command line on its data.</summary>
    /// <returns>What <c>--json</c> printed.</returns>
    public string Run(params string[] command) => ServerProcess.Output(_program, [.. command, "--data", _folder.Path, "--json"]);

    /// <summary>Runs a command of the command line on its data.</summary>
    /// <returns>The lines that it prints, as they come.</returns>
    public IEnumerable<string> Lines(params string[] command) => ServerProcess.Lines(_program, [.. command, "--data", _folder.Path]);

    /// <summary>Runs a command that reaches it over HTTP.</summary>
    /// <returns>What <c>--json</c> printed.</returns>
    public string RunRemote(params string[] command) => ServerProcess.Output(_program, [.. command, "--url", Url.ToString(), "--key", Key, "--json"]);

    /// <summary>Makes a pool.</summary>
    public async Task SetPoolAsync(string name, object resources)
    {
        using StringContent body = new(JsonSerializer.Serialize(new { resources }), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await Http.PutAsync($"/api/v1/pools/{name}", body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Reads <c>/metrics</c>.</summary>
    public async Task<Metrics> MetricsAsync() => Metrics.Parse(await Http.GetStringAsync("/metrics"));

    public void Dispose()
    {
        Http.Dispose();
        _process?.Dispose();
        _folder.Dispose();
    }
}
