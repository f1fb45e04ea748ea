using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>What a node of an additive tree can take, with what is used and with nothing used; and by which share of what others lend it is above its own.</summary>
internal static class AvailabilityCases
{
    private const decimal Finest = 0.001m;

    public static void Run(PublishedCase published)
    {
        Assert.Empty(published.Requests);
        Compare(published, "available", World(published, out CaseTree used), used);
        Compare(published, "potential", World(published, out CaseTree unused, isUsed: false), unused);
    }

    public static void RunShares(PublishedCase published)
    {
        CaseWorld world = World(published, out CaseTree tree);
        QuotaReading reading = new([.. world.Engine.Quotas], world.Engine.Configuration.Kind);
        CaseObject shares = published.Expected.Part("shares")!;
        foreach (string node in shares.Names)
        {
            CaseObject expected = shares.Part(node)!;
            BorrowedShare actual = BorrowedShare.Of(reading.Forest, tree[node].Owner, reading.Weights.GetValueOrDefault(tree[node].Owner, QuotaDefinition.OneShare), world.Now.Milliseconds);
            if (IsInfinite(expected))
            {
                Assert.True(actual.IsInfinite, $"the share of {node} must be infinite");
            }
            else
            {
                // Whole thousandths, rounded either way.
                decimal perMille = actual.Billionths / 1_000_000m;
                Assert.True(Math.Abs(expected.Number("share") - perMille) < 1, $"the share of {node} must be {expected.Number("share")} ‰ and is {perMille} ‰");
            }

            Assert.Equal(expected.TextOrNull("dominant") ?? "", actual.Kind ?? "");
        }
    }

    /// <summary>Why shares are none of ours: a resource that comes in several flavours, each with a quota of its own.</summary>
    public static string? WhyNotShares(PublishedCase published) =>
        published.Setup.Parts("quotas").SelectMany(q => q.Numbers("limit").Keys).Distinct(StringComparer.Ordinal).GroupBy(r => r.Split('/')[^1], StringComparer.Ordinal).Any(r => r.Count() > 1)
            ? "a quota is for a kind; flavours of a kind are pools, have no quotas of their own, and are not summed" : null;

    // Written as a word, as nothing, or as the largest number that a peer has.
    private static bool IsInfinite(CaseObject expected) =>
        expected.IsText("share") ? expected.Text("share").StartsWith("inf", StringComparison.OrdinalIgnoreCase) : (expected.NumberOrNull("share") ?? decimal.MaxValue) >= long.MaxValue / 2;

    private static CaseWorld World(PublishedCase published, out CaseTree tree, bool isUsed = true)
    {
        CaseWorld world = new();
        tree = new CaseTree(published.Setup.Parts("quotas"));
        CaseObject? usage = published.Setup.Part("usage");
        (string Node, IReadOnlyDictionary<string, decimal> Amounts)[] held =
        [
            .. (usage?.Names ?? []).Select(n => (n, usage!.Numbers(n))),
            .. published.Requests.Select(r => (r.Text("quota"), r.Numbers("resources"))),
        ];
        string[] resources = [.. held.SelectMany(h => h.Amounts.Keys).Concat(tree.TopDown.SelectMany(n => n.Stated.Numbers("limit").Keys)).Distinct(StringComparer.Ordinal)];
        world.Supply(resources.ToDictionary(r => r, _ => CaseWorld.Plenty, StringComparer.Ordinal));

        // Some use more than they may: the rules come after the grants.
        for (int i = 0; isUsed && i < held.Length; i++)
        {
            if (world.Amounts(held[i].Amounts) is { Count: > 0 } amounts)
            {
                Assert.NotNull(world.Submit(world.Spec($"held{i}", tree[held[i].Node].Owner, amounts) with { Preemptible = true }).Lease);
            }
        }

        _ = published.Requests.Select(r => r.Text("id")).ToArray();
        AdditiveQuotas.Set(world, tree);
        return world;
    }

    private static void Compare(PublishedCase published, string what, CaseWorld world, CaseTree tree)
    {
        if (published.Expected.Part(what) is not { } expected)
        {
            return;
        }

        foreach (string node in expected.Names)
        {
            foreach ((string resource, decimal units) in expected.Numbers(node))
            {
                QuotaTree quotas = world.Tree(resource);
                long available = Math.Max(0, quotas.Available(quotas.Nearest(tree[node].Owner)!, QuotaUse.All, world.Now.Milliseconds));
                published.Same(units, available / 1000m, $"{what} {resource} of {node}");
                Assert.True(units == 0 || Passes(units), $"{node} must get {units} {resource}");
                Assert.False(Passes(units + Finest), $"{node} must not get more than {units} {resource}");

                bool Passes(decimal amount) => world.Check(tree[node].Owner, Amounts(resource, amount), preemptible: true) is { Constrained: true, Stop: null };
            }
        }

        ResourceVector Amounts(string resource, decimal amount) => world.Amounts(new Dictionary<string, decimal>(StringComparer.Ordinal) { [resource] = amount });
    }
}
