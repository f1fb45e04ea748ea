using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Whoever needs a bucket takes its turn: the refill has a known time, and taking from it meanwhile would delay who waits for that.</summary>
public sealed class BucketTurnTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_small_request_does_not_take_what_a_large_one_waits_for()
    {
        Scene nexus = Ten();
        nexus.Queue("large", null, ("tokens.output", 50));

        Request small = nexus.Queue("small", null, ("tokens.output", 5));

        Assert.Equal((RequestStatus.Queued, ReasonCode.BehindOthers), (small.Status, small.Reason!.Code));
    }

    [Fact]
    public void Each_starts_at_the_exact_moment_at_which_what_it_needs_has_flowed_in()
    {
        Scene nexus = Ten();
        Instant began = nexus.Now;
        nexus.Queue("large", null, ("tokens.output", 50));
        nexus.Queue("small", null, ("tokens.output", 5));

        nexus.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((began + (4 * Second), began + (4.5 * Second)), (nexus.Request("large").Lease!.GrantedAt, nexus.Request("small").Lease!.GrantedAt));
    }

    [Fact]
    public void Who_does_not_queue_is_refused_with_the_time_at_which_its_turn_would_come()
    {
        Scene nexus = Ten();
        nexus.Queue("large", null, ("tokens.output", 50));
        nexus.Queue("small", null, ("tokens.output", 5));

        Request refused = nexus.Submit("impatient", ("tokens.output", 5));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.BehindOthers, nexus.Now + (5 * Second)), (refused.Status, refused.Reason!.Code, refused.Reason.Earliest));
        Assert.Equal("Others wait before it for tokens.output of pool llm, which refills: it takes its turn.", ReasonText.Of(refused.Reason));
    }

    [Fact]
    public void A_higher_class_goes_first()
    {
        Scene nexus = Ten();
        nexus.Queue("large", null, ("tokens.output", 50));

        Assert.Equal(RequestStatus.Allocated, nexus.Queue("urgent", "high", ("tokens.output", 5)).Status);
    }

    [Fact]
    public void When_the_first_goes_away_the_next_starts_at_once()
    {
        Scene nexus = Ten();
        nexus.Queue("large", null, ("tokens.output", 50));
        nexus.Queue("small", null, ("tokens.output", 5));

        nexus.Cancel("large");

        Assert.Equal(RequestStatus.Allocated, nexus.Status("small"));
    }

    [Fact]
    public void What_never_flows_in_holds_nobody_up()
    {
        Scene nexus = Given.Bucket("llm", "tokens.output", 0, Second, 100);
        nexus.Submit("runs", ("tokens.output", 90));
        nexus.Queue("large", null, ("tokens.output", 50));

        Assert.Equal(RequestStatus.Allocated, nexus.Queue("small", null, ("tokens.output", 5)).Status);
    }

    [Fact]
    public void Who_waits_for_something_else_holds_nobody_up()
    {
        Scene nexus = Ten().Pool("gpus", ("gpu", 1));
        nexus.Submit("runs", ("gpu", 1));
        nexus.Queue("both", null, ("gpu", 1), ("tokens.output", 5));

        Assert.Equal(RequestStatus.Allocated, nexus.Submit("tokens-alone", ("tokens.output", 5)).Status);
    }

    [Fact]
    public void Who_comes_to_wait_for_something_else_holds_nobody_up_any_more()
    {
        Scene nexus = Ten().Pool("gpus", ("gpu", 1));
        nexus.Queue("both", null, ("gpu", 1), ("tokens.output", 50));
        nexus.Queue("small", null, ("tokens.output", 5));
        Assert.Equal(RequestStatus.Queued, nexus.Status("small"));

        nexus.Submit("takes-the-gpu", ("gpu", 1));

        Assert.Equal((RequestStatus.Queued, RequestStatus.Allocated), (nexus.Status("both"), nexus.Status("small")));
    }

    [Fact]
    public void Who_waits_for_two_buckets_has_its_turn_at_both()
    {
        Scene nexus = new Scene().Pool(new PoolDefinition(
            "llm", [new Supply("llm.calls", Scene.Amount(10), Scene.Amount(1), Second), new Supply("tokens.output", Scene.Amount(100), Scene.Amount(10), Second)],
            Labels.None, PurchaseOption.OnDemand, null, "priority"));
        nexus.Submit("first", ("llm.calls", 10), ("tokens.output", 95));
        nexus.Queue("large", null, ("llm.calls", 1), ("tokens.output", 50));

        Assert.Equal(ReasonCode.BehindOthers, nexus.Queue("tokens-alone", null, ("tokens.output", 5)).Reason!.Code);
        nexus.Advance(4.5 * Second);

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Status("large"), nexus.Status("tokens-alone")));
    }

    [Fact]
    public void However_many_wait_whoever_comes_is_told_when_its_turn_would_be()
    {
        Scene nexus = Given.Bucket("llm", "tokens.output", rate: 1, per: Second, burst: 10);
        nexus.Submit("first", ("tokens.output", 10));
        for (int i = 0; i < 2_000; i++)
        {
            nexus.Queue($"w{i}", i % 2 == 0 ? "high" : null, ("tokens.output", 1 + (i % 3)));
        }

        Request refused = nexus.Submit("late", ("tokens.output", 5));

        int before = Enumerable.Range(0, 2_000).Sum(i => 1 + (i % 3));
        Assert.Equal((RequestStatus.Rejected, nexus.Now + ((before + 5) * Second)), (refused.Status, refused.Reason!.Earliest));
    }

    [Fact]
    public void Who_could_use_two_buckets_takes_the_one_at_which_nobody_waits()
    {
        Scene nexus = Ten().Bucket("other", "tokens.output", 10, Second, 100);
        nexus.Submit(Scene.Spec("large", [("tokens.output", 50)], pools: ["llm"], queue: true));

        Assert.Equal(["other"], nexus.Submit("small", ("tokens.output", 5)).Lease!.Pools);
    }

    // A bucket of ten a second that holds ten now.
    private static Scene Ten()
    {
        Scene nexus = Given.Bucket("llm", "tokens.output", 10, Second, 100);
        nexus.Submit("first", ("tokens.output", 100));
        return nexus.Advance(Second);
    }
}
