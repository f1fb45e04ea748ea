using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Runs;

/// <summary>HTTP to <see cref="AllowanceService"/>, and nothing else.</summary>
internal static class AllowanceEndpoints
{
    public static void MapAllowances(this IEndpointRouteBuilder api)
    {
        api.MapPost("/allowances", OpenAsync).WithName("openAllowance").WithSummary("Open an allowance for a run, or carve one out of another").Takes<AllowanceBody>().Gives<AllowanceAnswer>(201, 200).Fails(401, 403, 409, 503)
            .With("id-reused", "missing-scope", "outside-path", "invalid-value", "unknown-name", "not-enough", "ended");
        api.MapGet("/allowances", ListAsync).WithName("listAllowances").WithSummary("Allowances of runs and of their branches, the newest first")
            .Asks("under", "Only of owners within this path.", "acme").Asks("status", "Only those that are open, cancelled or expired.", "open").Asks("parent", "Only what was carved out of this one.", "run-7")
            .Gives<Page<AllowanceAnswer>>(200).Fails(401, 403, 422).With("missing-scope", "invalid-value").Pages();
        api.MapGet("/allowances/{id}", GetAsync).WithName("getAllowance").WithSummary("One allowance as it stands").Gives<AllowanceAnswer>(200).Fails(401, 403, 404, 409, 422).With("ambiguous-id")
            .Asks("owner", "Whose it is, where several tenants have one of that id.", "acme");
        api.MapPost("/allowances/{id}/cancel", CancelAsync).WithName("cancelAllowance").WithSummary("Cancel an allowance and its branches: what did not start is given back, what runs under it ends")
            .MayTake<AllowanceCancelBody>().Gives<AllowanceAnswer>(200).Fails(401, 403, 404, 409, 422, 503).With("ambiguous-id", "missing-scope").Asks("owner", "Whose it is, where several tenants have one of that id.", "acme");
    }

    private static async Task OpenAsync(HttpContext http, Caller caller, AllowanceService allowances)
    {
        Result<AllowanceBody> body = await Body.ReadAsync(http, ApiJson.Default.AllowanceBody);
        Result<AllowanceReply> reply = body.Problem is { } wrong ? wrong : await allowances.OpenAsync(caller, body.Value!, http.RequestAborted);
        await (reply.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(allowances.Answer(reply.Value!.Allowance), ApiJson.Default.AllowanceAnswer, reply.Value.Duplicate ? 200 : 201));
    }

    private static Task ListAsync(HttpContext http, Caller caller, AllowanceService allowances)
    {
        AllowanceStatus? status = null;
        if (!OwnerPath.TryParseOrRoot(http.Request.Query["under"].FirstOrDefault() ?? "", out OwnerPath? under, out string? reason))
        {
            return Problem.Field("invalid-value", 422, "under", reason).WriteAsync(http);
        }

        if (http.Request.Query["status"].FirstOrDefault() is { Length: > 0 } asked)
        {
            if (!Enum.TryParse(asked, ignoreCase: true, out AllowanceStatus read) || !char.IsAsciiLetter(asked[0]))
            {
                return Problem.Field("invalid-value", 422, "status", "must be open, cancelled or expired").WriteAsync(http);
            }

            status = read;
        }

        Result<IReadOnlyList<AllowanceState>> found = allowances.List(caller, under, status, http.Request.Query["parent"].FirstOrDefault());
        Page<AllowanceState> page = new([], null);
        return (found.Problem ?? http.PageOf(found.Value!, static a => $"{long.MaxValue - a.Number:D19}", out page)) is { } problem ? problem.WriteAsync(http)
            : http.WriteAsync(new Page<AllowanceAnswer>([.. page.Items.Select(allowances.Answer)], page.Next), ApiJson.Default.PageAllowanceAnswer);
    }

    private static Task GetAsync(HttpContext http, string id, Caller caller, AllowanceService allowances) =>
        WriteAsync(http, allowances.Find(caller, id, http.Request.Query["owner"].FirstOrDefault()), allowances);

    private static async Task CancelAsync(HttpContext http, string id, Caller caller, AllowanceService allowances)
    {
        Result<AllowanceCancelBody> body = await Body.ReadOptionalAsync(http, ApiJson.Default.AllowanceCancelBody, new AllowanceCancelBody());
        await WriteAsync(http, body.Problem is { } wrong ? wrong : await allowances.CancelAsync(caller, id, http.Request.Query["owner"].FirstOrDefault(), body.Value!.Reason, http.RequestAborted), allowances);
    }

    private static Task WriteAsync(HttpContext http, Result<AllowanceState> found, AllowanceService allowances) =>
        found.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(allowances.Answer(found.Value!), ApiJson.Default.AllowanceAnswer);
}
