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
    public void Whatever_can_happen_to_a_request_has_words()
    {
        RequestEvent[] all = [.. Engine.Storage.Story.Told().Events.OfType<RequestEvent>()];

        Assert.Equal(all.Count(e => e is not HeldMetered), RequestHistory.Of([.. all.Where(e => e is not LeaseRenewed)]).Count + all.Count(e => e is LeaseRenewed));
        Assert.Equal(typeof(RequestEvent).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(RequestEvent))), all.Select(e => e.GetType()).Distinct().Count());
    }

    private static LeaseRenewed Renewed() => new(Alice, "r", Noon + TimeSpan.FromMinutes(1), ResourceVector.Empty, ResourceVector.Empty, null);

    private static EngineEvent At(int seconds, EngineEvent happened) => happened.Stamp(1, Noon + TimeSpan.FromSeconds(seconds), Actor.Engine);
}
