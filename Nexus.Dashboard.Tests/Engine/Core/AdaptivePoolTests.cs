using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>A pool that chooses its strategy by itself: what it is told, what it makes of that, and what rules say.</summary>
public sealed class AdaptivePoolTests
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    [Fact]
    public void It_goes_on_with_the_strategy_that_it_had()
    {
        Scene scene = new Scene().Pool(Pool() with { Strategy = "fairShare" }).Pool(Pool());

        Assert.Equal(("adaptive", "fairShare", "fairShare"), (Definition(scene).Strategy, Definition(scene).Follows, Adaptive(scene).InForce));
        Assert.Equal("priority", new Scene().Pool(Pool()).Engine.Pool("p")!.Adaptive!.InForce);
        Assert.Null(scene.Pool(Pool() with { Strategy = "deadline" }).Engine.Pool("p")!.Adaptive);
    }

    [Fact]
    public void It_changes_when_another_was_better_by_the_margin_often_enough_in_a_row()
    {
        Scene scene = new Scene().Pool(Pool());

        Try(scene, ("priority", 60), ("deadline", 40));
        Assert.Equal(("priority", "deadline", 1), (Adaptive(scene).InForce, Adaptive(scene).Leader, Adaptive(scene).Wins));

        Try(scene, ("priority", 60), ("deadline", 40));
        StrategySwitched happened = scene.Events.OfType<StrategySwitched>().Single();
        Assert.Equal(("p", "priority", "deadline", Actor.Engine), (happened.Pool, happened.Before, happened.After, happened.Actor));
        Assert.Equal((SwitchCause.Learned, 2, scene.Now - TenMinutes, scene.Now), (happened.Evidence.Cause, happened.Evidence.Wins, happened.Evidence.From!.Value, happened.Evidence.To!.Value));
        Assert.Equal(["priority", "fairShare", "deadline", "costOptimized"], happened.Evidence.Scores.Select(s => s.Strategy));
        Assert.Equal([100, 150], happened.Evidence.Scores.Where(s => s.Strategy is "priority" or "deadline").Select(s => Math.Round(s.Value)));
        Assert.Equal(("deadline", "deadline", (string?)null, 0), (Adaptive(scene).InForce, Definition(scene).Follows, Adaptive(scene).Leader, Adaptive(scene).Wins));
    }

    [Theory]
    [InlineData(58)] // less than a twentieth
    [InlineData(60)]
    [InlineData(90)]
    public void It_stays_where_no_other_is_better_by_the_margin(int wait)
    {
        Scene scene = new Scene().Pool(Pool());

        for (int i = 0; i < 5; i++)
        {
            Try(scene, ("priority", 60), ("deadline", wait));
        }

        Assert.Equal(("priority", 0), (Adaptive(scene).InForce, Adaptive(scene).Wins));
        Assert.Empty(scene.Events.OfType<StrategySwitched>());
    }

    [Fact]
    public void Another_that_wins_begins_to_count_anew()
    {
        Scene scene = new Scene().Pool(Pool());

        Try(scene, ("priority", 60), ("deadline", 40), ("fairShare", 41));
        Assert.Equal(("deadline", 1), (Adaptive(scene).Leader, Adaptive(scene).Wins));
        Try(scene, ("priority", 60), ("deadline", 50), ("fairShare", 1));

        Assert.Equal(("priority", "fairShare", 1), (Adaptive(scene).InForce, Adaptive(scene).Leader, Adaptive(scene).Wins));
    }

    [Fact]
    public void It_stays_for_its_dwell_and_changes_only_so_often_a_day()
    {
        Scene scene = new Scene().Pool(Pool(Settings() with { Wins = 1, Dwell = TimeSpan.FromMinutes(25), MostSwitches = 2 }));

        Try(scene, ("priority", 60), ("deadline", 1));
        Assert.Equal("deadline", Adaptive(scene).InForce);

        // Twenty minutes later it is too early, half an hour later it is not.
        TryFor(scene, "fairShare", 2);
        Assert.Equal("deadline", Adaptive(scene).InForce);
        TryFor(scene, "fairShare", 1);
        Assert.Equal("fairShare", Adaptive(scene).InForce);

        TryFor(scene, "priority", 6);
        Assert.Equal("fairShare", Adaptive(scene).InForce);
        scene.Advance(TimeSpan.FromHours(23));
        TryFor(scene, "priority", 1);
        Assert.Equal("priority", Adaptive(scene).InForce);
    }

    [Fact]
    public void What_served_such_a_load_before_counts_beside_what_did_lately()
    {
        Scene scene = new Scene().Pool(Pool(Settings() with { Wins = 1, Dwell = TimeSpan.Zero, MostSwitches = 144 }));
        PoolLoad few = new(2_000, 0, 2);
        PoolLoad due = new(50_000, 40_000, 2);

        // By day deadlines are many and their strategy is good; by night there are none and it is bad.
        for (int i = 0; i < 12; i++)
        {
            Try(scene, due, ("priority", 60), ("deadline", 20), ("fairShare", 60));
        }

        for (int i = 0; i < 12; i++)
        {
            Try(scene, few, ("priority", 20), ("deadline", 60), ("fairShare", 60));
        }

        Assert.Equal("priority", Adaptive(scene).InForce);

        // The load of the day is back. Lately alone says otherwise, and one comparison that tells nothing would not change that.
        Try(scene, due, ("priority", 40), ("deadline", 40), ("fairShare", 60));
        Assert.Equal("deadline", Adaptive(scene).InForce);
    }

    [Fact]
    public void What_runs_goes_on_and_what_waits_is_ordered_anew()
    {
        Scene scene = new Scene().Pool(Pool(Settings() with { Wins = 1 }));
        scene.Submit(Scene.Spec("runs", [("gpu", 4)], lease: TimeSpan.FromDays(2)));
        scene.Queue("high", "high", [("gpu", 4)]);
        scene.Submit(Scene.Spec("due", [("gpu", 4)], priority: "low", queue: true) with { Deadline = scene.Now + TimeSpan.FromHours(5) });

        Try(scene, ("priority", 60), ("deadline", 40));

        Assert.Equal(RequestStatus.Allocated, scene.Status("runs"));
        scene.Release("runs");
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (scene.Status("due"), scene.Status("high")));
    }

    [Fact]
    public void A_rule_holds_its_strategy_while_it_holds_and_longer_by_the_dwell()
    {
        StrategyRule rule = new(LoadFigure.DeadlineShare, true, 400_000, "deadline");
        Scene scene = new Scene().Pool(Pool(Settings() with { Rules = [rule] }));
        scene.Submit(Scene.Spec("runs", [("gpu", 4)], lease: TimeSpan.FromDays(2)));
        scene.Queue("without", "medium", [("gpu", 4)]);
        scene.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("priority", Adaptive(scene).InForce);

        scene.Submit(Scene.Spec("due", [("gpu", 4)], queue: true) with { Deadline = scene.Now + TimeSpan.FromHours(5) });
        scene.Advance(TimeSpan.FromMinutes(1));
        StrategySwitched began = scene.Events.OfType<StrategySwitched>().Single();
        Assert.Equal(("priority", "deadline", SwitchCause.Rule, rule), (began.Before, began.After, began.Evidence.Cause, began.Evidence.Rule!));
        Assert.Equal((new PoolLoad(2_000, 1_000, 1), 0L), (began.Evidence.Load, began.At.Milliseconds % 60_000));
        Assert.Equal(rule, Adaptive(scene).Rule);

        // What was learned does not go before it.
        for (int i = 0; i < 4; i++)
        {
            Try(scene, ("deadline", 60), ("priority", 1));
        }

        Assert.Equal("deadline", Adaptive(scene).InForce);

        scene.Send(new Cancel(new RequestKey("acme", "due")) { Actor = Scene.Somebody });
        scene.Advance(TimeSpan.FromMinutes(1));
        StrategySwitched over = scene.Events.OfType<StrategySwitched>().Last();
        Assert.Equal(("deadline", "priority", SwitchCause.RuleOver, rule), (over.Before, over.After, over.Evidence.Cause, over.Evidence.Rule!));
        Assert.Null(Adaptive(scene).Rule);
    }

    [Fact]
    public void A_rule_stays_for_the_dwell_although_it_holds_no_more_and_the_first_that_holds_decides()
    {
        StrategyRule many = new(LoadFigure.Waiting, true, 1_000_000, "fairShare");
        StrategyRule few = new(LoadFigure.Tenants, false, 2_000_000, "deadline");
        Scene scene = new Scene().Pool(Pool(Settings() with { Rules = [many, few] }));
        scene.Submit(Scene.Spec("runs", [("gpu", 4)], lease: TimeSpan.FromDays(2)));
        scene.Queue("a", "medium", [("gpu", 4)]);
        scene.Queue("b", "medium", [("gpu", 4)]);

        scene.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((many, "fairShare"), (Adaptive(scene).Rule, Adaptive(scene).InForce));

        scene.Send(new Cancel(new RequestKey("acme", "b")) { Actor = Scene.Somebody });
        scene.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(many, Adaptive(scene).Rule);
        scene.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((few, "deadline"), (Adaptive(scene).Rule, Adaptive(scene).InForce));

        // Nobody waits: nothing is below anything.
        scene.Send(new Cancel(new RequestKey("acme", "a")) { Actor = Scene.Somebody });
        scene.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(((StrategyRule?)null, "priority"), (Adaptive(scene).Rule, Adaptive(scene).InForce));
    }

    [Fact]
    public void What_it_learned_stays_when_its_settings_change_and_goes_when_it_is_adaptive_no_more()
    {
        Scene scene = new Scene().Pool(Pool());
        Try(scene, ("priority", 60), ("deadline", 40));
        Try(scene, ("priority", 60), ("deadline", 40));

        scene.Pool(Pool(Settings() with { Wins = 7 }));
        Assert.Equal(("deadline", 2), (Adaptive(scene).InForce, Adaptive(scene).Trials.Count));

        scene.Pool(Pool() with { Strategy = "priority" });
        Assert.Equal("priority", Definition(scene).Follows);
        scene.Pool(Pool());
        Assert.Equal(("priority", 0), (Adaptive(scene).InForce, Adaptive(scene).Trials.Count));
    }

    [Fact]
    public void A_spot_pool_that_comes_to_place_by_cost_refuses_nobody_who_waits_there_or_comes()
    {
        Scene scene = new Scene().Pool(Pool(Settings() with { Wins = 1 }) with { PurchaseOption = PurchaseOption.Spot });
        scene.Submit(Scene.Spec("a", [("gpu", 3)], lease: TimeSpan.FromDays(1)));
        scene.Queue("waits", null, ("gpu", 3));

        Try(scene, ("priority", 60), ("costOptimized", 40));

        Assert.Equal(("costOptimized", RequestStatus.Queued), (Adaptive(scene).InForce, scene.Status("waits")));
        Assert.Equal(ReasonCode.NotEnoughFree, scene.Submit("b", ("gpu", 4)).Reason!.Code);
    }

    [Fact]
    public void What_it_follows_is_its_own_whatever_a_body_of_before_says()
    {
        Scene scene = new Scene().Pool(Pool());
        PoolDefinition before = Definition(scene);
        Try(scene, ("priority", 60), ("deadline", 40));
        Try(scene, ("priority", 60), ("deadline", 40));

        scene.Pool(before with { KeepAfter = TimeSpan.FromMinutes(5), Chosen = "fairShare" });

        Assert.Equal(("deadline", "deadline"), (Adaptive(scene).InForce, Definition(scene).Follows));
    }

    [Fact]
    public void What_is_no_trial_of_it_is_refused_by_name_and_changes_nothing()
    {
        Scene scene = new Scene().Pool(Pool()).Pool(Pool() with { Name = "plain", Strategy = "priority" });
        Try(scene, ("priority", 60));
        byte[] before = scene.Engine.StateHash();
        RecordTrial fine = Trial(scene, new PoolLoad(2_000, 0, 1), ("priority", 60));

        Assert.Contains("there is no pool 'none'", Fault(fine with { Pool = "none" }), StringComparison.Ordinal);
        Assert.Contains("does not choose its strategy", Fault(fine with { Pool = "plain" }), StringComparison.Ordinal);
        Assert.Contains("begins before it ends", Fault(fine with { From = fine.To }), StringComparison.Ordinal);
        Assert.Contains("ends by now", Fault(fine with { To = scene.Now + TimeSpan.FromSeconds(1) }), StringComparison.Ordinal);
        Assert.Contains("was replayed up to", Fault(fine), StringComparison.Ordinal);
        Assert.Equal(before, scene.Engine.StateHash());
        scene.Advance(TenMinutes);
        byte[] later = scene.Engine.StateHash();
        RecordTrial next = Trial(scene, new PoolLoad(2_000, 0, 1), ("priority", 60));
        Assert.All(
            (RecordTrial[])[next with { Figures = [] }, next with { Figures = [.. next.Figures, next.Figures[0]] }, next with { Figures = [next.Figures[0], next.Figures[1] with { Strategy = "adaptive" }] }],
            trial => Assert.Contains("each strategy stands once", Fault(trial), StringComparison.Ordinal));
        Assert.Equal(later, scene.Engine.StateHash());

        string Fault(RecordTrial trial) => Assert.IsType<Fault>(scene.Send(trial)).Detail;
    }

    [Fact]
    public void All_of_it_is_in_a_snapshot_and_in_the_journal()
    {
        StrategyRule rule = new(LoadFigure.Waiting, true, 0, "fairShare");
        Scene scene = new Scene().Pool(Pool(Settings() with { Wins = 1, Rules = [rule] }));
        Try(scene, ("priority", 60), ("deadline", 40), ("fairShare", 80));
        scene.Submit(Scene.Spec("runs", [("gpu", 4)], lease: TimeSpan.FromDays(2)));
        scene.Queue("a", "medium", [("gpu", 4)]);
        scene.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(rule, Adaptive(scene).Rule);

        Nexus.Engine.Core.Engine restored = scene.Restored();
        Assert.Equal(scene.Engine.StateHash(), restored.StateHash());
        Assert.Equal("fairShare", restored.Pool("p")!.Definition.Follows);
        Assert.NotNull(restored.SharesOf("p"));
        Assert.Equal(scene.Engine.StateHash(), scene.Replayed().StateHash());
    }

    private static AdaptiveState Adaptive(Scene scene) => scene.Engine.Pool("p")!.Adaptive!;

    private static PoolDefinition Definition(Scene scene) => scene.Engine.Pool("p")!.Definition;

    private static AdaptiveSettings Settings() => AdaptiveSettings.Default;

    private static PoolDefinition Pool(AdaptiveSettings? settings = null) => Scene.Definition("p", ("gpu", 4)) with { Strategy = "adaptive", Adaptive = settings };

    private static void TryFor(Scene scene, string best, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Try(scene, [.. KnownStrategies.Fixed.Select(s => (s, s == best ? 1 : 10_000))]);
        }
    }

    private static void Try(Scene scene, params (string Strategy, int MeanWaitSeconds)[] waits) => Try(scene, new PoolLoad(2_000, 0, 1), waits);

    private static void Try(Scene scene, PoolLoad load, params (string Strategy, int MeanWaitSeconds)[] waits)
    {
        scene.Advance(TenMinutes);
        Assert.IsType<PoolReply>(scene.Send(Trial(scene, load, waits)));
    }

    // Of who is not named the wait is twenty minutes.
    private static RecordTrial Trial(Scene scene, PoolLoad load, params (string Strategy, int MeanWaitSeconds)[] waits) => new(
        "p", scene.Now - TenMinutes, scene.Now, load,
        [
            .. KnownStrategies.Fixed.Select(s => new StrategyFigures(
                s, 100, (Array.Exists(waits, w => w.Strategy == s) ? Array.Find(waits, w => w.Strategy == s).MeanWaitSeconds : 1_200) * 100_000L, 0, 0, 0, 100, Money.Zero)),
        ]) { Actor = Actor.Engine };
}
