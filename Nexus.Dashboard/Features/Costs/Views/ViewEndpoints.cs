using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Costs.Views;

/// <summary>HTTP to <see cref="ViewService"/>, and nothing else.</summary>
internal static class ViewEndpoints
{
    private const string Base = "/api/v1/views/";

    public static void MapViews(this IEndpointRouteBuilder api)
    {
        api.MapGet("/views", ListAsync).WithName("listViews").WithSummary("The views of costs that the caller keeps").Gives<Page<ViewAnswer>>(200).Fails(401, 403).Pages();
        api.MapGet("/views/{name}", (HttpContext http, string name, Caller caller, ViewService views) => WriteAsync(http, views.GetAsync(caller, Name(http, name), http.RequestAborted)))
            .WithName("getView").WithSummary("A view of costs that the caller keeps").Gives<ViewAnswer>(200).Fails(401, 403, 404);
        api.MapPut("/views/{name}", PutAsync).WithName("putView").WithSummary("Keep a view of costs under a name, in place of what was kept there").Takes<ViewBody>().Gives<ViewAnswer>(200).Fails(401, 403).With("missing-scope", "invalid-value");
        api.MapDelete("/views/{name}", DeleteAsync).WithName("deleteView").WithSummary("Forget a view of costs").Produces(204).Fails(401, 403, 404);
    }

    private static async Task ListAsync(HttpContext http, Caller caller, ViewService views)
    {
        Result<IReadOnlyList<SavedView>> found = await views.ListAsync(caller, http.RequestAborted);
        Page<ViewAnswer> page = new([], null);
        await ((found.Problem ?? http.PageOf(found.Value!.OrderBy(v => v.Name, StringComparer.Ordinal).Select(ViewAnswer.Of), static v => v.Name, out page)) is { } problem
            ? problem.WriteAsync(http)
            : http.WriteAsync(page, ApiJson.Default.PageViewAnswer));
    }

    private static async Task PutAsync(HttpContext http, string name, Caller caller, ViewService views)
    {
        Result<ViewBody> body = await Body.ReadAsync(http, ApiJson.Default.ViewBody);
        await WriteAsync(http, body.Problem is { } wrong ? Task.FromResult<Result<SavedView>>(wrong) : views.PutAsync(caller, Name(http, name), body.Value!.Query, http.RequestAborted));
    }

    private static async Task DeleteAsync(HttpContext http, string name, Caller caller, ViewService views)
    {
        if (await views.DeleteAsync(caller, Name(http, name), http.RequestAborted) is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task WriteAsync(HttpContext http, Task<Result<SavedView>> asking)
    {
        Result<SavedView> answer = await asking;
        await (answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(ViewAnswer.Of(answer.Value!), ApiJson.Default.ViewAnswer));
    }

    private static string Name(HttpContext http, string name) => http.Written(Base) ?? name;
}
