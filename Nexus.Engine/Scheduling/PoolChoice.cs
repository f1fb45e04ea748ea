using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>By what a pool is chosen where several could serve a request.</summary>
public enum PoolChoiceRule
{
    /// <summary>There is one.</summary>
    TheOnlyOne,

    /// <summary>The first with room in the order in which the request names them.</summary>
    AsNamed,

    /// <summary>Of those with room the one in which it is expected to cost least.</summary>
    Cheapest,

    /// <summary>Of those with room the one that has least left over.</summary>
    ClosestFit,
}

/// <summary>What a request is expected to cost in a pool.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Cost">By the prices of the present, without what interruptions may add; null where nothing of it has a price there.</param>
public readonly record struct CandidateCost(string Pool, Money? Cost);

/// <summary>Why a grant is at home in the pool it is in. Worked out when it is read, against the pools and prices of the present: what had room at the start is not kept.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Rule">By what it was chosen.</param>
/// <param name="Others">The others that could serve it, whatever they have at the moment; by preference, where costs decide the cheapest first.</param>
/// <param name="Cost">What it is expected to cost where it is; null where costs do not decide, or nothing has a price.</param>
/// <param name="NotTolerated">Spot capacity that is left to requests that tolerate interruption.</param>
public sealed record PoolChoice(string Pool, PoolChoiceRule Rule, IReadOnlyList<CandidateCost> Others, Money? Cost, IReadOnlyList<string> NotTolerated)
{
    private const int Second = 1_000;

    /// <summary>Why a grant runs where it does, or did or has ended; null of what has none, where a promise decided, or where the pools are others by now.</summary>
    internal static PoolChoice? Of(Request request, Present present)
    {
        RequestSpec spec = request.Spec;
        if (request.Lease is not { } lease || spec.Deadline is not null
            || Suppliers.Find(spec, present.Configuration.Kind, [.. present.Pools.Select(p => p.Definition)]) is not [{ Impossible: null } home, ..])
        {
            return null;
        }

        string? here = PoolOf(lease, spec.Resources[home.Amounts[0]].Kind);
        PoolDefinition[] could = [.. home.Open.Where(p => home.CanEverServe(p, request.Needs))];
        if (!Array.Exists(could, p => p.Name == here))
        {
            return null;
        }

        string[] tolerant = spec.Preemptible || spec.Pools is not null ? []
            : [.. home.Unaccepted.Where(p => CostOptimizedStrategy.IsForTheTolerantOnly(p) && p.Labels.Match(spec.PoolLabels) && home.CanEverServe(p, request.Needs)).Select(p => p.Name)];
        if (could.Length == 1)
        {
            return new PoolChoice(here!, PoolChoiceRule.TheOnlyOne, [], null, tolerant);
        }

        bool byCost = spec.Pools is null && Array.Exists(could, p => p.Follows == CostOptimizedStrategy.Name);
        CandidateCost[] costs = [.. could.Select(p => new CandidateCost(p.Name, byCost ? CostIn(p, request, home, present) : null))];
        PoolChoiceRule rule = spec.Pools is not null ? PoolChoiceRule.AsNamed : byCost && Array.Exists(costs, c => c.Cost is not null) ? PoolChoiceRule.Cheapest : PoolChoiceRule.ClosestFit;
        return new PoolChoice(
            here!, rule, [.. costs.Where(c => c.Pool != here).OrderBy(c => c.Cost is null ? 1 : 0).ThenBy(c => c.Cost?.Picos)],
            Array.Find(costs, c => c.Pool == here).Cost, tolerant);
    }

    /// <summary>What the kinds of a group are expected to cost in a pool if the request starts now: what is held counts for the duration, or for the lease where that is not known, as it does when it is placed.</summary>
    internal static Money? CostIn(PoolDefinition pool, Request request, SupplierGroup group, Present present)
    {
        (RequestSpec spec, Configuration now) = (request.Spec, present.Configuration);
        TimeSpan length = spec.Duration ?? spec.LeaseLength;
        Instant until = present.Now + (length > TimeSpan.Zero ? length : TimeSpan.FromMilliseconds(Second));
        string?[] kinds = [.. group.Amounts.Select(i => request.Needs[i].Kind)];
        // Others pay the minima of what it shares with them where it is, or did while it ran.
        bool shares = request.Lease is { MergedWith: not null } lease && PoolOf(lease, kinds[0]!) == pool.Name && (request.HasEnded || present.SharesNow(request));
        Money? sum = null;
        foreach ((string name, Quantity quantity) in Parts.Apart(request.Needs, k => now.Kind(k)?.PartOf))
        {
            if (now.Kind(name) is not { Behaviour: ResourceBehaviour.Held or ResourceBehaviour.Metered } kind || !kinds.Contains(kind.PartOf ?? name))
            {
                continue;
            }

            if (present.PriceOf(request, name, pool.Name, pool.Labels) is { } price)
            {
                List<CostLine> lines = [];
                CostLine line = new(LineKind.Usage, name, present.Now, kind.Behaviour == ResourceBehaviour.Held ? until : present.Now, quantity.Thousandths) { SharesMinimum = shares };
                LineRating.Add(lines, line, price, request.Labels, default, present.CostModels);
                sum = (sum ?? Money.Zero) + lines.Where(l => l.Sku is not null).Aggregate(Money.Zero, static (all, l) => all + l.Cost);
            }
        }

        return sum;
    }

    private static string? PoolOf(Lease lease, string kind)
    {
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            if (lease.Amounts[i].Kind == kind)
            {
                return lease.Pools[i];
            }
        }

        return null;
    }
}
