using Nexus.Engine.Quotas;

namespace Nexus.Engine.Scheduling;

/// <summary>A grant that a search for victims comes to. What is asked of it is found once, and only when it is asked: most searches end before they come to most grants.</summary>
/// <param name="grant">The grant.</param>
/// <param name="hunt">The search.</param>
internal sealed class Candidate(Live grant, VictimHunt hunt)
{
    private QuotaStep[]? _steps;
    private bool? _mayEnd;

    /// <summary>The grant.</summary>
    public Live Grant => grant;

    /// <summary>True when it may end for the request.</summary>
    public bool MayEnd => _mayEnd ??= hunt.MayEnd(grant);

    /// <summary>The node under whose rule of a tree it stands, or null.</summary>
    public QuotaNode? In(QuotaTree tree)
    {
        foreach (QuotaStep step in _steps ??= hunt.StepsOf(grant))
        {
            if (step.Tree == tree)
            {
                return step.Leaf;
            }
        }

        return null;
    }
}
