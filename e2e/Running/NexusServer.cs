using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Nexus.E2E.Running;

/// <summary>The published program, running on a data directory and a port of its own; it can be stopped, killed and started again on the same data.</summary>
public sealed class NexusServer : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    private readonly Workload _workload;
    private readonly IReadOnlyList<string> _more;
    private readonly StringBuilder _log = new();
    private Process? _process;

    private NexusServer(Workload workload, IReadOnlyList<string> more, string data)
    {
        _workload = workload;
        _more = more;
        Data = data;
        Url = new Uri($"http://127.0.0.1:{FreePort()}");
        Http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(90) };
        AppDomain.CurrentDomain.ProcessExit += KillWithTheTests;
    }

    /// <summary>Where it listens, without a trailing path.</summary>
    public Uri Url { get; }

    /// <summary>Its data directory.</summary>
    public string Data { get; }

    /// <summary>Everything it printed so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Speaks to it without credentials; <see cref="AuthorizeAsync"/> gives it an administrator's key.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    public static Task<NexusServer> StartAsync(Workload workload = Workload.None, params string[] more) =>
        StartOnAsync(Directory.CreateTempSubdirectory("nexus-e2e-").FullName, workload, more);

    /// <summary>Starts it on data that is there already, and waits until it is ready.</summary>
    public static async Task<NexusServer> StartOnAsync(string data, Workload workload = Workload.None, params string[] more)
    {
        NexusServer server = new(workload, more, data);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it on the same data and port, after <see cref="StopAsync"/> or <see cref="Kill"/>, and waits until it is ready.</summary>
    public async Task StartAgainAsync()
    {
        Launch();
        await ReadyAsync();
    }

    /// <summary>Starts it on the same data and port, and waits for nothing.</summary>
    public void Launch()
    {
        ProcessStartInfo start = Program(["serve", _workload is Workload.Demo ? "--demo" : "--no-demo", "--data", Data, "--urls", Url.GetLeftPart(UriPartial.Authority), .. _more]);
        _process = Process.Start(start) ?? throw new InvalidOperationException("The program could not be started.");
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task ReadyAsync()
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (_process!.HasExited)
            {
                throw new InvalidOperationException($"The program ended at start with exit code {_process.ExitCode}:\n{Log}");
            }

            if (waited.Elapsed > ReadyWithin)
            {
                Kill();
                throw new TimeoutException($"The program was not ready within {ReadyWithin.TotalSeconds} s:\n{Log}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Ends it as a service manager does, and waits for the exit.</summary>
    public async Task<int> StopAsync()
    {
        if (_process is not { HasExited: false } process)
        {
            return _process?.ExitCode ?? 0;
        }

        using Process terminate = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>Ends it at once (SIGKILL), as a power cut does to a process.</summary>
    public void Kill()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    /// <summary>Runs a command of the program's command line on this server's data and returns what <c>--json</c> printed.</summary>
    public Task<JsonElement> CommandAsync(params string[] arguments) => RunAsync([.. arguments, "--data", Data]);

    /// <summary>Runs a command of the program's command line and returns what <c>--json</c> printed.</summary>
    public static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(Program([.. arguments, "--json"])) ?? throw new InvalidOperationException("The command could not be started.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Length == 0 ? default : JsonDocument.Parse(output).RootElement
            : throw new InvalidOperationException($"{string.Join(' ', arguments)}: exit {process.ExitCode}: {await errors}");
    }

    /// <summary>Adds a person through the command line; the password is generated.</summary>
    public async Task<Person> AddPersonAsync(string name, string role, string owner = "/")
    {
        JsonElement added = await CommandAsync("users", "add", name, "--role", role, "--owner", owner);
        return new Person(name, added.GetProperty("password").GetString()!);
    }

    /// <summary>Creates an API key through the command line.</summary>
    public async Task<string> CreateKeyAsync(string owner, params string[] scopes)
    {
        JsonElement created = await CommandAsync(["keys", "create", "--owner", owner, .. scopes.SelectMany(scope => new[] { "--scope", scope })]);
        return created.GetProperty("key").GetString()!;
    }

    /// <summary>Gives <see cref="Http"/> an administrator's key for the whole system.</summary>
    public async Task AuthorizeAsync() =>
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await CreateKeyAsync("/", "admin"));

    /// <summary>Calls the HTTP API; anything but success throws with the answer's text.</summary>
    public async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body = null)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage answer = await Http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return !answer.IsSuccessStatusCode ? throw new HttpRequestException($"{method} {path}: {(int)answer.StatusCode} {text}")
            : text.Length == 0 ? default
            : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Ends the program and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        catch (OperationCanceledException)
        {
            Kill();
        }

        AppDomain.CurrentDomain.ProcessExit -= KillWithTheTests;
        Http.Dispose();
        _process?.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private void KillWithTheTests(object? sender, EventArgs e) => Kill();

    private static ProcessStartInfo Program(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet", [PublishedProgram.Path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["NO_COLOR"] = "1";
        return start;
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.AppendLine(line);
            }
        }
    }
}
