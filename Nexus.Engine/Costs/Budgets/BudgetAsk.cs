using Nexus.Engine.Charges;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>What a request asks of its budgets. Equal where the same budgets are asked for the same: what stops one stops all.</summary>
/// <param name="nodes">The budgets, in the order of their names; at least one.</param>
/// <param name="estimate">What it would cost, at most, whichever of the pools that it accepts serves it.</param>
/// <param name="wholeOf">The kind of which a kind is a part.</param>
internal sealed class BudgetAsk(BudgetNode[] nodes, CostEstimate estimate, Func<string, string?> wholeOf) : IEquatable<BudgetAsk>, ISpendingAsk
{
    /// <summary>The budgets.</summary>
    public IReadOnlyList<BudgetNode> Nodes => nodes;

    /// <summary>What it would cost, at most.</summary>
    public CostEstimate Estimate => estimate;

    /// <summary>What stops it at a moment: the first budget by name, with the time at which all of them let it pass; or null.</summary>
    public BudgetStop? Stop(long now, CostEstimate? instead = null)
    {
        BudgetStop? first = null;
        for (int i = 0; i < nodes.Length; i++)
        {
            if (nodes[i].Stops(estimate, wholeOf, now, instead) is not { } stop)
            {
                continue;
            }

            first = first is null || (stop.IsNever && !first.IsNever) ? stop with { Earliest = first is null ? stop.Earliest : Latest(first.Earliest, stop.Earliest) } : first with { Earliest = Latest(first.Earliest, stop.Earliest) };
        }

        return first;
    }

    ISpendingStop? ISpendingAsk.Stop(long now, CostEstimate? instead) => Stop(now, instead);

    /// <summary>How far a lease may reach as far as the budgets of coming periods allow.</summary>
    public long Reach(long now, CostEstimate? instead = null)
    {
        long reach = long.MaxValue;
        foreach (BudgetNode node in nodes)
        {
            reach = Math.Min(reach, node.Reach(estimate, wholeOf, now, instead));
        }

        return reach;
    }

    /// <summary>The places at which it waits: at each budget that stops it.</summary>
    public List<(WaitPoint Point, long Need)> Places(long now) =>
        [.. nodes.Select(n => n.Stops(estimate, wholeOf, now)).OfType<BudgetStop>().Select(s => ((WaitPoint)s.Node.Point, BudgetPoint.Need(s.Needed)))];

    /// <inheritdoc/>
    public bool Equals(BudgetAsk? other)
    {
        if (other is null || nodes.Length != other.Nodes.Count || estimate.Lines.Count != other.Estimate.Lines.Count)
        {
            return false;
        }

        for (int i = 0; i < nodes.Length; i++)
        {
            if (nodes[i] != other.Nodes[i])
            {
                return false;
            }
        }

        for (int i = 0; i < estimate.Lines.Count; i++)
        {
            (EstimateLine a, EstimateLine b) = (estimate.Lines[i], other.Estimate.Lines[i]);
            if (a.Resource != b.Resource || a.Cost != b.Cost || a.To - a.From != b.To - b.From)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as BudgetAsk);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(nodes.Length, nodes[0].Definition.Id, estimate.Total);

    private static long? Latest(long? a, long? b) => a is { } x && b is { } y ? Math.Max(x, y) : null;
}
