using Nexus.Dashboard.Features.Queue;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

public sealed class RequestHistoryTests
{
    private static readonly OwnerPath Alice = OwnerPath.Parse("acme/alice");
    private static readonly Instant Noon = Instant.From(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Renewals_without_news_between_them_are_one_line_with_the_last()
    {
        IReadOnlyList<RequestMoment> moments = RequestHistory.Of([At(0, Renewed()), At(10, Renewed()), At(20, Renewed()), At(25, new PreemptionWithdrawn(Alice, "r")), At(30, Renewed())]);

        Assert.Equal(
            [
                new(Noon, "lease renewed 3 times, last at", Noon + TimeSpan.FromSeconds(20)),
                new(Noon + TimeSpan.FromSeconds(25), "may run on"),
                new(Noon + TimeSpan.FromSeconds(30), "lease renewed"),
            ],
            moments);
    }

    [Fact]
    public void A_renewal_that_extends_or_was_refused_it_stands_by_itself()
    {
        LeaseRenewed extended = Renewed() with { Extended = ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(1))) };
        LeaseRenewed refused = Renewed() with { Refusal = new Reason(ReasonCode.NotEnoughFree, "p", "gpu", Quantity.Of(2), Quantity.Of(1)) };

        Assert.Equal(
            ["lease renewed", "lease renewed, extended by 1 gpu", "lease renewed, extension refused: Pool p has 1 gpu free; 2 needed.", "lease renewed"],
            RequestHistory.Of([At(0, Renewed()), At(1, extended), At(2, refused), At(3, Renewed())]).Select(m => m.Said.Replace('\u00A0', ' ')));
    }

    [Fact]
    public void A_booking_says_where_and_when_and_where_it_moved_why()
    {
        Booking first = new(Noon + TimeSpan.FromMinutes(5), ["gpus", "gpus"]);
        Reason draining = new(ReasonCode.PoolDraining, "gpus");
        Booking earlier = new(Noon + TimeSpan.FromMinutes(3), ["gpus"]);

        IReadOnlyList<RequestMoment> moments = RequestHistory.Of(
        [
            At(0, new RequestBooked(Alice, "r", first)),
            At(1, new BookingMoved(Alice, "r", earlier, null)),
            At(2, new BookingMoved(Alice, "r", first, new Reason(ReasonCode.NotEnoughFree, "gpus", "gpu", Quantity.Of(2), Quantity.Of(1)))),
            At(3, new BookingMoved(Alice, "r", null, draining)),
        ]);

        Assert.Equal(
            [("booked in gpus for", first.StartsAt), ("its start moved to", earlier.StartsAt), ("its start moved (Pool gpus has 1 gpu free; 2 needed) to", first.StartsAt), ($"its booking was lost: {ReasonText.Of(draining)}", (Instant?)null)],
            moments.Select(m => (m.Said.Replace('\u00A0', ' '), m.Until)));
    }

    [Fact]
    public void Giving_way_says_in_what()
    {
        RequestSpec asked = new("r", Alice, ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(4))), null, ["own"], Labels.None, TimeSpan.FromHours(1), false, null, TimeSpan.FromMinutes(5), Labels.None) { Deadline = Noon + TimeSpan.FromHours(2) };
        Degraded gaveWay = new(asked.Resources, ["own"], false, null, asked.Deadline, OwnerPath.Root, [DegradeKind.Pool, DegradeKind.Start], new Reason(ReasonCode.DeadlineOutOfReach));
        RequestSpec less = asked with { Pools = ["own", "spot"], Queue = true, MaxWait = TimeSpan.FromHours(1), Deadline = asked.Deadline + TimeSpan.FromHours(1), Degraded = gaveWay };

        IReadOnlyList<RequestMoment> moments = RequestHistory.Of(
        [
            At(0, new RequestSubmitted(less, "medium", Labels.None, RequestStatus.Reserved, null, null) { Booking = new Booking(Noon + TimeSpan.FromMinutes(90), ["spot"]) }),
            At(1, new RequestDegraded(Alice, "r", ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(2))), ["own", "spot"], gaveWay with { Steps = [DegradeKind.Amount, DegradeKind.Pool] })),
        ]);

        Assert.Equal(
            [
                "submitted and gave way (accepts spot beside the pools that it named; waits 1 h 00 m at most, where it was not willing to wait and may start up to 1 h 00 m after its latest start), booked in spot for",
                "gave way at the end of its wait, to 2 gpu, to pools own, spot",
            ],
            moments.Select(m => m.Said.Replace('\u00A0', ' ')));
        Assert.StartsWith("Accepts spot beside the pools that it named; ", DegradedText.Of(less), StringComparison.Ordinal);
        Assert.Contains(": everybody gives way before a refusal. As it was asked it would have been refused: ", DegradedText.Of(less), StringComparison.Ordinal);
        Assert.EndsWith("As it was asked its wait was over.", DegradedText.Of(less with { Degraded = gaveWay with { Why = new Reason(ReasonCode.WaitedTooLong) } }), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_can_happen_to_a_request_has_words()
    {
        RequestEvent[] all = [.. Engine.Storage.Story.Told().Events.OfType<RequestEvent>()];

        Assert.Equal(all.Count(e => e is not HeldMetered), RequestHistory.Of([.. all.Where(e => e is not LeaseRenewed)]).Count + all.Count(e => e is LeaseRenewed));
        Assert.Equal(typeof(RequestEvent).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(RequestEvent))), all.Select(e => e.GetType()).Distinct().Count());
    }

    private static LeaseRenewed Renewed() => new(Alice, "r", Noon + TimeSpan.FromMinutes(1), ResourceVector.Empty, ResourceVector.Empty, null);

    private static EngineEvent At(int seconds, EngineEvent happened) => happened.Stamp(1, Noon + TimeSpan.FromSeconds(seconds), Actor.Engine);
}
