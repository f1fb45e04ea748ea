using System.Security.Cryptography;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>Reservations: authorises the caller, then asks the engine. The page and the API call the same.</summary>
internal sealed class ReservationService(EngineHost host)
{
    private const int IdBytes = 5;

    /// <summary>Engine time.</summary>
    public Instant Now => host.Now;

    /// <summary>The configuration as it is now.</summary>
    public Configuration Configuration => host.Read.Configuration;

    /// <summary>The reservations that the caller may see: of owners within the own path, and of those above it, from which the caller draws.</summary>
    public Result<IReadOnlyList<Reservation>> List(Caller caller) => caller.Allows(Scope.Read | Scope.Requests)
        ? Configuration.Reservations.Where(r => caller.MayActFor(r.Owner) || caller.Path.IsWithin(r.Owner)).ToArray()
        : Problem.MissingScope(Scope.Read, caller);

    /// <summary>Reserves, or changes what is reserved. It holds against everybody, so that only who configures the whole installation may.</summary>
    public async Task<Result<Reservation>> PutAsync(Caller caller, string id, ReservationBody body, long? ifVersion, CancellationToken cancellation)
    {
        if (!caller.AllowsEverywhere(Scope.Configure))
        {
            return Problem.MissingScope(Scope.Configure, caller);
        }

        Result<ReservationDraft> read = body.ToReservation(id, Now);
        if (read.Problem is { } wrong)
        {
            return wrong;
        }

        (Reservation reservation, IReadOnlyList<Occurrence> times) = read.Value!;
        return await host.SendAsync(new SetReservation(reservation, times, ifVersion) { Actor = caller.Actor }, cancellation) is Fault fault ? Problem.Of(fault) : reservation;
    }

    /// <summary>What reserving, or changing what is reserved, would do now: decided as <see cref="PutAsync"/> would be, and nothing is changed.</summary>
    public Result<ChangePreview> Preview(Caller caller, string id, ReservationBody body, long? ifVersion)
    {
        if (!caller.AllowsEverywhere(Scope.Configure))
        {
            return Problem.MissingScope(Scope.Configure, caller);
        }

        Result<ReservationDraft> read = body.ToReservation(id, Now);
        return read.Problem is { } wrong ? wrong : host.Read.Preview(new SetReservation(read.Value!.Reservation, read.Value.Times, ifVersion) { Actor = caller.Actor });
    }

    /// <summary>What giving a reservation up would do now.</summary>
    public Result<ChangePreview> Preview(Caller caller, string id) =>
        caller.AllowsEverywhere(Scope.Configure) ? host.Read.Preview(new DeleteReservation(id) { Actor = caller.Actor }) : Problem.MissingScope(Scope.Configure, caller);

    /// <summary>A name for a reservation that was given none.</summary>
    public static string NewId() => $"reservation-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes))}";

    /// <summary>Gives a reservation up.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, string id, long? ifVersion, CancellationToken cancellation) =>
        !caller.AllowsEverywhere(Scope.Configure) ? Problem.MissingScope(Scope.Configure, caller)
        : await host.SendAsync(new DeleteReservation(id, ifVersion) { Actor = caller.Actor }, cancellation) is Fault fault ? Problem.Of(fault)
        : null;
}
