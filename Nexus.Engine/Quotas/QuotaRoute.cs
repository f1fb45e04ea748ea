using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Quotas;

/// <summary>The rules that requests for the same kinds of owners under the same rules must pass: what stops one stops all that ask the same.</summary>
internal sealed class QuotaRoute(QuotaStep[] steps)
{
    /// <summary>The rules, by kind and period.</summary>
    public IReadOnlyList<QuotaStep> Steps => steps;

    /// <summary>True where the time for which a request asks decides how much counts.</summary>
    public bool DependsOnTime { get; } = Array.Exists(steps, static s => s.DependsOnTime);
}

/// <summary>What a request asks of its quotas.</summary>
/// <param name="Route">The rules that it must pass.</param>
/// <param name="Needs">What all its members need together.</param>
/// <param name="Duration">For how long, where that matters and is stated.</param>
/// <param name="Lease">How long its lease lasts, where that matters.</param>
/// <param name="Use">Firm where its grant cannot be preempted.</param>
internal readonly record struct QuotaAsk(QuotaRoute Route, ResourceVector Needs, TimeSpan? Duration, TimeSpan Lease, QuotaUse Use)
{
    /// <summary>What a request asks; null where no rule concerns it.</summary>
    public static QuotaAsk? Of(QuotaForest forest, RequestSpec spec, ResourceVector needs) => forest.Find(spec.Owner, needs) is not { } route ? null
        : new QuotaAsk(route, needs, route.DependsOnTime ? spec.Duration : null, route.DependsOnTime ? spec.LeaseLength : default, UseOf(spec));

    /// <summary>By which computations a request's grant counts.</summary>
    public static QuotaUse UseOf(RequestSpec spec) => spec.Preemptible ? QuotaUse.All : QuotaUse.Firm;

    /// <summary>True when every rule lets it pass at a moment.</summary>
    public bool Allowed(long now)
    {
        foreach (QuotaStep step in Route.Steps)
        {
            if (!step.Tree.Allows(step.Leaf, Checked(step), Use, now))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when one of the rules lets it pass at a moment.</summary>
    public bool Allowed(QuotaStep step, long now) => step.Tree.Allows(step.Leaf, Checked(step), Use, now);

    /// <summary>The first rule that stops it at a moment, or null.</summary>
    public QuotaStop? Stop(long now)
    {
        foreach (QuotaStep step in Route.Steps)
        {
            if (step.Tree.Blocks(step.Leaf, Checked(step), Use, now) is { } block)
            {
                return new QuotaStop(step, block, Checked(step));
            }
        }

        return null;
    }

    /// <summary>The first rule that it can never pass as the rules stand, or null.</summary>
    public QuotaStop? Never(long now)
    {
        foreach (QuotaStep step in Route.Steps)
        {
            if (step.Tree.NeverAllows(step.Leaf, Checked(step), Use, now) is { } block)
            {
                return new QuotaStop(step, block, Checked(step));
            }
        }

        return null;
    }

    /// <summary>The first moment at which every rule would let it pass if nothing else is taken or given back; null where none is known.</summary>
    public long? Earliest(long now)
    {
        long latest = now;
        foreach (QuotaStep step in Route.Steps)
        {
            if (QuotaOutlook.Earliest(step.Tree, step.Leaf, Checked(step), Use, now) is not { } at)
            {
                return null;
            }

            latest = Math.Max(latest, at);
        }

        return latest;
    }

    // What will be counted only afterwards needs at least something that is left.
    private long Checked(QuotaStep step) => Math.Max(1, step.Asked(Needs, Duration, Lease));
}

/// <summary>What stops a request among its quotas.</summary>
/// <param name="Step">The rule nearest to its owner, in the tree that stops it.</param>
/// <param name="Block">The node that does, and by how much.</param>
/// <param name="Asked">What was asked, in thousandths.</param>
internal readonly record struct QuotaStop(QuotaStep Step, QuotaBlock Block, long Asked)
{
    /// <summary>As the reason of a decision.</summary>
    public Reason Reason(ReasonCode code, Instant? earliest) => new(
        code, Kind: Step.Tree.Key.Resource, Needed: Amount(Asked), Available: Amount(Asked - Block.Missing), Earliest: earliest, Name: Block.Node.Owner.IsRoot ? "~" : Block.Node.Owner.ToString())
    {
        Period = Step.Tree.Key.Period,
    };

    private static Quantity Amount(long thousandths) => Quantity.FromThousandths(Math.Clamp(thousandths, 0, Quantity.MaxThousandths));
}
