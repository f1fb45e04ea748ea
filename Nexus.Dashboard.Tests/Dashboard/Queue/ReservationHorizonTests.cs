using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

/// <summary>A recurring reservation goes on for as long as its rule says, though only the times of the next 90 days are held.</summary>
public sealed class ReservationHorizonTests
{
    [Fact]
    public void It_is_held_further_ahead_when_another_of_its_times_comes_within_reach()
    {
        Scene nexus = Given.Pool("p", ("gpu", 4));
        Instant begin = nexus.Now + TimeSpan.FromHours(8);
        Reservation daily = new(
            "daily", OwnerPath.Parse("acme"), "p", Scene.Vector(("gpu", 2)), begin, begin + TimeSpan.FromHours(1), new Recurrence(Frequency.Daily, 1, Weekdays.None, null, null, "UTC"));
        Occurrence[] times = [.. daily.Occurrences(TimeZoneInfo.Utc, nexus.Now, nexus.Now + Reservation.Horizon)];
        nexus.Send(new SetReservation(daily, times) { Actor = Scene.Somebody });

        Assert.Empty(ReservationHorizon.Further(nexus.Engine.Configuration, nexus.Now));

        nexus.Advance(TimeSpan.FromHours(9));
        SetReservation further = Assert.Single(ReservationHorizon.Further(nexus.Engine.Configuration, nexus.Now));
        Assert.IsType<DoneReply>(nexus.Send(further));

        Assert.Equal(times[^1].Start + TimeSpan.FromDays(1), nexus.Engine.Configuration.TimesOf("daily")[^1].Start);
        Assert.Empty(ReservationHorizon.Further(nexus.Engine.Configuration, nexus.Now));
    }
}
