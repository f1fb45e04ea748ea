using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>How shared grants lie in the journal and in snapshots; see <see cref="Layout"/>. The number of a lease that nobody began is 0.</summary>
internal static class MergingLayout
{
    private const long Nobody = 0;

    /// <summary>A grant, and the one that it joined.</summary>
    public static void Shared(this EventBuffer to, Lease lease)
    {
        to.Grant(lease);
        if (lease.MergedWith is { } grant)
        {
            to.Number(grant);
        }
    }

    public static Lease Shared(ref this EventReader from) => from.Grant()! with { MergedWith = from.Number() };

    /// <summary>Of a submission that may share its grant, and got one at once, what it joined.</summary>
    public static void Joined(this EventBuffer to, RequestSubmitted submitted)
    {
        if (submitted is { Spec.Mergeable: true, Lease: { } lease })
        {
            to.Number(lease.MergedWith ?? Nobody);
        }
    }

    public static RequestSubmitted Joining(this RequestSubmitted submitted, ref EventReader from) =>
        submitted is { Spec.Mergeable: true, Lease: { } lease } && from.Number() is var grant and not Nobody ? submitted with { Lease = lease with { MergedWith = grant } } : submitted;

    /// <summary>What was paid of the grants that are shared.</summary>
    public static void Merged(this EventBuffer to, IReadOnlyList<MergedPayment> paid)
    {
        to.Number(paid.Count);
        foreach (MergedPayment one in paid)
        {
            to.Number(one.Grant);
            to.Time(one.Hour);
            to.Text(one.Sku);
            to.Flag(one.IsReliedOn);
        }
    }

    public static void Merged(ref this EventReader from, MergedGrants grants)
    {
        for (long left = from.Number(); left > 0; left--)
        {
            grants.Restore(new MergedPayment(from.Number(), from.Time(), from.Text()!, from.Flag()));
        }
    }
}
