using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Trees of limits, each over its whole subtree, and requests that take all or nothing.</summary>
internal static class CapTreeCases
{
    // What amounts without a name are of.
    private const string Unnamed = "amount";

    private static readonly string[] Money = ["usd", "eur", "money"];

    public static void Run(PublishedCase published)
    {
        if (published.Setup.Has("pools"))
        {
            RunPools(published);
        }
        else
        {
            RunTree(published);
        }
    }

    /// <summary>Why it cannot be run yet: what would be admitted only by growing a pool.</summary>
    public static string? WhyNot(PublishedCase published) =>
        published.Setup.Part("pools") is { } pools && pools.Names.Any(p => pools.IsObject(p) && pools.Part(p)!.Has("maxScaleUp")) && published.Expected.Part("decision")?.Truth("allowed") == true
            ? "pools that grow come with Scaling" : null;

    private static void RunTree(PublishedCase published)
    {
        CaseWorld world = new();
        CaseTree tree = new(published.Setup.Parts("quotas"));
        string[] resources = [.. tree.TopDown.SelectMany(n => Amounts(n.Stated, "limit").Keys).Distinct(StringComparer.Ordinal)];
        world.Supply(resources.ToDictionary(r => r, _ => CaseWorld.Plenty, StringComparer.Ordinal));
        foreach (CaseNode node in tree.TopDown)
        {
            IReadOnlyDictionary<string, decimal> borrow = Amounts(node.Stated, "borrow");
            world.Quota(node.Owner, node.Weight, [.. Amounts(node.Stated, "limit").Select(l => new QuotaRule(world.KindOf(l.Key))
            {
                Limit = CaseWorld.Amount(l.Value),
                Borrow = QuotaBound.Of(CaseWorld.Amount(borrow.GetValueOrDefault(l.Key))),
                LendTo = QuotaLendTo.All,
            })]);
        }

        CaseObject decisions = published.Expected.Part("decisions")!;
        foreach (CaseObject asks in published.Requests)
        {
            Decide(world, tree, asks, decisions.Part(asks.Text("id")) ?? throw new InvalidDataException($"nothing is expected of {asks.Text("id")}"));
        }

        Compare(published, "usageAtEnd", (resource, node) => world.Figures(resource, tree[node].Owner).Used);
        Compare(published, "peak", (resource, node) => world.Figures(resource, tree[node].Owner).Peak);
    }

    private static void Decide(CaseWorld world, CaseTree tree, CaseObject asks, CaseObject expected)
    {
        OwnerPath owner = tree[asks.Text("quota")].Owner;
        ResourceVector amounts = world.Amounts(asks.Has("resources") ? asks.Numbers("resources") : Amounts(asks, "amount"));
        if (asks.Truth("release") == true)
        {
            Assert.True(expected.Truth("released"));
            world.Release(world.Engine.Requests.Last(r => r.Status == RequestStatus.Allocated && r.Owner == owner && r.Lease!.Amounts.Equals(amounts)));
            return;
        }

        long before = Borrowed(world, tree, owner);
        QuotaCheckReply check = world.Check(owner, amounts, preemptible: false);
        Request answered = world.Submit(world.Spec(asks.Text("id"), owner, amounts) with { Queue = false });

        Assert.Equal(expected.Truth("allowed"), answered.Status == RequestStatus.Allocated);
        Assert.Equal(expected.Truth("allowed"), check.Stop is null);
        Assert.Equal(expected.TextOrNull("blockedBy"), answered.Reason is { } reason ? tree.IdOf(reason.Name!) : null);
        Assert.Equal(expected.NumberOrNull("missing") ?? 0, check.Missing.Units);
        Assert.Equal(expected.NumberOrNull("borrowed") ?? 0, (Borrowed(world, tree, owner) - before) / 1000m);
    }

    // Above limits, over the nodes on a path.
    private static long Borrowed(CaseWorld world, CaseTree tree, OwnerPath owner) =>
        tree.TopDown.Where(n => owner.IsWithin(n.Owner)).Sum(n => Amounts(n.Stated, "limit").Keys.Sum(r => world.Figures(r, n.Owner).Borrowed));

    private static void Compare(PublishedCase published, string what, Func<string, string, long> figure)
    {
        CaseObject? nodes = published.Expected.Part(what);
        foreach (string node in nodes?.Names ?? [])
        {
            foreach ((string resource, decimal amount) in Amounts(nodes!, node))
            {
                published.Same(amount, figure(resource, node) / 1000m, $"{what} of {node}");
            }
        }
    }

    // Pools of which some is held. Money is no pool but a limit of whoever spends it, and stops before any pool is looked at.
    private static void RunPools(PublishedCase published)
    {
        OwnerPath owner = OwnerPath.Parse("user");
        CaseWorld world = new();
        CaseObject pools = published.Setup.Part("pools")!;
        Dictionary<string, decimal> capacity = pools.Names.ToDictionary(p => p, p => pools.Part(p)!.Number("capacity"), StringComparer.Ordinal);
        _ = pools.Names.Select(p => pools.Part(p)!.NumberOrNull("maxScaleUp")).ToArray();
        world.Supply(capacity.ToDictionary(c => c.Key, c => Money.Contains(c.Key) ? CaseWorld.Plenty : c.Value, StringComparer.Ordinal));
        world.Quota(owner, 1, [.. capacity.Where(c => Money.Contains(c.Key)).Select(c => new QuotaRule(world.KindOf(c.Key)) { Limit = CaseWorld.Amount(c.Value) })]);
        ResourceVector held = world.Amounts(capacity.ToDictionary(c => c.Key, c => c.Value - pools.Part(c.Key)!.Number("free"), StringComparer.Ordinal));
        Assert.Equal(RequestStatus.Allocated, world.Submit(world.Spec("held", owner, held)).Status);

        CaseObject asks = Assert.Single(published.Requests);
        ResourceVector amounts = world.Amounts(asks.Numbers("resources"));
        QuotaCheckReply check = world.Check(owner, amounts, preemptible: false);
        Request answered = world.Submit(world.Spec(asks.Text("id"), owner, amounts) with { Queue = false });

        CaseObject expected = published.Expected.Part("decision")!;
        Assert.Equal(expected.Truth("allowed"), answered.Status == RequestStatus.Allocated);
        Assert.Equal(expected.TextOrNull("blockedBy"), answered.Reason?.Kind);
        Assert.Equal(expected.NumberOrNull("missing") ?? 0, answered.Reason is { Gate: Gate.Capacity } r ? (r.Needed!.Value - r.Available!.Value).Units : check.Missing.Units);
        CaseObject after = published.Expected.Part("poolsAfter")!;
        foreach (string pool in after.Names)
        {
            (decimal has, decimal used) = Money.Contains(pool)
                ? (world.Figures(pool, owner).Has / 1000m, world.Figures(pool, owner).Used / 1000m)
                : (world.Engine.Pool(CaseWorld.PoolName)!.Of(pool)!.Supply.Amount.Units, world.Engine.Pool(CaseWorld.PoolName)!.Of(pool)!.Used.Units);
            Assert.Equal((pool, after.Part(pool)!.Number("capacity"), after.Part(pool)!.Number("free")), (pool, has, has - used));
        }
    }

    private static IReadOnlyDictionary<string, decimal> Amounts(CaseObject stated, string field) =>
        stated.IsObject(field) ? stated.Numbers(field)
        : stated.NumberOrNull(field) is { } number ? new Dictionary<string, decimal>(StringComparer.Ordinal) { [Unnamed] = number }
        : new Dictionary<string, decimal>(StringComparer.Ordinal);
}
