using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Nexus.Bench.Running;

namespace Nexus.Bench.Kills;

/// <summary>Submits and releases until the server is gone, and writes down what it was told.</summary>
internal sealed class KilledClient(NexusServer nexus, Acknowledged acknowledged, string name, int seed)
{
    private const int MostHeld = 4;
    private readonly Random _random = new(seed);
    private readonly Queue<(string Id, string Lease)> _held = [];

    /// <summary>Works until the server does not answer any more.</summary>
    public async Task WorkAsync()
    {
        try
        {
            for (int i = 0; ; i++)
            {
                if (_held.Count < MostHeld && _random.Next(3) > 0)
                {
                    string id = $"{name}-{i}";
                    acknowledged.Asked[id] = true;
                    if (await SubmitAsync(nexus, id) is { } lease)
                    {
                        acknowledged.Granted(id, lease);
                        _held.Enqueue((id, lease));
                    }

                    acknowledged.Asked.TryRemove(id, out _);
                }
                else if (_held.TryDequeue(out (string Id, string Lease) one))
                {
                    acknowledged.Releasing[one.Lease] = true;
                    await ReleaseAsync(nexus, one.Lease);
                    acknowledged.Released[one.Lease] = true;
                    acknowledged.Releasing.TryRemove(one.Lease, out _);
                }
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or JsonException)
        {
            // Killed in mid-sentence: what was asked last is not known.
        }
    }

    /// <summary>Asks for one unit; the same id may be asked again.</summary>
    /// <returns>The lease, or null when it was refused.</returns>
    public static async Task<string?> SubmitAsync(NexusServer nexus, string id)
    {
        using HttpResponseMessage answer = await nexus.Http.PostAsJsonAsync("/api/v1/requests", new { id, owner = "acme/killed", pools = new[] { KillsBench.Pool }, resources = new { gpu = 1 }, leaseSeconds = 86_400 });
        JsonElement request = await ReadAsync(answer);
        return request.GetProperty("status").GetString() == "allocated" ? request.GetProperty("lease").GetProperty("id").GetString() : null;
    }

    /// <summary>Gives a unit back; may be asked again.</summary>
    public static async Task ReleaseAsync(NexusServer nexus, string lease)
    {
        using StringContent nothing = new("{}", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await nexus.Http.PostAsync($"/api/v1/leases/{lease}/release", nothing);
        await ReadAsync(answer);
    }

    /// <summary>Reads what must be there.</summary>
    public static async Task<JsonElement> GetAsync(NexusServer nexus, string path)
    {
        using HttpResponseMessage answer = await nexus.Http.GetAsync(path);
        return await ReadAsync(answer);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {text}");
    }
}
