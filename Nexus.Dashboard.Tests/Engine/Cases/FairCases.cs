using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Who gets how much of a full pool under fair shares: dominant-resource fairness flat and along a tree, and max-min fairness as its case of one resource.</summary>
internal static class FairCases
{
    /// <summary>Tasks of several resources, whole or divisible.</summary>
    public static void RunTasks(PublishedCase published)
    {
        CaseObject setup = published.Setup;
        CaseTree tree = new(setup.Parts("quotas"));
        Assert.All(tree.TopDown, node => Assert.Empty(node.Stated.Numbers("limit")));
        IReadOnlyDictionary<string, decimal> weights = setup.Numbers("weights");
        FairFill fill = new(setup.Numbers("pools"));
        foreach (CaseNode node in tree.TopDown)
        {
            fill.Weigh(node.Owner, node.Weight);
        }

        foreach (CaseObject user in published.Requests)
        {
            string id = user.Text("id");
            OwnerPath owner = user.TextOrNull("quota") is { } quota ? tree[quota].Owner : OwnerPath.Parse(id);
            if (weights.TryGetValue(id, out decimal weight))
            {
                fill.Weigh(owner, weight);
            }

            fill.Add(new FairUser(id, owner, user.Numbers("resources"), user.IsText("count") && user.Text("count") == "unbounded" ? null : user.NumberOrNull("count") ?? 1));
        }

        decimal? divisible = setup.Truth("divisible") == true ? Finest(published) : null;
        fill.Fill(divisible);

        CompareTasks(published, fill, divisible ?? 0);
        CompareShares(published, fill, divisible ?? 0);
    }

    /// <summary>Amounts of one resource, as finely divided as one likes.</summary>
    public static void RunAmounts(PublishedCase published)
    {
        (string resource, decimal capacity) = published.Setup.Numbers("pools").Single();
        IReadOnlyDictionary<string, decimal> weights = published.Setup.Numbers("weights");
        FairFill fill = new(published.Setup.Numbers("pools"));
        foreach (CaseObject user in published.Requests)
        {
            string id = user.Text("id");
            fill.Weigh(OwnerPath.Parse(id), weights.GetValueOrDefault(id, 1));
            fill.Add(new FairUser(id, OwnerPath.Parse(id), One(resource), Math.Min(capacity, user.Numbers("resources")[resource])));
        }

        fill.Fill(Finest(published));

        foreach ((string id, decimal amount) in published.Expected.Numbers("allocation"))
        {
            published.Same(amount, fill.Got(id), $"the allocation of {id}", Finest(published));
        }
    }

    /// <summary>Guaranteed rates, which are weights here, under ceilings, which are limits.</summary>
    public static void RunRates(PublishedCase published)
    {
        CaseTree tree = new(published.Setup.Parts("quotas"));
        string unit = published.Setup.TextOrNull("unit") ?? "rate";
        CaseNode top = tree.TopDown.First();
        decimal capacity = Math.Min(top.Stated.Number("rate"), top.Stated.NumberOrNull("ceil") ?? decimal.MaxValue);
        FairFill fill = new(One(unit, capacity));
        foreach (CaseNode node in tree.TopDown.Where(n => !n.IsTop))
        {
            fill.Weigh(node.Owner, node.Stated.Number("rate"), node.Stated.NumberOrNull("ceil") is { } ceiling && ceiling < capacity ? One(unit, ceiling) : null);
        }

        foreach (CaseObject user in published.Requests)
        {
            fill.Add(new FairUser(user.Text("id"), tree[user.Text("quota")].Owner, One(unit), Math.Min(capacity, user.Number("offeredRate"))));
        }

        fill.Fill(Finest(published));

        foreach ((string id, decimal rate) in published.Expected.Numbers("rates"))
        {
            Assert.Equal((double)rate, (double)fill.Got(id), (double)Finest(published));
        }
    }

    /// <summary>Why rates are not ours: guarantees that do not add up to what is above them are more, or less, than weights.</summary>
    public static string? WhyNotRates(PublishedCase published)
    {
        CaseTree tree = new(published.Setup.Parts("quotas"));
        return published.Beyond(["quotas", "unit"], ["id", "parent", "rate", "ceil"], ["id", "quota", "offeredRate"]) is { } beyond ? $"'{beyond}' of classes is HTB's own"
            : tree.TopDown.All(n => n.IsLeaf || n.Children.Sum(c => tree[c].Stated.Number("rate")) == n.Stated.Number("rate"))
            ? null : "guaranteed rates that do not add up to the rate above them are no weights, and fair shares know nothing else";
    }

    private static decimal Finest(PublishedCase published) => published.Tolerance == 0 ? 0.000_001m : published.Tolerance;

    private static void CompareTasks(PublishedCase published, FairFill fill, decimal resolution)
    {
        CaseObject expected = published.Expected;
        foreach ((string id, decimal tasks) in expected.Numbers("tasks").Concat(expected.Numbers("drfTasks")).Concat(expected.Has("ceeiTasks") ? [] : expected.Numbers("exact")))
        {
            published.Same(tasks, fill.Got(id), $"the tasks of {id}", resolution);
        }

        // A negative control: what another way of sharing would give.
        IReadOnlyDictionary<string, decimal> others = expected.Numbers("ceeiTasks");
        if (expected.Truth("mustDiffer") == true)
        {
            Assert.Contains(others.Concat(expected.Numbers("exact")), o => Math.Abs(o.Value - fill.Got(o.Key)) > 0.01m);
        }
    }

    private static void CompareShares(PublishedCase published, FairFill fill, decimal resolution)
    {
        CaseObject expected = published.Expected;
        foreach (string id in expected.Part("allocation")?.Names ?? [])
        {
            foreach ((string resource, decimal amount) in expected.Part("allocation")!.Numbers(id))
            {
                published.Same(amount, fill.Held(id, resource), $"the {resource} of {id}", resolution);
            }
        }

        foreach ((string resource, decimal amount) in expected.Numbers("unused"))
        {
            published.Same(amount, fill.Free(resource), $"the unused {resource}", resolution);
        }

        foreach ((string resource, decimal share) in expected.Numbers("utilisation"))
        {
            published.Same(share, 1 - (fill.Free(resource) / fill.Capacity(resource)), $"the utilisation of {resource}", resolution);
        }

        // The engine keeps shares to 2⁻⁴⁴.
        foreach ((string id, decimal share) in expected.Numbers("dominantShare"))
        {
            Assert.Equal((double)share, fill.DominantShare(id), (double)Finest(published));
        }

        if (expected.NumberOrNull("weightedShare") is { } weighted)
        {
            Assert.All(published.Requests, user => Assert.Equal((double)weighted, fill.WeightedShare(user.Text("id")), (double)Finest(published)));
        }
    }

    private static Dictionary<string, decimal> One(string resource, decimal amount = 1) => new(StringComparer.Ordinal) { [resource] = amount };
}
