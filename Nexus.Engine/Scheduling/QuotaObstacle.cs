using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>What of its quotas keeps a request from starting now.</summary>
/// <param name="Ask">What the request asks of its quotas.</param>
/// <param name="Stop">The first rule that stops it.</param>
/// <param name="Reason">The reason in full.</param>
internal sealed record QuotaObstacle(QuotaAsk Ask, QuotaStop Stop, Reason Reason)
{
    /// <summary>The node that stops it: what is used below it is what it lacks.</summary>
    public OwnerPath Node => Stop.Block.Node.Owner;

    /// <summary>The kind of which there is too little.</summary>
    public string Kind => Stop.Step.Tree.Key.Resource;

    /// <summary>What stops a request now, or null.</summary>
    public static QuotaObstacle? First(Request request, Present present)
    {
        long now = present.Now.Milliseconds;
        return QuotaAsk.Of(present.Quotas.Forest, request.Spec, request.Needs) is not { } ask ? null
            : ask.Never(now) is { } never ? new QuotaObstacle(ask, never, never.Reason(ReasonCode.ExceedsQuota, null))
            : ask.Stop(now) is { } stop ? new QuotaObstacle(ask, stop, stop.Reason(ReasonCode.OverQuota, null))
            : null;
    }

    /// <summary>What a running grant holds of what is lacking, in thousandths.</summary>
    public long HeldBy(Request running) =>
        Stop.Step.Count == QuotaCount.Held && running.Lease is { } lease && running.Owner.IsWithin(Node) ? lease.Amounts[Kind].Thousandths : 0;

    /// <summary>When its quotas would let it pass, if those that wait for the same under the node go first.</summary>
    public Estimate Estimate(Rivals rivals, Present present)
    {
        long now = present.Now.Milliseconds;
        if (Reason.Code == ReasonCode.ExceedsQuota)
        {
            return Scheduling.Estimate.None;
        }

        if (Stop.Step.Count == QuotaCount.Held)
        {
            return Estimates.Returned(HeldBy, Stop.Block.Available, Stop.Asked + rivals.NeedOf(Kind), present);
        }

        // Those ahead take what comes first; only of a flow is it known what comes then.
        long? at = rivals.Count == 0 ? Ask.Earliest(now) : null;
        return at is { } moment ? new(new Instant(moment), EstimateBasis.Refill, new StartInterval(new Instant(moment), new Instant(moment))) : Scheduling.Estimate.None;
    }

    /// <summary>The changes that would admit it, each tried: less of what is lacking, a grant that can be preempted, more quota at the node.</summary>
    public IEnumerable<Counterfactual> Changes(Request request, Present present)
    {
        long now = present.Now.Milliseconds;
        if (Less(request, now) is { } less)
        {
            yield return new Counterfactual(CounterfactualKind.AskForLess, less, StartsNow: true);
        }

        if (Ask.Use == QuotaUse.Firm && (Ask with { Use = QuotaUse.All }).Allowed(now))
        {
            yield return new Counterfactual(CounterfactualKind.BePreemptible, StartsNow: true);
        }

        if (Raised(present) is { } raised)
        {
            yield return new Counterfactual(CounterfactualKind.RaiseQuota, ResourceVector.Of(new ResourceAmount(Kind, raised)), StartsNow: true, Node: Reason.Name);
        }
    }

    private ResourceVector? Less(Request request, long now)
    {
        if (Stop.Step.Count is not (QuotaCount.Held or QuotaCount.Metered) || Stop.Block.Available <= 0)
        {
            return null;
        }

        Quantity left = Quantity.FromThousandths(Stop.Block.Available);
        ResourceVector needs = ResourceVector.Of(request.Needs.Select(a => a.Kind == Kind ? a with { Quantity = left } : a));
        return (Ask with { Needs = needs }).Allowed(now) ? ResourceVector.Of(new ResourceAmount(Kind, left)) : null;
    }

    // By what is missing at the lowest node that stops it; where one above stops it as well, that alone would not help.
    private Quantity? Raised(Present present)
    {
        QuotaRule rule = Stop.Block.Node.Rule;
        QuotaTree before = Stop.Step.Tree;
        long more = Stop.Block.Missing;
        long to = more + (rule.Limit ?? rule.Extra ?? Quantity.Zero).Thousandths;
        if (rule.Windows.Count > 0 || to > Quantity.MaxThousandths || (rule.Burst is { } burst && burst.Thousandths < Stop.Asked))
        {
            return null;
        }

        Quantity raised = Quantity.FromThousandths(to);
        QuotaTree after = present.Quotas.With(before.Key, Node, rule.Limit is null ? rule with { Extra = raised } : rule with { Limit = raised });
        foreach (QuotaStep step in Ask.Route.Steps)
        {
            QuotaTree tree = step.Tree == before ? after : step.Tree;
            long asked = Math.Max(1, step.Asked(Ask.Needs, Ask.Duration, Ask.Lease));
            if (!tree.Allows(tree.Node(step.Leaf.Owner)!, asked, Ask.Use, present.Now.Milliseconds))
            {
                return null;
            }
        }

        return Quantity.FromThousandths(more);
    }
}
