using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>What each group bears of idle capacity.</summary>
/// <param name="Of">By the groups' values, joined.</param>
/// <param name="Unborne">What nobody bears: nobody used the pool, or nobody who counts has a claim.</param>
internal sealed record SharedIdle(IReadOnlyDictionary<string, Money> Of, Money Unborne);

/// <summary>Shares the idle cost of each pool and kind among those who used it in the range; see <see cref="IdleCost"/>.</summary>
internal static class IdleShares
{
    private static readonly CostDimension Pool = new("pool");
    private static readonly CostDimension Resource = new("resource");
    private static readonly CostDimension Tenant = new("tenant");

    /// <summary>True for a filter that says which capacity counts, and not who used it.</summary>
    public static bool IsOfCapacity(CostFilter filter) => filter.Dimension == Pool || filter.Dimension == Resource;

    /// <summary>The parts that pass the filters on pools and kinds.</summary>
    public static IEnumerable<IdlePart> Passing(IEnumerable<IdlePart> parts, IReadOnlyList<CostFilter> filters)
    {
        ILookup<CostDimension, string> wanted = filters.Where(IsOfCapacity).ToLookup(f => f.Dimension, f => f.Value);
        return parts.Where(p => (!wanted.Contains(Pool) || wanted[Pool].Contains(p.Pool)) && (!wanted.Contains(Resource) || wanted[Resource].Contains(p.Resource)));
    }

    /// <summary>Shares it.</summary>
    /// <param name="ledger">Says who used what.</param>
    /// <param name="query">The range, the groups and the filters: what is borne by whom does not pass is not among the shares, and nobody else bears it.</param>
    /// <param name="idle">What is shared.</param>
    /// <param name="rule">By what.</param>
    /// <param name="weightOf">The weight of a tenant, for <see cref="IdleSharing.Weighted"/>; of one tenant's share each of its groups bears in proportion.</param>
    public static SharedIdle Of(Ledger ledger, CostQuery query, IReadOnlyList<IdlePart> idle, IdleSharing rule, Func<string, long> weightOf)
    {
        CostDimension[] by = [.. query.GroupBy.Concat(query.Filters.Select(f => f.Dimension)).Concat([Pool, Resource, Tenant]).Distinct()];
        CostReport users = ledger.Report(query with { GroupBy = by, Filters = [.. query.Filters.Where(IsOfCapacity)], Interval = CostInterval.None });
        (int pool, int resource, int tenant) = (Array.IndexOf(by, Pool), Array.IndexOf(by, Resource), Array.IndexOf(by, Tenant));
        int shown = query.GroupBy.Count;
        Dictionary<string, Money> of = new(StringComparer.Ordinal);
        Money unborne = Money.Zero;
        ILookup<(string?, string?), CostGroup> byPool = users.Groups.Where(g => g.Sum.Consumed.Millionths > 0).ToLookup(g => (g.Values[pool], g.Values[resource]));
        foreach (IGrouping<(string, string), IdlePart> part in idle.GroupBy(p => (p.Pool, p.Resource)))
        {
            Money cost = part.Aggregate(Money.Zero, static (sum, p) => sum + p.Cost);
            foreach ((CostGroup user, Money share) in Divide(cost, [.. byPool[part.Key].OrderBy(g => string.Join('\u001f', g.Values), StringComparer.Ordinal)], rule))
            {
                cost -= share;
                if (query.Filters.GroupBy(f => f.Dimension).All(f => f.Any(x => (user.Values[Array.IndexOf(by, f.Key)] ?? "") == x.Value)))
                {
                    string key = CostFold.KeyOf(query.GroupBy.Select((d, i) => new CostFilter(d, user.Values[i] ?? "")));
                    of[key] = of.GetValueOrDefault(key) + share;
                }
            }

            unborne += cost;
        }

        return new SharedIdle(of, query.Filters.All(IsOfCapacity) ? unborne : Money.Zero);

        IEnumerable<(CostGroup, Money)> Divide(Money cost, CostGroup[] groups, IdleSharing how)
        {
            // Alike is among what is shown; what stands for more than one line of the question shares its part.
            (string Key, CostGroup[] Of)[] claimants = [.. groups.GroupBy(g => how == IdleSharing.Weighted ? g.Values[tenant] ?? "" : string.Join('\u001f', g.Values.Take(shown).Select(v => v ?? "\u001e")), StringComparer.Ordinal).Select(g => (g.Key, g.ToArray()))];
            Int128[] claims = [.. claimants.Select(c => how switch { IdleSharing.Even => 1, IdleSharing.Weighted => weightOf(c.Key), _ => c.Of.Aggregate(Int128.Zero, static (sum, g) => sum + Claim(g)) })];
            Money[] shares = IdleCost.Divide(cost, claims);
            return claimants.SelectMany((c, i) => Within(shares[i], c.Of));
        }

        static IEnumerable<(CostGroup, Money)> Within(Money share, CostGroup[] groups)
        {
            Int128[] claims = [.. groups.Select(Claim)];
            Money[] shares = IdleCost.Divide(share, claims.All(c => c == 0) ? [.. groups.Select(_ => Int128.One)] : claims);
            return groups.Select((g, i) => (g, shares[i]));
        }

        static Int128 Claim(CostGroup group) => group.Sum.Cost > Money.Zero ? group.Sum.Cost.Picos : 0;
    }
}
