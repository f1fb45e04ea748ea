using System.Globalization;
using System.Text.Json;
using Nexus.Bench.Running;

namespace Nexus.Bench.Kills;

/// <summary>SIGKILL under load, again and again, on the same data: nothing that was answered is lost, nothing is granted twice, no capacity is exceeded, no lease leaks.</summary>
/// <remarks>It proves the order of answering and writing, not that the disk is flushed: the system keeps what a killed process wrote.</remarks>
internal static class KillsBench
{
    public const string Pool = "killed";

    private const int Kills = 1_000;
    private const int Clients = 16;
    private const int Capacity = 40;
    private const int ShortestLife = 30;
    private const int LongestLife = 300;

    public static async Task<int> RunAsync(string[] args)
    {
        int kills = args is [var chosen, ..] ? int.Parse(chosen, CultureInfo.InvariantCulture) : Kills;
        int seed = args is [_, var given, ..] ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        Console.WriteLine($"{kills} kills (another number: kills N SEED) under {Clients} clients that share {Capacity} units, seed {seed}");
        Random random = new(seed);
        using NexusServer nexus = await NexusServer.StartAsync();
        await nexus.SetPoolAsync(Pool, new { gpu = Capacity });
        Acknowledged acknowledged = new();
        List<double> starts = [];
        int unknown = 0;
        for (int kill = 1; kill <= kills; kill++)
        {
            Task[] clients = [.. Enumerable.Range(0, Clients).Select(c => new KilledClient(nexus, acknowledged, $"k{kill}-c{c}", seed + kill + c).WorkAsync())];
            await Task.Delay(random.Next(ShortestLife, LongestLife));
            nexus.Kill();
            await Task.WhenAll(clients);
            unknown += acknowledged.Asked.Count + acknowledged.Releasing.Count;
            starts.Add((await nexus.StartAsync()).TotalSeconds);
            await CheckAsync(nexus, acknowledged);
            if (kill % 50 == 0 || kill == kills)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kill,5} kills: {acknowledged.Answers:N0} answers kept, {unknown:N0} unanswered calls resolved, ready again after {Rounds.Median(starts):0.00} s (median)"));
            }
        }

        nexus.Kill();
        (long events, int granted) = ReadJournal(nexus, acknowledged);
        using JsonDocument verified = JsonDocument.Parse(nexus.Run("journal", "verify"));
        bool sound = verified.RootElement.GetProperty("ok").GetBoolean();
        Console.WriteLine($"the journal of {events:N0} events and {granted:N0} grants, read from its first: each granted once, never more than {Capacity} at a time; journal verify: {(sound ? "ok" : "NOT OK")}");
        return sound ? 0 : 1;
    }

    private static async Task CheckAsync(NexusServer nexus, Acknowledged acknowledged)
    {
        // What was answered is so.
        string[] held = [.. acknowledged.Leases.Where(l => !acknowledged.Released.ContainsKey(l.Value)).Select(l => l.Key)];
        foreach (string id in held)
        {
            JsonElement request = await KilledClient.GetAsync(nexus, $"/api/v1/requests/{id}");
            (string lease, string? status) = (acknowledged.Leases[id], request.GetProperty("status").GetString());
            Must(request.GetProperty("lease").GetProperty("id").GetString() == lease, $"{id} was answered {lease}, and is {request}");
            Must(status == "allocated" || (status == "released" && acknowledged.Releasing.ContainsKey(lease)), $"{lease} was not released, and is {status}");
        }

        // What was not answered is asked again, and becomes one thing.
        foreach (string id in acknowledged.Asked.Keys)
        {
            if (await KilledClient.SubmitAsync(nexus, id) is { } lease)
            {
                acknowledged.Granted(id, lease);
                Must(await KilledClient.SubmitAsync(nexus, id) == lease, $"{id} was granted anew");
            }
        }

        foreach (string lease in acknowledged.Releasing.Keys)
        {
            await KilledClient.ReleaseAsync(nexus, lease);
            acknowledged.Released[lease] = true;
        }

        acknowledged.Asked.Clear();
        acknowledged.Releasing.Clear();

        // What is held is what somebody holds, and no more than there is.
        string[] known = [.. acknowledged.Leases.Values.Where(l => !acknowledged.Released.ContainsKey(l)).Order(StringComparer.Ordinal)];
        Must(known.Distinct(StringComparer.Ordinal).Count() == known.Length, "a lease was given to two");
        JsonElement leases = await KilledClient.GetAsync(nexus, "/api/v1/leases?limit=1000");
        string[] live = [.. leases.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("lease").GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
        Must(live.SequenceEqual(known, StringComparer.Ordinal), $"{live.Except(known, StringComparer.Ordinal).Count()} leases are held that nobody knows, {known.Except(live, StringComparer.Ordinal).Count()} are lost");
        await MustHoldAsync(nexus, known.Length);

        // Half of it goes on over the next kill, the rest is given back.
        foreach (string lease in known.Skip(known.Length / 2))
        {
            await KilledClient.ReleaseAsync(nexus, lease);
            acknowledged.Released[lease] = true;
        }

        await MustHoldAsync(nexus, known.Length / 2);
    }

    private static async Task MustHoldAsync(NexusServer nexus, int expected)
    {
        JsonElement pool = await KilledClient.GetAsync(nexus, $"/api/v1/pools/{Pool}");
        int used = pool.GetProperty("state").GetProperty("gpu").GetProperty("used").GetInt32();
        Must(used == expected && used <= Capacity, $"the pool says {used} of {Capacity} are used, and {expected} are held");
    }

    private static (long Events, int Granted) ReadJournal(NexusServer nexus, Acknowledged acknowledged)
    {
        (long events, int held) = (0, 0);
        Dictionary<string, string> granted = new(StringComparer.Ordinal);
        foreach (string line in nexus.Lines("journal", "export"))
        {
            events++;
            using JsonDocument parsed = JsonDocument.Parse(line);
            JsonElement happened = parsed.RootElement;
            string? type = happened.GetProperty("type").GetString();
            if (type is "requestSubmitted" or "requestStarted" && happened.TryGetProperty("lease", out JsonElement lease))
            {
                Must(granted.TryAdd(happened.GetProperty("id").GetString()!, lease.GetProperty("id").GetString()!), $"granted twice: {line}");
                Must(++held <= Capacity, $"more than {Capacity} at once: {line}");
            }

            held -= type == "requestEnded" ? 1 : 0;
        }

        Must(acknowledged.Leases.All(l => granted.GetValueOrDefault(l.Key) == l.Value), "the journal lacks what was answered");
        return (events, granted.Count);
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
