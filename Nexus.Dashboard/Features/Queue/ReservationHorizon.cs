using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>Holds recurring reservations further ahead as time passes: their times depend on a time zone's rules, which the engine does not look up.</summary>
internal sealed class ReservationHorizon(EngineHost host, TimeProvider time, ILogger<ReservationHorizon> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>What is to be held anew: those of which another time has come within <see cref="Reservation.Horizon"/>.</summary>
    public static IEnumerable<SetReservation> Further(Configuration configuration, Instant now)
    {
        foreach (Reservation reservation in configuration.Reservations)
        {
            if (reservation.Recurrence is not { } recurrence || !TimeZoneInfo.TryFindSystemTimeZoneById(recurrence.TimeZone, out TimeZoneInfo? zone))
            {
                continue;
            }

            Occurrence[] times = [.. reservation.Occurrences(zone, now, now + Reservation.Horizon)];
            if (times.Length > 0 && times[^1].Start > configuration.TimesOf(reservation.Id)[^1].Start)
            {
                yield return new SetReservation(reservation, times, configuration.VersionOfReservation(reservation.Id)) { Actor = Actor.Engine };
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (SetReservation further in Further(host.Read.Configuration, host.Now))
                {
                    if (await host.SendAsync(further, stoppingToken) is Fault fault)
                    {
                        log.NotHeld(further.Reservation.Id, fault.Detail);
                    }
                }
            }
            catch (EngineUnavailableException)
            {
                // It says so itself; the next hour tries again.
            }
        }
    }
}

/// <summary>What it says.</summary>
internal static partial class ReservationLog
{
    [LoggerMessage(1, LogLevel.Warning, "Reservation {Id} is not held further ahead: {Reason}.")]
    public static partial void NotHeld(this ILogger log, string id, string reason);
}
