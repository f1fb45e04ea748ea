using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Past;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>HTTP to <see cref="QuotaService"/>, and nothing else.</summary>
internal static class QuotaEndpoints
{
    public static void MapQuotas(this IEndpointRouteBuilder api)
    {
        api.MapGet("/quotas", ListAsync).WithName("listQuotas").WithSummary("What owners may use, and what they use of it now")
            .Asks("under", "Only nodes within this owner path.", "acme").Gives<Page<QuotaAnswer>>(200).Fails(401, 403).Pages();
        api.MapGet("/quotas/{**path}", GetAsync).WithName("getQuota").WithSummary("What one node of the owner path may use, and what it uses of it now; the root is ~").Gives<QuotaAnswer>(200).Fails(401, 403, 404, 422);
        api.MapPut("/quotas/{**path}", PutAsync).WithName("putQuota").WithSummary("Create or replace the weight and quotas of a node").Takes<QuotaBody>().Gives<QuotaAnswer>(200).Fails(401, 403, 503)
            .With("missing-scope", "outside-path", "invalid-value").Versioned();
        api.MapDelete("/quotas/{**path}", DeleteAsync).WithName("deleteQuota").WithSummary("Remove the weight and quotas of a node").Produces(204).Fails(401, 403, 404, 422, 503)
            .With("missing-scope", "outside-path").Versioned();
        api.MapPost("/quotas:check", CheckAsync).WithName("checkQuota").WithSummary("Ask whether quotas would let something pass now; changes nothing").Takes<QuotaCheckBody>().Gives<QuotaCheckAnswer>(200).Fails(401, 403, 503)
            .With("missing-scope", "outside-path", "invalid-value", "unknown-name");
        api.MapGet("/quotas:usage", UsageAsync).WithName("getQuotaUsage").WithSummary("What owners had, used, borrowed, lent and were refused: a report of one node with those below it, or of all").Gives<QuotaUsageAnswer>(200).Fails(401, 403, 422, 429, 503)
            .With("missing-scope", "invalid-value", "too-many-requests")
            .Asks("under", "Only nodes within this owner path.", "acme").Asks("from", "From when peaks and refusals count; since each rule was set unless given.", "2026-11-01T00:00:00Z")
            .Asks("to", "The moment of the other figures; now unless given.", "2026-12-01T00:00:00Z").Asks("format", "json, or csv for a file.", "json");
    }

    private static Task ListAsync(HttpContext http, Caller caller, QuotaService quotas)
    {
        if (!OwnerPath.TryParseOrRoot(http.Request.Query["under"].FirstOrDefault() ?? "", out OwnerPath? under, out string? reason))
        {
            return Problem.Field("invalid-value", 422, "under", reason).WriteAsync(http);
        }

        Result<IReadOnlyList<QuotaAnswer>> found = quotas.List(caller, under);
        Page<QuotaAnswer> page = new([], null);
        return (found.Problem ?? http.PageOf(found.Value!, static q => q.Owner == "~" ? "" : q.Owner, out page)) is { } problem
            ? problem.WriteAsync(http)
            : http.WriteAsync(page, ApiJson.Default.PageQuotaAnswer);
    }

    private static Task GetAsync(HttpContext http, string path, Caller caller, QuotaService quotas)
    {
        Result<OwnerPath> owner = Parse(http, path);
        return WriteAsync(http, owner.Problem is { } wrong ? wrong : quotas.Get(caller, owner.Value!));
    }

    private static async Task PutAsync(HttpContext http, string path, Caller caller, QuotaService quotas)
    {
        Result<QuotaBody> body = await Body.ReadAsync(http, ApiJson.Default.QuotaBody);
        Result<OwnerPath> owner = Parse(http, path);
        Problem? wrong = http.VersionOf(out long? version) ?? owner.Problem ?? body.Problem;
        await WriteAsync(http, wrong is not null ? wrong : await quotas.PutAsync(caller, owner.Value!, body.Value!, version, http.RequestAborted));
    }

    private static async Task DeleteAsync(HttpContext http, string path, Caller caller, QuotaService quotas)
    {
        Result<OwnerPath> owner = Parse(http, path);
        Problem? problem = http.VersionOf(out long? version) ?? owner.Problem ?? await quotas.DeleteAsync(caller, owner.Value!, version, http.RequestAborted);
        if (problem is not null)
        {
            await problem.WriteAsync(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task CheckAsync(HttpContext http, Caller caller, QuotaService quotas)
    {
        Result<QuotaCheckBody> body = await Body.ReadAsync(http, ApiJson.Default.QuotaCheckBody);
        Result<QuotaCheckAnswer> answer = body.Problem is { } wrong ? wrong : await quotas.CheckAsync(caller, body.Value!, http.RequestAborted);
        await (answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(answer.Value!, ApiJson.Default.QuotaCheckAnswer));
    }

    private static async Task UsageAsync(HttpContext http, Caller caller, QuotaUsageService usage)
    {
        (DateTimeOffset? from, DateTimeOffset? to, OwnerPath? under, string? format) = (null, null, null, http.Request.Query["format"].FirstOrDefault());
        Problem? wrong = PastService.Refused(caller) ?? http.TimeOf("from", out from) ?? http.TimeOf("to", out to)
            ?? (OwnerPath.TryParseOrRoot(http.Request.Query["under"].FirstOrDefault() ?? "", out under, out string? reason) ? null : Problem.Field("invalid-value", 422, "under", reason))
            ?? (format is null or "json" or "csv" ? null : Problem.Field("invalid-value", 422, "format", "must be json or csv"));
        Result<QuotaUsageAnswer> answer = wrong is not null ? wrong : await usage.ReportAsync(caller, under!, from, to, http.RequestAborted);
        if (answer.Problem is { } problem)
        {
            await PastEndpoints.WriteAsync(problem, http);
            return;
        }

        if (format != "csv")
        {
            await http.WriteAsync(answer.Value!, ApiJson.Default.QuotaUsageAnswer);
            return;
        }

        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"quota-usage.csv\"";
        await http.Response.WriteAsync(answer.Value!.ToCsv(), http.RequestAborted);
    }

    private static Task WriteAsync(HttpContext http, Result<QuotaAnswer> answer)
    {
        if (answer.Problem is { } problem)
        {
            return problem.WriteAsync(http);
        }

        http.Response.Headers.ETag = $"\"{answer.Value!.Version}\"";
        return http.WriteAsync(answer.Value, ApiJson.Default.QuotaAnswer);
    }

    private static Result<OwnerPath> Parse(HttpContext http, string path) =>
        OwnerPath.TryParseOrRoot(http.Written("/api/v1/quotas/") ?? path, out OwnerPath? owner, out string? reason) ? owner : Problem.Field("invalid-value", 422, "path", reason);
}
