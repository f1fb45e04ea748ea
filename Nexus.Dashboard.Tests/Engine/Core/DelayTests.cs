using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Work that may be delayed and costs less later. It is midnight; a GPU costs 4 an hour by day, from 6 to 22 o'clock, and 1 by night.</summary>
public sealed class DelayTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true })
        .Pool(Gpus("gpus", 4)).Prices(new Sku("by-day", "gpu") { Formula = "quantity * (hour >= 6 && hour < 22 ? 4 : 1)" });

    [Fact]
    public void It_is_held_back_until_the_cheaper_hour_with_the_start_and_the_saving()
    {
        _nexus.Advance(8 * Hour + TimeSpan.FromMinutes(20));

        Request held = _nexus.Submit(Ask("r"));

        Assert.Equal((RequestStatus.Queued, ReasonCode.CheaperLater, ReasonTier.HeldBack, "gpus"), (held.Status, held.Reason!.Code, held.Reason.Tier, held.Reason.Pool));
        Assert.Equal((At(22), "16", "4", "12"), (held.Reason.Earliest, held.Reason.Delay!.Now.ToString(), held.Reason.Delay.Then.ToString(), held.Reason.Delay.Saving.ToString()));
        Assert.Equal("It could start now, and may be delayed: later it is expected to cost 4 in pool gpus instead of 16.", ReasonText.Of(held.Reason));

        AdvanceTo(At(22) + TimeSpan.FromMilliseconds(-1));
        Assert.Equal(RequestStatus.Queued, _nexus.Status("r"));
        AdvanceTo(At(22));
        Assert.Equal((RequestStatus.Allocated, "4"), (_nexus.Status("r"), _nexus.Request("r").Estimate!.Total.ToString()));
    }

    [Fact]
    public void It_starts_at_once_where_no_later_hour_within_its_bound_is_cheaper()
    {
        AdvanceTo(At(8));

        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Ask("short") with { MaxDelay = 12 * Hour }).Status);
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Ask("urgent") with { MaxDelay = null }).Status);
    }

    [Fact]
    public void What_lasts_into_the_dear_hours_is_reckoned_hour_by_hour()
    {
        AdvanceTo(At(21));

        // Three hours from 21 on cost 4 + 1 + 1, from 22 on 3.
        Request held = _nexus.Submit(Ask("r", hours: 3, gpus: 1));
        Assert.Equal((At(22), "6", "3"), (held.Reason?.Earliest, held.Reason?.Delay?.Now.ToString(), held.Reason?.Delay?.Then.ToString()));
    }

    [Fact]
    public void A_start_is_stated_no_later_than_its_wait_may_last()
    {
        AdvanceTo(At(8));

        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Ask("r") with { MaxWait = 13 * Hour }).Status);
    }

    [Fact]
    public void With_a_deadline_it_is_promised_the_cheaper_start_and_no_later_one_than_that_allows()
    {
        AdvanceTo(At(8));

        Request booked = _nexus.Submit(Ask("r") with { Queue = false, Deadline = At(24) });
        Assert.Equal((RequestStatus.Reserved, At(22), ReasonCode.CheaperLater), (booked.Status, booked.Booking!.StartsAt, booked.Reason!.Code));
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Ask("sooner") with { Queue = false, Deadline = At(22) }).Status);

        // There being more free is no reason to let it start at the dear hour.
        _nexus.Release("sooner");
        _nexus.Pool(Gpus("gpus", 8));
        Assert.Equal(At(22), _nexus.Request("r").Booking!.StartsAt);
        AdvanceTo(At(22));
        Assert.Equal(RequestStatus.Allocated, _nexus.Status("r"));
    }

    [Fact]
    public void With_a_deadline_it_is_held_back_by_a_promise_alone_and_for_no_longer_than_it_may_be()
    {
        // The cheap hours are reserved: what can be promised lies behind them, later than the request may be delayed.
        AdvanceTo(At(21));
        Occurrence night = new(At(22), At(24));
        _nexus.Send(new SetReservation(new Reservation("night", OwnerPath.Parse("other"), "gpus", Scene.Vector(("gpu", 4)), night.Start, night.End), [night]) { Actor = Scene.Somebody });

        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Ask("r", hours: 1) with { Queue = false, MaxDelay = 2 * Hour, Deadline = At(30) }).Status);

        // Behind what has no known end nothing can be promised: it starts while it can.
        _nexus.Release("r");
        _nexus.Submit(Scene.Spec("open", [("gpu", 2)]) with { Preemptible = true });
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Ask("s", hours: 1) with { MaxDelay = 2 * Hour, Deadline = At(30) }).Status);
    }

    [Fact]
    public void A_promised_start_moves_to_an_earlier_one_that_costs_no_more()
    {
        AdvanceTo(At(8));
        _nexus.Submit(Ask("r") with { Queue = false, Deadline = At(24) });

        _nexus.Prices(new Sku("flat", "gpu") { UnitPrice = Money.Of(2) });

        Assert.Equal(RequestStatus.Allocated, _nexus.Status("r"));
    }

    [Fact]
    public void A_price_that_fell_within_the_hour_holds_from_then_on()
    {
        _nexus.Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(4) }, new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(1), EffectiveFrom = At(0) + (Hour / 2) });
        _nexus.Advance(Hour * 0.75);

        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Ask("r")).Status);
    }

    [Fact]
    public void What_comes_free_is_counted_on_by_one_at_a_time()
    {
        Scene nexus = new Scene().Pool(Priced("cheap", 1)).Pool(Gpus("dear", 100) with { Prices = [new PoolPrice("gpu", Money.Of(4))] });
        nexus.Submit(Scene.Spec("known", [("gpu", 4)], pools: ["cheap"], duration: 2 * Hour, lease: 2 * Hour));

        Assert.Equal([RequestStatus.Queued, RequestStatus.Allocated, RequestStatus.Allocated], Enumerable.Range(0, 3).Select(i => nexus.Submit(Ask($"r{i}", gpus: 4)).Status));
    }

    [Fact]
    public void For_whom_others_were_told_to_end_starts_when_they_have()
    {
        AdvanceTo(At(8));
        _nexus.Quota("acme", new QuotaRule("gpu") { Extra = Quantity.Zero }).Quota("acme/alice", new QuotaRule("gpu") { Limit = Quantity.Of(4) }).Quota("acme/borrower", new QuotaRule("gpu") { Limit = Quantity.Zero, Borrow = QuotaBound.Unbounded });
        _nexus.Submit(Scene.Spec("lent", [("gpu", 4)], owner: "acme/borrower") with { Preemptible = true });
        _nexus.Submit(Ask("r", gpus: 4));
        Assert.NotNull(_nexus.Request("r").Preempting);

        _nexus.Advance(PreemptionSettings.Default.Grace);

        Assert.Equal((RequestStatus.Preempted, RequestStatus.Allocated), (_nexus.Status("lent"), _nexus.Status("r")));
    }

    [Fact]
    public void Who_is_held_back_stands_in_nobodys_way()
    {
        AdvanceTo(At(8));
        _nexus.Submit(Ask("held", gpus: 4));

        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Scene.Spec("other", [("gpu", 4)], duration: 20 * Hour, lease: 20 * Hour, queue: true)).Status);
    }

    [Fact]
    public void Who_had_to_wait_for_capacity_is_held_back_when_that_frees()
    {
        AdvanceTo(At(8));
        _nexus.Submit(Scene.Spec("all", [("gpu", 4)]));
        Assert.Equal(ReasonCode.NotEnoughFree, _nexus.Submit(Ask("r")).Reason!.Code);

        AdvanceTo(At(9));
        _nexus.Release("all");

        Assert.Equal((RequestStatus.Queued, ReasonCode.CheaperLater, At(22)), (_nexus.Status("r"), _nexus.Request("r").Reason!.Code, _nexus.Request("r").Reason!.Earliest));
        RequestDelayed told = Assert.Single(_nexus.Events.OfType<RequestDelayed>());
        Assert.Equal("12", told.Reason.Delay!.Saving.ToString());
        AdvanceTo(At(22));
        Assert.Equal(RequestStatus.Allocated, _nexus.Status("r"));
        Assert.Single(_nexus.Events.OfType<RequestDelayed>());
    }

    [Fact]
    public void Another_price_lets_it_start()
    {
        AdvanceTo(At(8));
        _nexus.Submit(Ask("r"));

        _nexus.Prices(new Sku("flat", "gpu") { UnitPrice = Money.Of(2) });

        Assert.Equal(RequestStatus.Allocated, _nexus.Status("r"));
    }

    [Fact]
    public void A_price_that_is_to_hold_later_counts()
    {
        _nexus.Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(4) }, new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(3), EffectiveFrom = At(5) });

        Assert.Equal((At(5), "4"), (_nexus.Submit(Ask("r")).Reason?.Earliest, _nexus.Request("r").Reason?.Delay?.Saving.ToString()));
    }

    [Fact]
    public void A_cheaper_pool_that_is_known_to_come_free_is_waited_for_and_one_that_is_not_is_not()
    {
        Scene nexus = new Scene().Pool(Priced("cheap", 1)).Pool(Priced("dear", 4));
        nexus.Submit(Scene.Spec("known", [("gpu", 4)], pools: ["cheap"], duration: 2 * Hour, lease: 2 * Hour));

        Request held = nexus.Submit(Ask("r"));
        Assert.Equal((nexus.Now + 2 * Hour, "cheap"), (held.Reason?.Earliest, held.Reason?.Pool));
        nexus.Advance(2 * Hour);
        Assert.Equal("cheap", nexus.Request("r").Lease!.Pools[0]);

        nexus.Release("r");
        nexus.Submit(Scene.Spec("unknown", [("gpu", 4)], pools: ["cheap"]));
        Assert.Equal("dear", nexus.Submit(Ask("s")).Lease!.Pools[0]);
    }

    [Fact]
    public void Where_no_pool_places_by_cost_nobody_is_held_back()
    {
        AdvanceTo(At(8));
        _nexus.Pool(Gpus("gpus", 4) with { Strategy = "priority" });

        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Ask("r")).Status);
    }

    [Fact]
    public void It_is_held_back_still_after_a_restart()
    {
        AdvanceTo(At(8));
        _nexus.Submit(Ask("r"));

        foreach (Nexus.Engine.Core.Engine engine in (Nexus.Engine.Core.Engine[])[_nexus.Restored(), _nexus.Replayed()])
        {
            Assert.Equal(_nexus.Engine.StateHash(), engine.StateHash());
            Batch batch = new();
            engine.Handle(new Tick { Actor = Actor.Engine }, At(9), batch);
            Assert.Empty(batch.Events);
            engine.Handle(new Tick { Actor = Actor.Engine }, At(22), batch);
            Assert.IsType<RequestStarted>(Assert.Single(batch.Events));
        }
    }

    [Fact]
    public void It_can_be_cancelled_and_given_another_class_meanwhile()
    {
        AdvanceTo(At(8));
        _nexus.Submit(Ask("r"));
        _nexus.Submit(Ask("s"));

        _nexus.Send(new SetPriority(new RequestKey("acme", "r"), "critical") { Actor = Scene.Somebody });
        Assert.Equal(RequestStatus.Queued, _nexus.Status("r"));
        _nexus.Cancel("s");
        AdvanceTo(At(22));

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Cancelled), (_nexus.Status("r"), _nexus.Status("s")));
    }

    private void AdvanceTo(Instant at) => _nexus.Advance(at - _nexus.Now);

    private static Instant At(int hour) => Instant.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) + (hour * Hour);

    private static RequestSpec Ask(string id, int hours = 2, double gpus = 2) => Scene.Spec(id, [("gpu", gpus)], duration: TimeSpan.FromHours(hours), lease: TimeSpan.FromHours(hours), queue: true) with { MaxDelay = TimeSpan.FromDays(1) };

    private static PoolDefinition Gpus(string name, double gpus) => Scene.Definition(name, ("gpu", gpus)) with { Strategy = "costOptimized" };

    private static PoolDefinition Priced(string name, long price) => Gpus(name, 4) with { Prices = [new PoolPrice("gpu", Money.Of(price))] };
}
