using CsCheck;
using Nexus.Dashboard.Tests.Engine.Histories;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Engine.Simulation;

/// <summary>What a change of a pool would do is said before it is made, and is then what it does.</summary>
public sealed class ChangePreviewTests
{
    [Fact]
    public void More_capacity_starts_those_who_wait_in_their_order_and_only_those_who_fit()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 4));
        nexus.Submit("runs", ("gpu", 4));
        nexus.Queue("second", null, ("gpu", 2));
        nexus.Queue("too-much", null, ("gpu", 3));
        nexus.Queue("first", "high", ("gpu", 1));

        ChangePreview preview = Preview(nexus.Engine, Scene.Definition("gpus", ("gpu", 7)), nexus.Now);

        Assert.Equal(["first", "second"], preview.Starts.Select(r => r.Spec.Id));
        Assert.Empty(preview.Refused);
        Assert.Empty(preview.Excess);
        Assert.Equal(3, preview.Waiting);
    }

    [Fact]
    public void Several_changes_are_previewed_together_and_the_quotas_are_shown_as_they_would_be()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 4)).Quota("acme", new QuotaRule("gpu") { Limit = Quantity.Of(1) });
        nexus.Submit("runs", ("gpu", 1));
        nexus.Queue("waits", null, ("gpu", 1));

        ChangePreview both = ChangePreview.Of([Limit("acme", 3), Limit("acme/alice", 1)], nexus.Engine.Capture(), nexus.Now);
        ChangePreview first = ChangePreview.Of([Limit("acme", 3)], nexus.Engine.Capture(), nexus.Now);

        Assert.Equal(["waits"], first.Starts.Select(r => r.Spec.Id));
        Assert.Equal(["waits"], both.Starts.Select(r => r.Spec.Id));
        Assert.Equal([("acme", 2_000L), ("acme/alice", 2_000L)], both.Quotas.Select(q => (q.State.Owner.ToString(), q.Figures[0].Used)));
    }

    [Fact]
    public void The_first_of_several_changes_that_would_be_refused_says_why()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 4));

        ChangePreview preview = ChangePreview.Of([Limit("acme", 1), new DeleteQuota(OwnerPath.Parse("nobody")) { Actor = Scene.Somebody }], nexus.Engine.Capture(), nexus.Now);

        Assert.Equal(FaultCode.NotFound, preview.Fault!.Code);
    }

    [Fact]
    public void Who_goes_first_for_once_and_who_waits_longer_for_it_is_said_by_the_engines_own_plan()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 1));
        nexus.Submit(Scene.Spec("runs", [("gpu", 1)], duration: TimeSpan.FromMinutes(10)));
        nexus.Submit(Scene.Spec("first", [("gpu", 1)], duration: TimeSpan.FromMinutes(5), queue: true));
        nexus.Submit(Scene.Spec("second", [("gpu", 1)], duration: TimeSpan.FromMinutes(3), queue: true));
        SetPriority raise = new(new RequestKey("acme", "second"), "critical") { Actor = Scene.Somebody };

        ChangePreview preview = ChangePreview.WithStarts([raise], nexus.Engine.Capture(), nexus.Now);

        Assert.Equal([("second", (Instant?)(nexus.Now + TimeSpan.FromMinutes(10)))], preview.Concerned.Select(c => (c.Request.Spec.Id, c.Start)));
        Assert.Equal([("first", (Instant?)(nexus.Now + TimeSpan.FromMinutes(10)), (Instant?)(nexus.Now + TimeSpan.FromMinutes(13)))], preview.Moves.Select(m => (m.Request.Spec.Id, m.Before, m.After)));
        Assert.Empty(ChangePreview.Of(raise, nexus.Engine.Capture(), nexus.Now).Moves);

        // And so it is.
        nexus.Send(raise);
        Assert.Equal(nexus.Now + TimeSpan.FromMinutes(13), nexus.Engine.PlannedStart(new RequestKey("acme", "first")));
    }

    private static SetQuota Limit(string owner, long limit) =>
        new(new QuotaDefinition(OwnerPath.Parse(owner), QuotaDefinition.OneShare, [new QuotaRule("gpu") { Limit = Quantity.Of(limit) }])) { Actor = Scene.Somebody };

    [Fact]
    public void Less_capacity_refuses_what_can_never_be_served_and_revokes_nothing()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 4));
        nexus.Submit("runs", ("gpu", 4));
        nexus.Queue("large", null, ("gpu", 3));
        nexus.Queue("small", null, ("gpu", 2));

        ChangePreview preview = Preview(nexus.Engine, Scene.Definition("gpus", ("gpu", 2)), nexus.Now);

        Assert.Empty(preview.Starts);
        Assert.Equal(["large"], preview.Refused.Select(r => r.Spec.Id));
        Assert.Equal([("gpus", "gpu")], preview.Excess);
    }

    [Fact]
    public void What_another_pool_holds_too_much_of_is_not_the_changes_doing()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 4));
        nexus.Submit("runs", ("gpu", 4));
        nexus.Pool("gpus", ("gpu", 2));

        Assert.Empty(Preview(nexus.Engine, Scene.Definition("others", ("gpu", 1)), nexus.Now).Excess);
        Assert.Equal([("gpus", "gpu")], Preview(nexus.Engine, Scene.Definition("gpus", ("gpu", 3)), nexus.Now).Excess);
    }

    [Fact]
    public void A_new_pool_serves_those_who_would_accept_it()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 1));
        nexus.Submit("runs", ("gpu", 1));
        nexus.Queue("anywhere", null, ("gpu", 1));
        nexus.Submit(Scene.Spec("only-there", [("gpu", 1)], pools: ["gpus"], queue: true));

        Assert.Equal(["anywhere"], Preview(nexus.Engine, Scene.Definition("more", ("gpu", 8)), nexus.Now).Starts.Select(r => r.Spec.Id));
    }

    [Fact]
    public void After_any_history_the_preview_is_what_the_change_then_does() => HoldsInAnyHistory(Compare, 400);

    [Fact]
    public void After_any_history_an_engine_made_anew_finds_nothing_that_was_overlooked() => HoldsInAnyHistory(
        steps =>
        {
            World world = new();
            foreach (Step step in steps)
            {
                world.Do(step);
                Nexus.Engine.Core.Engine anew = Nexus.Engine.Core.Engine.Restore(world.Engine.Capture().Encode().State.Span, new EngineLimits());
                Batch batch = new();
                anew.Handle(new Tick { Actor = Actor.Engine }, world.Now, batch);
                Assert.True(batch.Events.Count == 0, $"{step}: {string.Join("; ", batch.Events)}");
            }
        },
        300);

    private static void HoldsInAnyHistory(Action<List<Step>> law, int histories) => Lives.Steps.List[1, 80].Sample(
        steps => SimulationTests.HoldOrShorten(steps, shorter => SimulationTests.FaultOf(() => law(shorter))), iter: histories, print: _ => "see the shortest history below");

    private static void Compare(List<Step> steps)
    {
        World world = new();
        foreach (Step step in steps)
        {
            ChangePreview? preview = step.Deed == Deed.SetPool ? Preview(world.Engine, world.Pool(step), world.Now) : null;
            world.Do(step);
            if (preview is null || !world.Happened.OfType<PoolSet>().Any())
            {
                continue;
            }

            Assert.Equal(preview.Starts.Select(r => r.Key).ToHashSet(), world.Happened.OfType<RequestStarted>().Select(e => new RequestKey(e.Owner.Tenant, e.Id)).ToHashSet());
            Assert.Equal(preview.Refused.Select(r => r.Key).ToHashSet(), world.Happened.OfType<RequestEnded>().Where(e => e.Status == RequestStatus.Rejected).Select(e => new RequestKey(e.Owner.Tenant, e.Id)).ToHashSet());
        }
    }

    [Fact]
    public void Those_who_would_end_for_others_are_named()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("gpus", ("gpu", 2)) with { Preemption = new PreemptionSettings(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) });
        nexus.Submit(Scene.Spec("v1", [("gpu", 2)], priority: "low") with { Preemptible = true });
        nexus.Queue("boss", "high", ("gpu", 2));

        ChangePreview preview = Preview(nexus.Engine, Scene.Definition("gpus", ("gpu", 2)) with { Preemption = new PreemptionSettings(TimeSpan.FromSeconds(1), TimeSpan.Zero) }, nexus.Now);

        Assert.Equal(["v1"], preview.Told.Select(r => r.Spec.Id));
        Assert.Empty(preview.Starts);
    }

    [Fact]
    public void Another_strategy_names_who_goes_first_now_and_who_would_and_how_many_stand_in_line()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("gpus", ("gpu", 2))).Pool(Scene.Definition("others", ("gpu", 1)));
        nexus.Submit(Scene.Spec("holds-all", [("gpu", 2)], pools: ["gpus"]));
        nexus.Submit(Scene.Spec("elsewhere", [("gpu", 1)], pools: ["others"]));
        nexus.Submit(Scene.Spec("for-others", [("gpu", 1)], pools: ["others"], queue: true));
        nexus.Submit(Scene.Spec("high", [("gpu", 1)], pools: ["gpus"], priority: "high", queue: true));
        nexus.Submit(Scene.Spec("due", [("gpu", 1)], pools: ["gpus"], priority: "low", queue: true) with { Deadline = nexus.Now + TimeSpan.FromHours(1) });

        NewOrder? order = Preview(nexus.Engine, Scene.Definition("gpus", ("gpu", 2)) with { Strategy = "deadline" }, nexus.Now).Order;

        Assert.Equal((2, "high", "due"), (order!.Waiting, order.FirstNow!.Spec.Id, order.FirstThen!.Spec.Id));
    }

    [Fact]
    public void A_change_that_leaves_the_order_as_it_is_says_nothing_of_it()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 2));

        Assert.Null(Preview(nexus.Engine, Scene.Definition("gpus", ("gpu", 4)) with { HalfLife = TimeSpan.FromHours(1) }, nexus.Now).Order);
        Assert.Null(Preview(nexus.Engine, Scene.Definition("new", ("gpu", 4)), nexus.Now).Order);
    }

    private static ChangePreview Preview(Nexus.Engine.Core.Engine engine, PoolDefinition wanted, Instant now) =>
        ChangePreview.Of(new SetPool(wanted) { Actor = Scene.Somebody }, engine.Capture(), now);
}
