using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>What those who wait are expected to cost, for a list. Nothing is kept for them in any budget: it is worked out when it is read, by the prices of the present.</summary>
/// <remarks>It is made once for a list; each request then costs a look at its pools and their prices.</remarks>
public sealed class WaitingCosts
{
    private readonly Present _present;
    private readonly PoolDefinition[] _pools;

    /// <summary>Of the requests of a moment.</summary>
    /// <param name="read">What is committed.</param>
    public WaitingCosts(ReadModel read)
    {
        ArgumentNullException.ThrowIfNull(read);
        _present = read.Present();
        _pools = [.. _present.Pools.Select(p => p.Definition)];
    }

    /// <summary>True where something has a price.</summary>
    public bool ArePriced => !_present.Configuration.Prices.IsEmpty;

    /// <summary>
    /// What a request is expected to cost until its duration, or its lease where that is not known, is over: in the pools in which it costs least.
    /// Of one that is booked or runs what is reserved for it.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>Null where nothing of it has a price, or no pool can serve it.</returns>
    public Money? Of(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Estimate is { } reserved)
        {
            return reserved.Total;
        }

        if (!ArePriced || request.Status != RequestStatus.Queued)
        {
            return null;
        }

        Money? sum = null;
        foreach (SupplierGroup group in Suppliers.Find(request.Spec, _present.Configuration.Kind, _pools))
        {
            Money[] costs = [.. group.Open.Where(p => group.CanEverServe(p, request.Needs)).Select(p => PoolChoice.CostIn(p, request, group, _present)).OfType<Money>()];
            sum = costs.Length == 0 ? sum : (sum ?? Money.Zero) + costs.Min();
        }

        return sum;
    }
}
