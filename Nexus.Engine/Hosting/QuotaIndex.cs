using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Hosting;

/// <summary>What is set for nodes of the owner path and used there at one moment, by path. Never changed: each batch that touches one replaces it by another.</summary>
internal sealed class QuotaIndex(QuotaState[] sorted)
{
    /// <summary>Nothing is set for anybody.</summary>
    public static QuotaIndex Empty { get; } = new([]);

    /// <summary>All of them, by path.</summary>
    public IReadOnlyList<QuotaState> All => sorted;

    /// <summary>Those of an engine.</summary>
    public static QuotaIndex Of(IEnumerable<QuotaState> states) => new([.. states.OrderBy(s => s.Owner.ToString(), StringComparer.Ordinal)]);

    /// <summary>The trees that they make. Of its own for each who asks: reading them at a moment works them out for that moment.</summary>
    public QuotaReading Reading(Configuration configuration) => new(sorted, configuration.Kind);

    /// <summary>These nodes as they are after some owners' use of them, or what is set for them, was touched.</summary>
    public QuotaIndex With(IReadOnlyCollection<OwnerPath> touched, Func<OwnerPath, QuotaState?> present)
    {
        HashSet<OwnerPath> nodes = [.. touched.SelectMany(o => o.SelfAndParents()), OwnerPath.Root];
        Dictionary<OwnerPath, QuotaState> changes = [];
        foreach (OwnerPath node in nodes)
        {
            if (present(node) is { } state)
            {
                changes.Add(node, state);
            }
        }

        List<QuotaState> kept = new(sorted.Length + 1);
        foreach (QuotaState state in sorted)
        {
            if (changes.Remove(state.Owner, out QuotaState? now))
            {
                kept.Add(now);
            }
            else if (!nodes.Contains(state.Owner))
            {
                kept.Add(state);
            }
        }

        return changes.Count == 0 ? new QuotaIndex([.. kept]) : Of(kept.Concat(changes.Values));
    }
}
