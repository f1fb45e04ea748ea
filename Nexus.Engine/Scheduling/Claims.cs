using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>
/// The right to end others' grants follows from what each borrows of the quotas. As grants begin and end under those, in whatever pool, somebody who waits for capacity elsewhere
/// comes to a right that it did not have when it was last asked: then it is asked again.
/// </summary>
internal sealed class Claims(EngineState state, Askers asked)
{
    /// <summary>A request is another than before: what it counts for in its quotas may have changed.</summary>
    /// <param name="before">As it was; null for a new one.</param>
    /// <param name="after">As it is; it is charged already.</param>
    public void Changed(Request? before, Request after)
    {
        if (state.HasPreemptible && !state.Quotas.Forest.IsEmpty && Counted(before) is var was && Counted(after) is var counts && !ReferenceEquals(was, counts))
        {
            Look(after.Owner, was, counts);
        }
    }

    private void Look(OwnerPath owner, ResourceVector? was, ResourceVector? counts)
    {
        foreach (QuotaStep step in Held(owner, was))
        {
            // The nodes on its path borrow less: whoever is under those may have a right to more.
            asked.LookAtClaims(step.Tree.Key.Resource, TopOf(step.Leaf));
        }

        foreach (QuotaStep step in Held(owner, counts).Where(s => MakesBorrower(s, counts!)))
        {
            asked.LookAtClaims(step.Tree.Key.Resource, OwnerPath.Root);
        }
    }

    // What is told to end for somebody borrows nothing any more, and what is kept for that one counts as its own.
    private static ResourceVector? Counted(Request? request) =>
        request is { Status: RequestStatus.Allocated, Notice: null } ? request.Lease!.Amounts : request is { HasEnded: false, Preempting: not null } ? request.Needs : null;

    private IEnumerable<QuotaStep> Held(OwnerPath owner, ResourceVector? amounts) =>
        amounts is null ? [] : (state.Quotas.Forest.Find(owner, amounts)?.Steps ?? []).Where(s => s.Count == QuotaCount.Held);

    // The whole tree has a right to nothing against itself.
    private static OwnerPath TopOf(QuotaNode leaf) => leaf.Path is [.., var below, { Owner.IsRoot: true }] ? below.Owner : leaf.Path[^1].Owner;

    // By this one a node has come above what it has; or, where somebody evens out what is borrowed, its share has grown.
    private bool MakesBorrower(QuotaStep step, ResourceVector amounts)
    {
        long amount = amounts[step.Tree.Key.Resource].Thousandths;
        return state.Pools.Values.Any(p => p.Definition.Preemption.BetweenBorrowers != BetweenBorrowers.Never)
            || Array.Exists(step.Leaf.Path, n => n.Values.IsCohort ? n.All.Used > n.Has.Capacity : n.All.Total > n.Values.Base && n.All.Total - amount <= n.Values.Base);
    }
}
