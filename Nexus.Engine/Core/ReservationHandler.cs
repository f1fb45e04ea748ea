using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Bookings;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Engine.Core;

/// <summary>Decides changes of reservations: held only where nothing that was promised to others is in the way.</summary>
internal sealed class ReservationHandler(EngineState state, Futures futures)
{
    private const int MostReservations = 10_000;

    public Decision Decide(SetReservation command, Instant now)
    {
        Reservation reservation = command.Reservation;
        Reservation? before = state.Configuration.Reservation(reservation.Id);
        if (ConfigurationHandler.Stale(command.IfVersion, before is null ? null : state.Configuration.VersionOfReservation(reservation.Id)) is { } stale)
        {
            return stale;
        }

        if (!state.Pools.TryGetValue(reservation.Pool, out Pool? pool))
        {
            return new Fault(FaultCode.UnknownName, $"pool '{reservation.Pool}' does not exist", "$.pool");
        }

        foreach (ResourceAmount amount in reservation.Resources.AsSpan())
        {
            string field = $"$.resources['{amount.Kind}']";
            if (pool.Node(amount.Kind) is not { } node)
            {
                return new Fault(FaultCode.UnknownName, $"pool '{reservation.Pool}' does not supply '{amount.Kind}'", field);
            }

            if (node.Behaviour != ResourceBehaviour.Held)
            {
                return new Fault(FaultCode.Invalid, $"'{amount.Kind}' is not held: only what is taken and given back can be reserved", field);
            }
        }

        IReadOnlyList<Occurrence> times = [.. command.Times.Where(t => t.End > now)];
        if (times.Count == 0)
        {
            return new Fault(FaultCode.Invalid, "it would be over already: let it end later than now", "$.end");
        }

        if (before == reservation && state.Configuration.TimesOf(reservation.Id).Where(t => t.End > now).SequenceEqual(times))
        {
            return new DoneReply(state.Configuration.VersionOfReservation(reservation.Id));
        }

        if (before is null && state.Configuration.Reservations.Count >= MostReservations)
        {
            return new Fault(FaultCode.Invalid, $"there are {MostReservations:#,0} reservations already: give up those that are over");
        }

        futures.Open([reservation.Pool], now);
        return futures.Of(reservation.Pool)!.Reservations.Check(reservation, times) is { } conflict
            ? new Fault(FaultCode.InUse, Sentence(reservation, conflict))
            : new ReservationSet(reservation, times, before);
    }

    public Decision Decide(DeleteReservation command) =>
        state.Configuration.Reservation(command.Id) is not { } before ? new Fault(FaultCode.NotFound, $"there is no reservation '{command.Id}'")
        : ConfigurationHandler.Stale(command.IfVersion, state.Configuration.VersionOfReservation(command.Id)) ?? new ReservationDeleted(before);

    // Others are named by what they hold, not by name: who reserves need not see them.
    private static string Sentence(Reservation reservation, ReservationConflict conflict)
    {
        int requests = conflict.Holders.Count(h => h.Kind != PromiseKind.Reservation);
        int reservations = conflict.Holders.Count - requests;
        string holders = string.Join(" and ", new[] { Counted(requests, "grant or booking", "grants and bookings"), Counted(reservations, "other reservation", "other reservations") }.OfType<string>());
        string until = conflict.Holders.Any(h => h.Until is null) ? ", some without a known end" : "";
        return $"{conflict.Missing} {conflict.Resource} of pool '{reservation.Pool}' would be promised twice from {conflict.At.ToDateTimeOffset():yyyy-MM-dd HH:mm:ss}Z on"
            + (holders.Length == 0 ? ": it is more than the pool has" : $": {holders} hold it{until}") + "; reserve less, or another time";

        static string? Counted(int count, string one, string more) => count == 0 ? null : count == 1 ? $"1 {one}" : $"{count} {more}";
    }
}
