using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>The budgets in whose scope an owner is, as far as its path tells; which of them count costs with some labels is found once for those who come with the same.</summary>
/// <param name="nodes">The budgets, by name.</param>
internal sealed class BudgetsOfOwner(BudgetNode[] nodes)
{
    private readonly bool _asksLabels = Array.Exists(nodes, n => n.Definition.Scope.Labels.Count > 0);
    private (Labels Labels, BudgetNode[] Nodes) _last = (Labels.None, Array.FindAll(nodes, n => n.Definition.Scope.Labels.Count == 0));

    /// <summary>Those that count costs with some labels, by name.</summary>
    public BudgetNode[] With(Labels labels)
    {
        if (!_asksLabels)
        {
            return nodes;
        }

        if (!ReferenceEquals(_last.Labels, labels))
        {
            BudgetNode[] found = Array.FindAll(nodes, n => labels.Match(n.Definition.Scope.Labels));
            _last = (labels, found.AsSpan().SequenceEqual(_last.Nodes) ? _last.Nodes : found);
        }

        return _last.Nodes;
    }
}
