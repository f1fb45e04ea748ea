using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Queue;
using Nexus.Engine.Hosting;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Past;

/// <summary>HTTP to <see cref="PastService"/>, and nothing else.</summary>
internal static class PastEndpoints
{
    public static void MapPast(this IEndpointRouteBuilder api) =>
        api.MapGet("/state", GetAsync).WithName("getState").WithSummary("Pools, quotas and queue as they were at a moment of the past").Gives<StateAnswer>(200).Fails(400, 401, 403, 422, 429, 503)
            .With("missing-field", "missing-scope", "invalid-value", "too-many-requests")
            .Asks("at", "The moment, with its offset. It must be given.", "2026-11-24T14:00:00Z")
            .Asks("status", "Which requests the queue shows, comma-separated; queued unless given.", "queued,reserved,allocated")
            .Asks("owner", "Only requests of this owner and what lies below it.", "acme/alice").Asks("pool", "Only requests that this pool held or blocked.", "gpu-h100")
            .Asks("priority", "Only requests of this class.", "high").Asks("q", "Only requests whose id, owner or a label contains this.", "extract").Pages();

    private static async Task GetAsync(HttpContext http, Caller caller, PastService past)
    {
        DateTimeOffset? at = null;
        Problem? wrong = PastService.Refused(caller) ?? http.TimeOf("at", out at) ?? (at is null ? Problem.Field("missing-field", 400, "at", "must be given: a time with its offset, such as 2026-11-24T14:32:00Z") : null);
        Result<RequestQuery> query = wrong is not null ? wrong : QueueEndpoints.Query(http, http.Request.Query.ContainsKey("status") ? null : RequestStatus.Queued);
        Result<PastModel> found = query.Problem is { } bad ? bad : await past.AtAsync(caller, at!.Value, "at", "there are GET /pools, /quotas and /requests", http.RequestAborted);
        if (found.Problem is { } problem)
        {
            await WriteAsync(problem, http);
            return;
        }

        await http.WriteAsync(StateAnswer.Of(found.Value!, caller, query.Value!), ApiJson.Default.StateAnswer);
    }

    /// <summary>Writes what is wrong; where too many ask, with when to come back.</summary>
    public static Task WriteAsync(Problem problem, HttpContext http)
    {
        if (problem.Status == 429)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        return problem.WriteAsync(http);
    }
}
