using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Queues with a guarantee, which is the limit of a node here, and a maximum, up to which it borrows: what others hold beyond theirs comes back to it.</summary>
internal static class GuaranteeCases
{
    private const string Resource = "x";

    public static void Run(PublishedCase published)
    {
        CaseObject setup = published.Setup;
        CaseWorld world = new();
        CaseTree tree = new(setup.Parts("quotas"), above: "queues");
        decimal total = setup.Numbers("pools") is { Count: > 0 } pools ? pools.Values.Single() : tree.TopDown.First().Stated.Number("max");
        world.Supply(new Dictionary<string, decimal>(StringComparer.Ordinal) { [Resource] = total });
        ResourceVector unit = world.Amounts(new Dictionary<string, decimal>(StringComparer.Ordinal) { [Resource] = 1 });
        foreach (CaseNode queue in tree.TopDown)
        {
            Hold(world, queue, unit);
        }

        SetRules(world, tree, total);
        foreach (CaseNode queue in tree.TopDown)
        {
            Ask(world, queue, unit, queue.Stated.NumberOrNull("pending") ?? 0);
        }

        foreach (CaseObject asks in published.Requests)
        {
            Assert.Equal([Resource], asks.Numbers("resources").Keys);
            Ask(world, tree[asks.Text("quota")], unit, asks.NumberOrNull("count") ?? 1, asks.Text("id"));
        }

        foreach ((string queue, decimal used) in published.Expected.Numbers("usageAfter"))
        {
            Assert.Equal(used, world.Figures(Resource, tree[queue].Owner).Used / 1000m);
        }

        if (published.Expected.Has("preemptedUnits"))
        {
            Assert.Equal(
                published.Expected.Numbers("preemptedUnits").Where(p => p.Value > 0).Select(p => (tree[p.Key].Owner.ToString(), (int)p.Value)).Order(),
                world.Engine.Requests.Where(r => r.Status == RequestStatus.Preempted).GroupBy(r => r.Owner.ToString(), StringComparer.Ordinal).Select(g => (g.Key, g.Count())).Order());
        }
    }

    /// <summary>Why it is not ours: where several queues could give, or one wants more than its guarantee, each scheduler has its own way.</summary>
    public static string? WhyNot(PublishedCase published)
    {
        CaseObject[] queues = published.Setup.Parts("quotas");
        if (published.Beyond(["pools", "quotas"], ["id", "parent", "max", "guaranteed", "usage", "pending", "allowPreemption", "preemptionDisabled"], ["id", "quota", "resources", "count"]) is { } beyond)
        {
            return $"'{beyond}' of queues is the scheduler's own";
        }

        if (Array.Exists(queues, q => q.IsObject("guaranteed")))
        {
            return "guarantees of several resources are weighed by the scheduler's own ratio";
        }

        int givers = queues.Count(q => Used(q) > Guaranteed(q) && MayGive(q));
        return givers > 1 ? $"{givers} queues could give: which do is the scheduler's own rule, and here the heaviest borrower gives first"
            : published.RulesSay("ideal assignment") && queues.Any(q => q.NumberOrNull("pending") > 0 && Used(q) + q.NumberOrNull("pending") > Guaranteed(q))
                ? "more than its guarantee is assigned to a queue at the cost of others; here nobody reclaims beyond the own limit"
            : null;
    }

    private static decimal Used(CaseObject queue) => queue.NumberOrNull("usage") ?? 0;

    private static decimal Guaranteed(CaseObject queue) => queue.NumberOrNull("guaranteed") ?? 0;

    private static bool MayGive(CaseObject queue) => queue.Truth("allowPreemption") != false && queue.Truth("preemptionDisabled") != true;

    private static void Hold(CaseWorld world, CaseNode queue, ResourceVector unit)
    {
        for (int i = 0; i < (queue.Stated.NumberOrNull("usage") ?? 0); i++)
        {
            RequestSpec spec = world.Spec(string.Create(CultureInfo.InvariantCulture, $"{queue.Id}-{i}"), queue.Owner, unit) with { Queue = false, Preemptible = MayGive(queue.Stated) };
            Assert.Equal(RequestStatus.Allocated, world.Submit(spec).Status);
        }
    }

    private static void Ask(CaseWorld world, CaseNode queue, ResourceVector unit, decimal count, string id = "pending")
    {
        for (int i = 0; i < count; i++)
        {
            world.Submit(world.Spec(string.Create(CultureInfo.InvariantCulture, $"{queue.Id}-{id}-{i}"), queue.Owner, unit) with { Preemptible = true });
        }
    }

    // What nobody below is guaranteed is the inner node's own.
    private static void SetRules(CaseWorld world, CaseTree tree, decimal total)
    {
        string kind = world.KindOf(Resource);
        world.Quota(OwnerPath.Parse("queues"), 1, [new QuotaRule(kind) { Extra = CaseWorld.Amount(total - tree.TopDown.Where(q => q.Owner.Depth == 2).Sum(Has)) }]);
        foreach (CaseNode queue in tree.TopDown)
        {
            QuotaBound borrow = queue.Stated.NumberOrNull("max") is { } most ? QuotaBound.Of(CaseWorld.Amount(most - Has(queue))) : QuotaBound.Unbounded;
            world.Quota(queue.Owner, 1, [queue.IsLeaf
                ? new QuotaRule(kind) { Limit = CaseWorld.Amount(Has(queue)), Borrow = borrow, LendTo = QuotaLendTo.All }
                : new QuotaRule(kind) { Extra = CaseWorld.Amount(Has(queue) - queue.Children.Sum(c => Has(tree[c]))), Borrow = borrow, LendTo = QuotaLendTo.All }]);
        }

        decimal Has(CaseNode queue) => queue.Stated.NumberOrNull("guaranteed") ?? (queue.IsLeaf ? 0 : queue.Stated.NumberOrNull("max") ?? queue.Children.Sum(c => Has(tree[c])));
    }
}
