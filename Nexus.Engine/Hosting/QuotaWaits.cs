using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>Who waits for a kind, and whom a quota of one period keeps waiting; by owner, each with those below it. The root counts all.</summary>
/// <param name="Waiting">How many wait that ask for the kind. Owners for whom nobody waits are left out.</param>
/// <param name="Stopped">How many of them the rule of this very node stops: the lowest that does.</param>
public sealed record QuotaWaits(IReadOnlyDictionary<OwnerPath, int> Waiting, IReadOnlyDictionary<OwnerPath, int> Stopped)
{
    /// <summary>Nobody waits.</summary>
    public static QuotaWaits None { get; } = new(new Dictionary<OwnerPath, int>(), new Dictionary<OwnerPath, int>());

    /// <summary>Counts; looks once at each that waits.</summary>
    internal static QuotaWaits Of(IEnumerable<Request> waiting, string kind, QuotaPeriod period, OwnerPath within)
    {
        Dictionary<OwnerPath, int> all = [];
        Dictionary<OwnerPath, int> stopped = [];
        foreach (Request request in waiting)
        {
            if (!request.Owner.IsWithin(within) || !request.Needs.Any(n => n.Kind == kind))
            {
                continue;
            }

            foreach (OwnerPath node in request.Owner.SelfAndParents().Append(OwnerPath.Root))
            {
                all[node] = all.GetValueOrDefault(node) + 1;
            }

            if (request.Reason is { Gate: Gate.Quota, Name: { } name } reason && reason.Kind == kind && (reason.Period ?? QuotaPeriod.None) == period
                && OwnerPath.TryParseOrRoot(name, out OwnerPath? lowest, out _))
            {
                stopped[lowest] = stopped.GetValueOrDefault(lowest) + 1;
            }
        }

        return new QuotaWaits(all, stopped);
    }
}
