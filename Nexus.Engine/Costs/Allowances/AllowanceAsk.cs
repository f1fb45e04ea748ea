using Nexus.Engine.Charges;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Allowances;

/// <summary>What a request asks of its allowance, of all above that, and of its budgets.</summary>
/// <param name="node">The allowance that it draws from.</param>
/// <param name="wanted">What it would draw.</param>
/// <param name="had">What it draws already, which that would replace.</param>
/// <param name="budgets">What it asks of its budgets; null where none is concerned.</param>
internal sealed class AllowanceAsk(AllowanceNode node, AllowanceAmount[] wanted, AllowanceAmount[] had, BudgetAsk? budgets) : ISpendingAsk
{
    private AllowanceNode Node => node;

    private AllowanceAmount[] Wanted => wanted;

    private BudgetAsk? Budgets => budgets;

    /// <summary>A run is stopped by its own limits before it is by those of its tenant.</summary>
    public ISpendingStop? Stop(long now, CostEstimate? instead = null)
    {
        AllowanceStop? own = OwnStop(now);
        if (own?.IsNever == true || budgets is null)
        {
            return own;
        }

        BudgetStop? wider = budgets.Stop(now, instead);
        return wider is { IsNever: true } ? wider : own ?? (ISpendingStop?)wider;
    }

    /// <inheritdoc/>
    public List<(WaitPoint Point, long Need)> Places(long now)
    {
        List<(WaitPoint, long)> places = budgets?.Places(now) ?? [];
        foreach ((AllowanceTally tally, Int128 more) in Stopping())
        {
            places.Add((tally, tally.Need(more)));
        }

        return places;
    }

    /// <summary>Somebody waits who asks for that: see <see cref="AllowanceTally.MostWanted"/>.</summary>
    public void Want()
    {
        foreach (AllowanceAmount amount in wanted)
        {
            foreach (AllowanceNode above in node.Path)
            {
                if (above.Find(amount.Name) is { Limit: not null } tally)
                {
                    tally.MostWanted = Int128.Max(tally.MostWanted, amount.Amount);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) =>
        obj is AllowanceAsk other && node == other.Node && wanted.AsSpan().SequenceEqual(other.Wanted) && Equals(budgets, other.Budgets);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(node.Number, wanted.Length, budgets);

    /// <summary>What of the allowances stops it at a moment, or null.</summary>
    public AllowanceStop? OwnStop(long now)
    {
        foreach (AllowanceNode above in node.Path)
        {
            if (!above.IsOpen || now >= above.ExpiresAt.Milliseconds)
            {
                return new AllowanceStop(above, above.Status == AllowanceStatus.Cancelled ? ReasonCode.AllowanceCancelled : ReasonCode.AllowanceExpired);
            }
        }

        AllowanceStop? first = null;
        foreach ((AllowanceTally tally, Int128 more) in Stopping())
        {
            Int128 asked = AllowanceAmount.In(wanted, tally.Name) - AllowanceAmount.In(had, tally.Name);
            if (tally.Used + asked > tally.Limit)
            {
                return new AllowanceStop(tally.Node, ReasonCode.AllowanceSpent) { Tally = tally, Needed = asked };
            }

            first ??= new AllowanceStop(tally.Node, ReasonCode.OverAllowance) { Tally = tally, Needed = more };
        }

        return first;
    }

    // The places that have too little, from below, and what each would have to give: where a branch has it, nothing is asked of those above.
    private IEnumerable<(AllowanceTally Tally, Int128 More)> Stopping()
    {
        foreach (AllowanceAmount amount in wanted)
        {
            Int128 more = amount.Amount - AllowanceAmount.In(had, amount.Name);
            for (AllowanceNode? above = node; above is not null && more > 0; above = above.Parent)
            {
                if (above.Find(amount.Name) is not { } tally)
                {
                    continue;
                }

                if (tally.Limit is { } limit && tally.Committed + more > limit)
                {
                    yield return (tally, more);
                }

                more = tally.Above(more);
            }
        }
    }
}
