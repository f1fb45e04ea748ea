using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>The trees of quotas as a reader finds them: made of the nodes' states, for whoever computes something about them.</summary>
internal sealed class QuotaReading
{
    private readonly IReadOnlyList<QuotaState> _states;
    private Dictionary<OwnerPath, int>? _weights;

    /// <summary>Of the nodes' states.</summary>
    /// <param name="states">All of them, in any order.</param>
    /// <param name="kindOf">Finds a kind.</param>
    public QuotaReading(IReadOnlyList<QuotaState> states, Func<string, ResourceKind?> kindOf)
    {
        _states = states;
        Forest = new QuotaForest(kindOf);
        foreach (QuotaTreeKey key in states.SelectMany(s => QuotaRefiling.KeysOf(s.Definition)).Distinct())
        {
            Forest.Set(key, TreeOf(key, states));
        }
    }

    /// <summary>Nothing is set for anybody.</summary>
    public static QuotaReading None => new([], static _ => null);

    /// <summary>The weights that are set, in thousandths, by owner.</summary>
    public IReadOnlyDictionary<OwnerPath, int> Weights => _weights ??= _states.ToDictionary(s => s.Definition.Owner, s => s.Definition.Weight);

    /// <summary>The trees.</summary>
    public QuotaForest Forest { get; }

    /// <summary>The nodes within a path, with what is shown of them at a moment.</summary>
    public IReadOnlyList<QuotaShown> Show(OwnerPath within, long now)
    {
        Dictionary<QuotaTreeKey, IReadOnlyDictionary<QuotaNode, QuotaFigures>> figures = [];
        return
        [
            .. _states.Where(s => s.Owner.IsWithin(within)).Select(s => new QuotaShown(s, [.. QuotaRefiling.KeysOf(s.Definition).Select(k => Of(k)[Forest.Tree(k)!.Node(s.Owner)!])])),
        ];

        IReadOnlyDictionary<QuotaNode, QuotaFigures> Of(QuotaTreeKey key) =>
            figures.TryGetValue(key, out IReadOnlyDictionary<QuotaNode, QuotaFigures>? known) ? known : figures[key] = QuotaFigures.Of(Forest.Tree(key)!, now);
    }

    /// <summary>The tree of a kind and period as it would be with another rule at a node.</summary>
    public QuotaTree With(QuotaTreeKey key, OwnerPath owner, QuotaRule rule) => TreeOf(key,
    [
        .. _states.Select(s => s.Owner != owner ? s : s with
        {
            Definition = s.Definition with { Rules = [.. s.Definition.Rules.Select(r => r.Resource == key.Resource && r.Period == key.Period ? rule : r)] },
        }),
    ]);

    /// <summary>A tree with what the states say is used.</summary>
    public static QuotaTree TreeOf(QuotaTreeKey key, IReadOnlyList<QuotaState> states)
    {
        Dictionary<OwnerPath, QuotaRuleUse> uses = [];
        List<(OwnerPath, QuotaRule)> rules = [];
        foreach (QuotaState state in states)
        {
            for (int i = 0; i < state.Uses.Count; i++)
            {
                QuotaRule rule = state.Definition.Rules[i];
                if (rule.Resource == key.Resource && rule.Period == key.Period)
                {
                    rules.Add((state.Owner, rule));
                    uses.Add(state.Owner, state.Uses[i]);
                }
            }
        }

        QuotaTree tree = new(key, rules);
        foreach (QuotaNode node in tree.Nodes)
        {
            node.Restore(uses[node.Owner]);
        }

        return tree;
    }
}
