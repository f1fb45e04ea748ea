using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Engine.Core;

/// <summary>How bookings and reservations lie in the journal and in snapshots; what <see cref="Layout"/> says of its types holds here too.</summary>
internal static class BookingLayout
{
    public static void Promise(this EventBuffer to, Booking booking)
    {
        to.Time(booking.StartsAt);
        to.Texts(booking.Pools);
    }

    public static void Moved(this EventBuffer to, BookingMoved happened)
    {
        to.Flag(happened.To is not null);
        if (happened.To is not null)
        {
            to.Promise(happened.To);
        }

        to.Why(happened.Reason);
    }

    public static BookingMoved Moved(ref this EventReader from) => new(from.Owner(), from.Text()!, from.Flag() ? from.Promise() : null, from.Why());

    public static Booking Promise(ref this EventReader from) => new(from.Time(), from.Texts()!);

    public static void Reserved(this EventBuffer to, Reservation reservation)
    {
        to.Text(reservation.Id);
        to.Owner(reservation.Owner);
        to.Text(reservation.Pool);
        to.Vector(reservation.Resources);
        to.Time(reservation.Start);
        to.Time(reservation.End);
        to.Flag(reservation.Recurrence is not null);
        if (reservation.Recurrence is { } recurrence)
        {
            to.Byte((byte)recurrence.Frequency);
            to.Number(recurrence.Interval);
            to.Byte((byte)recurrence.Days);
            to.Number(recurrence.Count ?? -1);
            to.MaybeTime(recurrence.Until);
            to.Text(recurrence.TimeZone);
        }
    }

    public static Reservation Reserved(ref this EventReader from) => new(
        from.Text()!, from.Owner(), from.Name()!, from.Vector(), from.Time(), from.Time(), from.Flag() ? Recurs(ref from) : null);

    public static void Times(this EventBuffer to, IReadOnlyList<Occurrence> times)
    {
        to.Number(times.Count);
        foreach (Occurrence time in times)
        {
            to.Time(time.Start);
            to.Time(time.End);
        }
    }

    public static Occurrence[] Times(ref this EventReader from)
    {
        Occurrence[] times = new Occurrence[from.Number()];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = new Occurrence(from.Time(), from.Time());
        }

        return times;
    }

    private static Recurrence Recurs(ref EventReader from) => new(
        (Frequency)from.Byte(), (int)from.Number(), (Weekdays)from.Byte(), from.Number() is var count and >= 0 ? (int)count : null, from.MaybeTime(), from.Text()!);
}
