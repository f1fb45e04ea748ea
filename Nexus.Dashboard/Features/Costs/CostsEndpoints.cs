using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Costs.Focus;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>HTTP to <see cref="CostsService"/> and <see cref="UsageService"/>, and nothing else.</summary>
internal static class CostsEndpoints
{
    private const int MostRecords = 1_000;

    public static void MapCosts(this IEndpointRouteBuilder api)
    {
        api.MapPost("/usage", RecordAsync).WithName("recordUsage").WithSummary("Report use, each record once by its id").Takes<List<UsageBody>>().Gives<UsageAnswer>(200).Fails(401, 403, 503).With("missing-scope");
        api.MapGet("/costs", ReportAsync).WithName("getCosts").WithSummary("What things cost, grouped by any dimension").Gives<CostsAnswer>(200).Fails(401, 403, 422, 503).Ranges()
            .Asks("groupBy", $"By what, separated by commas: {CostDimension.Known}.", "tenant,model").Asks("interval", "Also by steps of time: hour, day, week or month.", "day")
            .Asks("idle", "Also what pools cost that nobody held, and who bears it: none (it stands beside the total), even, proportional or weighted. Needs the scope at the root.", "proportional");
        api.MapGet("/costs/records", RecordsAsync).WithName("listCostRecords").WithSummary("The lines of the ledger, by time").Gives<Page<CostRecordAnswer>>(200).Fails(401, 403, 422, 503).Ranges().Pages();
        api.MapGet("/costs/export", ExportAsync).WithName("exportCosts").WithSummary("The lines of the ledger as a file, streamed").Produces<string>(200, CostsExport.Csv, CostsExport.Parquet).Fails(401, 403, 422, 503).Ranges()
            .Asks("format", $"In what: {CostsExport.Known}; csv unless given.", "focus").Asks("focusVersion", $"The version of FOCUS: {FocusVersions.Known}; 1.4 unless given.", "1.4");
    }

    private static RouteHandlerBuilder Ranges(this RouteHandlerBuilder endpoint) => endpoint
        .Asks("from", "From when, by the beginning of the charge periods; 30 days before to unless given.", "2026-11-01T00:00:00Z")
        .Asks("to", "Until when, that moment excluded; now unless given.", "2026-12-01T00:00:00Z")
        .Asks("filter", "Only what has a value, KEY:VALUE; repeatable, and of several of one KEY one suffices. An empty VALUE: what has none.", "tenant:acme");

    private static async Task RecordAsync(HttpContext http, Caller caller, UsageService usage)
    {
        Result<List<UsageBody>> body = await Body.ReadAsync(http, ApiJson.Default.ListUsageBody, Body.BatchLimit);
        Problem? wrong = body.Problem ?? (body.Value!.Count is 0 or > MostRecords || body.Value.Contains(null!) ? Problem.Field("invalid-value", 422, "$", "must be an array of 1 to 1,000 records") : null);
        Result<UsageAnswer> answer = wrong is not null ? wrong : await usage.RecordAsync(caller, body.Value!, http.RequestAborted);
        await (answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(answer.Value!, ApiJson.Default.UsageAnswer));
    }

    private static async Task ReportAsync(HttpContext http, Caller caller, CostsService costs)
    {
        IdleSharing? idle = null;
        Problem? wrong = CostsQuery.Read(http, costs.Now, out CostQuery query) ?? CostsQuery.IdleOf(http, out idle);
        Result<CostsWithIdle> report = wrong is not null ? wrong : await costs.ReportAsync(caller, query, idle, http.RequestAborted);
        await (report.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(CostsAnswer.Of(query, report.Value!, costs.Currency), ApiJson.Default.CostsAnswer));
    }

    private static async Task RecordsAsync(HttpContext http, Caller caller, CostsService costs)
    {
        (int limit, (long, long)? after) = (0, null);
        Problem? wrong = CostsQuery.Read(http, costs.Now, out CostQuery query) ?? http.LimitOf(out limit) ?? CursorOf(http, out after);
        Result<LedgerPage> page = wrong is not null ? wrong : await costs.RecordsAsync(caller, query, after, limit, http.RequestAborted);
        await (page.Problem is { } problem
            ? problem.WriteAsync(http)
            : http.WriteAsync(new Page<CostRecordAnswer>([.. page.Value!.Rows.Select(r => CostRecordAnswer.Of(r, costs.Currency))], Cursor(page.Value.Next)), ApiJson.Default.PageCostRecordAnswer));
    }

    private static async Task ExportAsync(HttpContext http, Caller caller, CostsService costs)
    {
        (CostsExport export, CostQuery query) = (null!, null!);
        if ((CostsService.Refused(caller) ?? CostsExport.Read(http, out export) ?? CostsQuery.Read(http, costs.Now, out query)) is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        http.Response.ContentType = export.ContentType;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{export.NameOf(query)}\"";
        await export.WriteAsync(http.Response.Body, costs.Stream(caller, query), costs.Book, http.RequestAborted);
    }

    private static string? Cursor((long Start, long Place)? next) =>
        next is { } at ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{at.Start}:{at.Place}"))) : null;

    private static Problem? CursorOf(HttpContext http, out (long Start, long Place)? after)
    {
        after = null;
        if (http.Request.Query["cursor"].FirstOrDefault() is not { } cursor)
        {
            return null;
        }

        byte[] bytes = new byte[cursor.Length];
        if (Base64Url.IsValid(cursor) && Base64Url.TryDecodeFromChars(cursor, bytes, out int count) && Encoding.UTF8.GetString(bytes, 0, count).Split(':') is [var start, var place]
            && long.TryParse(start, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long from) && long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out long at))
        {
            after = (from, at);
            return null;
        }

        return Problem.Field("invalid-value", 422, "cursor", "must be the 'next' of an earlier answer");
    }
}
