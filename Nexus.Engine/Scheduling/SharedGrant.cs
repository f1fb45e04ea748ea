using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The grant that a request shares with others, and what it is expected to save. Worked out when it is read, by the prices of the present.</summary>
/// <param name="Lease">The number of the lease that began it; null where the reader may not know whose that is.</param>
/// <param name="With">The request that began it; null where the reader may not see it, or nobody knows it any more.</param>
/// <param name="Minima">The minima that are paid once for all in it, by SKU; none where the prices of the present have none, or it costs more than those anyway.</param>
public sealed record SharedGrant(long? Lease, string? With, IReadOnlyList<SharedMinimum> Minima)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>True while it runs in it and nobody else does: it pays the minima itself.</summary>
    public bool IsAlone { get; init; }

    /// <summary>What a request shares, or shared; null of one that has no grant, or one of its own.</summary>
    /// <param name="request">The request.</param>
    /// <param name="within">What the reader may see of others.</param>
    /// <param name="present">The world.</param>
    internal static SharedGrant? Of(Request request, OwnerPath within, Present present)
    {
        if (request.Lease is not { MergedWith: { } grant } lease)
        {
            return null;
        }

        Request? began = present.ByLease(grant);
        return new SharedGrant(
            GrantSight.Names(lease, request.Owner, within, present.ByLease) ? grant : null, began is not null && began.Owner.IsWithin(within) ? began.Spec.Id : null, Shared(request, lease, present))
        {
            IsAlone = !request.HasEnded && !present.SharesNow(request),
        };
    }

    private static SharedMinimum[] Shared(Request request, Lease lease, Present present)
    {
        SortedDictionary<string, SharedMinimum> minima = new(StringComparer.Ordinal);
        foreach (ResourceAmount amount in Parts.Apart(lease.Amounts, k => present.Configuration.Kind(k)?.PartOf))
        {
            if (present.Configuration.Kind(amount.Kind) is not { Behaviour: ResourceBehaviour.Held or ResourceBehaviour.Metered } kind || amount.Quantity.IsZero
                || PriceOf(request, lease, kind, present) is not { Sku: { Minimum: not null, Name: var sku } } price)
            {
                continue;
            }

            bool held = kind.Behaviour == ResourceBehaviour.Held;
            List<CostLine> lines = [];
            LineRating.Add(lines, new CostLine(LineKind.Usage, amount.Kind, present.Now, held ? present.Now + Hour : present.Now, amount.Quantity.Thousandths), price, request.Labels, default, present.CostModels);
            Money saving = lines.Where(l => l.Kind == LineKind.Minimum).Aggregate(Money.Zero, static (sum, l) => sum + l.Cost);
            if (saving > Money.Zero)
            {
                minima[sku] = new SharedMinimum(sku, saving + minima.GetValueOrDefault(sku).Saving, held);
            }
        }

        return [.. minima.Values];
    }

    // A part comes from where its whole comes from.
    private static SkuPrice? PriceOf(Request request, Lease lease, ResourceKind kind, Present present)
    {
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            if (lease.Amounts[i].Kind == (kind.PartOf ?? kind.Name))
            {
                string pool = lease.Pools[i];
                return present.PriceOf(request, kind.Name, pool, present.Pools.FirstOrDefault(p => p.Name == pool)?.Definition.Labels ?? Labels.None);
            }
        }

        return null;
    }
}

/// <summary>A minimum that is paid once for all who share a grant.</summary>
/// <param name="Sku">Whose.</param>
/// <param name="Saving">What a request saves that does not pay it: of what is held in each hour, of what is consumed once.</param>
/// <param name="IsHourly">True of what is held.</param>
public readonly record struct SharedMinimum(string Sku, Money Saving, bool IsHourly);
