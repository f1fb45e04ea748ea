using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>HTTP to <see cref="PoolService"/>, and nothing else.</summary>
internal static class PoolEndpoints
{
    public static void MapPools(this IEndpointRouteBuilder api)
    {
        api.MapGet("/pools", ListAsync).WithName("listPools").WithSummary("The pools and what they have now").Gives<Page<PoolAnswer>>(200).Fails(401, 403).Pages();
        api.MapGet("/pools/{name}", GetAsync).WithName("getPool").WithSummary("One pool and what it has now").Gives<PoolAnswer>(200).Fails(401, 403, 404);
        api.MapPut("/pools/{name}", PutAsync).WithName("putPool").WithSummary("Create a pool, or replace its configuration").Takes<PoolBody>().Gives<PoolAnswer>(200).Fails(401, 403, 503).With("invalid-value", "unknown-name").Versioned();
        api.MapPost("/pools/{name}/drain", DrainAsync).WithName("drainPool").WithSummary("Grant nothing more from a pool; PUT it to grant again").Gives<PoolAnswer>(200).Fails(401, 403, 404, 503);
        api.MapPost("/pools/{name}/resetHealth", ResetHealthAsync).WithName("resetPoolHealth").WithSummary("Let a pool whose grants failed grant all that it has again").Gives<PoolAnswer>(200).Fails(401, 403, 404, 503).With("invalid-value");
        api.MapDelete("/pools/{name}", DeleteAsync).WithName("deletePool").WithSummary("Remove a pool that nobody holds anything of").Produces(204).Fails(401, 403, 404, 409, 503).With("in-use").Versioned();
    }

    private static Task ListAsync(HttpContext http, Caller caller, PoolService pools)
    {
        Result<IReadOnlyList<PoolState>> found = pools.List(caller);
        Page<PoolState> page = new([], null);
        return (found.Problem ?? http.PageOf(found.Value!, static p => p.Name, out page)) is { } problem
            ? problem.WriteAsync(http)
            : http.WriteAsync(new Page<PoolAnswer>([.. page.Items.Select(p => PoolAnswer.Of(p, pools.Now, caller.Path))], page.Next), ApiJson.Default.PagePoolAnswer);
    }

    private static Task GetAsync(HttpContext http, string name, Caller caller, PoolService pools) => WriteAsync(http, caller, pools, pools.Get(caller, name));

    private static async Task PutAsync(HttpContext http, string name, Caller caller, PoolService pools)
    {
        Result<PoolBody> body = await Body.ReadAsync(http, ApiJson.Default.PoolBody);
        Problem? wrong = http.VersionOf(out long? version) ?? body.Problem;
        await WriteAsync(http, caller, pools, wrong is not null ? wrong : await pools.PutAsync(caller, name, body.Value!, version, http.RequestAborted));
    }

    private static async Task DrainAsync(HttpContext http, string name, Caller caller, PoolService pools) =>
        await WriteAsync(http, caller, pools, await pools.DrainAsync(caller, name, http.RequestAborted));

    private static async Task ResetHealthAsync(HttpContext http, string name, Caller caller, PoolService pools) =>
        await WriteAsync(http, caller, pools, await pools.ResetHealthAsync(caller, name, http.RequestAborted));

    private static async Task DeleteAsync(HttpContext http, string name, Caller caller, PoolService pools)
    {
        Problem? problem = http.VersionOf(out long? version) ?? await pools.DeleteAsync(caller, name, version, http.RequestAborted);
        if (problem is not null)
        {
            await problem.WriteAsync(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task WriteAsync(HttpContext http, Caller caller, PoolService pools, Result<PoolState> answer)
    {
        if (answer.Problem is { } problem)
        {
            return problem.WriteAsync(http);
        }

        http.Response.Headers.ETag = $"\"{answer.Value!.Version}\"";
        return http.WriteAsync(PoolAnswer.Of(answer.Value, pools.Now, caller.Path), ApiJson.Default.PoolAnswer);
    }
}
