using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Nexus.Dashboard.Demo;

/// <summary>The calls of the public HTTP API that the demo's agents make, each with a key of its tenant.</summary>
internal sealed class DemoClient(Uri server, string key) : IDisposable
{
    private const string WaitFor = "PT30S";

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1) })
    {
        BaseAddress = server,
        Timeout = TimeSpan.FromSeconds(90),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    /// <summary>Creates what is not there; what an operator changed since stays as it is.</summary>
    public async Task EnsureAsync(string path, object body, CancellationToken cancellation)
    {
        using HttpResponseMessage there = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellation);
        if (there.StatusCode == HttpStatusCode.NotFound || (path.StartsWith("api/v1/owners/", StringComparison.Ordinal) && !(await there.Content.ReadAsStringAsync(cancellation)).Contains("\"max\"", StringComparison.Ordinal)))
        {
            using HttpResponseMessage done = await _http.PutAsync(new Uri(path, UriKind.Relative), JsonContent.Create(body), cancellation);
            done.EnsureSuccessStatusCode();
        }
    }

    /// <summary>The same of what is only listed. What is no longer possible is left.</summary>
    public async Task EnsureListedAsync(string path, string id, object body, CancellationToken cancellation)
    {
        string listed = await _http.GetStringAsync(new Uri($"{path}?limit=1000", UriKind.Relative), cancellation);
        if (!listed.Contains($"\"{id}\"", StringComparison.Ordinal))
        {
            using HttpResponseMessage done = await _http.PutAsync(new Uri($"{path}/{id}", UriKind.Relative), JsonContent.Create(body), cancellation);
            if (done.StatusCode != HttpStatusCode.Conflict)
            {
                done.EnsureSuccessStatusCode();
            }
        }
    }

    /// <summary>Sets the price book where it is empty; what somebody priced stays as it is.</summary>
    public async Task EnsurePricesAsync(object book, CancellationToken cancellation)
    {
        PriceList? there = await _http.GetFromJsonAsync<PriceList>(new Uri("api/v1/prices", UriKind.Relative), cancellation);
        if (there is { Items.Count: 0 })
        {
            using HttpResponseMessage done = await _http.PutAsync(new Uri("api/v1/prices", UriKind.Relative), JsonContent.Create(book), cancellation);
            done.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Sends something whose answer does not matter.</summary>
    /// <returns>False where it was refused.</returns>
    public async Task<bool> PostAsync(string path, object body, CancellationToken cancellation)
    {
        using HttpResponseMessage done = await _http.PostAsync(new Uri(path, UriKind.Relative), JsonContent.Create(body), cancellation);
        return done.IsSuccessStatusCode;
    }

    public Task<DemoAnswer?> SubmitAsync(DemoBody body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, "api/v1/requests", body, DemoWire.Default.DemoBody, cancellation);

    /// <summary>Answers when a waiting request has news, or after half a minute.</summary>
    public Task<DemoAnswer?> WaitAsync(string id, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, $"api/v1/requests/{id}?wait={WaitFor}", null, DemoWire.Default.DemoBody, cancellation);

    /// <summary>How a request stands.</summary>
    public Task<DemoAnswer?> ReadAsync(string id, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, $"api/v1/requests/{id}", null, DemoWire.Default.DemoBody, cancellation);

    public Task<DemoAnswer?> RenewAsync(string lease, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, $"api/v1/leases/{lease}/renew", null, DemoWire.Default.DemoBody, cancellation);

    public Task<DemoAnswer?> ReleaseAsync(string lease, DemoRelease body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, $"api/v1/leases/{lease}/release", body, DemoWire.Default.DemoRelease, cancellation);

    public void Dispose() => _http.Dispose();

    // Null where there was no decision: the agent gives up, as it would.
    private async Task<DemoAnswer?> SendAsync<T>(HttpMethod method, string path, T? body, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        using HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body, type) };
        using HttpResponseMessage response = await _http.SendAsync(request, cancellation);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync(DemoWire.Default.DemoAnswer, cancellation) : null;
    }
}

/// <summary>A submission.</summary>
internal sealed record DemoBody(
    string Id, string Owner, Dictionary<string, decimal> Resources, string? Priority, IReadOnlyList<string>? Pools, Dictionary<string, string>? PoolLabels,
    decimal? Duration, bool Queue, decimal? MaxWait, int LeaseSeconds, Dictionary<string, string> Labels, DateTimeOffset? Deadline, bool? Preemptible, string? Allowance, string? MaxDelay = null);

/// <summary>A release.</summary>
internal sealed record DemoRelease(Dictionary<string, decimal>? Usage, string Outcome);

/// <summary>What of an answer matters here.</summary>
internal sealed record DemoAnswer(string Status, DemoLease? Lease);

/// <summary>What of its lease matters here.</summary>
internal sealed record DemoLease(string Id);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DemoBody))]
[JsonSerializable(typeof(DemoRelease))]
[JsonSerializable(typeof(DemoAnswer))]
internal sealed partial class DemoWire : JsonSerializerContext;

/// <summary>The price book, as far as it matters whether there is one.</summary>
internal sealed record PriceList(IReadOnlyList<System.Text.Json.JsonElement> Items);
