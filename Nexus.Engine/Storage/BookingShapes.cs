using System.Text.Json;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Engine.Storage;

/// <summary>How bookings and reservations look as JSON.</summary>
internal static class BookingShapes
{
    public static void WriteBooking(this Utf8JsonWriter json, Booking? booking)
    {
        if (booking is not null)
        {
            json.WriteTime("startsAt", booking.StartsAt);
            json.WriteTexts("bookedPools", booking.Pools);
        }
    }

    public static void WriteReservation(this Utf8JsonWriter json, string name, Reservation? reservation)
    {
        if (reservation is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("owner", reservation.Owner.IsRoot ? "~" : reservation.Owner.ToString());
        json.WriteString("pool", reservation.Pool);
        json.WriteVector("resources", reservation.Resources);
        json.WriteTime("start", reservation.Start);
        json.WriteTime("end", reservation.End);
        json.WriteText("recurrence", reservation.Recurrence?.ToString());
        json.WriteText("timeZone", reservation.Recurrence?.TimeZone);
        json.WriteEndObject();
    }
}
