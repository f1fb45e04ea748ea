using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>HTTP to <see cref="SimulationService"/>, and nothing else.</summary>
internal static class SimulationEndpoints
{
    public static void MapSimulations(this IEndpointRouteBuilder api)
    {
        api.MapPost("/simulations", StartAsync).WithName("startSimulation").WithSummary("Simulate the recorded past, or a trace, under other rules").Takes<SimulationBody>().Gives<SimulationAnswer>(201).Fails(401, 403, 429, 503).With("invalid-value", "missing-scope", "too-many-simulations").Idempotent();
        api.MapGet("/simulations", List).WithName("listSimulations").WithSummary("The simulations that are known, the newest first").Gives<Page<SimulationAnswer>>(200).Fails(401, 403);
        api.MapGet("/simulations/{id}", GetAsync).WithName("getSimulation").WithSummary("How far a simulation is, and what came of it").Gives<SimulationAnswer>(200).Fails(401, 403, 404, 422).Waits();
        api.MapPost("/simulations/{id}/cancel", Cancel).WithName("cancelSimulation").WithSummary("Stop a simulation").Gives<SimulationAnswer>(200).Fails(401, 403, 404);
    }

    private static async Task StartAsync(HttpContext http, Caller caller, SimulationService simulations)
    {
        Result<SimulationBody> body = await Body.ReadAsync(http, ApiJson.Default.SimulationBody, Body.BatchLimit);
        await WriteAsync(http, body.Problem is { } malformed ? malformed : await simulations.StartAsync(caller, body.Value!, http.RequestAborted), 201);
    }

    private static Task List(HttpContext http, Caller caller, SimulationService simulations)
    {
        Result<IReadOnlyList<Simulation>> found = simulations.List(caller);
        return found.Problem is { } problem
            ? problem.WriteAsync(http)
            : http.WriteAsync(new Page<SimulationAnswer>([.. found.Value!.Select(SimulationAnswer.Of)], null), ApiJson.Default.PageSimulationAnswer);
    }

    private static async Task GetAsync(HttpContext http, string id, Caller caller, SimulationService simulations)
    {
        Result<Simulation> found = simulations.Get(caller, id);
        TimeSpan wait = default;
        Problem? problem = found.Problem ?? http.WaitOf(out wait);
        if (problem is null && wait > TimeSpan.Zero)
        {
            await simulations.WaitAsync(found.Value!, wait, http.RequestAborted);
        }

        await WriteAsync(http, problem is null ? found : problem, 200);
    }

    private static Task Cancel(HttpContext http, string id, Caller caller, SimulationService simulations) => WriteAsync(http, simulations.Cancel(caller, id), 200);

    private static Task WriteAsync(HttpContext http, Result<Simulation> answer, int status) =>
        answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(SimulationAnswer.Of(answer.Value!), ApiJson.Default.SimulationAnswer, status);
}
