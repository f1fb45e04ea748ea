using CsCheck;
using Nexus.Dashboard.Tests.Engine.Histories;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Recorded;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Simulation.Recorded;

public sealed class RecordedPastTests
{
    private static readonly int Histories = Environment.GetEnvironmentVariable("NEXUS_LONG") == "1" ? 20_000 : 400;

    private static readonly Actor Somebody = new(ActorKind.Key, "key-1", "api");

    [Fact]
    public void Under_unchanged_rules_every_recorded_decision_is_made_again() =>
        Gen.Select(SimulationTests.Steps.List[1, 199], Gen.Double[0, 1]).Sample(
            (steps, at) => SimulationTests.HoldOrShorten(steps, shorter => Difference(shorter, at) is { } difference ? new InvalidOperationException(difference) : null),
            iter: Histories, print: t => $"from {t.Item2}, see the shortest history below");

    [Fact]
    public void A_request_that_ran_keeps_its_time_and_what_it_used_wherever_it_starts()
    {
        Scene scene = Given.Nothing().Pool("p", ("gpu", 1)).Bucket("api", "external.calls", 10, TimeSpan.FromSeconds(1), 10);
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Queue("a", needs: [("gpu", 1)]);
        scene.Queue("b", needs: [("gpu", 1), ("external.calls", 2)]);
        scene.Advance(TimeSpan.FromSeconds(10));
        scene.Release("a");
        scene.Advance(TimeSpan.FromSeconds(7));
        scene.Release("b", ("external.calls", 5));

        List<EngineEvent> decided = Decide(scene, from, _ => [new SetPool(Scene.Definition("p", ("gpu", 2))) { Actor = Somebody }]);

        RequestEnded b = decided.OfType<RequestEnded>().Single(e => e.Id == "b");
        Assert.Equal((from + TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(7), "external.calls 5"), (b.At, b.Settlement!.Held, b.Settlement.Metered.ToString()));
        Assert.Equal(from + TimeSpan.FromSeconds(11), decided.OfType<RequestEnded>().Single(e => e.Id == "a").At);
    }

    [Fact]
    public void Work_for_which_other_amounts_are_chosen_takes_so_much_longer_or_shorter()
    {
        Scene scene = Given.Pool("p", ("gpu", 8));
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Submit(Scene.Spec("busy", [("gpu", 8)], duration: TimeSpan.FromMinutes(30), lease: TimeSpan.FromHours(1)));
        scene.Submit((Scene.Spec("work", [], lease: TimeSpan.FromHours(2)) with { Deadline = scene.Now + TimeSpan.FromMinutes(60) })
            .With(new MoldableWork([new AmountRange("gpu", Quantity.Of(1), Quantity.Of(8), Quantity.Of(7200))])));
        scene.Advance(TimeSpan.FromMinutes(45));
        Assert.Equal(("gpu 4", TimeSpan.FromMinutes(30)), (scene.Request("work").Lease!.Amounts.ToString(), scene.Request("work").Spec.Duration));
        scene.Release("work");

        List<EngineEvent> decided = Decide(scene, from, _ => [new SetPool(Scene.Definition("p", ("gpu", 16))) { Actor = Somebody }]);

        // On two devices at once instead of on four later: it was done after half of what it committed to, and is so again.
        Assert.Equal("gpu 2", decided.OfType<RequestSubmitted>().Single(e => e.Id == "work").Lease!.Amounts.ToString());
        Assert.Equal(TimeSpan.FromMinutes(30), decided.OfType<RequestEnded>().Single(e => e.Id == "work").Settlement!.Held);
    }

    [Fact]
    public void Work_for_which_another_configuration_is_chosen_takes_the_time_of_that_one()
    {
        Scene scene = Given.Pool("fast", ("gpu", 1)).Pool("slow", ("gpu", 1));
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Submit(Scene.Spec("busy", [("gpu", 1)], pools: ["fast"], duration: TimeSpan.FromHours(9), lease: TimeSpan.FromHours(20)));
        scene.Submit(Scene.Spec("busy2", [("gpu", 1)], pools: ["slow"], duration: TimeSpan.FromHours(9), lease: TimeSpan.FromHours(20)));
        scene.Submit(Scene.Spec("work", [("gpu", 1)], pools: ["fast"], duration: TimeSpan.FromMinutes(20), lease: TimeSpan.FromHours(9), queue: true)
            .Or(new Alternative(Scene.Vector(("gpu", 1)), ["slow"], Labels.None, TimeSpan.FromMinutes(60))));
        scene.Release("busy2");
        scene.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(("slow", 1), (scene.Request("work").Lease!.Pools[0], scene.Request("work").Spec.Alternatives!.Chosen));
        scene.Release("work");

        List<EngineEvent> decided = Decide(scene, from, _ => [new SetPool(Scene.Definition("fast", ("gpu", 2))) { Actor = Somebody }]);

        // It was done after half of what it committed to, and is so in the quicker one.
        Assert.Equal("fast", decided.OfType<RequestSubmitted>().Single(e => e.Id == "work").Lease!.Pools[0]);
        Assert.Equal(TimeSpan.FromMinutes(10), decided.OfType<RequestEnded>().Single(e => e.Id == "work").Settlement!.Held);
    }

    [Fact]
    public void What_gave_way_is_asked_again_as_it_was_asked()
    {
        Scene scene = Given.Pool("p", ("gpu", 4));
        scene.Send(new SetOwner(new OwnerSettings(OwnerPath.Parse("acme"), Labels.None, null, null) { Degrade = new DegradeRules([new LowerAmounts(250)]) }) { Actor = Somebody });
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Submit("busy", ("gpu", 1));
        scene.Submit("r", ("gpu", 4));
        scene.Advance(TimeSpan.FromSeconds(10));
        scene.Release("r");

        Assert.Equal("gpu 3", Decide(scene, from, _ => []).OfType<RequestSubmitted>().Single(e => e.Id == "r").Lease!.Amounts.ToString());
        Assert.Equal("gpu 4", Decide(scene, from, _ => [new SetPool(Scene.Definition("p", ("gpu", 8))) { Actor = Somebody }]).OfType<RequestSubmitted>().Single(e => e.Id == "r").Lease!.Amounts.ToString());
        Assert.Equal(
            RequestStatus.Rejected,
            Decide(scene, from, _ => [new SetOwner(new OwnerSettings(OwnerPath.Parse("acme"), Labels.None, null, null)) { Actor = Somebody }]).OfType<RequestSubmitted>().Single(e => e.Id == "r").Status);
    }

    [Fact]
    public void Those_that_agreed_to_share_a_grant_share_it_in_the_replay_too_and_cost_as_little()
    {
        Scene scene = Given.Pool("p", ("gpu", 4)).Prices(new Sku("hour", "gpu") { UnitPrice = Money.Of(2), Minimum = Money.Of(1) });
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        foreach (string id in (string[])["a", "b"])
        {
            scene.Submit(Scene.Spec(id, [("gpu", 0.25)]) with { Mergeable = true });
        }

        scene.Advance(TimeSpan.FromMinutes(4));
        scene.Release("a");
        scene.Release("b");
        string paid = (scene.Request("a").Cost + scene.Request("b").Cost).ToString();

        Assert.Equal(scene.Request("a").Lease!.Number, scene.Request("b").Lease!.MergedWith);
        Assert.Equal(paid, Report(scene, from, _ => []).Cost!.Amount);
        Assert.Equal(paid, Report(scene, from, _ => [new SetPool(Scene.Definition("p", ("gpu", 1))) { Actor = Somebody }]).Cost!.Amount);
    }

    [Fact]
    public void What_somebody_does_at_the_very_moment_of_its_start_comes_before_what_came_later_in_that_moment()
    {
        Scene scene = Given.Pool("p", ("gpu", 2));
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Submit(Scene.Spec("dies", [("gpu", 2)], lease: TimeSpan.FromSeconds(30)));
        scene.Submit(Scene.Spec("waits", [("gpu", 1)], queue: true, lease: TimeSpan.FromSeconds(30)));
        scene.Advance(TimeSpan.FromSeconds(30));
        scene.Renew("waits");
        scene.Submit("comes", ("gpu", 1));
        scene.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(scene.Events.Where(e => e.At > from).Select(e => Convert.ToHexString(Bytes(e))), Decide(scene, from, _ => []).Select(e => Convert.ToHexString(Bytes(e))));
    }

    [Fact]
    public void What_never_ran_takes_its_duration_else_the_median_of_its_workflow()
    {
        Scene scene = Given.Pool("p", ("gpu", 3));
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        foreach ((string id, int seconds, string owner) in new[] { ("short", 2, "acme/x/flow/a"), ("middle", 4, "acme/x/flow/b"), ("long", 40, "acme/y/other") })
        {
            scene.Submit(Scene.Spec(id, [("gpu", 1)], owner));
            scene.Advance(TimeSpan.FromSeconds(seconds));
            scene.Release(id);
        }

        scene.Submit(Scene.Spec("refused-1", [("gpu", 4)], "acme/x/flow/c"));
        scene.Submit(Scene.Spec("refused-2", [("gpu", 4)], "acme/x/flow/c", duration: TimeSpan.FromSeconds(9)));
        scene.Submit(Scene.Spec("refused-3", [("gpu", 4)], "globex/z"));
        scene.Advance(TimeSpan.FromMinutes(10));

        List<EngineEvent> decided = Decide(scene, from, _ => [new SetPool(Scene.Definition("p", ("gpu", 12))) { Actor = Somebody }]);

        Assert.Equal(
            [("refused-1", 2.0), ("refused-3", 4.0), ("refused-2", 9.0)],
            decided.OfType<RequestEnded>().Where(e => e.Id.StartsWith("refused", StringComparison.Ordinal)).Select(e => (e.Id, e.Settlement!.Held.TotalSeconds)));
    }

    [Fact]
    public void A_lease_that_runs_longer_than_it_was_renewed_for_is_renewed_by_implication()
    {
        Scene scene = Given.Pool("p", ("gpu", 1));
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Submit(Scene.Spec("r", [("gpu", 2)], duration: TimeSpan.FromSeconds(100), lease: TimeSpan.FromSeconds(30)));
        scene.Advance(TimeSpan.FromMinutes(10));

        List<EngineEvent> decided = Decide(scene, from, _ => [new SetPool(Scene.Definition("p", ("gpu", 2))) { Actor = Somebody }]);

        Assert.Equal(RequestStatus.Released, decided.OfType<RequestEnded>().Single().Status);
        Assert.Equal(3, decided.OfType<LeaseRenewed>().Count());
    }

    [Fact]
    public void A_client_that_died_dies_again()
    {
        Scene scene = Given.Pool("p", ("gpu", 1));
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Submit(Scene.Spec("first", [("gpu", 1)], lease: TimeSpan.FromSeconds(30)));
        scene.Submit(Scene.Spec("dies", [("gpu", 1)], queue: true, lease: TimeSpan.FromSeconds(30)));
        scene.Advance(TimeSpan.FromSeconds(20));
        scene.Release("first");
        scene.Advance(TimeSpan.FromSeconds(20));
        scene.Renew("dies");
        scene.Advance(TimeSpan.FromSeconds(100));

        List<EngineEvent> decided = Decide(scene, from, _ => [new SetPool(Scene.Definition("p", ("gpu", 2))) { Actor = Somebody }]);

        RequestEnded end = decided.OfType<RequestEnded>().Single(e => e.Id == "dies");
        Assert.Equal((RequestStatus.Expired, from + TimeSpan.FromSeconds(51)), (end.Status, end.At)); // renewed at 20 s of its life, silent from then on
    }

    [Fact]
    public void What_is_said_of_a_lease_after_its_end_is_not_said_again_of_a_later_one()
    {
        Scene scene = Given.Nothing().Pool(Scene.Definition("p", ("gpu", 1)) with { Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero) });
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Submit(Scene.Spec("late", [("gpu", 1)], priority: "low", lease: TimeSpan.FromSeconds(30)) with { Preemptible = true });
        scene.Advance(TimeSpan.FromSeconds(40));
        scene.Release("late");
        scene.Send(new Requeue(new RequestKey("acme", "late")) { Actor = Scene.Somebody });
        scene.Advance(TimeSpan.FromSeconds(10));
        scene.Queue("boss", "critical", ("gpu", 1));
        scene.Advance(TimeSpan.FromSeconds(100));

        List<EngineEvent> decided = Decide(scene, from, _ => []);

        Assert.Equal(1, scene.Events.OfType<SettlementCorrected>().Count(e => e.Id == "late"));
        Assert.Equal(1, decided.OfType<SettlementCorrected>().Count(e => e.Id == "late"));
    }

    [Fact]
    public void Whoever_gave_up_waiting_does_so_only_while_it_waits()
    {
        Scene scene = Given.Pool("p", ("gpu", 1));
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Queue("holds", needs: [("gpu", 1)]);
        scene.Submit(Scene.Spec("waits", [("gpu", 1)], queue: true, duration: TimeSpan.FromSeconds(50)));
        scene.Advance(TimeSpan.FromSeconds(10));
        scene.Cancel("waits");
        scene.Advance(TimeSpan.FromSeconds(100));

        SimulationReport same = Report(scene, from, _ => []);
        SimulationReport more = Report(scene, from, _ => [new SetPool(Scene.Definition("p", ("gpu", 2))) { Actor = Somebody }]);

        Assert.Equal((1, 0, 0), (same.Cancelled, same.Finished, same.NotApplied));
        Assert.Equal((0, 1, 1), (more.Cancelled, more.Finished, more.NotApplied));
    }

    [Fact]
    public void Who_waits_when_the_window_ends_has_waited_so_far()
    {
        Scene scene = Given.Pool("p", ("gpu", 1));
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Queue("holds", needs: [("gpu", 1)]);
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Queue("waits", needs: [("gpu", 1)]);
        scene.Advance(TimeSpan.FromSeconds(30));

        SimulationReport report = Report(scene, from, _ => []);

        Assert.Equal((2, 1, 1, 0), (report.Requests, report.Running, report.Waiting, report.Finished));
        Assert.Equal((30, 32), (report.WaitSeconds.Max, report.MakespanSeconds));
    }

    [Fact]
    public void The_same_preemption_happens_again_and_its_work_is_lost_again()
    {
        Scene scene = Given.Nothing().Pool(Scene.Definition("p", ("gpu", 1)) with { Preemption = new PreemptionSettings(TimeSpan.FromSeconds(2), TimeSpan.Zero) });
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Submit(Scene.Spec("victim", [("gpu", 1)], priority: "low", queue: true) with { Preemptible = true });
        scene.Advance(TimeSpan.FromSeconds(5));
        scene.Queue("boss", "critical", ("gpu", 1));
        scene.Advance(TimeSpan.FromSeconds(12));
        scene.Release("boss");
        scene.Advance(TimeSpan.FromSeconds(9));
        scene.Release("victim");
        scene.Advance(TimeSpan.FromSeconds(1));

        SimulationReport same = Report(scene, from, _ => []);
        SimulationReport roomier = Report(scene, from, _ => [new SetPool(Scene.Definition("p", ("gpu", 2))) { Actor = Somebody }]);

        Assert.Equal((2, 1, 7), (same.Finished, same.Preemptions, same.WorkLostSeconds));
        Assert.Equal((2, 0, 0), (roomier.Finished, roomier.Preemptions, roomier.WorkLostSeconds));
    }

    [Fact]
    public void Prices_and_reported_use_come_again_and_cost_what_they_cost()
    {
        Scene scene = new Scene(new EngineLimits { MetersHeld = true }).Pool("p", ("gpu", 2)).Bucket("llm", "tokens.input", 1_000, TimeSpan.FromMinutes(1), 5_000);
        Instant from = scene.Now;
        scene.Advance(TimeSpan.FromSeconds(1));
        scene.Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(2) }, new Sku("in", "tokens.input") { Formula = "quantity * 0.001" });
        scene.Submit(Scene.Spec("holds", [("gpu", 1)], lease: TimeSpan.FromHours(3)));
        long lease = scene.Submit(Scene.Spec("dies", [("tokens.input", 100)], lease: TimeSpan.FromMinutes(5))).Lease!.Number;
        scene.Send(new RecordUsage(
        [
            new UsageRecord("u", scene.Now, OwnerPath.Parse("acme/bob"), "tokens.input", Quantity.Of(700)) { Pool = "llm" },
            new UsageRecord("p", scene.Now, OwnerPath.Parse("acme/alice"), "tokens.input", Quantity.Of(250)) { Lease = lease, Request = "dies" },
        ]) { Actor = Somebody });
        scene.Advance(TimeSpan.FromHours(2));
        scene.Release("holds");
        scene.Advance(TimeSpan.FromSeconds(1));

        List<EngineEvent> again = [];
        EngineLimits limits = new() { MetersHeld = true };
        Simulator.Compare(Workload(scene.Events, StateAt(scene.Events, from, limits), from, scene.Now, limits), [Variant.Unchanged("same")], (_, batch) => again.AddRange(batch.Events));

        Assert.Equal(scene.Events.Where(e => e.At > from).Select(e => Convert.ToHexString(Bytes(e))), again.Select(e => Convert.ToHexString(Bytes(e))));
        Assert.Equal(("4", "0.25"), (scene.Request("holds").Cost.ToString()[..1], scene.Request("dies").Cost.ToString()));
    }

    // What the history decided after a moment, against what is decided when that is simulated; null where both are the same.
    private static string? Difference(List<Step> steps, double at)
    {
        World world = new();
        steps.ForEach(world.Do);
        world.Do(new Step(Deed.Pass, 0, 0, 0));
        IReadOnlyList<EngineEvent> journal = world.Journal;
        Instant from = journal[(int)(at * (journal.Count - 1))].At;
        byte[] state = StateAt(journal, from, World.Limits);
        Workload workload = Workload(journal, state, from, world.Now, World.Limits);

        List<EngineEvent> again = [];
        Simulator.Compare(workload, [Variant.Unchanged("same")], (_, batch) => again.AddRange(batch.Events));

        // After a recovery everybody is parked anew at what stops it now, which may be another line than the one it stood in: who comes then can be told another time. What is decided is the same.
        Func<EngineEvent, EngineEvent> told = steps.Exists(s => s.Deed is Deed.Crash or Deed.RestoreSnapshot) ? WithoutTheTimeItCouldBe : e => e;
        EngineEvent[] expected = [.. journal.Where(e => e.At > from)];
        bool IsMadeAgain(int n) => n < expected.Length && n < again.Count && Bytes(told(expected[n])).SequenceEqual(Bytes(told(again[n])));
        return Enumerable.Range(0, Math.Max(expected.Length, again.Count)).FirstOrDefault(n => !IsMadeAgain(n), -1) is var i and >= 0
            ? $"of {expected.Length} and {again.Count} the {i}th: {expected.ElementAtOrDefault(i)} {expected.ElementAtOrDefault(i)?.Sequence} {expected.ElementAtOrDefault(i)?.At} is {again.ElementAtOrDefault(i)} {again.ElementAtOrDefault(i)?.At}"
            : null;
    }

    private static EngineEvent WithoutTheTimeItCouldBe(EngineEvent happened) => happened switch
    {
        RequestSubmitted { Reason: { } reason } submitted => submitted with { Reason = reason with { Earliest = null } },
        LeaseRenewed { Refusal: { } reason } renewed => renewed with { Refusal = reason with { Earliest = null } },
        _ => happened,
    };

    private static byte[] Bytes(EngineEvent happened)
    {
        EventBuffer bytes = new();
        EventCodec.Write(bytes, happened);
        return bytes.Written.ToArray();
    }

    private static List<EngineEvent> Decide(Scene scene, Instant from, Func<Nexus.Engine.Core.Engine, IEnumerable<Command>> changes)
    {
        List<EngineEvent> decided = [];
        Simulator.Compare(Workload(scene, from), [new Variant("it", changes)], (_, batch) => decided.AddRange(batch.Events));
        return decided;
    }

    private static SimulationReport Report(Scene scene, Instant from, Func<Nexus.Engine.Core.Engine, IEnumerable<Command>> changes) =>
        Simulator.Compare(Workload(scene, from), [new Variant("it", changes)]).Single();

    private static Workload Workload(Scene scene, Instant from) => Workload(scene.Events, StateAt(scene.Events, from, new()), from, scene.Now, new());

    private static Workload Workload(IReadOnlyList<EngineEvent> journal, byte[] state, Instant from, Instant to, EngineLimits limits)
    {
        RecordedPast past = new(Nexus.Engine.Core.Engine.Restore(state, limits), from, to);
        foreach (EngineEvent happened in journal.Where(e => e.At > from))
        {
            past.Add(happened);
        }

        return past.ToWorkload(() => Nexus.Engine.Core.Engine.Restore(state, limits));
    }

    private static byte[] StateAt(IReadOnlyList<EngineEvent> journal, Instant at, EngineLimits limits)
    {
        Nexus.Engine.Core.Engine engine = new(limits);
        foreach (EngineEvent happened in journal.TakeWhile(e => e.At <= at))
        {
            engine.Apply(happened);
        }

        return engine.Capture().Encode().State.ToArray();
    }
}
