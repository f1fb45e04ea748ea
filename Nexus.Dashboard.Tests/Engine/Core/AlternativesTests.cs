using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>A request that states several configurations gets exactly one of them.</summary>
public sealed class AlternativesTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Scene _nexus = Given.Pool("fast", ("gpu", 4)).Pool("slow", ("gpu", 4));

    [Fact]
    public void The_first_that_is_stated_is_granted_where_it_fits()
    {
        Request request = _nexus.Submit(Ask("r"));

        Assert.Equal((RequestStatus.Allocated, "gpu 2", "fast", 0), (request.Status, request.Lease!.Amounts.ToString(), request.Lease.Pools[0], ChosenOf(request)));
    }

    [Fact]
    public void The_first_of_the_others_that_fits_is_granted_where_the_main_one_does_not()
    {
        _nexus.Submit(Busy("busy", "fast", 3));

        Request request = _nexus.Submit(Ask("r"));

        Assert.Equal((RequestStatus.Allocated, "gpu 4", "slow", 1, 2 * Hour), (request.Status, request.Lease!.Amounts.ToString(), request.Lease.Pools[0], ChosenOf(request), request.Spec.Duration));
        Assert.Equal((1m, 0m), (_nexus.Free("fast", "gpu"), _nexus.Free("slow", "gpu")));
    }

    [Fact]
    public void Where_a_pool_places_by_cost_the_one_is_granted_that_costs_least_by_the_whole_request()
    {
        Scene nexus = new Scene().Pool(Priced("fast", 3)).Pool(Priced("slow", 1));

        // 2 GPUs for an hour at 3 are dearer than 4 for two hours at... 8: the fast one; at 2 devices for two hours the slow one.
        Assert.Equal("fast", nexus.Submit(Ask("r")).Lease!.Pools[0]);
        Assert.Equal("slow", nexus.Submit(Ask("s", slow: 2)).Lease!.Pools[0]);
    }

    [Fact]
    public void What_fits_in_none_waits_for_all_of_them()
    {
        _nexus.Submit(Busy("a", "fast", 4));
        _nexus.Submit(Busy("b", "slow", 4));

        Request waits = _nexus.Submit(Ask("r") with { Queue = true });
        Assert.Equal((RequestStatus.Queued, 0, "fast"), (waits.Status, ChosenOf(waits), waits.Reason!.Pool));

        _nexus.Release("b");
        Request started = _nexus.Request("r");
        Assert.Equal((RequestStatus.Allocated, 1, "slow", "gpu 4"), (started.Status, ChosenOf(started), started.Lease!.Pools[0], started.Lease.Amounts.ToString()));
        Assert.Equal((1, "gpu 4", 2 * Hour), _nexus.Events.OfType<AlternativeChosen>().Select(e => (e.Alternative, e.Resources.ToString(), e.Duration!.Value)).Single());
    }

    [Fact]
    public void It_starts_in_its_main_configuration_where_that_comes_first()
    {
        _nexus.Submit(Busy("a", "fast", 4));
        _nexus.Submit(Busy("b", "slow", 4));
        _nexus.Submit(Ask("r") with { Queue = true });

        _nexus.Release("a");

        Assert.Equal((RequestStatus.Allocated, 0, "fast"), (_nexus.Status("r"), ChosenOf(_nexus.Request("r")), _nexus.Request("r").Lease!.Pools[0]));
        Assert.Empty(_nexus.Events.OfType<AlternativeChosen>());
    }

    [Fact]
    public void Who_came_before_it_to_the_pool_of_another_configuration_goes_first_there_and_who_came_after_it_does_not()
    {
        _nexus.Submit(Busy("a", "fast", 4));
        _nexus.Submit(Busy("b", "slow", 4));
        _nexus.Submit(Scene.Spec("before", [("gpu", 4)], pools: ["slow"], queue: true, duration: Hour, lease: Hour));
        _nexus.Submit(Ask("r") with { Queue = true });
        _nexus.Submit(Scene.Spec("after", [("gpu", 4)], pools: ["slow"], queue: true, duration: Hour, lease: Hour));

        _nexus.Release("b");
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (_nexus.Status("before"), _nexus.Status("r")));

        _nexus.Release("before");
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (_nexus.Status("r"), _nexus.Status("after")));
    }

    [Fact]
    public void One_that_waits_for_a_bucket_in_another_configuration_starts_when_that_has_filled()
    {
        _nexus.Bucket("api", "llm.calls", 1, TimeSpan.FromSeconds(1), 10);
        _nexus.Submit("drain", ("llm.calls", 10));
        _nexus.Submit(Busy("a", "fast", 4));

        _nexus.Submit(Scene.Spec("r", [("gpu", 4)], pools: ["fast"], queue: true).Or(new Alternative(Scene.Vector(("llm.calls", 3)), null, Labels.None, null)));
        Assert.Equal(RequestStatus.Queued, _nexus.Status("r"));

        _nexus.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RequestStatus.Queued, _nexus.Status("r"));
        Assert.Equal(_nexus.Now + TimeSpan.FromSeconds(1), _nexus.Engine.NextDue);

        _nexus.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((RequestStatus.Allocated, "llm.calls 3"), (_nexus.Status("r"), _nexus.Request("r").Lease!.Amounts.ToString()));
    }

    [Fact]
    public void With_a_deadline_it_is_promised_the_earliest_start_of_all_its_configurations()
    {
        _nexus.Submit(Busy("a", "fast", 4, 3));
        _nexus.Submit(Busy("b", "slow", 4, 1));

        Request request = _nexus.Submit(Ask("r") with { Deadline = _nexus.Now + (5 * Hour) });

        Assert.Equal((RequestStatus.Reserved, 1, _nexus.Now + Hour, "slow"), (request.Status, ChosenOf(request), request.Booking!.StartsAt, request.Booking.Pools[0]));

        // With the slow one it would not be done by then.
        Request soon = _nexus.Submit(Ask("s") with { Deadline = _nexus.Now + (4 * Hour) });
        Assert.Equal((RequestStatus.Reserved, 0, _nexus.Now + (3 * Hour)), (soon.Status, ChosenOf(soon), soon.Booking!.StartsAt));
    }

    [Fact]
    public void One_whose_promised_start_a_quota_stops_starts_at_that_moment_in_another_configuration()
    {
        _nexus.Pool("cpus", ("cpu", 8));
        _nexus.Submit(Busy("a", "fast", 4, 1));
        _nexus.Submit(Busy("b", "slow", 2));
        _nexus.Submit(Scene.Spec("c", [("cpu", 8)], duration: Hour, lease: Hour));
        Instant start = _nexus.Now + Hour;
        Request request = _nexus.Submit(Scene.Spec("r", [("gpu", 2)], pools: ["fast"], duration: Hour, lease: Hour).Or(new Alternative(Scene.Vector(("cpu", 4)), null, Labels.None, Hour)) with { Deadline = _nexus.Now + (9 * Hour) });
        Assert.Equal((RequestStatus.Reserved, 0, start), (request.Status, ChosenOf(request), request.Booking!.StartsAt));

        _nexus.Quota("acme", new QuotaRule("gpu") { Limit = Scene.Amount(2) });
        _nexus.Advance(Hour);

        Assert.Equal((RequestStatus.Allocated, 1, start), (_nexus.Status("r"), ChosenOf(_nexus.Request("r")), _nexus.Request("r").Lease!.GrantedAt));
    }

    [Fact]
    public void It_is_refused_for_good_only_where_none_of_them_can_ever_fit()
    {
        Request waits = _nexus.Submit(Scene.Spec("r", [("gpu", 9)], queue: true).Or(new Alternative(Scene.Vector(("gpu", 4)), ["slow"], Labels.None, null)));
        Assert.Equal((RequestStatus.Allocated, 1), (waits.Status, ChosenOf(waits)));

        Request refused = _nexus.Submit(Scene.Spec("s", [("gpu", 9)], queue: true).Or(new Alternative(Scene.Vector(("gpu", 5)), ["slow"], Labels.None, null)));
        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsPools, "9"), (refused.Status, refused.Reason!.Code, refused.Reason.Needed.ToString()));
    }

    [Fact]
    public void One_whose_main_configuration_can_never_fit_waits_in_the_lines_of_the_first_that_can()
    {
        _nexus.Submit(Busy("b", "slow", 4));

        Request waits = _nexus.Submit(Scene.Spec("r", [("gpu", 9)], queue: true).Or(new Alternative(Scene.Vector(("gpu", 3)), ["slow"], Labels.None, null)));

        Assert.Equal((RequestStatus.Queued, 1, "slow"), (waits.Status, ChosenOf(waits), waits.Reason!.Pool));
    }

    [Fact]
    public void One_whose_pool_goes_away_waits_for_another_configuration_and_is_refused_when_that_goes_too()
    {
        _nexus.Submit(Busy("a", "fast", 1));
        _nexus.Submit(Busy("b", "slow", 4));
        _nexus.Submit(Scene.Spec("r", [("gpu", 4)], pools: ["fast"], queue: true).Or(new Alternative(Scene.Vector(("gpu", 4)), ["slow"], Labels.None, null)));

        _nexus.Pool("fast", ("gpu", 2));
        Assert.Equal((RequestStatus.Queued, 1), (_nexus.Status("r"), ChosenOf(_nexus.Request("r"))));

        _nexus.Pool("slow", ("gpu", 2));
        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsPools), (_nexus.Status("r"), _nexus.Request("r").Reason!.Code));
    }

    [Fact]
    public void A_configuration_that_a_quota_stops_does_not_stop_the_others()
    {
        _nexus.Quota("acme", new QuotaRule("gpu") { Limit = Scene.Amount(2) });

        Request request = _nexus.Submit(Scene.Spec("r", [("gpu", 4)]).Or(new Alternative(Scene.Vector(("gpu", 2)), null, Labels.None, null)));
        Assert.Equal((RequestStatus.Allocated, 1), (request.Status, ChosenOf(request)));
    }

    [Fact]
    public void A_configuration_that_would_cost_too_much_does_not_stop_the_others()
    {
        Scene nexus = new Scene().Pool(Priced("fast", 3)).Pool(Priced("slow", 1));

        // Two devices for an hour cost 6, or 2.
        Request request = nexus.Submit((Scene.Spec("r", [("gpu", 2)], pools: ["fast"], duration: Hour, lease: Hour) with { MaxCost = Money.Of(3) })
            .Or(new Alternative(Scene.Vector(("gpu", 2)), ["slow"], Labels.None, Hour)));
        Assert.Equal((RequestStatus.Allocated, 1), (request.Status, ChosenOf(request)));

        nexus.Budget("month", "acme", 7, 1);
        Request within = nexus.Submit(Scene.Spec("s", [("gpu", 2)], pools: ["fast"], duration: Hour, lease: Hour).Or(new Alternative(Scene.Vector(("gpu", 2)), ["slow"], Labels.None, Hour)));
        Assert.Equal((RequestStatus.Allocated, 1), (within.Status, ChosenOf(within)));
    }

    [Fact]
    public void The_same_body_is_the_same_request_whatever_was_chosen_and_another_configuration_is_another()
    {
        _nexus.Submit(Busy("busy", "fast", 3));
        Request request = _nexus.Submit(Ask("r"));

        RequestReply again = Assert.IsType<RequestReply>(_nexus.Send(new Submit(Ask("r")) { Actor = Scene.Somebody }));
        Assert.Equal((true, request.Lease!.Number), (again.Duplicate, again.Request.Lease!.Number));
        Assert.Equal(FaultCode.IdReused, Assert.IsType<Fault>(_nexus.Send(new Submit(Ask("r", slow: 3)) { Actor = Scene.Somebody })).Code);
        Assert.Equal(FaultCode.IdReused, Assert.IsType<Fault>(_nexus.Send(new Submit(Scene.Spec("r", [("gpu", 2)], pools: ["fast"], duration: Hour, lease: 2 * Hour)) { Actor = Scene.Somebody })).Code);
    }

    [Fact]
    public void One_that_lost_its_grant_chooses_anew()
    {
        _nexus.Submit(Busy("busy", "fast", 3));
        _nexus.Submit(Ask("r") with { Queue = true });
        Assert.Equal(1, ChosenOf(_nexus.Request("r")));

        _nexus.Release("busy");
        _nexus.Send(new Requeue(new RequestKey("acme", "r")) { Actor = Scene.Somebody });

        Assert.Equal((RequestStatus.Allocated, 2, 0, "fast"), (_nexus.Status("r"), _nexus.Request("r").Attempt, ChosenOf(_nexus.Request("r")), _nexus.Request("r").Lease!.Pools[0]));
    }

    [Fact]
    public void All_members_of_a_gang_get_the_same_configuration()
    {
        _nexus.Submit(Busy("busy", "fast", 3));

        Request request = _nexus.Submit(Scene.Spec("r", [("gpu", 2)], pools: ["fast"]) with { Members = 2 } is var gang ? gang.Or(new Alternative(Scene.Vector(("gpu", 1)), null, Labels.None, null)) : null!);

        Assert.Equal((1, "gpu 2"), (ChosenOf(request), request.Lease!.Amounts.ToString()));
    }

    [Fact]
    public void One_that_can_no_longer_be_done_in_time_in_its_main_configuration_waits_for_a_quicker_one()
    {
        _nexus.Submit(Scene.Spec("open", [("gpu", 4)], pools: ["fast"], lease: 24 * Hour));
        _nexus.Submit(Scene.Spec("open2", [("gpu", 4)], pools: ["slow"], lease: 24 * Hour));
        Request waits = _nexus.Submit((Scene.Spec("r", [("gpu", 2)], pools: ["slow"], duration: 2 * Hour, queue: true, lease: 2 * Hour) with { Deadline = _nexus.Now + (3 * Hour) })
            .Or(new Alternative(Scene.Vector(("gpu", 2)), ["fast"], Labels.None, Hour)));
        Assert.Equal((RequestStatus.Queued, 0), (waits.Status, ChosenOf(waits)));

        _nexus.Advance(Hour + TimeSpan.FromMinutes(1));
        Assert.Equal((RequestStatus.Queued, 1), (_nexus.Status("r"), ChosenOf(_nexus.Request("r"))));

        _nexus.Advance(Hour);
        Assert.Equal((RequestStatus.Rejected, ReasonCode.DeadlineOutOfReach), (_nexus.Status("r"), _nexus.Request("r").Reason!.Code));
    }

    [Fact]
    public void What_was_chosen_is_in_the_journal_and_in_snapshots()
    {
        _nexus.Submit(Busy("a", "fast", 4));
        _nexus.Submit(Busy("b", "slow", 4));
        _nexus.Submit(Ask("r") with { Queue = true });
        _nexus.Submit(Ask("s") with { Queue = true });
        _nexus.Release("b");

        foreach (Nexus.Engine.Core.Engine back in new[] { _nexus.Replayed(), _nexus.Restored() })
        {
            Assert.Equal(_nexus.Engine.StateHash(), back.StateHash());
            Assert.Equal((1, 0), (ChosenOf(back.Requests.Single(r => r.Key.Id == "r")), ChosenOf(back.Requests.Single(r => r.Key.Id == "s"))));
        }
    }

    [Fact]
    public void A_dry_run_says_which_it_would_be_and_changes_nothing()
    {
        _nexus.Submit(Busy("busy", "fast", 3));
        long before = _nexus.Engine.Sequence;

        Request imagined = Assert.IsType<RequestReply>(_nexus.Send(new Submit(Ask("r"), DryRun: true) { Actor = Scene.Somebody })).Request;

        Assert.Equal((RequestStatus.Allocated, 1, before), (imagined.Status, ChosenOf(imagined), _nexus.Engine.Sequence));
    }

    [Theory]
    [InlineData("sizing")]
    [InlineData("maxDelay")]
    [InlineData("allowance")]
    [InlineData("work")]
    public void What_cannot_be_said_beside_them_is_refused_by_its_name(string field)
    {
        RequestSpec spec = Scene.Spec("r", [("tokens.output", 10)], queue: true).Or(new Alternative(Scene.Vector(("gpu", 1)), null, Labels.None, null));
        spec = field switch
        {
            "sizing" => spec.Learned(),
            "maxDelay" => spec with { MaxDelay = Hour },
            "work" => spec.With(new MoldableWork([new AmountRange("gpu", Quantity.Of(1), Quantity.Of(2), Quantity.Of(10))])),
            _ => spec with { Allowance = "run" },
        };

        Fault fault = Assert.IsType<Fault>(_nexus.Send(new Submit(spec) { Actor = Scene.Somebody }));
        Assert.Equal((FaultCode.Invalid, $"$.{field}"), (fault.Code, fault.Field));
    }

    [Fact]
    public void What_another_configuration_names_and_is_not_there_is_named_by_its_place()
    {
        Fault pool = Assert.IsType<Fault>(_nexus.Send(new Submit(Ask("r").Or(new Alternative(Scene.Vector(("gpu", 1)), null, Labels.None, null), new Alternative(Scene.Vector(("gpu", 1)), ["slow", "gone"], Labels.None, null))) { Actor = Scene.Somebody }));
        Assert.Equal((FaultCode.UnknownName, "$.alternatives[1].pools[1]"), (pool.Code, pool.Field));

        Fault kind = Assert.IsType<Fault>(_nexus.Send(new Submit(Ask("r").Or(new Alternative(Scene.Vector(("tpu", 1)), null, Labels.None, null))) { Actor = Scene.Somebody }));
        Assert.Equal((FaultCode.UnknownName, "$.alternatives[0].resources['tpu']"), (kind.Code, kind.Field));
    }

    private static int ChosenOf(Request request) => request.Spec.Alternatives!.Chosen;

    // Two GPUs of the fast pool for an hour, or four of the slow one for two.
    private static RequestSpec Ask(string id, double slow = 4) => Scene.Spec(id, [("gpu", 2)], pools: ["fast"], duration: Hour, lease: 2 * Hour)
        .Or(new Alternative(Scene.Vector(("gpu", slow)), ["slow"], Labels.None, 2 * Hour));

    private static RequestSpec Busy(string id, string pool, double gpus, int hours = 10) => Scene.Spec(id, [("gpu", gpus)], pools: [pool], duration: hours * Hour, lease: hours * Hour);

    private static PoolDefinition Priced(string name, long price) => Scene.Definition(name, ("gpu", 4)) with { Strategy = "costOptimized", Prices = [new PoolPrice("gpu", Money.Of(price))] };
}
