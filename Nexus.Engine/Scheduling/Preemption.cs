using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Why a grant is ended for the sake of somebody else.</summary>
public enum PreemptionRule
{
    /// <summary>A higher class needs what it holds.</summary>
    Priority = 0,

    /// <summary>The owner of lent quota wants it back.</summary>
    Reclaim = 1,

    /// <summary>A booking or reservation begins that needs what it holds.</summary>
    Booking = 2,

    /// <summary>An operator put it back into the queue.</summary>
    Operator = 3,

    /// <summary>Its node holds more than its limit, and an operator chose that this is taken back.</summary>
    Quota = 4,

    /// <summary>An owner that borrows less needs what its owner borrows.</summary>
    FairShare = 5,
}

/// <summary>What the holder of a grant is told before it is ended: until then it runs on, and may hand over.</summary>
/// <param name="At">When the grant ends.</param>
/// <param name="Rule">Why.</param>
/// <param name="ForOwner">Whose request it makes way for; of a limit that is enforced the node where that stands.</param>
/// <param name="ForId">The id of that request; of a limit that is enforced its kind, in a form that no id has.</param>
public sealed record PreemptionNotice(Instant At, PreemptionRule Rule, OwnerPath ForOwner, string ForId)
{
    private const string QuotaOf = "quota of ";

    /// <summary>The kind of the limit that is enforced; null where it makes way for a request.</summary>
    public string? QuotaKind => Rule == PreemptionRule.Quota ? KindOf(ForId) : null;

    /// <summary>How a limit is named that is enforced.</summary>
    internal static string OfQuota(string kind) => QuotaOf + kind;

    /// <summary>The kind that is named so.</summary>
    internal static string KindOf(string quota) => quota[QuotaOf.Length..];

    /// <summary>The request it makes way for.</summary>
    public RequestKey For => new(ForOwner.Tenant, ForId);
}

/// <summary>What a waiting request is about to get from grants that were told to end; what they free is kept for it.</summary>
/// <param name="At">When they end.</param>
/// <param name="Rule">By which rule.</param>
/// <param name="Pools">The pool of each of its amounts, in their order.</param>
/// <param name="Victims">The requests whose grants end.</param>
public sealed record Preempting(Instant At, PreemptionRule Rule, IReadOnlyList<string> Pools, IReadOnlyList<RequestKey> Victims)
{
    /// <summary>Why a request waits while grants end for its sake, or do not any more.</summary>
    internal static Reason? ReasonOf(Request request, Preempting? preempting) => preempting is null ? request is { Status: RequestStatus.Reserved, Reason.Code: ReasonCode.PreemptionUnderWay } ? null : request.Reason
        : new Reason(ReasonCode.PreemptionUnderWay, preempting.Pools[0], request.Needs[0].Kind, request.Needs[0].Quantity, request.Reason?.Available, preempting.At, preempting.Rule == PreemptionRule.FairShare ? ReasonText.EvenOut : null);
}

/// <summary>What the earlier attempts of a request used; it stays charged.</summary>
/// <param name="Lease">The lease of the last of them.</param>
/// <param name="Held">How long they held their grants together.</param>
/// <param name="Metered">What they consumed together.</param>
public sealed record LostWork(long Lease, TimeSpan Held, ResourceVector Metered)
{
    /// <summary>With what one more attempt used.</summary>
    internal static LostWork After(LostWork? before, Lease lease, Settlement settlement) =>
        new(lease.Number, (before?.Held ?? TimeSpan.Zero) + settlement.Held, before is null ? settlement.Metered : Together(before.Metered, settlement.Metered));

    // A sum for people, which stays within what an amount can be however often a request is put back.
    private static ResourceVector Together(ResourceVector a, ResourceVector b) => ResourceVector.Of(a.Select(x => x.Kind).Union(b.Select(x => x.Kind), StringComparer.Ordinal)
        .Select(k => new ResourceAmount(k, Quantity.FromThousandths(Math.Min(Quantity.MaxThousandths, a[k].Thousandths + b[k].Thousandths)))));
}
