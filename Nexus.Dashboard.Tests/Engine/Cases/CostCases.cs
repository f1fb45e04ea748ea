using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Which of several configurations of a request is granted where pools place by cost: models above a floor of quality, devices on which work takes different times.</summary>
internal static class CostCases
{
    private const string Quality = "quality";
    private static readonly TimeSpan Long = TimeSpan.FromDays(10);

    public static string? WhyNot(PublishedCase published) => published.Setup.Has("models") || (published.Setup.Parts("pools") is { Length: > 0 } pools && pools[0].Has("throughput"))
        ? null : "neither models of a quality nor pools of a throughput are chosen from";

    public static void Run(PublishedCase published)
    {
        if (published.Setup.Has("models"))
        {
            Models(published);
        }
        else
        {
            Devices(published);
        }
    }

    // Each model is a pool with its quality as a label. A floor is a configuration for each quality that reaches it.
    private static void Models(PublishedCase published)
    {
        Scene nexus = new();
        CaseObject[] models = published.Setup.Parts("models");
        foreach (CaseObject model in models)
        {
            nexus.Pool(new PoolDefinition(model.Text("id"), [.. new[] { "tokens.input", "tokens.output" }.Select(k => new Supply(k, Quantity.Of(1_000_000), Quantity.Of(1_000_000), TimeSpan.FromSeconds(1)))],
                Labelled(model.Number(Quality)), PurchaseOption.OnDemand, null, "costOptimized")
            {
                Prices = [new PoolPrice("tokens.input", Price(model.Number("inPerM") / 1_000_000)), new PoolPrice("tokens.output", Price(model.Number("outPerM") / 1_000_000))],
            });
        }

        foreach (CaseObject asked in published.Requests)
        {
            string id = asked.Text("id");
            decimal floor = asked.Number("minQuality");
            ResourceVector tokens = Scene.Vector(("tokens.input", (double)asked.Number("inputTokens")), ("tokens.output", (double)asked.Number("outputTokens")));
            decimal[] good = [.. models.Select(m => m.Number(Quality)).Where(q => q >= floor).Distinct().DefaultIfEmpty(floor)];
            Request request = nexus.Submit(Or(Scene.Spec(id, []) with { Resources = tokens, PoolLabels = Labelled(good[0]) }, [.. good.Skip(1).Select(q => new Alternative(tokens, null, Labelled(q), null))]));

            string? expected = published.Expected.Part("choice")!.TextOrNull(id);
            Assert.Equal(expected, request.Lease?.Pools[0]);
            Assert.Equal(expected is null, request.Reason is { Tier: ReasonTier.NeverFits or ReasonTier.Misconfigured });
            if (expected is not null)
            {
                Near(published, published.Expected.Part("cost")!.Number(id), request.Estimate!.Total);
            }
        }
    }

    // Each device is a pool; the same work takes longer on a slower one.
    private static void Devices(PublishedCase published)
    {
        Scene nexus = new();
        CaseObject[] pools = published.Setup.Parts("pools");
        foreach (CaseObject pool in pools)
        {
            nexus.Pool(Scene.Definition(pool.Text("id"), ("gpu", (double)pool.Number("free"))) with { Strategy = "costOptimized", Prices = [new PoolPrice("gpu", Price(pool.Number("pricePerHour")))] });
        }

        foreach (CaseObject asked in published.Requests)
        {
            Alternative[] ways = [.. pools.Select(p => new Alternative(Scene.Vector(("gpu", 1)), [p.Text("id")], Labels.None, TimeSpan.FromHours((double)(asked.Number("work") / p.Number("throughput")))))];
            string id = asked.Text("id");
            Request request = nexus.Submit(Or(In(id, ways[0]), ways[1..]));
            Assert.Equal(published.Expected.Text("choice"), request.Lease?.Pools[0]);
            foreach (Alternative way in ways)
            {
                // What it costs where it is done: each by itself, for as long as it takes.
                Scene alone = new();
                alone.Pool(nexus.Engine.Pool(way.Pools![0])!.Definition);
                Near(published, published.Expected.Part("cost")!.Number(way.Pools[0]), alone.Submit(In(id, way) with { LeaseLength = way.Duration!.Value }).Estimate!.Total);
            }
        }
    }

    private static RequestSpec In(string id, Alternative way) => Scene.Spec(id, [], duration: way.Duration, lease: Long) with { Resources = way.Resources, Pools = way.Pools, PoolLabels = way.PoolLabels };

    private static RequestSpec Or(RequestSpec main, Alternative[] others) => others.Length == 0 ? main : main.Or(others);

    private static Labels Labelled(decimal quality) => Labels.Of([new(Quality, quality.ToString(CultureInfo.InvariantCulture))]);

    private static Money Price(decimal price) => Money.Parse(price.ToString(CultureInfo.InvariantCulture));

    private static void Near(PublishedCase published, decimal expected, Money cost) =>
        Assert.InRange(decimal.Parse(cost.ToString(), CultureInfo.InvariantCulture), expected - published.Tolerance, expected + published.Tolerance);
}
