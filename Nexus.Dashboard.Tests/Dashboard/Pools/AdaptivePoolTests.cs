using Bunit;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Pools.Adaptive;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Tests.Dashboard.Pools;

/// <summary>The pages say what an adaptive pool follows and why, and set what it is to serve.</summary>
public sealed class AdaptivePoolTests : ComponentTest
{
    private static readonly StrategyRule Due = new(LoadFigure.DeadlineShare, true, 400_000, "deadline");

    [Fact]
    public void Before_anything_was_compared_it_says_when_it_will_be()
    {
        IRenderedComponent<AdaptivePanel> panel = Draw(new Scene().Pool(Adaptive()));

        Assert.Contains("Priority is in force as the pool had it before.", panel.Find("[data-adaptive]").TextContent, StringComparison.Ordinal);
        Assert.Contains($"replayed under each strategy every {Numbers.Duration(TimeSpan.FromMinutes(10))}, once somebody has waited", panel.Find("[data-adaptive]").TextContent, StringComparison.Ordinal);
        Assert.Equal("wait alone", panel.FindAll("dd")[0].TextContent);
        Assert.Empty(panel.FindAll("[data-trial]"));
    }

    [Fact]
    public void After_a_switch_it_shows_scores_the_last_comparison_and_the_evidence()
    {
        Scene scene = new Scene().Pool(Adaptive(AdaptiveSettings.Default with { Wins = 1 }));
        scene.Advance(TimeSpan.FromMinutes(10));
        scene.Send(new RecordTrial(
            "p", scene.Now - TimeSpan.FromMinutes(10), scene.Now, new PoolLoad(12_000, 5_000, 3),
            [.. KnownStrategies.Fixed.Select(s => new StrategyFigures(s, 100, s == "deadline" ? 4_000_000 : 6_000_000, 10, s == "deadline" ? 0 : 2, 50_000, 90, Money.Zero))]) { Actor = Actor.Engine });

        IRenderedComponent<AdaptivePanel> panel = Draw(scene);

        Assert.Contains("Deadline is in force since", panel.Find("[data-adaptive]").TextContent, StringComparison.Ordinal);
        Assert.Equal(["Priority in force", "100", Numbers.Duration(TimeSpan.FromMinutes(1)), "2 of 10", "0.95"], panel.FindAll("[data-trial] tbody tr")[0].QuerySelectorAll("td").Select(c => c.TextContent.Trim()));
        Assert.Equal(["Deadline", "150", Numbers.Duration(TimeSpan.FromSeconds(40)), "0 of 10", "0.95"], panel.FindAll("[data-trial] tbody tr")[2].QuerySelectorAll("td").Select(c => c.TextContent.Trim()));
        string change = panel.Find("[data-switches] tbody tr").TextContent;
        Assert.Contains("Served the objective 33.3 % better in 1 comparison", change, StringComparison.Ordinal);
        Assert.Contains("Scores: Priority 100, Fair share 100, Deadline 150, Cost optimized 100. 12 waiting, 41.7 % with a deadline, 3 tenants.", change, StringComparison.Ordinal);
        Assert.Contains("100 is the strategy in force", panel.Find(".scores").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_holds_is_marked()
    {
        Scene scene = new Scene().Pool(Adaptive(AdaptiveSettings.Default with { Rules = [new StrategyRule(LoadFigure.Waiting, true, 0, "fairShare"), Due] }));
        scene.Submit(Scene.Spec("runs", [("gpu", 4)], lease: TimeSpan.FromHours(1)));
        scene.Queue("waits", null, ("gpu", 4));
        scene.Advance(TimeSpan.FromMinutes(1));

        IRenderedComponent<AdaptivePanel> panel = Draw(scene);

        Assert.Contains("by a rule: requests waiting above 0.", panel.Find("[data-adaptive]").TextContent, StringComparison.Ordinal);
        Assert.Equal(["requests waiting above 0: Fair share holds now", "share with a deadline above 40 %: Deadline"], panel.FindAll(".srules li").Select(i => i.TextContent));
        Assert.Contains("Rule: requests waiting above 0 (1 waiting, 0 % with a deadline, 1 tenant)", panel.Find("[data-switches] tbody tr").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_set_is_typed_and_sent_again_as_it_is()
    {
        ObjectiveBody objective = new(1, 0.25m, null, 1_000);
        AdaptiveBody settings = new(0.123456m, 3, TimeSpan.FromHours(1), 0, [RuleBody.Of(Due), RuleBody.Of(new StrategyRule(LoadFigure.Tenants, false, 2_000_000, "priority"))]);
        AdaptiveDraft draft = new(objective, settings);

        Assert.Equal(objective, draft.ToObjective());
        AdaptiveBody again = draft.ToSettings()!;
        Assert.Equal(settings with { Rules = null }, again with { Rules = null });
        Assert.Equal(settings.Rules!, again.Rules!);
        Assert.Equal((null, null), (new AdaptiveDraft(null, null).ToObjective(), new AdaptiveDraft(null, null).ToSettings()));
    }

    [Fact]
    public void Rules_are_added_moved_and_removed()
    {
        AdaptiveDraft draft = new(null, null);
        int typed = 0;
        IRenderedComponent<AdaptiveFields> fields = Render<AdaptiveFields>(p => p.Add(f => f.Draft, draft).Add(f => f.Id, "x").Add(f => f.OnTyped, () => typed++));

        fields.FindAll("button").Last().Click();
        fields.FindAll("button").Last().Click();
        fields.Find("select[aria-label='Figure of rule 2']").Change("Tenants");
        fields.Find("select[aria-label='Above or below, rule 2']").Change("below");
        fields.Find("input[aria-label='Bound of rule 2']").Input("3");
        fields.Find("button[aria-label='Move rule 2 up']").Click();
        Assert.Equal([new RuleBody(LoadFigure.Tenants, null, 3, "deadline"), new RuleBody(LoadFigure.DeadlineShare, 0.4m, null, "deadline")], draft.ToSettings()!.Rules!);

        fields.Find("button[aria-label='Remove rule 1']").Click();
        Assert.Equal([RuleBody.Of(Due)], draft.ToSettings()!.Rules!);
        Assert.Equal(7, typed);
    }

    private IRenderedComponent<AdaptivePanel> Draw(Scene scene) =>
        Render<AdaptivePanel>(p => p.Add(a => a.Pool, scene.Engine.Pool("p")!).Add(a => a.Now, scene.Now).Add(a => a.Every, TimeSpan.FromMinutes(10)).Add(a => a.Currency, "USD"));

    private static PoolDefinition Adaptive(AdaptiveSettings? settings = null) => Scene.Definition("p", ("gpu", 4)) with { Strategy = "adaptive", Adaptive = settings };
}
