using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Scheduling;

public sealed class ExplainerTests
{
    [Fact]
    public void A_waiting_request_is_told_the_gate_the_amounts_and_who_holds_them()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 8));
        nexus.Submit(Scene.Spec("big", [("gpu", 6)], duration: TimeSpan.FromMinutes(10)));
        nexus.Submit(Scene.Spec("theirs", [("gpu", 1)], owner: "globex/eve"));
        nexus.Queue("r1", null, ("gpu", 4));

        Explanation why = Why(nexus, "r1", "acme");

        Assert.Equal([(Gate.Access, GateOutcome.Passed), (Gate.Budget, GateOutcome.Passed), (Gate.Quota, GateOutcome.Passed), (Gate.Capacity, GateOutcome.Stopped)], why.Gates.Select(g => (g.Gate, g.Outcome)));
        Assert.Equal(("gpus", "gpu", 4m, 1m), (why.StoppedBy!.Pool, why.StoppedBy.Kind, why.StoppedBy.Needed!.Value.Units, why.StoppedBy.Available!.Value.Units));
        Assert.Equal("Pool gpus has 1 gpu free; 4 needed.", ExplanationText.Of(why));
        Holder holder = Assert.Single(why.Holders);
        Assert.Equal(("big", 6m, nexus.Now + TimeSpan.FromMinutes(10)), (holder.Id, holder.Amount.Units, holder.EndsAt!.Value));
        Assert.Equal(new HeldByOthers(1, Quantity.Of(1)), why.Others);
    }

    [Fact]
    public void Who_is_held_back_for_a_lower_price_is_told_that_whatever_others_hold_until_then()
    {
        Scene nexus = Given.Nothing().Pool(Scene.Definition("gpus", ("gpu", 4)) with { Strategy = "costOptimized" }).Prices(new Sku("by-day", "gpu") { Formula = "quantity * (hour < 22 ? 4 : 1)" });
        nexus.Submit(Scene.Spec("r1", [("gpu", 4)], duration: TimeSpan.FromHours(1), queue: true) with { MaxDelay = TimeSpan.FromDays(1) });
        nexus.Submit(Scene.Spec("other", [("gpu", 4)], duration: TimeSpan.FromMinutes(10)));

        Explanation why = Why(nexus, "r1", "acme");

        Assert.Equal((ReasonCode.CheaperLater, nexus.Now + TimeSpan.FromHours(22), EstimateBasis.Price), (why.StoppedBy!.Code, why.EstimatedStart, why.EstimateFrom));
    }

    [Fact]
    public void Who_waits_for_a_pool_whose_grants_fail_is_told_how_many_failed_when_it_is_probed_and_which_other_pool_would_do()
    {
        Scene nexus = Given.Nothing().Pool(Scene.Definition("gpus", ("gpu", 8)) with { Health = new HealthSettings(TimeSpan.FromMinutes(5), 2, 500_000, TimeSpan.FromSeconds(30), 1) }).Pool("others", ("gpu", 8));
        foreach (string id in (string[])["f1", "f2"])
        {
            nexus.Submit(Scene.Spec(id, [("gpu", 1)], pools: ["gpus"]));
            nexus.Send(new Release(new RequestKey("acme", id), nexus.Request(id).Lease!.Number, ResourceVector.Empty, Labels.None, Outcome.Failed) { Actor = Scene.Somebody });
        }

        nexus.Submit(Scene.Spec("r1", [("gpu", 1)], pools: ["gpus"], queue: true));
        nexus.Submit(Scene.Spec("r2", [("gpu", 1)], pools: ["gpus"], queue: true));

        Explanation open = Why(nexus, "r1");
        Assert.Equal((ReasonCode.PoolUnhealthy, nexus.Now + TimeSpan.FromSeconds(30), new PoolFailing(2, 2, TimeSpan.FromMinutes(5), 0)), (open.StoppedBy!.Code, open.StoppedBy.Earliest, open.StoppedBy.Health));
        Assert.Equal((null, EstimateBasis.Unknown), (open.EstimatedStart, open.EstimateFrom));
        Assert.Contains(open.Counterfactuals, c => c is { Kind: CounterfactualKind.AcceptPool, Pool: "others", StartsNow: true });

        nexus.Advance(TimeSpan.FromSeconds(30));
        Explanation probed = Why(nexus, "r2");
        Assert.Equal((ReasonCode.PoolProbed, null, 1), (probed.StoppedBy!.Code, probed.StoppedBy.Earliest, probed.StoppedBy.Health!.AtOnce));
    }

    [Fact]
    public void It_starts_when_the_grants_that_committed_to_an_end_have_ended()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 8));
        nexus.Submit(Scene.Spec("a", [("gpu", 3)], duration: TimeSpan.FromMinutes(10)));
        nexus.Submit(Scene.Spec("b", [("gpu", 3)], duration: TimeSpan.FromMinutes(20)));
        nexus.Submit("open-ended", ("gpu", 2));
        nexus.Queue("r1", null, ("gpu", 4));
        nexus.Queue("r2", null, ("gpu", 4));

        Explanation first = Why(nexus, "r1");
        Assert.Equal((nexus.Now + TimeSpan.FromMinutes(20), EstimateBasis.KnownEnds), (first.EstimatedStart!.Value, first.EstimateFrom));
        Assert.Contains(first.Counterfactuals, c => c is { Kind: CounterfactualKind.WaitUntil } && c.StartsAt == nexus.Now + TimeSpan.FromMinutes(20));

        // Behind it there is not enough whose end is known.
        Explanation second = Why(nexus, "r2");
        Assert.Equal((null, EstimateBasis.Unknown), (second.EstimatedStart, second.EstimateFrom));
        Assert.Equal(1, second.Ahead);
    }

    [Fact]
    public void It_starts_when_the_bucket_has_refilled_for_all_who_are_ahead()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", rate: 60, per: TimeSpan.FromMinutes(1), burst: 100);
        nexus.Submit("drains", ("tokens.input", 100));
        nexus.Queue("r1", null, ("tokens.input", 30));
        nexus.Queue("r2", null, ("tokens.input", 90));

        Assert.Equal((nexus.Now + TimeSpan.FromSeconds(30), EstimateBasis.Refill), Start(nexus, "r1"));
        Assert.Equal((nexus.Now + TimeSpan.FromSeconds(120), EstimateBasis.Refill), Start(nexus, "r2"));
        nexus.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r1"));
        Assert.Equal((nexus.Now + TimeSpan.FromSeconds(90), EstimateBasis.Refill), Start(nexus, "r2"));
    }

    [Fact]
    public void Who_is_ahead_takes_of_each_bucket_what_it_needs_of_that_one()
    {
        Scene nexus = new();
        Supply[] supplies =
        [
            new("llm.calls", Quantity.Of(10), Quantity.Of(60), TimeSpan.FromMinutes(1)),
            new("tokens.input", Quantity.Of(10_000), Quantity.Of(60_000), TimeSpan.FromMinutes(1)),
        ];
        nexus.Send(new SetPool(new PoolDefinition("model", supplies, Labels.None, PurchaseOption.OnDemand, null)) { Actor = Scene.Somebody });
        nexus.Submit("drains", ("llm.calls", 1), ("tokens.input", 10_000));
        nexus.Queue("r1", null, ("llm.calls", 1), ("tokens.input", 5_000));
        nexus.Queue("r2", null, ("llm.calls", 1), ("tokens.input", 4_000));

        // 9,000 tokens at a thousand a second; two calls are there, and 5,000 more of them are nobody's need.
        Assert.Equal((nexus.Now + TimeSpan.FromSeconds(9), EstimateBasis.Refill), Start(nexus, "r2"));
        nexus.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r2"));
    }

    [Fact]
    public void Where_nobody_committed_to_an_end_the_start_is_learned_from_the_workflow_and_marked_so()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 4));
        LearnedTimes learned = Learned(nexus, "acme/alice/triage/extractor", 10, 20, 30, 40, 50, 60, 70, 80, 90, 100);
        nexus.Submit(Scene.Spec("holds", [("gpu", 4)], owner: "acme/alice/triage/sorter"));
        nexus.Queue("r1", null, ("gpu", 1));

        Explanation why = Why(nexus, "r1", learned: learned);
        Assert.Equal((Later(50), EstimateBasis.Learned, new StartInterval(Later(10), Later(90))), (why.EstimatedStart!.Value, why.EstimateFrom, why.StartsBetween!.Value));

        // Who has run for 65 seconds is not one of those that ended before.
        Instant granted = nexus.Now;
        nexus.Advance(TimeSpan.FromSeconds(65));
        why = Why(nexus, "r1", learned: learned);
        Assert.Equal((granted + TimeSpan.FromSeconds(80), granted + TimeSpan.FromSeconds(70), granted + TimeSpan.FromSeconds(100)), (why.EstimatedStart!.Value, why.StartsBetween!.Value.From, why.StartsBetween.Value.To));

        // Another workflow says nothing of it.
        Assert.Null(Why(nexus, "r1", learned: Learned(nexus, "acme/alice/other", 1, 2, 3, 4, 5, 6)).EstimatedStart);
        Assert.Null(Why(nexus, "r1", learned: Learned(nexus, "acme/alice/triage", 70, 80, 90, 100)).EstimatedStart);

        Instant Later(int seconds) => nexus.Now + TimeSpan.FromSeconds(seconds);
    }

    [Fact]
    public void An_end_that_was_committed_to_bounds_the_interval_and_what_was_learned_says_from_when()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 4));
        LearnedTimes learned = Learned(nexus, "acme/alice", 10, 20, 30, 40, 500);
        nexus.Submit(Scene.Spec("holds", [("gpu", 4)], duration: TimeSpan.FromSeconds(60)));
        nexus.Queue("r1", null, ("gpu", 1));

        Explanation why = Why(nexus, "r1", learned: learned);

        Assert.Equal((nexus.Now + TimeSpan.FromSeconds(60), EstimateBasis.KnownEnds), (why.EstimatedStart!.Value, why.EstimateFrom));
        Assert.Equal(new StartInterval(nexus.Now + TimeSpan.FromSeconds(10), nexus.Now + TimeSpan.FromSeconds(60)), why.StartsBetween);
        Assert.Equal(new StartInterval(nexus.Now, nexus.Now + TimeSpan.FromSeconds(60)), Why(nexus, "r1").StartsBetween);
    }

    [Fact]
    public void The_changes_that_would_admit_it_come_the_smallest_first()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 8), ("memory", 64));
        nexus.Pool("spare", ("gpu", 4), ("memory", 64));
        nexus.Submit(Scene.Spec("holds", [("gpu", 6), ("memory", 8)], pools: ["gpus"], duration: TimeSpan.FromMinutes(5)));
        nexus.Submit(Scene.Spec("ahead", [("gpu", 3)], pools: ["gpus"], priority: "medium", queue: true));
        nexus.Submit(Scene.Spec("r1", [("gpu", 3), ("memory", 8)], pools: ["gpus"], priority: "low", queue: true));

        Explanation why = Why(nexus, "r1");

        Assert.Equal(
            [CounterfactualKind.AskForLess, CounterfactualKind.AcceptPool, CounterfactualKind.WaitUntil, CounterfactualKind.RaisePriority],
            why.Counterfactuals.Select(c => c.Kind));
        Assert.Equal(
            [
                "Ask for 2 gpu: it starts now in gpus.",
                "Accept spare: it starts now.",
                "Wait: it starts by itself as things stand.",
                "Raise it to high: it passes 1 that waits for the same.",
            ],
            why.Counterfactuals.Select(ExplanationText.Of));
    }

    [Fact]
    public void What_is_promised_to_start_now_does()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 8));
        nexus.Pool("spare", ("gpu", 4));
        nexus.Submit(Scene.Spec("holds", [("gpu", 6)], pools: ["gpus"]));
        nexus.Submit(Scene.Spec("r1", [("gpu", 3)], pools: ["gpus"], queue: true));
        Explanation why = Why(nexus, "r1");

        Counterfactual less = why.Counterfactuals.Single(c => c.Kind == CounterfactualKind.AskForLess);
        Counterfactual other = why.Counterfactuals.Single(c => c.Kind == CounterfactualKind.AcceptPool);

        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Scene.Spec("less", [("gpu", (double)less.Amounts!["gpu"].Units)], pools: ["gpus"])).Status);
        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Scene.Spec("other", [("gpu", 3)], pools: ["gpus", other.Pool!])).Status);
    }

    [Fact]
    public void A_refusal_for_the_class_is_the_access_gates_and_names_the_highest()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 8));
        nexus.Send(new SetOwner(new OwnerSettings(OwnerPath.Parse("acme"), Labels.None, null, "high")) { Actor = Scene.Somebody });
        nexus.Submit(Scene.Spec("r1", [("gpu", 1)], priority: "critical"));

        Explanation why = Why(nexus, "r1");

        Assert.Equal([(Gate.Access, GateOutcome.Stopped), (Gate.Budget, GateOutcome.NotReached), (Gate.Quota, GateOutcome.NotReached), (Gate.Capacity, GateOutcome.NotReached)], why.Gates.Select(g => (g.Gate, g.Outcome)));
        Assert.Equal("Ask for priority high, the highest that this owner may ask for.", ExplanationText.Of(Assert.Single(why.Counterfactuals)));
    }

    [Fact]
    public void What_can_never_fit_says_what_could()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 8));
        nexus.Submit("r1", ("gpu", 9));

        Explanation why = Why(nexus, "r1");

        Assert.Equal(ReasonCode.ExceedsPools, why.Reason!.Code);
        Assert.Equal("Ask for 8 gpu: it starts now in gpus.", ExplanationText.Of(Assert.Single(why.Counterfactuals)));
    }

    [Fact]
    public void A_pool_that_is_drained_is_named_and_so_is_another_that_would_do()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 8));
        nexus.Pool("spare", ("gpu", 8));
        nexus.Send(new DrainPool("gpus") { Actor = Scene.Somebody });
        nexus.Submit(Scene.Spec("r1", [("gpu", 1)], pools: ["gpus"], queue: true));

        Explanation why = Why(nexus, "r1");

        Assert.Equal("Pool gpus is being drained and grants nothing.", ExplanationText.Of(why));
        Assert.Equal(EstimateBasis.Unknown, why.EstimateFrom);
        Assert.Equal(["Accept spare: it starts now."], why.Counterfactuals.Select(ExplanationText.Of));
    }

    [Fact]
    public void Others_who_are_ahead_are_counted_and_not_named()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 8));
        nexus.Submit("holds", ("gpu", 8));
        nexus.Submit(Scene.Spec("o1", [("gpu", 1)], owner: "globex/eve", priority: "high", queue: true));
        nexus.Submit(Scene.Spec("o2", [("gpu", 1)], owner: "globex/eve", queue: true));
        nexus.Queue("mine", null, ("gpu", 1));
        nexus.Queue("r1", null, ("gpu", 1));

        Explanation why = Why(nexus, "r1", "acme");

        Assert.Equal((1, 2), (why.Ahead, why.OthersAhead));
        Counterfactual raise = why.Counterfactuals.Single(c => c.Kind == CounterfactualKind.RaisePriority);
        Assert.Equal(("high", 2), (raise.Priority, raise.Passes));
    }

    [Fact]
    public void What_runs_or_has_ended_says_so()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 8));
        nexus.Submit("r1", ("gpu", 2));
        Assert.Equal("It holds 2 gpu in gpus.", ExplanationText.Of(Why(nexus, "r1")));
        nexus.Release("r1");
        Assert.Equal("Its client released it.", ExplanationText.Of(Why(nexus, "r1")));
        Assert.Empty(Why(nexus, "r1").Counterfactuals);
    }

    [Fact]
    public void Those_who_do_not_accept_the_pool_or_may_not_use_it_are_not_ahead()
    {
        Scene nexus = Given.Pool("gpus", ("gpu", 1));
        nexus.Pool(Scene.Definition("ours", ("gpu", 1)) with { Allow = [OwnerPath.Parse("acme")] });
        nexus.Pool(Scene.Definition("special", ("gpu", 1)) with { Labels = Labels.Of([new("model", "H100")]) });
        nexus.Submit(Scene.Spec("a", [("gpu", 1)], pools: ["gpus"]));
        nexus.Submit(Scene.Spec("b", [("gpu", 1)], pools: ["ours"]));
        nexus.Submit(Scene.Spec("c", [("gpu", 1)], pools: ["special"]));
        nexus.Submit(Scene.Spec("only-special", [("gpu", 1)], poolLabels: Labels.Of([new("model", "H100")]), queue: true));
        nexus.Submit(Scene.Spec("theirs", [("gpu", 1)], owner: "globex/eve", queue: true));
        nexus.Submit(Scene.Spec("r1", [("gpu", 1)], pools: ["ours"], queue: true));

        Assert.Equal(0, Why(nexus, "r1").Ahead);
    }

    private static (Instant?, EstimateBasis) Start(Scene nexus, string id)
    {
        Explanation why = Why(nexus, id);
        return (why.EstimatedStart, why.EstimateFrom);
    }

    private static LearnedTimes Learned(Scene nexus, string owner, params int[] seconds)
    {
        LearnedTimes learned = new();
        Request one = nexus.Submit(Scene.Spec($"learned-{Guid.NewGuid():N}", [("gpu", 1)], owner: owner));
        nexus.Cancel(one.Spec.Id);
        foreach (int time in seconds)
        {
            learned.Learn(new Request
            {
                Spec = one.Spec,
                Arrival = 1,
                Version = 1,
                SubmittedAt = nexus.Now,
                Priority = "medium",
                Labels = Labels.None,
                Status = RequestStatus.Released,
                Lease = new Lease(1, one.Spec.Resources, ["gpus"], nexus.Now, nexus.Now, ResourceVector.Empty),
                EndedAt = nexus.Now + TimeSpan.FromSeconds(time),
            });
        }

        return learned;
    }

    private static Explanation Why(Scene nexus, string id, string within = "", LearnedTimes? learned = null)
    {
        Request[] requests = [.. nexus.Engine.Requests];
        Present present = new(
            nexus.Engine.Configuration, [.. nexus.Engine.Pools], requests.Where(r => r.Status == RequestStatus.Allocated), requests.Where(r => r.Status == RequestStatus.Queued),
            nexus.Now, nexus.Engine.Sequence) { Learned = learned ?? new() };
        return Explainer.Explain(nexus.Request(id), OwnerPath.Parse(within), present, []);
    }
}
