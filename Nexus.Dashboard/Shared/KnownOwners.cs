using Nexus.Dashboard.Access;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Shared;

/// <summary>The owner paths that a viewer may pick from: those that were configured, and those of requests that wait or run.</summary>
internal sealed class KnownOwners(EngineHost host)
{
    private const int Most = 200;

    /// <summary>In order, each with all its ancestors, bounded.</summary>
    public IReadOnlyList<string> Within(Caller caller)
    {
        if (!caller.Allows(Scope.Read))
        {
            return [];
        }

        RequestQuery live = new() { Within = caller.Path, Statuses = new HashSet<RequestStatus> { RequestStatus.Queued, RequestStatus.Allocated }, Limit = RequestQuery.MaxLimit };
        IEnumerable<OwnerPath> owners = host.Read.Configuration.Owners.Select(o => o.Path).Concat(host.Read.List(live).Items.Select(r => r.Owner));
        return [.. owners.SelectMany(o => o.SelfAndParents()).Where(p => p.IsWithin(caller.Path) && !p.Equals(caller.Path)).Select(p => p.ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(Most)];
    }
}
