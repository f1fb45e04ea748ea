using CsCheck;
using Nexus.Dashboard.Tests.Engine.Histories;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Engine.Simulation;

/// <summary>What a change of a pool would do is said before it is made, and is then what it does.</summary>
public sealed class ChangePreviewTests
{
    private static readonly Gen<Deed> Deeds = Gen.Frequency(
        (6, Gen.Const(Deed.Submit)), (24, Gen.Const(Deed.SubmitQueued)), (8, Gen.Const(Deed.Release)), (3, Gen.Const(Deed.Cancel)), (3, Gen.Const(Deed.SetPriority)),
        (14, Gen.Const(Deed.SetPool)), (3, Gen.Const(Deed.DrainPool)), (2, Gen.Const(Deed.DeletePool)), (6, Gen.Const(Deed.Pass)));

    private static readonly Gen<Step> Steps = Gen.Select(Deeds, Gen.Int[0, 1000], Gen.Int[0, 20_000], Gen.Int[0, 1000], (deed, a, b, c) => new Step(deed, a, b, c));

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
    public void A_new_pool_serves_those_who_would_accept_it()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 1));
        nexus.Submit("runs", ("gpu", 1));
        nexus.Queue("anywhere", null, ("gpu", 1));
        nexus.Submit(Scene.Spec("only-there", [("gpu", 1)], pools: ["gpus"], queue: true));

        Assert.Equal(["anywhere"], Preview(nexus.Engine, Scene.Definition("more", ("gpu", 8)), nexus.Now).Starts.Select(r => r.Spec.Id));
    }

    [Fact]
    public void After_any_history_the_preview_is_what_the_change_then_does() => Steps.List[1, 80].Sample(Compare, iter: 400, print: steps => string.Join(" ", steps));

    [Fact]
    public void After_any_history_an_engine_made_anew_finds_nothing_that_was_overlooked() => Steps.List[1, 80].Sample(
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
        iter: 300, print: steps => string.Join(" ", steps));

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

    private static ChangePreview Preview(Nexus.Engine.Core.Engine engine, PoolDefinition wanted, Instant now) =>
        ChangePreview.Of(new SetPool(wanted) { Actor = Scene.Somebody }, engine.Capture(), now);
}
