using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Replay;

/// <summary>A server that speaks the part of the HTTP contract which a replay uses, with as many grants at a time as it is told; what arrives is recorded.</summary>
internal sealed class ContractServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _requests = [];
    private readonly LinkedList<Entry> _queue = [];
    private int _granted;

    private ContractServer(WebApplication app, int slots)
    {
        _app = app;
        Slots = slots;
    }

    public const string Key = "nxs_test";

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>How many requests hold a grant at once.</summary>
    public int Slots { get; private set; }

    /// <summary>May answer a call before the contract does: true when it did.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    /// <summary>Bodies of the submissions that were decided, in their order.</summary>
    public ConcurrentQueue<JsonObject> Submitted { get; } = new();

    public ConcurrentQueue<JsonObject> Released { get; } = new();

    public ConcurrentQueue<string> Calls { get; } = new();

    public int StillGranted
    {
        get
        {
            lock (_lock)
            {
                return _granted;
            }
        }
    }

    /// <summary>How long each waited here, from its submission to its grant; whoever asked waited at least as long.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Waits
    {
        get
        {
            lock (_lock)
            {
                return _requests.Where(r => r.Value.Waited is not null).ToDictionary(r => r.Key, r => r.Value.Waited!.Value);
            }
        }
    }

    public IReadOnlyDictionary<string, string> Statuses
    {
        get
        {
            lock (_lock)
            {
                return _requests.ToDictionary(r => r.Key, r => r.Value.Status);
            }
        }
    }

    public static async Task<ContractServer> StartAsync(int slots = int.MaxValue)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        ContractServer server = new(app, slots);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        string path = http.Request.Path.Value!;
        Calls.Enqueue($"{http.Request.Method} {path}");
        if (Intercept is { } intercept && await intercept(http))
        {
            return;
        }

        if (path == "/health/ready")
        {
            return;
        }

        if (http.Request.Headers.Authorization != $"Bearer {Key}")
        {
            await ProblemAsync(http, 401, "unauthenticated", "Send an API key.");
            return;
        }

        string[] parts = path["/api/v1/".Length..].Split('/');
        await ((http.Request.Method, parts) switch
        {
            ("POST", ["requests"]) => SubmitAsync(http),
            ("GET", ["requests", var id]) => NewsAsync(http, id),
            ("POST", ["requests", var id, "cancel"]) => WriteAsync(http, 200, Cancel(id)),
            ("POST", ["leases", var id, "renew"]) => WriteAsync(http, 200, new JsonObject { ["id"] = id }),
            ("POST", ["leases", var id, "release"]) => ReleaseAsync(http, id),
            ("GET", ["pools"]) => WriteAsync(http, 200, Pools()),
            _ => ProblemAsync(http, 404, "unknown-call", path),
        });
    }

    private async Task SubmitAsync(HttpContext http)
    {
        JsonObject body = (await JsonSerializer.DeserializeAsync<JsonObject>(http.Request.Body))!;
        string id = (string)body["id"]!;
        JsonObject answer;
        lock (_lock)
        {
            if (!_requests.TryGetValue(id, out Entry? entry))
            {
                entry = new Entry(id, (string?)body["priority"] ?? "medium");
                _requests.Add(id, entry);
                Submitted.Enqueue(body);
                if (((JsonObject)body["resources"]!).ContainsKey("unobtainium"))
                {
                    entry.Status = "rejected";
                }
                else
                {
                    _queue.AddLast(entry);
                    Grant();
                    if (entry.Status == "queued" && (decimal)body["maxWait"]! is var wait and < 10)
                    {
                        _ = ExpireAsync(entry, TimeSpan.FromSeconds((double)wait));
                    }
                }
            }

            answer = entry.Answer();
        }

        await WriteAsync(http, 201, answer);
    }

    private async Task ExpireAsync(Entry entry, TimeSpan after)
    {
        await Task.Delay(after);
        lock (_lock)
        {
            if (_queue.Remove(entry))
            {
                entry.End("expired");
            }
        }
    }

    /// <summary>Ends a grant for others: its request waits again, first in the line.</summary>
    public void Preempt(string id)
    {
        lock (_lock)
        {
            Entry entry = _requests[id];
            entry.Again();
            _queue.AddFirst(entry);
            _granted--;
        }
    }

    /// <summary>Grants what waits and has room.</summary>
    public void GrantWhatFits()
    {
        lock (_lock)
        {
            Grant();
        }
    }

    private async Task NewsAsync(HttpContext http, string id)
    {
        Task news;
        lock (_lock)
        {
            Entry entry = _requests[id];
            bool hasNone = http.Request.Query.TryGetValue("seen", out StringValues seen)
                ? seen == entry.Version.ToString(CultureInfo.InvariantCulture) && entry.Status is ("queued" or "allocated")
                : entry.Status == "queued";
            news = hasNone ? entry.News.Task : Task.CompletedTask;
        }

        if (http.Request.Query.ContainsKey("wait"))
        {
            await news.WaitAsync(http.RequestAborted);
        }

        JsonObject answer;
        lock (_lock)
        {
            answer = _requests[id].Answer();
        }

        await WriteAsync(http, 200, answer);
    }

    private JsonObject Cancel(string id)
    {
        lock (_lock)
        {
            Entry entry = _requests[id];
            if (_queue.Remove(entry))
            {
                entry.End("cancelled");
            }

            return entry.Answer();
        }
    }

    private async Task ReleaseAsync(HttpContext http, string lease)
    {
        JsonObject body = (await JsonSerializer.DeserializeAsync<JsonObject>(http.Request.Body))!;
        lock (_lock)
        {
            Entry entry = _requests[lease["lease-".Length..].Split('.')[0]];
            if (entry.Status == "allocated")
            {
                entry.End("released");
                Released.Enqueue(body);
                _granted--;
                Grant();
            }
        }

        await WriteAsync(http, 200, new JsonObject
        {
            ["usage"] = body["usage"]?.DeepClone() ?? new JsonObject(),
            ["cost"] = new JsonObject { ["amount"] = "0.000000000001", ["currency"] = "USD" },
        });
    }

    private void Grant()
    {
        while (_granted < Slots && _queue.First is { } first)
        {
            _queue.RemoveFirst();
            first.Value.Start();
            _granted++;
        }
    }

    private static JsonObject Pools() => new()
    {
        ["items"] = new JsonArray(Pool("a", "A100"), Pool("b", "V100"), Pool("c", "V100"), new JsonObject { ["name"] = "d" }),
    };

    private static JsonObject Pool(string name, string model) => new() { ["name"] = name, ["labels"] = new JsonObject { ["model"] = model } };

    private static Task ProblemAsync(HttpContext http, int status, string type, string detail) =>
        WriteAsync(http, status, new JsonObject { ["type"] = type, ["detail"] = detail });

    private static Task WriteAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(body);
    }

    private sealed class Entry(string id, string priority)
    {
        private readonly long _came = Stopwatch.GetTimestamp();

        public string Status { get; set; } = "queued";

        public TimeSpan? Waited { get; private set; }

        public int Attempt { get; private set; } = 1;

        public int Version { get; private set; } = 1;

        public TaskCompletionSource News { get; private set; } = Unheard();

        public void Start()
        {
            Waited = Stopwatch.GetElapsedTime(_came);
            End("allocated");
        }

        public void Again()
        {
            Attempt++;
            End("queued");
        }

        public void End(string status)
        {
            TaskCompletionSource heard = News;
            (Status, Version, News) = (status, Version + 1, Unheard());
            heard.TrySetResult();
        }

        private static TaskCompletionSource Unheard() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        public JsonObject Answer()
        {
            JsonObject answer = new() { ["id"] = id, ["status"] = Status, ["attempt"] = Attempt, ["priority"] = priority, ["version"] = Version };
            if (Status is "allocated" or "released")
            {
                answer["lease"] = new JsonObject { ["id"] = Attempt == 1 ? $"lease-{id}" : $"lease-{id}.{Attempt}", ["expiresAt"] = "2030-01-01T00:00:00Z" };
            }

            return answer;
        }
    }
}
