using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Commands;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

[assembly: AssemblyFixture(typeof(Nexus.Dashboard.Tests.Dashboard.Api.ApiServer))]

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>The whole program on a port of its own, with SQLite files in a folder of its own, for all tests of the API together. Each test keeps to pools and tenants of its own.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<WebApplication> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _data = Directory.CreateTempSubdirectory("nexus-api-").FullName;
    private Task<int> _running = Task.FromResult(0);
    private int _names;

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = new("http://localhost");

    /// <summary>What it is made of.</summary>
    public IServiceProvider Services { get; private set; } = null!;

    /// <summary>Speaks with a key for everything.</summary>
    internal ApiClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _running = NexusCommandLine.RunAsync(
            ["serve", "--no-demo", "--data", _data, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Error"],
            Program.AddNexus,
            app =>
            {
                Program.MapNexus(app);
                app.Lifetime.ApplicationStarted.Register(() => _started.TrySetResult(app));
            },
            TextWriter.Null, TextWriter.Null, _stop.Token);
        if (await Task.WhenAny(_started.Task, _running) == _running)
        {
            throw new InvalidOperationException($"the server ended with {await _running}");
        }

        WebApplication app = await _started.Task;
        (Url, Services) = (new Uri(app.Urls.First()), app.Services);
        Admin = await ClientAsync("/", Scope.Admin);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started.Task.IsCompletedSuccessfully)
        {
            Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }

        await _running;
        await _stop.CancelAsync();
        _stop.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>A name that no other test uses.</summary>
    internal string Fresh(string prefix) => $"{prefix}{Interlocked.Increment(ref _names)}";

    /// <summary>Speaks with a new key.</summary>
    internal async Task<ApiClient> ClientAsync(string owner, Scope scopes, string? maxPriority = null)
    {
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        Caller test = new(ActorKind.Local, "test", OwnerPath.Root, Scope.Admin, null, "cli", null);
        NewKey key = (await scope.ServiceProvider.GetRequiredService<AccessService>().CreateKeyAsync(
            test, null, OwnerPath.Parse(owner), scopes, maxPriority, null, CancellationToken.None)).Value!;
        return new ApiClient(Url, key.Key);
    }

    /// <summary>Speaks without a key.</summary>
    internal ApiClient Nobody() => new(Url, null);
}

/// <summary>Calls the API with JSON as text.</summary>
internal sealed class ApiClient(Uri url, string? key)
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };

    public string? Key => key;

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, (string?)null);

    public Task<ApiAnswer> PutAsync(string path, string json, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Put, path, json, headers);

    public Task<ApiAnswer> PostAsync(string path, string? json = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, json, headers);

    public Task<ApiAnswer> DeleteAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Delete, path, (string?)null, headers);

    public Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), headers);

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Authorization", $"Bearer {key}");
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return new ApiAnswer(
            response.StatusCode, response.Content.Headers.ContentType?.MediaType, text,
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Opens a stream.</summary>
    public async Task<StreamReader> OpenAsync(string path, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path) { Headers = { { "Authorization", $"Bearer {key}" }, { "Accept", "text/event-stream" } } };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }
}

/// <summary>What came back.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, string? MediaType, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException("null");

    /// <summary>The text at a path such as <c>lease.id</c>, or null.</summary>
    public string? this[string path] => path.Split('.').Aggregate((JsonNode?)Json, (node, name) =>
        node is JsonArray array && int.TryParse(name, out int index) ? (index < array.Count ? array[index] : null) : node is JsonObject o ? o[name] : null)?.ToString();

    public ApiAnswer Is(int status)
    {
        Assert.True((int)Status == status, $"{(int)Status} instead of {status}: {Text}");
        return this;
    }

    /// <summary>It is a problem document as RFC 9457 has it, complete.</summary>
    public ApiAnswer IsProblem(int status, string type, string? field = null)
    {
        Is(status);
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(type, this["type"]);
        Assert.Equal(status.ToString(System.Globalization.CultureInfo.InvariantCulture), this["status"]);
        Assert.False(string.IsNullOrEmpty(this["title"]) || string.IsNullOrEmpty(this["detail"]) || string.IsNullOrEmpty(this["traceId"]));
        if (field is not null)
        {
            Assert.Contains(field, Json["errors"]!.AsObject().Select(e => e.Key));
        }

        return this;
    }
}
