using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>What is set for a node of the owner path and what is used there, at one moment. Never changed: each event replaces it by another.</summary>
/// <param name="Definition">What an operator set.</param>
/// <param name="Version">The sequence number of the event that last changed that.</param>
/// <param name="Uses">What is used under each of its rules, in their order.</param>
public sealed record QuotaState(QuotaDefinition Definition, long Version, IReadOnlyList<QuotaRuleUse> Uses)
{
    /// <summary>The node.</summary>
    public OwnerPath Owner => Definition.Owner;
}

/// <summary>What is used under one rule, and what happened to it; amounts in thousandths.</summary>
/// <param name="Slots">What was used in each slot of the period that may still count; without a period one, of the present.</param>
/// <param name="Level">Of a rate: what its bucket held at <paramref name="At"/>, negative where it owes.</param>
/// <param name="Remainder">Of a rate: what had flowed in beyond whole thousandths, so that looking often or seldom gives the same level.</param>
/// <param name="At">Of a rate: the moment of <paramref name="Level"/>.</param>
/// <param name="Peak">The most that counted at once.</param>
/// <param name="Rejections">How many requests and extensions it was the lowest to refuse.</param>
public sealed record QuotaRuleUse(IReadOnlyList<QuotaSlotUse> Slots, long Level, long Remainder, Instant At, long Peak, long Rejections)
{
    /// <summary>That of a rule as it stands.</summary>
    internal static QuotaRuleUse Of(QuotaNode node) => new(
        node.Slots is { } slots ? [.. slots.Kept.Select(s => new QuotaSlotUse(s.Slot, s.All, s.Firm))]
            : node.Bucket is null && (node.All.Total, node.Firm.Total) is var (all, firm) && (all | firm) != 0 ? [new QuotaSlotUse(0, all, firm)] : [],
        node.Bucket?.Level ?? 0, node.Bucket?.Remainder ?? 0, new Instant(node.Bucket?.At ?? 0), node.Peak, node.Rejections);
}

/// <summary>What was used in a slot, in thousandths.</summary>
/// <param name="Slot">The slot's number; see <see cref="QuotaPeriod"/>.</param>
/// <param name="All">By all grants.</param>
/// <param name="Firm">By those that cannot be preempted.</param>
public readonly record struct QuotaSlotUse(long Slot, long All, long Firm);

/// <summary>What a grant that was extended had charged to one tree in one slot.</summary>
/// <param name="Tree">The tree.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Amount">How much, in thousandths.</param>
internal readonly record struct QuotaCharge(QuotaTreeKey Tree, long Slot, long Amount);
