using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Use over a time: minutes, rolling hours, rates, windows, hours of a unit; when it is filed and how it is settled.</summary>
public sealed class QuotaPeriodsInUseTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Five_a_minute_are_five_and_the_sixth_learns_when_the_next_minute_begins()
    {
        Scene nexus = Calls(100).Quota("acme", CallsRule(5, QuotaPeriod.Calendar(QuotaPeriodKind.Minute)));
        nexus.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(Enumerable.Repeat(RequestStatus.Allocated, 5), Enumerable.Range(0, 5).Select(i => nexus.Submit($"c{i}", ("external.calls", 1)).Status));
        Request sixth = nexus.Submit("c5", ("external.calls", 1));

        Assert.Equal((RequestStatus.Rejected, Start + Minute), (sixth.Status, sixth.Reason!.Earliest!.Value));
        Assert.Equal("The quota of acme has 0 external.calls left in one minute; 1 needed.", ReasonText.Of(sixth.Reason));
        nexus.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(RequestStatus.Allocated, nexus.Submit("c6", ("external.calls", 5)).Status);
    }

    [Theory]
    [InlineData("minute", 60_000)]
    [InlineData("rolling:PT1M", 61_000)]
    [InlineData("rate:PT1M", 24_000)]
    public void Who_waits_for_a_period_starts_at_the_exact_time(string text, int milliseconds)
    {
        Assert.True(QuotaPeriod.TryParse(text, null, out QuotaPeriod? period, out _));
        Scene nexus = Calls(100).Quota("acme", CallsRule(5, period));
        nexus.Submit("all", ("external.calls", 5));
        nexus.Queue("r1", null, ("external.calls", 2));

        Assert.Equal(Start + TimeSpan.FromMilliseconds(milliseconds), nexus.Engine.NextDue);
        nexus.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.Equal(RequestStatus.Queued, nexus.Status("r1"));
        nexus.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r1"));
        Assert.Equal(Start + TimeSpan.FromMilliseconds(milliseconds), nexus.Request("r1").Lease!.GrantedAt);
    }

    [Fact]
    public void Those_who_wait_for_a_refill_start_in_the_order_of_the_queue()
    {
        Scene nexus = Calls(100).Quota("acme", CallsRule(6, QuotaPeriod.Rate(Minute)));
        nexus.Submit("all", ("external.calls", 6));
        nexus.Queue("low", "low", ("external.calls", 1));
        nexus.Queue("high", "high", ("external.calls", 1));

        nexus.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((RequestStatus.Queued, RequestStatus.Allocated), (nexus.Status("low"), nexus.Status("high")));
        nexus.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("low"));
    }

    [Fact]
    public void Who_waits_starts_when_a_window_opens()
    {
        QuotaWindow nights = new(null, new TimeOnly(18, 0), new TimeOnly(8, 0), null, null) { Limit = Quantity.Of(8) };
        Scene nexus = Given.Pool("p", ("cpu", 100));
        nexus.Advance(TimeSpan.FromHours(12));
        nexus.Quota("acme", Cpu(2) with { Windows = [nights] });

        Assert.Equal(RequestStatus.Queued, nexus.Queue("r1", null, ("cpu", 6)).Status);
        nexus.Advance(TimeSpan.FromHours(6));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r1"));
    }

    [Fact]
    public void A_window_changes_what_a_node_has_and_how_far_it_may_borrow()
    {
        QuotaWindow nights = new(null, new TimeOnly(18, 0), new TimeOnly(8, 0), null, null) { Limit = Quantity.Of(8), Borrow = QuotaBound.Unbounded };
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(2) with { Borrow = QuotaBound.Of(Quantity.Of(1)), Windows = [nights] });

        Assert.Equal((8_000L, QuotaBound.Unbounded), (nexus.Figures("acme").Has, nexus.Figures("acme").Borrow));
        nexus.Advance(TimeSpan.FromHours(12));
        Assert.Equal((2_000L, QuotaBound.Of(Quantity.Of(1))), (nexus.Figures("acme").Has, nexus.Figures("acme").Borrow));
    }

    [Fact]
    public void What_was_reserved_and_not_used_comes_back_and_what_was_used_beyond_stops_the_next()
    {
        Scene nexus = Calls(1_000).Quota("acme", CallsRule(10, QuotaPeriod.Calendar(QuotaPeriodKind.Day)));
        nexus.Submit("r1", ("external.calls", 10));
        nexus.Release("r1", ("external.calls", 4));
        Assert.Equal(4, nexus.QuotaUsed("acme"));

        nexus.Submit("r2", ("external.calls", 6));
        nexus.Release("r2", ("external.calls", 20));

        Assert.Equal((24, 14), (nexus.QuotaUsed("acme"), nexus.Figures("acme").Borrowed / 1000m));
        Assert.Equal(RequestStatus.Rejected, nexus.Submit("r3", ("external.calls", 1)).Status);
        Assert.Equal(Start + TimeSpan.FromDays(1), nexus.Request("r3").Reason!.Earliest);
    }

    [Fact]
    public void What_turns_out_later_corrects_the_period_of_the_grant()
    {
        Scene nexus = Calls(1_000).Quota("acme", CallsRule(100, QuotaPeriod.Calendar(QuotaPeriodKind.Hour)));
        nexus.Submit(Scene.Spec("r1", [("external.calls", 10)], lease: TimeSpan.FromSeconds(30)));
        nexus.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((RequestStatus.Expired, 10), (nexus.Status("r1"), nexus.QuotaUsed("acme")));

        nexus.Release("r1", ("external.calls", 3));
        Assert.Equal(3, nexus.QuotaUsed("acme"));
    }

    [Fact]
    public void Use_counts_and_settles_in_the_period_of_its_admission()
    {
        Scene nexus = Calls(1_000).Quota("acme", CallsRule(10, QuotaPeriod.Calendar(QuotaPeriodKind.Minute)));
        nexus.Submit("r1", ("external.calls", 10));
        nexus.Advance(Minute);

        nexus.Release("r1", ("external.calls", 100));

        Assert.Equal(0, nexus.QuotaUsed("acme"));
    }

    [Fact]
    public void Unit_hours_are_reserved_for_the_duration_and_settled_by_the_time_held()
    {
        Scene nexus = Given.Pool("p", ("gpu", 8)).Quota("acme", new QuotaRule("gpu") { Limit = Quantity.Of(10), Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day) });
        nexus.Submit(Scene.Spec("r1", [("gpu", 4)], duration: TimeSpan.FromHours(2), lease: TimeSpan.FromHours(3)));
        Assert.Equal(8, nexus.QuotaUsed("acme"));
        Assert.Equal(RequestStatus.Rejected, nexus.Submit(Scene.Spec("r2", [("gpu", 4)], duration: TimeSpan.FromHours(1))).Status);

        nexus.Advance(TimeSpan.FromMinutes(30));
        nexus.Release("r1");

        Assert.Equal(2, nexus.QuotaUsed("acme"));
    }

    [Fact]
    public void Renewals_of_a_grant_without_a_stated_end_add_the_hours_for_which_it_goes_on()
    {
        Scene nexus = Given.Pool("p", ("gpu", 8)).Quota("acme", new QuotaRule("gpu") { Limit = Quantity.Of(10), Period = QuotaPeriod.Calendar(QuotaPeriodKind.Hour) });
        nexus.Submit(Scene.Spec("r1", [("gpu", 4)], lease: TimeSpan.FromHours(1)));
        Assert.Equal(4, nexus.QuotaUsed("acme"));

        nexus.Advance(TimeSpan.FromMinutes(30));
        nexus.Renew("r1");
        Assert.Equal(6, nexus.QuotaUsed("acme"));
        nexus.Advance(TimeSpan.FromMinutes(45));
        nexus.Renew("r1");
        Assert.Equal(3, nexus.QuotaUsed("acme")); // in the second hour

        // Held for 75 minutes, 5 of the 9 reserved: what is too much comes back from the newest.
        nexus.Release("r1");
        Assert.Equal(0, nexus.QuotaUsed("acme"));
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
    }

    [Fact]
    public void Seconds_of_processing_are_reserved_where_they_are_stated_and_settled_as_observed()
    {
        Scene nexus = Given.Pool("p", ("cpu", 8)).Quota("acme", new QuotaRule("time.processing") { Limit = Quantity.Of(100), Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day) });
        nexus.Submit(Scene.Spec("stated", [("cpu", 1)], duration: TimeSpan.FromSeconds(60)));
        nexus.Submit("unknown", ("cpu", 1));
        Assert.Equal(60, nexus.QuotaUsed("acme"));

        nexus.Advance(TimeSpan.FromSeconds(50));
        nexus.Release("stated");
        nexus.Release("unknown");

        Assert.Equal(100, nexus.QuotaUsed("acme"));
        Assert.Equal(RequestStatus.Rejected, nexus.Submit("r3", ("cpu", 1)).Status);
    }

    [Fact]
    public void An_extension_counts_in_the_slot_in_which_it_is_asked_for()
    {
        Scene nexus = Calls(1_000).Quota("acme", CallsRule(10, QuotaPeriod.Calendar(QuotaPeriodKind.Minute)));
        nexus.Submit("r1", ("external.calls", 8));
        nexus.Advance(Minute);

        Assert.Null(((RequestReply)nexus.Renew("r1", [("external.calls", 9)])).Refusal);
        Assert.Equal(9, nexus.QuotaUsed("acme"));
        nexus.Release("r1", ("external.calls", 10));
        Assert.Equal(2, nexus.QuotaUsed("acme"));
    }

    private static Instant Start => Instant.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static Scene Calls(double burst) => Given.Bucket("api", "external.calls", burst, TimeSpan.FromSeconds(1), burst);

    private static QuotaRule Cpu(int limit) => new("cpu") { Limit = Quantity.Of(limit) };

    private static QuotaRule CallsRule(int limit, QuotaPeriod period) => new("external.calls") { Limit = Quantity.Of(limit), Period = period, TimeZone = period.Zone };
}
