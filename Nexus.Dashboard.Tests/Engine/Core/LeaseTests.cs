using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

public sealed class LeaseTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_lease_that_nobody_renews_expires_to_the_millisecond_and_its_capacity_returns()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        nexus.Submit(Scene.Spec("r1", [("gpu", 2)], lease: 30 * Second));

        nexus.Advance((30 * Second) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r1"));

        nexus.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(RequestStatus.Expired, nexus.Status("r1"));
        Assert.Equal(2m, nexus.Free("gpu", "gpu"));
    }

    [Fact]
    public void However_late_somebody_looks_a_lease_ends_at_its_own_time()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        Request request = nexus.Submit(Scene.Spec("r1", [("gpu", 2)], lease: 30 * Second));

        nexus.Advance(600 * Second);

        Assert.Equal(request.Lease!.ExpiresAt, nexus.Request("r1").EndedAt);
        Assert.Equal(30 * Second, nexus.Request("r1").Settlement!.Held);
    }

    [Fact]
    public void A_renewed_lease_lasts_its_whole_length_from_then()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        nexus.Submit(Scene.Spec("r1", [("gpu", 2)], lease: 30 * Second));
        nexus.Advance(20 * Second);

        nexus.Renew("r1");
        nexus.Advance(29 * Second);

        Assert.Equal(RequestStatus.Allocated, nexus.Status("r1"));
        nexus.Advance(Second);
        Assert.Equal(RequestStatus.Expired, nexus.Status("r1"));
    }

    [Fact]
    public void A_release_returns_the_unused_part_of_an_estimate_and_charges_the_excess()
    {
        Scene nexus = Given.Bucket("llm", "tokens.output", 0.001, TimeSpan.FromHours(1), 1000);
        nexus.Submit("less", ("tokens.output", 400));
        nexus.Submit("more", ("tokens.output", 400));

        nexus.Release("less", ("tokens.output", 100));
        Assert.Equal(500m, nexus.Free("llm", "tokens.output"));

        nexus.Release("more", ("tokens.output", 600));
        Assert.Equal(300m, nexus.Free("llm", "tokens.output"));
    }

    [Fact]
    public void A_bucket_that_was_overdrawn_owes_at_most_one_burst_and_what_is_beyond_delays_nobody()
    {
        Scene nexus = Given.Bucket("llm", "tokens.output", 100, Second, 1000);
        nexus.Submit("r1", ("tokens.output", 1000));

        nexus.Release("r1", ("tokens.output", 3500));

        Assert.Equal(1000m, nexus.Owed("llm", "tokens.output"));
        Assert.Equal(1_500_000, nexus.Engine.Pool("llm")!.Of("tokens.output")!.Overrun);
        nexus.Advance(11 * Second);
        Assert.Equal(RequestStatus.Allocated, nexus.Submit("r2", ("tokens.output", 100)).Status);
    }

    [Fact]
    public void An_expired_grant_settles_at_the_larger_of_what_was_reported_and_the_estimate()
    {
        Scene nexus = Given.Bucket("llm", "tokens.output", 0.001, TimeSpan.FromHours(1), 1000);
        nexus.Submit("silent", ("tokens.output", 100));
        nexus.Submit("talkative", ("tokens.output", 100));
        nexus.Renew("talkative", usage: [("tokens.output", 250)]);

        nexus.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("tokens.output 100", nexus.Request("silent").Settlement!.Metered.ToString());
        Assert.Equal("tokens.output 250", nexus.Request("talkative").Settlement!.Metered.ToString());
        Assert.Equal(650m, nexus.Free("llm", "tokens.output"));
    }

    [Fact]
    public void A_release_that_arrives_with_the_expiry_is_late_and_corrects_once()
    {
        Scene nexus = Given.Bucket("llm", "tokens.output", 0.001, TimeSpan.FromHours(1), 1000);
        nexus.Submit(Scene.Spec("r1", [("tokens.output", 400)], lease: 30 * Second));
        nexus.Advance(30 * Second);

        ReleaseReply late = (ReleaseReply)nexus.Release("r1", ("tokens.output", 100));
        ReleaseReply again = (ReleaseReply)nexus.Release("r1", ("tokens.output", 900));

        Assert.True(late.Late);
        Assert.Equal(RequestStatus.Expired, late.Request.Status);
        Assert.Equal("tokens.output 100", late.Request.Settlement!.Metered.ToString());
        Assert.Equal(late.Request.Settlement, again.Request.Settlement);
        Assert.Equal(900m, nexus.Free("llm", "tokens.output"));
    }

    [Fact]
    public void A_second_release_gets_the_first_ones_answer()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        nexus.Submit("r1", ("gpu", 2));
        nexus.Advance(7 * Second);
        nexus.Release("r1");
        nexus.Advance(7 * Second);

        ReleaseReply again = (ReleaseReply)nexus.Release("r1");

        Assert.False(again.Late);
        Assert.Equal(7 * Second, again.Request.Settlement!.Held);
        Assert.Single(nexus.Events.OfType<RequestEnded>());
    }

    [Fact]
    public void A_renewal_after_the_end_is_a_fault()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        nexus.Submit("r1", ("gpu", 2));
        nexus.Release("r1");

        Assert.Equal(FaultCode.Ended, Assert.IsType<Fault>(nexus.Renew("r1")).Code);
    }

    [Fact]
    public void An_extension_is_all_or_nothing_and_a_refused_one_keeps_the_lease()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 4), ("memory", 10));
        nexus.Submit("r1", ("gpu", 1), ("memory", 5));
        nexus.Submit("other", ("memory", 1));
        nexus.Advance(100 * Second);

        RequestReply refused = (RequestReply)nexus.Renew("r1", extend: [("gpu", 1), ("memory", 5)]);

        Assert.Equal(new Reason(ReasonCode.NotEnoughFree, "gpu", "memory", Scene.Amount(5), Scene.Amount(4)), refused.Refusal);
        Assert.Equal("gpu 1, memory 5", refused.Request.Lease!.Amounts.ToString());
        Assert.Equal(nexus.Now + (300 * Second), refused.Request.Lease.ExpiresAt);

        nexus.Release("other");
        RequestReply extended = (RequestReply)nexus.Renew("r1", extend: [("gpu", 1), ("memory", 5)]);
        Assert.Equal("gpu 2, memory 10", extended.Request.Lease!.Amounts.ToString());
        nexus.Release("r1");
        Assert.Equal(4m, nexus.Free("gpu", "gpu"));
        Assert.Equal(10m, nexus.Free("gpu", "memory"));
    }

    [Fact]
    public void Usage_of_a_held_kind_is_its_peak_and_never_gives_more_or_less_back()
    {
        Scene nexus = Given.Pool("gpu", ("memory", 10));
        nexus.Submit("r1", ("memory", 5));

        nexus.Release("r1", ("memory", 2.5));

        Assert.Equal("memory 2.5", nexus.Request("r1").Settlement!.Peaks.ToString());
        Assert.Equal(10m, nexus.Free("gpu", "memory"));
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("nothing")]
    public void Usage_of_what_the_lease_does_not_hold_is_a_fault_that_changes_nothing(string kind)
    {
        Scene nexus = Given.Pool("gpu", ("memory", 10), ("gpu", 1));
        nexus.Submit("r1", ("memory", 5));

        Fault fault = Assert.IsType<Fault>(nexus.Release("r1", (kind, 1)));

        Assert.Equal($"$.usage['{kind}']", fault.Field);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r1"));
    }

    [Fact]
    public void Parts_above_their_whole_are_a_fault()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 1, Second, 1000);
        nexus.Submit("r1", ("tokens.input", 100));

        Assert.IsType<Fault>(nexus.Release("r1", ("tokens.input", 80), ("tokens.input.cached", 50), ("tokens.input.cacheWrite", 40)));
        Assert.IsType<ReleaseReply>(nexus.Release("r1", ("tokens.input", 80), ("tokens.input.cached", 50)));
        Assert.Equal("tokens.input 80, tokens.input.cached 50", nexus.Request("r1").Settlement!.Metered.ToString());
    }

    [Fact]
    public void Parts_above_their_whole_are_a_fault_in_what_was_used_so_far_too()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 1, Second, 1000);
        nexus.Submit("r1", ("tokens.input", 100), ("tokens.input.cached", 50));

        Assert.Equal("$.usage['tokens.input.cached']", Assert.IsType<Fault>(nexus.Renew("r1", usage: [("tokens.input", 50), ("tokens.input.cached", 60)])).Field);
        Assert.Equal("$.usage['tokens.input.cached']", Assert.IsType<Fault>(nexus.Renew("r1", usage: [("tokens.input.cached", 101)])).Field);
        Assert.IsType<RequestReply>(nexus.Renew("r1", usage: [("tokens.input", 300), ("tokens.input.cached", 200)]));
        Assert.IsType<Fault>(nexus.Renew("r1", usage: [("tokens.input", 300), ("tokens.input.cacheWrite", 101)]));
        Assert.IsType<RequestReply>(nexus.Renew("r1", usage: [("tokens.input.cacheWrite", 100)]));
    }

    [Fact]
    public void A_report_of_the_whole_that_arrives_late_forbids_no_part_that_fits_the_estimate()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 1, Second, 1000);
        nexus.Submit("r1", ("tokens.input", 100), ("tokens.input.cached", 50));

        nexus.Renew("r1", usage: [("tokens.input.cached", 50)]);
        nexus.Renew("r1", usage: [("tokens.input", 10)]);

        Assert.IsType<RequestReply>(nexus.Renew("r1", usage: [("tokens.input.cached", 60)]));
        Assert.IsType<Fault>(nexus.Renew("r1", usage: [("tokens.input.cached", 101)]));
    }

    [Fact]
    public void An_extension_of_a_part_needs_its_whole()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 1, Second, 1000);
        nexus.Submit("r1", ("tokens.input", 100), ("tokens.input.cached", 50));

        Assert.Equal("$.extend['tokens.input.cached']", Assert.IsType<Fault>(nexus.Renew("r1", extend: [("tokens.input.cached", 51)])).Field);
        nexus.Renew("r1", extend: [("tokens.input", 10), ("tokens.input.cached", 60)]);

        Assert.Equal((110m, 110m), (nexus.Request("r1").Lease!.Amounts["tokens.input"].Units, nexus.Request("r1").Lease!.Amounts["tokens.input.cached"].Units));
    }

    [Fact]
    public void Parts_that_were_only_estimated_settle_within_what_is_left_of_their_whole()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 0.001, TimeSpan.FromHours(1), 1000);
        foreach (string id in (string[])["whole", "part", "expired"])
        {
            nexus.Submit(Scene.Spec(id, [("tokens.input", 100), ("tokens.input.cached", 60), ("tokens.input.cacheWrite", 40)], lease: 30 * Second));
        }

        nexus.Release("whole", ("tokens.input", 50));
        nexus.Release("part", ("tokens.input.cached", 80));
        nexus.Renew("expired", usage: [("tokens.input.cacheWrite", 70)]);
        nexus.Advance(31 * Second);

        Assert.Equal(Scene.Vector(("tokens.input", 50), ("tokens.input.cached", 10), ("tokens.input.cacheWrite", 40)), nexus.Request("whole").Settlement!.Metered);
        Assert.Equal(Scene.Vector(("tokens.input", 100), ("tokens.input.cached", 80), ("tokens.input.cacheWrite", 20)), nexus.Request("part").Settlement!.Metered);
        Assert.Equal(Scene.Vector(("tokens.input", 100), ("tokens.input.cached", 30), ("tokens.input.cacheWrite", 70)), nexus.Request("expired").Settlement!.Metered);
    }

    [Fact]
    public void A_late_release_is_measured_by_what_was_settled()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 1, Second, 1000);
        nexus.Submit(Scene.Spec("r1", [("tokens.input", 100), ("tokens.input.cached", 50)], lease: 30 * Second));
        nexus.Renew("r1", usage: [("tokens.input", 500)]);
        nexus.Advance(31 * Second);

        ReleaseReply late = Assert.IsType<ReleaseReply>(nexus.Release("r1", ("tokens.input.cached", 300)));

        Assert.Equal(Scene.Vector(("tokens.input", 500), ("tokens.input.cached", 300)), late.Request.Settlement!.Metered);
    }

    [Fact]
    public void An_extension_beyond_what_the_pool_can_ever_give_says_so()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 1, Second, 1000).Pool("gpus", ("gpu", 8));
        nexus.Submit("tokens", ("tokens.input", 100));
        nexus.Submit("devices", ("gpu", 1));

        Assert.Equal(ReasonCode.ExceedsPools, Assert.IsType<RequestReply>(nexus.Renew("tokens", extend: [("tokens.input", 1001)])).Refusal!.Code);
        Assert.Equal(ReasonCode.RateExhausted, Assert.IsType<RequestReply>(nexus.Renew("tokens", extend: [("tokens.input", 950)])).Refusal!.Code);
        Assert.Equal(ReasonCode.ExceedsPools, Assert.IsType<RequestReply>(nexus.Renew("devices", extend: [("gpu", 8)])).Refusal!.Code);
    }

    [Fact]
    public void The_largest_amounts_that_can_be_said_stop_nobody_but_who_says_them()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 1_000_000_000_000, TimeSpan.FromMilliseconds(1), 1_000_000_000_000);
        Request request = nexus.Submit("r1", ("tokens.input", 600_000_000_000));
        Renew Reported() => new(request.Key, request.Lease!.Number, ResourceVector.Empty, Scene.Vector(("tokens.input", 700_000_000_000)), AnyUsage: true) { Actor = Scene.Somebody };

        Assert.IsType<RequestReply>(nexus.Send(Reported()));
        Assert.IsType<RequestReply>(nexus.Send(Reported()));
        nexus.Advance(Second);
        Fault tooMuch = Assert.IsType<Fault>(nexus.Renew("r1", extend: [("tokens.input", 500_000_000_000)]));

        Assert.Equal("$.extend['tokens.input']", tooMuch.Field);
        Assert.Equal(700_000_000_000m, nexus.Request("r1").Lease!.Usage["tokens.input"].Units);
    }

    [Fact]
    public void What_a_bucket_would_hold_only_after_ages_it_never_will()
    {
        Scene nexus = Given.Bucket("slow", "external.calls", 0.001, TimeSpan.FromDays(366), 1000);
        nexus.Submit("all", ("external.calls", 1000));

        Request waits = nexus.Queue("waits", null, ("external.calls", 1000));

        Assert.Equal((RequestStatus.Queued, null), (waits.Status, waits.Reason!.Earliest));
        Assert.True(nexus.Engine.NextDue is { } due && due < nexus.Now + TimeSpan.FromDays(1));
        nexus.Advance(TimeSpan.FromDays(1));
        Assert.Null(nexus.Engine.NextDue);
    }

    [Fact]
    public void Usage_above_a_hundred_times_its_estimate_needs_leave()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 1, Second, 1000);
        nexus.Submit("r1", ("tokens.input", 1));

        Assert.Equal(FaultCode.ExcessUsage, Assert.IsType<Fault>(nexus.Release("r1", ("tokens.input", 101))).Code);
        Assert.IsType<ReleaseReply>(nexus.Send(new Release(new RequestKey("acme", "r1"), nexus.Request("r1").Lease!.Number, Scene.Vector(("tokens.input", 101)), Labels.None, null, AnyUsage: true) { Actor = Scene.Somebody }));
    }

    [Fact]
    public void Cancelling_before_the_start_voids_and_while_it_runs_settles_as_an_expiry()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 0.001, TimeSpan.FromHours(1), 100);
        nexus.Submit("runs", ("tokens.input", 100));
        nexus.Queue("waits", null, ("tokens.input", 50));

        nexus.Cancel("waits");
        nexus.Cancel("runs");

        Assert.Null(nexus.Request("waits").Settlement);
        Assert.Equal("tokens.input 100", nexus.Request("runs").Settlement!.Metered.ToString());
        Assert.Equal(RequestStatus.Cancelled, nexus.Status("runs"));
        Assert.Equal(0m, nexus.Free("llm", "tokens.input"));
    }

    [Fact]
    public void After_a_jump_of_the_clock_every_lease_has_its_full_length_again()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        nexus.Submit(Scene.Spec("r1", [("gpu", 2)], lease: 30 * Second));
        nexus.Jump(TimeSpan.FromHours(5), from: nexus.Now);

        Assert.Equal(RequestStatus.Allocated, nexus.Status("r1"));
        Assert.Equal(nexus.Now + (30 * Second), nexus.Request("r1").Lease!.ExpiresAt);
        nexus.Advance(30 * Second);
        Assert.Equal(RequestStatus.Expired, nexus.Status("r1"));
    }

    [Fact]
    public void A_late_release_of_a_request_that_memory_no_longer_holds_is_remembered_anew()
    {
        Scene nexus = new(new EngineLimits(EndedInMemory: 1));
        nexus.Bucket("llm", "tokens.output", 0.001, TimeSpan.FromHours(1), 1000);
        nexus.Submit(Scene.Spec("r1", [("tokens.output", 400)], lease: Second));
        nexus.Submit(Scene.Spec("r2", [("tokens.output", 1)], lease: 2 * Second));
        nexus.Advance(5 * Second);
        Request archived = Assert.Single(nexus.Archived);

        ReleaseReply reply = (ReleaseReply)nexus.Send(new Release(archived.Key, archived.Lease!.Number, Scene.Vector(("tokens.output", 100)), Labels.None, null, Prior: archived) { Actor = Scene.Somebody });

        Assert.True(reply.Late);
        Assert.Equal("tokens.output 100", nexus.Request("r1").Settlement!.Metered.ToString());
        Assert.Equal(899m, nexus.Free("llm", "tokens.output"));
    }
}
