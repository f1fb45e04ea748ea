using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>HTTP to <see cref="BudgetService"/>, and nothing else.</summary>
internal static class BudgetEndpoints
{
    public static void MapBudgets(this IEndpointRouteBuilder api)
    {
        api.MapGet("/budgets", ListAsync).WithName("listBudgets").WithSummary("What may be spent, and what is")
            .Asks("under", "Only budgets of owners within this path.", "acme").Gives<Page<BudgetAnswer>>(200).Fails(401, 403, 422).With("missing-scope", "invalid-value").Pages();
        api.MapGet("/budgets/{id}", (HttpContext http, string id, Caller caller, BudgetService budgets) => WriteAsync(http, budgets.Get(caller, id)))
            .WithName("getBudget").WithSummary("One budget").Gives<BudgetAnswer>(200).Fails(401, 403, 404);
        api.MapGet("/budgets/{id}/periods", PeriodsAsync).WithName("listBudgetPeriods").WithSummary("A budget in the periods that it knows, the newest first").Gives<BudgetPeriodsAnswer>(200).Fails(401, 403, 404);
        api.MapPut("/budgets/{id}", PutAsync).WithName("putBudget").WithSummary("Create or replace a budget; it starts with what the ledger has of its scope and period").Takes<BudgetBody>().Gives<BudgetAnswer>(200).Fails(401, 403, 503)
            .With("missing-scope", "outside-path", "invalid-value").Versioned();
        api.MapDelete("/budgets/{id}", DeleteAsync).WithName("deleteBudget").WithSummary("Remove a budget").Produces(204).Fails(401, 403, 404, 503).With("missing-scope", "outside-path").Versioned();
        api.MapPost("/budgets/{id}/raise", RaiseAsync).WithName("raiseBudget").WithSummary("Give a budget more for a time, with the reason").Takes<BudgetRaiseBody>().Gives<BudgetAnswer>(200).Fails(401, 403, 404, 503)
            .With("missing-scope", "outside-path", "invalid-value");
        api.MapPost("/budgets/{id}/pause", PauseAsync).WithName("pauseBudget").WithSummary("Let a budget stop and pace nobody for a time, with the reason; or again").Takes<BudgetPauseBody>().Gives<BudgetAnswer>(200).Fails(401, 403, 404, 503)
            .With("missing-scope", "outside-path", "invalid-value");
    }

    private static Task ListAsync(HttpContext http, Caller caller, BudgetService budgets)
    {
        if (!OwnerPath.TryParseOrRoot(http.Request.Query["under"].FirstOrDefault() ?? "", out OwnerPath? under, out string? reason))
        {
            return Problem.Field("invalid-value", 422, "under", reason).WriteAsync(http);
        }

        Result<IReadOnlyList<BudgetAnswer>> found = budgets.List(caller, under);
        Page<BudgetAnswer> page = new([], null);
        return (found.Problem ?? http.PageOf(found.Value!, static b => b.Id, out page)) is { } problem ? problem.WriteAsync(http) : http.WriteAsync(page, ApiJson.Default.PageBudgetAnswer);
    }

    private static Task PeriodsAsync(HttpContext http, string id, Caller caller, BudgetService budgets)
    {
        Result<BudgetPeriodsAnswer> answer = budgets.Periods(caller, id);
        return answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(answer.Value!, ApiJson.Default.BudgetPeriodsAnswer);
    }

    private static async Task PutAsync(HttpContext http, string id, Caller caller, BudgetService budgets)
    {
        Result<BudgetBody> body = await Body.ReadAsync(http, ApiJson.Default.BudgetBody);
        Problem? wrong = http.VersionOf(out long? version) ?? body.Problem;
        await WriteAsync(http, wrong is not null ? wrong : await budgets.PutAsync(caller, id, body.Value!, version, http.RequestAborted));
    }

    private static async Task DeleteAsync(HttpContext http, string id, Caller caller, BudgetService budgets)
    {
        Problem? problem = http.VersionOf(out long? version) ?? await budgets.DeleteAsync(caller, id, version, http.RequestAborted);
        if (problem is not null)
        {
            await problem.WriteAsync(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task RaiseAsync(HttpContext http, string id, Caller caller, BudgetService budgets)
    {
        Result<BudgetRaiseBody> body = await Body.ReadAsync(http, ApiJson.Default.BudgetRaiseBody);
        await WriteAsync(http, body.Problem is { } wrong ? wrong : await budgets.RaiseAsync(caller, id, body.Value!, http.RequestAborted));
    }

    private static async Task PauseAsync(HttpContext http, string id, Caller caller, BudgetService budgets)
    {
        Result<BudgetPauseBody> body = await Body.ReadAsync(http, ApiJson.Default.BudgetPauseBody);
        await WriteAsync(http, body.Problem is { } wrong ? wrong : await budgets.PauseAsync(caller, id, body.Value!, http.RequestAborted));
    }

    private static Task WriteAsync(HttpContext http, Result<BudgetAnswer> answer)
    {
        if (answer.Problem is { } problem)
        {
            return problem.WriteAsync(http);
        }

        http.Response.Headers.ETag = $"\"{answer.Value!.Version}\"";
        return http.WriteAsync(answer.Value, ApiJson.Default.BudgetAnswer);
    }
}
