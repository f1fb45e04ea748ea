using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Owners get back what they lent: of whoever borrows it, under every strategy.</summary>
internal sealed class Reclaims(VictimHunt hunt)
{
    /// <summary>
    /// Who borrows what the seeker's owner has a right to: from the top down the heaviest borrower, and of its grants the youngest of the lowest class. Nobody, where with the
    /// request its node and those above it would all be above what they have, or where the rule of its node reclaims from nobody.
    /// </summary>
    public Victim? Next()
    {
        (Candidate? best, IReadOnlyList<long> heaviest) = (null, []);
        foreach (QuotaStep step in hunt.Held)
        {
            if (step.Leaf.Rule.Reclaim == QuotaReclaim.Never || !TakesBack(step, leaf: null))
            {
                continue;
            }

            Dictionary<QuotaNode, IReadOnlyList<long>> shares = [];
            foreach (Candidate candidate in hunt.Candidates)
            {
                if (hunt.IsGone(candidate) || (step.Leaf.Rule.Reclaim == QuotaReclaim.LowerPriority && candidate.Grant.GrantedClass >= hunt.Seeker.ClassValue)
                    || candidate.In(step.Tree) is not { } leaf)
                {
                    continue;
                }

                if (!shares.TryGetValue(leaf, out IReadOnlyList<long>? borrowed))
                {
                    borrowed = shares[leaf] = VictimHunt.Borrows(leaf, step.Leaf) && TakesBack(step, leaf) ? Shares(leaf, step.Leaf) : [];
                }

                if (borrowed.Count > 0 && candidate.MayEnd && IsHeavier(borrowed, heaviest) && hunt.Helps(candidate, step))
                {
                    (best, heaviest) = (candidate, borrowed);
                }
            }
        }

        return best is null ? null : new Victim(best.Grant, PreemptionRule.Reclaim);
    }

    // With the request its own node stays within what it has, or one above it does, which is not above the grant: that is whose lent quota comes back. Without a grant: where that holds of any.
    private bool TakesBack(QuotaStep step, QuotaNode? leaf)
    {
        long asked = hunt.Seeker.Needs[step.Tree.Key.Resource].Thousandths;
        long charged = asked;
        foreach (QuotaNode node in step.Leaf.Path)
        {
            if (leaf?.Path.Contains(node) == true && (node != step.Leaf || node.Values.IsCohort))
            {
                return false;
            }

            if (node.Values.IsCohort ? node.All.Used + charged <= node.Has.Capacity : node.All.Total + asked <= node.Values.Base)
            {
                return true;
            }

            charged = Math.Max(0, node.All.Used + charged - node.All.Own) - node.All.Passed;
        }

        return false;
    }

    // The shares by which the nodes above a grant borrow, from just below the seeker's path down: so grants are compared where their paths part.
    private long[] Shares(QuotaNode leaf, QuotaNode seekers) =>
    [
        .. leaf.Path.TakeWhile(n => !seekers.Path.Contains(n)).Reverse().Select(n => hunt.ShareOf(n.Owner).Billionths),
    ];

    private static bool IsHeavier(IReadOnlyList<long> one, IReadOnlyList<long> other)
    {
        for (int i = 0; i < one.Count; i++)
        {
            if (i >= other.Count || one[i] != other[i])
            {
                return i >= other.Count || one[i] > other[i];
            }
        }

        return false;
    }
}
