using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Scheduling;

/// <summary>What is told of the grant that a request shares: whose it is to whom may see that, and what it saves by the prices of the present.</summary>
public sealed class SharedGrantTests
{
    private readonly Scene _nexus = Given.Pool("gpus", ("gpu", 8)).Bucket("llm", "llm.calls", 1_000, TimeSpan.FromSeconds(1), 1_000)
        .Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(2), Minimum = Money.Of(1) }, new Sku("calls", "llm.calls") { UnitPrice = Money.Parse("0.1"), Minimum = Money.Parse("0.5") });

    [Fact]
    public void It_says_who_began_it_and_what_is_saved_an_hour_and_once()
    {
        _nexus.Submit(Ask("a"));

        SharedGrant shared = Of(_nexus.Submit(Ask("b")), "acme")!;

        Assert.Equal((_nexus.Request("a").Lease!.Number, "a", false), (shared.Lease, shared.With, shared.IsAlone));
        Assert.Equal([new SharedMinimum("calls", Money.Parse("0.3"), false), new SharedMinimum("gpu-hour", Money.Parse("0.5"), true)], shared.Minima);
        Assert.Null(Of(_nexus.Request("a"), "acme"));
    }

    [Fact]
    public void To_who_may_not_see_the_other_it_names_neither_its_request_nor_its_lease()
    {
        _nexus.Submit(Ask("a"));
        Request second = _nexus.Submit(Ask("b", owner: "acme/bob"));

        Assert.Equal((null, null), (Of(second, "acme/bob")!.Lease, Of(second, "acme/bob")!.With));
        Assert.Equal("a", Of(second, "acme")!.With);
    }

    [Fact]
    public void What_costs_more_than_the_minimum_or_has_none_saves_nothing()
    {
        _nexus.Submit(Ask("a"));
        _nexus.Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(20), Minimum = Money.Of(1) }, new Sku("calls", "llm.calls") { UnitPrice = Money.Parse("0.1") });

        Assert.Empty(Of(_nexus.Submit(Ask("b")), "acme")!.Minima);
    }

    [Fact]
    public void Why_here_counts_the_minimum_as_paid_where_it_shares()
    {
        _nexus.Pool(Scene.Definition("gpus", ("gpu", 8)) with { Strategy = "costOptimized" }).Pool("others", ("gpu", 4));
        _nexus.Submit(Scene.Spec("a", [("gpu", 0.25)], pools: ["gpus"]) with { Mergeable = true });

        PoolChoice choice = PoolChoice.Of(_nexus.Submit(Scene.Spec("b", [("gpu", 0.25)], duration: TimeSpan.FromHours(1)) with { Mergeable = true }), Read())!;

        Assert.Equal(("gpus", PoolChoiceRule.Cheapest, "0.5", "1"), (choice.Pool, choice.Rule, choice.Cost?.ToString(), choice.Others[0].Cost?.ToString()));
    }

    [Fact]
    public void One_that_is_alone_by_now_pays_the_minima_itself_until_another_joins()
    {
        _nexus.Submit(Ask("a"));
        _nexus.Submit(Ask("b"));
        _nexus.Release("a");

        Assert.True(Of(_nexus.Request("b"), "acme")!.IsAlone);
        _nexus.Submit(Ask("c"));
        Assert.False(Of(_nexus.Request("b"), "acme")!.IsAlone);
        _nexus.Release("b");
        Assert.False(Of(_nexus.Request("b"), "acme")!.IsAlone);
    }

    [Fact]
    public void Why_here_counts_the_minimum_of_one_that_is_alone_by_now()
    {
        _nexus.Pool(Scene.Definition("gpus", ("gpu", 8)) with { Strategy = "costOptimized" }).Pool("others", ("gpu", 4));
        _nexus.Submit(Scene.Spec("a", [("gpu", 0.25)], pools: ["gpus"]) with { Mergeable = true });
        _nexus.Submit(Scene.Spec("b", [("gpu", 0.25)], duration: TimeSpan.FromHours(1)) with { Mergeable = true });
        _nexus.Release("a");

        Assert.Equal("1", PoolChoice.Of(_nexus.Request("b"), Read())!.Cost?.ToString());
    }

    [Fact]
    public void What_happened_names_the_grant_to_whom_it_may_be_named_alone()
    {
        _nexus.Submit(Ask("a"));
        _nexus.Submit(Ask("b", owner: "acme/bob"));

        Assert.Equal(_nexus.Request("a").Lease!.Number, Told("acme"));
        Assert.Equal(_nexus.Request("a").Lease!.Number, Told(""));
        Assert.Null(Told("acme/bob"));

        long? Told(string path) => ((RequestSubmitted)Assert.Single(
            Explainer.Explain(_nexus.Request("b"), path.Length == 0 ? OwnerPath.Root : OwnerPath.Parse(path), Read(), [.. _nexus.Events.OfType<RequestSubmitted>().Where(e => e.Key.Id == "b")]).Timeline)).Lease!.MergedWith;
    }

    private SharedGrant? Of(Request request, string within) => SharedGrant.Of(request, OwnerPath.Parse(within), Read());

    private Present Read() => new(_nexus.Engine.Configuration, [.. _nexus.Engine.Pools], _nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated), [], _nexus.Now, 1)
    {
        ByLease = number => _nexus.Engine.Requests.FirstOrDefault(r => r.Lease?.Number == number),
    };

    private static RequestSpec Ask(string id, string owner = "acme/alice") => Scene.Spec(id, [("gpu", 0.25), ("llm.calls", 2)], owner) with { Mergeable = true };
}
