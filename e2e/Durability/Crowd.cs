using System.Text.Json;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Durability;

/// <summary>Clients that load a server and write down each answer: the witness of what it acknowledged.</summary>
internal sealed class Crowd : IDisposable
{
    /// <summary>The pool that all of them want, far smaller than what they want of it.</summary>
    public const string Pool = "crowd";

    /// <summary>The pool of their tokens.</summary>
    public const string Tokens = "crowd-tokens";

    /// <summary>The devices of <see cref="Pool"/>.</summary>
    public const int Capacity = 12;

    private readonly NexusServer _server;
    private readonly Member[] _members;
    private int _round;
    private CancellationTokenSource _rest = new();
    private Task<LineLostException?[]> _acting = Task.FromResult<LineLostException?[]>([]);

    private Crowd(NexusServer server, Member[] members) => (_server, _members) = (server, members);

    /// <summary>All that any of them asked for.</summary>
    public IEnumerable<Asked> Asked => _members.SelectMany(m => m.Asked);

    /// <summary>What the server had acknowledged at a moment while they act.</summary>
    public IReadOnlyList<(string Id, string Status)> Acknowledged => [.. _members.SelectMany(m => m.Acknowledged)];

    /// <summary>How many calls were answered.</summary>
    public int Answers => _members.Sum(m => m.Answers);

    /// <summary>Makes the pools and the clients.</summary>
    public static async Task<Crowd> GatherAsync(NexusServer server, int members, int seed)
    {
        await server.PoolAsync(Pool, Capacity);
        await server.CallAsync(HttpMethod.Put, $"/api/v1/pools/{Tokens}", """{"resources":{"tokens.output":{"rate":1000000000,"per":"PT1S","burst":1000000000}}}""");
        string key = await server.CreateKeyAsync("crowd", "requests", "read");
        return new Crowd(server, [.. Enumerable.Range(0, members).Select(n => new Member(new Wire(server.Url, key), $"m{n}", seed + n))]);
    }

    /// <summary>All of them begin to act, and do so until the server is gone or <see cref="RestAsync"/>.</summary>
    public void Act()
    {
        _round++;
        _rest = new CancellationTokenSource();
        _acting = Task.WhenAll(_members.Select(m => Task.Run(() => m.ActAsync(_round, _rest.Token))));
    }

    /// <summary>Waits until the server is gone for all of them.</summary>
    /// <returns>How each found out.</returns>
    public async Task<IReadOnlyList<LineLostException>> LoseAsync() => [.. (await _acting).Select(lost => lost!)];

    /// <summary>Each ends with its present call; what they hold they keep.</summary>
    public async Task RestAsync()
    {
        await _rest.CancelAsync();
        Assert.All(await _acting, Assert.Null);
    }

    /// <summary>Asserts that the server has all that it acknowledged, as it acknowledged it, and that what is held is within capacity.</summary>
    public async Task FindsWhatWasAcknowledgedAsync()
    {
        Dictionary<string, JsonElement> now = [];
        await ReadAsync($"q=r{_round}-", now);
        await ReadAsync("status=queued,allocated", now);
        foreach (Asked earlier in Asked.Where(a => a.IsOpen && a.Status is not null && !now.ContainsKey(a.Id)))
        {
            now[earlier.Id] = await _server.CallAsync(HttpMethod.Get, $"/api/v1/requests/{earlier.Id}?owner=crowd");
        }

        string[] complaints = [.. Asked.Where(a => a.IsOpen || a.Id.StartsWith($"r{_round}-", StringComparison.Ordinal))
            .Select(a => a.Contradiction(
                now.TryGetValue(a.Id, out JsonElement found) ? found.GetProperty("status").GetString() : null,
                found.ValueKind == JsonValueKind.Object && found.TryGetProperty("lease", out JsonElement lease) ? lease.GetProperty("id").GetString() : null))
            .Concat(_members.SelectMany(m => m.Complaints))
            .OfType<string>()];
        Assert.True(complaints.Length == 0, $"after {Answers} answers: {string.Join("\n", complaints.Take(10))}");

        decimal held = now.Values.Where(r => r.GetProperty("status").GetString() == "allocated").Sum(r => r.GetProperty("resources").GetProperty("gpu").GetDecimal());
        JsonElement gpu = (await _server.CallAsync(HttpMethod.Get, $"/api/v1/pools/{Pool}")).GetProperty("state").GetProperty("gpu");
        Assert.Equal(held, gpu.GetProperty("used").GetDecimal());
        Assert.InRange(held, 0, Capacity);
    }

    /// <summary>All of them give everything back; asserts that nothing is left.</summary>
    public async Task WindDownAsync()
    {
        await Task.WhenAll(_members.Select(m => m.WindDownAsync()));
        Assert.Empty(_members.SelectMany(m => m.Complaints));
        JsonElement gpu = (await _server.CallAsync(HttpMethod.Get, $"/api/v1/pools/{Pool}")).GetProperty("state").GetProperty("gpu");
        Assert.Equal(Capacity, gpu.GetProperty("free").GetDecimal());
        Assert.Empty((await _server.CallAsync(HttpMethod.Get, "/api/v1/requests?owner=crowd&status=queued,allocated")).GetProperty("items").EnumerateArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rest.Cancel();
        _rest.Dispose();
        foreach (Member member in _members)
        {
            member.Dispose();
        }
    }

    private async Task ReadAsync(string filter, Dictionary<string, JsonElement> into)
    {
        string? cursor = null;
        do
        {
            JsonElement page = await _server.CallAsync(HttpMethod.Get, $"/api/v1/requests?owner=crowd&limit=1000&{filter}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            foreach (JsonElement request in page.GetProperty("items").EnumerateArray())
            {
                into[request.GetProperty("id").GetString()!] = request;
            }

            cursor = page.TryGetProperty("next", out JsonElement next) ? next.GetString() : null;
        }
        while (cursor is not null);
    }
}
