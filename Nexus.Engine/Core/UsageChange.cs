using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Lets reported use, and lines of the ledger, have happened: they count against quotas, buckets and monthly tiers, and are the progress of leases.</summary>
internal sealed class UsageChange(EngineState state)
{
    /// <summary>Lets reports, or corrections of what was reported, have happened.</summary>
    public void Apply(EngineEvent happened)
    {
        switch (happened)
        {
            case UsageRecorded e: Apply(e); break;
            case Rerated e: Apply(e); break;
            default: throw new InvalidOperationException($"an event {happened.GetType().Name} is not one of usage");
        }
    }

    private void Apply(UsageRecorded happened)
    {
        foreach ((UsageRecord record, IReadOnlyList<CostLine> lines) in happened.Records)
        {
            if (record.Lease is not null)
            {
                Progress(record, happened.Sequence);
                continue;
            }

            Count(lines);
            Charge(record, happened.At);
        }
    }

    /// <summary>What an event writes into the ledger is its request's cost.</summary>
    public void Bill(Live? live, EngineEvent happened)
    {
        if (happened.Lines.Count > 0 && Count(happened.Lines) is var cost && live is not null && cost != Money.Zero)
        {
            live.Request = live.Request with { Cost = live.Request.Cost + cost };
        }
    }

    private void Apply(Rerated happened)
    {
        foreach (Correction correction in happened.Corrections)
        {
            Money cost = Count(correction.Lines);
            if (cost != Money.Zero && RerateHandler.Corrected(state, correction) is { } live)
            {
                live.Request = live.Request with { Cost = live.Request.Cost + cost };
            }
        }
    }

    /// <summary>Counts lines towards the tiers of their month.</summary>
    /// <returns>What they cost together.</returns>
    public Money Count(IReadOnlyList<CostLine> lines)
    {
        Money cost = default;
        for (int i = 0; i < lines.Count; i++)
        {
            CostLine line = lines[i];
            if (line.Sku is not { } sku)
            {
                continue;
            }

            cost += line.Cost;
            if (line.Kind != LineKind.Minimum && state.Configuration.Prices.IsMonthly(sku))
            {
                state.Tiers.Add(sku, line.From, line.Quantity.Millionths);
            }
        }

        return cost;
    }

    // Nobody was asked before: it counts, and stops the next.
    private void Charge(UsageRecord record, Instant at)
    {
        ResourceKind? kind = state.Kinds.GetValueOrDefault(record.Resource);
        if (kind?.Behaviour != ResourceBehaviour.Metered)
        {
            return;
        }

        string whole = kind.PartOf ?? kind.Name;
        if (!state.Quotas.Forest.IsEmpty)
        {
            state.Quotas.Used(record.Owner, kind.PartOf is null ? [kind.Name] : [kind.Name, whole], record.Quantity.Thousandths, record.At, at);
        }

        if (record.Pool is { } pool && state.Pools.TryGetValue(pool, out Pool? supplies) && supplies.Node(whole) is { Behaviour: ResourceBehaviour.Metered } node)
        {
            node.Settle(0, record.Quantity.Thousandths, at.Milliseconds, null);
        }
    }

    private void Progress(UsageRecord record, long version)
    {
        Live live = state.Requests[new RequestKey(record.Owner.Tenant, record.Request!)];
        Lease lease = live.Request.Lease!;
        Quantity soFar = Quantity.FromThousandths(Math.Min(Quantity.MaxThousandths, lease.Usage[record.Resource].Thousandths + record.Quantity.Thousandths));
        live.Request = live.Request with { Lease = lease with { Usage = lease.Usage.OrMore(ResourceVector.Of([new ResourceAmount(record.Resource, soFar)])) }, Version = version };
    }
}
