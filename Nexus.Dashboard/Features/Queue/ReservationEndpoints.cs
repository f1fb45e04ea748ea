using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>HTTP to <see cref="ReservationService"/>, and nothing else.</summary>
internal static class ReservationEndpoints
{
    public static void MapReservations(this IEndpointRouteBuilder api)
    {
        api.MapGet("/reservations", ListAsync).WithName("listReservations").WithSummary("What is reserved, and when").Gives<Page<ReservationAnswer>>(200).Fails(401, 403).Pages();
        api.MapPost("/reservations", (HttpContext http, Caller caller, ReservationService reservations) => PutAsync(http, caller, reservations, ReservationService.NewId(), Expected.NotToExist, 201))
            .WithName("createReservation").WithSummary("Reserve capacity of a pool for an owner").Takes<ReservationBody>().Gives<ReservationAnswer>(201).Fails(401, 403, 409, 503).With("in-use", "invalid-value", "unknown-name").Idempotent();
        api.MapPut("/reservations/{id}", async (HttpContext http, string id, Caller caller, ReservationService reservations) =>
            await (http.VersionOf(out long? version) is { } problem ? problem.WriteAsync(http) : PutAsync(http, caller, reservations, id, version, 200)))
            .WithName("putReservation").WithSummary("Reserve under an own name, or change what is reserved").Takes<ReservationBody>().Gives<ReservationAnswer>(200).Fails(401, 403, 409, 503).With("in-use", "invalid-value", "unknown-name").Versioned();
        api.MapDelete("/reservations/{id}", DeleteAsync).WithName("deleteReservation").WithSummary("Give a reservation up").Produces(204).Fails(401, 403, 404, 503).Versioned();
    }

    private static Task ListAsync(HttpContext http, Caller caller, ReservationService reservations)
    {
        Result<IReadOnlyList<Reservation>> found = reservations.List(caller);
        Page<Reservation> page = new([], null);
        return (found.Problem ?? http.PageOf(found.Value!, static r => r.Id, out page)) is { } problem
            ? problem.WriteAsync(http)
            : http.WriteAsync(new Page<ReservationAnswer>([.. page.Items.Select(r => ReservationAnswer.Of(r, reservations.Configuration, reservations.Now))], page.Next), ApiJson.Default.PageReservationAnswer);
    }

    private static async Task PutAsync(HttpContext http, Caller caller, ReservationService reservations, string id, long? version, int status)
    {
        Result<ReservationBody> body = await Body.ReadAsync(http, ApiJson.Default.ReservationBody);
        Result<Reservation> answer = body.Problem is { } malformed ? malformed : await reservations.PutAsync(caller, id, body.Value!, version, http.RequestAborted);
        if (answer.Problem is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        ReservationAnswer said = ReservationAnswer.Of(answer.Value!, reservations.Configuration, reservations.Now);
        http.Response.Headers.ETag = $"\"{said.Version}\"";
        await http.WriteAsync(said, ApiJson.Default.ReservationAnswer, status);
    }

    private static async Task DeleteAsync(HttpContext http, string id, Caller caller, ReservationService reservations)
    {
        Problem? problem = http.VersionOf(out long? version) ?? await reservations.DeleteAsync(caller, id, version, http.RequestAborted);
        if (problem is not null)
        {
            await problem.WriteAsync(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
