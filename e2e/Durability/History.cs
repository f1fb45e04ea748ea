using System.Text.Json;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Durability;

/// <summary>The exported journal, read without the engine: every event is checked for itself, as an auditor would.</summary>
internal sealed class History
{
    private readonly Dictionary<string, string> _statuses = [];
    private readonly Dictionary<string, decimal> _settled = [];
    private readonly Dictionary<string, (string Request, decimal Gpu)> _held = [];
    private readonly HashSet<string> _leases = [];
    private readonly HashSet<string> _granted = [];
    private readonly List<string> _wrong = [];
    private long _sequence;

    /// <summary>Verifies the journal of a data folder, exports it, and reads what came out.</summary>
    public static async Task<History> ReadAsync(string data)
    {
        JsonElement verified = await NexusServer.RunAsync("journal", "verify", "--data", data);
        Assert.True(verified.GetProperty("ok").GetBoolean() && verified.GetProperty("chain").GetBoolean(), verified.ToString());
        if (verified.TryGetProperty("hash", out JsonElement stored))
        {
            Assert.Equal(stored.GetString(), verified.GetProperty("replayedHash").GetString());
        }

        string file = Path.Combine(data, "exported.jsonl");
        await NexusServer.RunAsync("journal", "export", "--data", data, "--out", file);
        History history = new();
        await foreach (string line in File.ReadLinesAsync(file))
        {
            history.Take(JsonDocument.Parse(line).RootElement);
        }

        File.Delete(file);
        Assert.True(history._wrong.Count == 0, string.Join("\n", history._wrong.Take(10)));
        return history;
    }

    /// <summary>Asserts that all that was acknowledged stands in it as it was acknowledged.</summary>
    public void Confirms(IEnumerable<Asked> asked)
    {
        string[] complaints = [.. asked.Select(a =>
            a.Contradiction(_statuses.GetValueOrDefault(a.Id), null)
            ?? (a.Lease is { } lease && !_leases.Contains(lease) ? $"{a.Id}: its lease {lease} was acknowledged and never granted" : null)
            ?? (a.Settled is { } settled && _settled.GetValueOrDefault(a.Id) != settled ? $"{a.Id}: {settled} tokens acknowledged, {_settled.GetValueOrDefault(a.Id)} settled" : null))
            .OfType<string>()];
        Assert.True(complaints.Length == 0, string.Join("\n", complaints.Take(10)));
    }

    /// <summary>Asserts that every lease has ended.</summary>
    public void LeavesNothingHeld() => Assert.Empty(_held);

    private void Take(JsonElement happened)
    {
        long sequence = happened.GetProperty("sequence").GetInt64();
        When(sequence != _sequence + 1, $"event {sequence} follows on {_sequence}");
        _sequence = sequence;
        if (!happened.TryGetProperty("id", out JsonElement named) || named.GetString() is not { } id)
        {
            return;
        }

        bool started = happened.GetProperty("type").GetString() is "requestSubmitted" or "requestStarted";
        if (happened.TryGetProperty("status", out JsonElement status))
        {
            _statuses[id] = status.GetString()!;
        }

        if (started && happened.TryGetProperty("lease", out JsonElement lease))
        {
            Grant(id, lease);
        }
        else if (happened.GetProperty("type").GetString() == "requestEnded")
        {
            End(id, happened);
        }
    }

    private void Grant(string id, JsonElement lease)
    {
        string name = lease.GetProperty("id").GetString()!;
        When(!_leases.Add(name), $"the lease {name} was granted twice");
        When(!_granted.Add(id), $"{id} was granted twice");
        bool fromCrowd = lease.GetProperty("pools").GetProperty("gpu").GetString() == Crowd.Pool;
        _held[id] = (name, fromCrowd ? lease.GetProperty("amounts").GetProperty("gpu").GetDecimal() : 0);
        decimal used = _held.Values.Sum(h => h.Gpu);
        When(used > Crowd.Capacity, $"event {_sequence}: {used} of {Crowd.Capacity} gpu are granted");
    }

    private void End(string id, JsonElement happened)
    {
        bool had = _held.Remove(id);
        When(!had && _granted.Contains(id), $"event {_sequence}: {id} ended twice");
        if (happened.TryGetProperty("usage", out JsonElement usage) && usage.TryGetProperty("tokens.output", out JsonElement tokens))
        {
            _settled[id] = tokens.GetDecimal();
        }
    }

    private void When(bool holds, string wrong)
    {
        if (holds)
        {
            _wrong.Add(wrong);
        }
    }
}
