using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>What each group bears of idle capacity, and of what is everybody's.</summary>
/// <param name="Of">Of idle capacity, by the groups' values, joined.</param>
/// <param name="Unborne">What nobody bears: nobody used the pool, or nobody who counts has a claim.</param>
/// <param name="Overhead">Of what is everybody's, likewise; below zero what all others bear of the group's own. Over all owners it is nothing.</param>
internal sealed record SharedIdle(IReadOnlyDictionary<string, Money> Of, Money Unborne, IReadOnlyDictionary<string, Money> Overhead);

/// <summary>Shares the idle cost of each pool and kind among those who used it in the range, and what is everybody's among all others; see <see cref="IdleCost"/> and <see cref="OverheadCost"/>.</summary>
internal static class IdleShares
{
    private static readonly CostDimension Pool = new("pool");
    private static readonly CostDimension Resource = new("resource");
    private static readonly CostDimension Tenant = new("tenant");
    private static readonly CostDimension Owner = new("owner");

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
    /// <param name="shared">Whose costs are everybody's, beside what is nobody's alone.</param>
    public static SharedIdle Of(Ledger ledger, CostQuery query, IReadOnlyList<IdlePart> idle, IdleSharing rule, Func<string, long> weightOf, IReadOnlyList<OwnerPath> shared)
    {
        CostDimension[] by = [.. query.GroupBy.Concat(query.Filters.Select(f => f.Dimension)).Concat([Pool, Resource, Tenant]).Concat(shared.Count > 0 ? [Owner] : []).Distinct()];
        CostReport users = ledger.Report(query with { GroupBy = by, Filters = [.. query.Filters.Where(IsOfCapacity)], Interval = CostInterval.None });
        (int pool, int resource, int tenant, int owner) = (Array.IndexOf(by, Pool), Array.IndexOf(by, Resource), Array.IndexOf(by, Tenant), Array.IndexOf(by, Owner));
        int shown = query.GroupBy.Count;
        CostGroup[] groups = [.. users.Groups.OrderBy(g => string.Join('\u001f', g.Values), StringComparer.Ordinal)];

        // What stands for more than one line of the question shares its part: alike is among what is shown.
        CostParty[] parties = [.. groups.Select(g => new CostParty(string.Join('\u001f', g.Values.Take(shown).Select(v => v ?? "\u001e")), g.Values[tenant] ?? "", g.Sum.Cost, IsEverybodys(g)))];
        Money[] bears = new Money[groups.Length];
        Money unborne = Money.Zero;
        ILookup<(string?, string?), int> byPool = Enumerable.Range(0, groups.Length).Where(i => groups[i].Sum.Consumed.Millionths > 0).ToLookup(i => (groups[i].Values[pool], groups[i].Values[resource]));
        foreach (IGrouping<(string, string), IdlePart> part in idle.GroupBy(p => (p.Pool, p.Resource)))
        {
            Money cost = part.Aggregate(Money.Zero, static (sum, p) => sum + p.Cost);
            int[] used = [.. byPool[part.Key]];
            foreach ((int place, Money share) in used.Zip(OverheadCost.Divide(cost, [.. used.Select(i => parties[i])], rule, weightOf)))
            {
                cost -= share;
                bears[place] += share;
            }

            unborne += cost;
        }

        // What an owner bears whose costs are everybody's is everybody's too.
        Money[] overhead = OverheadCost.Share([.. parties.Select((p, i) => p.IsShared ? p with { Cost = p.Cost + bears[i] } : p)], rule, weightOf);
        (Dictionary<string, Money> of, Dictionary<string, Money> alsoOf) = (new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        for (int i = 0; i < groups.Length; i++)
        {
            if (query.Filters.GroupBy(f => f.Dimension).All(f => f.Any(x => (groups[i].Values[Array.IndexOf(by, f.Key)] ?? "") == x.Value)))
            {
                string key = CostFold.KeyOf(query.GroupBy.Select((d, at) => new CostFilter(d, groups[i].Values[at] ?? "")));
                of[key] = of.GetValueOrDefault(key) + bears[i];
                alsoOf[key] = alsoOf.GetValueOrDefault(key) + overhead[i];
            }
        }

        return new SharedIdle(of, query.Filters.All(IsOfCapacity) ? unborne : Money.Zero, alsoOf);

        bool IsEverybodys(CostGroup group) => group.Values[tenant] is null || (owner >= 0 && OwnerPath.TryParse(group.Values[owner], out OwnerPath? path, out _) && shared.Any(path.IsWithin));
    }
}
