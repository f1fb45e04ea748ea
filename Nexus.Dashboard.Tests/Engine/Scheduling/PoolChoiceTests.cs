using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Scheduling;

/// <summary>Why a grant is in its pool, worked out when it is read.</summary>
public sealed class PoolChoiceTests
{
    private static readonly TimeSpan HalfAnHour = TimeSpan.FromMinutes(30);

    [Fact]
    public void The_cheapest_is_told_with_what_it_costs_there_and_elsewhere_and_which_spot_is_not_for_it()
    {
        Scene nexus = Priced().Pool(Scene.Definition("spot", ("gpu", 8)) with { PurchaseOption = PurchaseOption.Spot, Strategy = "costOptimized" });

        PoolChoice choice = Of(nexus, Scene.Spec("r", [("gpu", 2)], duration: HalfAnHour))!;

        Assert.Equal(("cheap", PoolChoiceRule.Cheapest, Money.Of(1)), (choice.Pool, choice.Rule, choice.Cost));
        Assert.Equal([new CandidateCost("dear", Money.Of(3)), new CandidateCost("odd", null)], choice.Others);
        Assert.Equal(["spot"], choice.NotTolerated);
    }

    [Fact]
    public void Spot_is_a_choice_for_who_tolerates_interruption()
    {
        Scene nexus = Priced().Pool(Scene.Definition("spot", ("gpu", 8)) with { PurchaseOption = PurchaseOption.Spot, Strategy = "costOptimized" });

        PoolChoice choice = Of(nexus, Scene.Spec("r", [("gpu", 2)], duration: HalfAnHour) with { Preemptible = true })!;

        Assert.Contains("spot", choice.Others.Select(o => o.Pool).Append(choice.Pool));
        Assert.Empty(choice.NotTolerated);
    }

    [Fact]
    public void Who_names_pools_is_served_in_that_order()
    {
        PoolChoice choice = Of(Priced(), Scene.Spec("r", [("gpu", 2)], pools: ["dear", "cheap"]))!;

        Assert.Equal(("dear", PoolChoiceRule.AsNamed, null), (choice.Pool, choice.Rule, choice.Cost));
        Assert.Equal(["cheap"], choice.Others.Select(o => o.Pool));
    }

    [Fact]
    public void Where_no_pool_places_by_cost_the_closest_fit_serves()
    {
        PoolChoice choice = Of(Given.Pool("large", ("gpu", 8)).Pool("small", ("gpu", 2)), Scene.Spec("r", [("gpu", 2)]))!;

        Assert.Equal(("small", PoolChoiceRule.ClosestFit), (choice.Pool, choice.Rule));
        Assert.Equal([new CandidateCost("large", null)], choice.Others);
    }

    [Fact]
    public void A_pool_that_could_never_serve_it_is_no_choice() =>
        Assert.Equal(PoolChoiceRule.TheOnlyOne, Of(Given.Pool("large", ("gpu", 8)).Pool("small", ("gpu", 2)), Scene.Spec("r", [("gpu", 4)]))!.Rule);

    [Fact]
    public void What_is_consumed_counts_by_its_amount()
    {
        Scene nexus = Given.Bucket("a", "tokens.input", 100, TimeSpan.FromMinutes(1), 1_000).Bucket("b", "tokens.input", 100, TimeSpan.FromMinutes(1), 1_000);
        nexus.Pool(nexus.Engine.Pool("a")!.Definition with { Strategy = "costOptimized" });
        nexus.Prices(new Sku("a", "tokens.input") { Pool = "a", UnitPrice = Money.Parse("0.002") }, new Sku("b", "tokens.input") { Pool = "b", Formula = "quantity * 0.001" });

        PoolChoice choice = Of(nexus, Scene.Spec("r", [("tokens.input", 500)]))!;

        Assert.Equal(("b", Money.Parse("0.5"), Money.Of(1)), (choice.Pool, choice.Cost, choice.Others[0].Cost));
    }

    [Fact]
    public void Of_who_waits_and_where_its_pool_is_gone_nothing_is_told()
    {
        Scene nexus = Given.Pool("small", ("gpu", 2));
        nexus.Submit(Scene.Spec("first", [("gpu", 2)]));
        Assert.Null(Of(nexus, Scene.Spec("waits", [("gpu", 2)], queue: true)));

        Request ended = nexus.Request("first");
        nexus.Release("first");
        Assert.Null(PoolChoice.Of(ended, Read(Given.Pool("another", ("gpu", 2)))));
    }

    private static Scene Priced() => Given.Nothing()
        .Pool(Scene.Definition("cheap", ("gpu", 8)) with { Strategy = "costOptimized" }).Pool("dear", ("gpu", 8)).Pool("odd", ("gpu", 8))
        .Prices(new Sku("cheap", "gpu") { Pool = "cheap", UnitPrice = Money.Of(1) }, new Sku("dear", "gpu") { Pool = "dear", UnitPrice = Money.Of(3) });

    private static PoolChoice? Of(Scene nexus, RequestSpec spec) => PoolChoice.Of(nexus.Submit(spec), Read(nexus));

    private static Present Read(Scene nexus) => new(nexus.Engine.Configuration, [.. nexus.Engine.Pools], [], [], nexus.Now, 1);
}
