using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>What frees of a quota on what is held, and is kept for whoever is first of those that it alone stops and has waited long enough: else a stream of small requests could keep a large one waiting for ever.</summary>
/// <remarks>Nobody is kept from what the nodes below keep for themselves.</remarks>
internal sealed class QuotaKeeps(EngineState state, FreedQuotas freed)
{
    /// <summary>Why somebody must not start, though its quotas would let it; or null.</summary>
    /// <param name="ask">What it asks of its quotas; null where no rule concerns it.</param>
    /// <param name="asks">Who; null: somebody who need not wait for others.</param>
    /// <param name="now">The moment, in milliseconds.</param>
    public Reason? Stops(QuotaAsk? ask, IClaimant? asks, long now)
    {
        if (ask is not { } asked || asks is null)
        {
            return null;
        }

        if (Freed(ask, asks, now) is { } theirs)
        {
            return theirs;
        }

        foreach (QuotaStep step in asked.Route.Steps)
        {
            long needed = step.Count == QuotaCount.Held ? step.Asked(asked.Needs, asked.Duration, asked.Lease) : 0;
            long rest = needed;
            foreach (QuotaNode node in step.Leaf.Path)
            {
                if (rest <= 0 || node.Bucket is not null)
                {
                    break;
                }

                if (IsKept(node, asked.Use, asks, now))
                {
                    return new Reason(ReasonCode.BehindPlan, Kind: step.Tree.Key.Resource, Needed: Quantity.FromThousandths(needed), Name: node.Owner.IsRoot ? "~" : node.Owner.ToString());
                }

                QuotaMeter meter = node.Of(asked.Use);
                rest -= meter.Own > 0 ? meter.Free : 0;
            }
        }

        return null;
    }

    /// <summary>Why somebody must not start, as what it would take is freed for somebody else; or null.</summary>
    public Reason? Freed(QuotaAsk? ask, IClaimant? asks, long now) =>
        asks is not null && freed.Stop(ask, asks is Live live ? live.Request.Key : ((Submission)asks).Spec.Key, now) is { } stop ? FreedQuotas.ReasonOf(stop) : null;

    // What does not count as firm takes nothing from those who wait for firm use.
    private bool IsKept(QuotaNode node, QuotaUse use, IClaimant asks, long now)
    {
        foreach (QuotaPoint point in node.Points)
        {
            if (point.Kind == QuotaPointKind.Left && (point.Use == QuotaUse.All || use == QuotaUse.Firm)
                && !point.Waiting.IsEmpty && point.Waiting.Find(long.MaxValue, now) is { Shape: { First: { Request.Preempting: null } first } shape }
                && state.Pools.GetValueOrDefault(shape.Route.Home) is { } home && !ReferenceEquals(first, asks)
                && now - first.Request.SubmittedAt.Milliseconds >= (long)home.Definition.KeepAfter.TotalMilliseconds
                && home.Order.Compare(first, asks, now) < 0 && shape.Route.Choose(shape.Resources, now, first) is not null)
            {
                return true;
            }
        }

        return false;
    }
}
