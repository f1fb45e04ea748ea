using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>Who may know with whom a request shares its grant. The lease that began it is named to readers of the whole tenant, and to others where its request lies within their path.</summary>
public static class GrantReading
{
    /// <summary>True where the grant that a request joined may be named to a reader; false too where it joined none.</summary>
    /// <param name="read">What is known.</param>
    /// <param name="request">The request; the reader may see it.</param>
    /// <param name="within">What the reader may see.</param>
    public static bool NamesGrant(this ReadModel read, Request request, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(within);
        return request.Lease is { MergedWith: not null } lease && GrantSight.Names(lease, request.Owner, within, read.Index.FindByLease);
    }

    /// <summary>The same of the past.</summary>
    public static bool NamesGrant(this PastModel past, Request request, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(past);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(within);
        return request.Lease is { MergedWith: not null } lease && GrantSight.Names(lease, request.Owner, within, past.FindByLease);
    }

    /// <summary>An event as a reader may see it.</summary>
    /// <param name="read">What is known.</param>
    /// <param name="happened">The event; the reader may see it.</param>
    /// <param name="within">What the reader may see.</param>
    public static EngineEvent Shown(this ReadModel read, EngineEvent happened, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(happened);
        ArgumentNullException.ThrowIfNull(within);
        return GrantSight.Shown(happened, within, read.Index.FindByLease);
    }
}
