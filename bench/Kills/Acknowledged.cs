using System.Collections.Concurrent;

namespace Nexus.Bench.Kills;

/// <summary>What the server has said, and what it was asked without having said anything: the measure for what it knows after it was killed.</summary>
internal sealed class Acknowledged
{
    /// <summary>The lease of each request that was granted, as it was answered.</summary>
    public ConcurrentDictionary<string, string> Leases { get; } = new(StringComparer.Ordinal);

    /// <summary>Leases whose release was answered.</summary>
    public ConcurrentDictionary<string, bool> Released { get; } = new(StringComparer.Ordinal);

    /// <summary>Requests of which nobody knows what became of them: the question was sent, no answer came.</summary>
    public ConcurrentDictionary<string, bool> Asked { get; } = new(StringComparer.Ordinal);

    /// <summary>Leases whose release was sent and not answered.</summary>
    public ConcurrentDictionary<string, bool> Releasing { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers so far.</summary>
    public int Answers => Leases.Count + Released.Count;

    /// <summary>Takes the answer to a submission.</summary>
    public void Granted(string id, string lease)
    {
        if (Leases.GetOrAdd(id, lease) != lease)
        {
            throw new InvalidOperationException($"{id} was granted twice: {Leases[id]} and {lease}");
        }
    }
}
