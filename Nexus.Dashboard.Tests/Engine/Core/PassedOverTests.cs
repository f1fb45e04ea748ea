using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What becomes of promised starts that a jump of the clock passed over.</summary>
public sealed class PassedOverTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void One_that_still_ends_by_its_deadline_comes_at_once()
    {
        Scene nexus = Busy();
        nexus.Submit(Scene.Spec("booked", [("gpu", 4)], duration: 90 * Minute) with { Deadline = nexus.Now + (4 * Hour) });

        nexus.Jump(2 * Hour, from: nexus.Now);

        Assert.Equal((RequestStatus.Allocated, nexus.Now), (nexus.Status("booked"), nexus.Request("booked").Lease!.GrantedAt));
    }

    [Fact]
    public void One_that_would_end_after_its_deadline_is_refused_and_nobody_ends_for_it()
    {
        Scene nexus = Busy();
        nexus.Submit(Scene.Spec("booked", [("gpu", 4)], duration: 90 * Minute, queue: true) with { Deadline = nexus.Now + (160 * Minute) });

        nexus.Jump(2 * Hour, from: nexus.Now);

        Assert.Equal((RequestStatus.Rejected, ReasonCode.DeadlineOutOfReach), (nexus.Status("booked"), nexus.Request("booked").Reason!.Code));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("busy"));
    }

    [Fact]
    public void Work_of_open_size_is_promised_more_where_only_that_still_ends_by_its_deadline()
    {
        Scene nexus = Busy();
        nexus.Submit(Scene.Spec("booked", []).With(new MoldableWork([new AmountRange("gpu", Quantity.Of(1), Quantity.Of(8), Quantity.Of(7200))])) with { Deadline = nexus.Now + (4 * Hour) });
        Assert.Equal(("gpu 1", nexus.Now + Hour), (nexus.Request("booked").Needs.ToString(), nexus.Request("booked").Booking!.StartsAt));

        nexus.Jump(150 * Minute, from: nexus.Now);

        // Who runs past its end is told one grace ahead, as of every promise.
        Assert.Equal(("gpu 2", nexus.Now + PreemptionSettings.Default.Grace), (nexus.Request("booked").Needs.ToString(), nexus.Request("booked").Booking!.StartsAt));
        Assert.Equal(ReasonCode.DeadlineOutOfReach, nexus.Events.OfType<BookingMoved>().Single().Reason!.Code);
        Assert.Equal(RequestStatus.Allocated, nexus.Advance(PreemptionSettings.Default.Grace).Status("booked"));
    }

    private static Scene Busy()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        nexus.Submit(Scene.Spec("busy", [("gpu", 8)], duration: Hour, lease: 20 * Hour));
        return nexus;
    }
}
