using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Who may know with whom a request shares its grant. The lease that began it is named to readers of the whole tenant, and to others where its request lies within their path.</summary>
internal static class GrantSight
{
    /// <summary>An event as a reader may see it.</summary>
    public static EngineEvent Shown(EngineEvent happened, OwnerPath within, Func<long, Request?> byLease) => happened switch
    {
        RequestSubmitted { Lease: { MergedWith: not null } lease } e when !Names(lease, e.Owner, within, byLease) => e with { Lease = lease with { MergedWith = null } },
        RequestStarted { Lease: { MergedWith: not null } lease } e when !Names(lease, e.Owner, within, byLease) => e with { Lease = lease with { MergedWith = null } },
        _ => happened,
    };

    /// <summary>True where the grant that a lease joined may be named to a reader; false too where it joined none.</summary>
    public static bool Names(Lease lease, OwnerPath owner, OwnerPath within, Func<long, Request?> byLease) =>
        lease.MergedWith is { } grant && (within.Depth <= 1 || byLease(grant)?.Owner.IsWithin(within) == true) && owner.IsWithin(within);
}
