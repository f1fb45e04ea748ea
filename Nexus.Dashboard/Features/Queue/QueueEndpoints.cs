using System.Globalization;
using Microsoft.OpenApi;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>HTTP to <see cref="QueueService"/>, and nothing else.</summary>
internal static class QueueEndpoints
{
    private const int MaxBatch = 1_000;

    public static void MapQueue(this IEndpointRouteBuilder all)
    {
        RouteGroupBuilder api = all.MapGroup("").WithTags("Requests and leases");
        api.MapPost("/requests", SubmitAsync).WithName("submitRequest").WithSummary("Ask for resources").Takes<RequestBody>().Gives<RequestAnswer>(201, 200).Fails(400, 401, 403, 409, 413, 415, 422, 503).Waits()
            .Asks("dryRun", "true: answer as it would be decided, and change nothing.", "true", JsonSchemaType.Boolean);
        api.MapPost("/requests:batch", BatchAsync).WithName("submitBatch").WithSummary("Ask for up to 1,000 at once; each gets its own answer").Takes<List<RequestBody>>().Gives<BatchAnswer>(200).Fails(400, 401, 403, 413, 415, 422, 503)
            .Asks("dryRun", "true: answer each as it would be decided if it came alone, and change nothing.", "true", JsonSchemaType.Boolean);
        api.MapGet("/requests", List).WithName("listRequests").WithSummary("List requests").Gives<Page<RequestAnswer>>(200).Fails(401, 403, 422).Filters()
            .Asks("status", "Only these, comma-separated: queued, allocated, released, expired, cancelled, rejected.", "queued,allocated");
        api.MapGet("/requests/{id}", GetAsync).WithName("getRequest").WithSummary("One request as it stands").Gives<RequestAnswer>(200).Fails(401, 403, 404, 409, 422).Waits().Narrows();
        api.MapPost("/requests/{id}/cancel", CancelAsync).WithName("cancelRequest").WithSummary("Cancel what waits or runs").Gives<RequestAnswer>(200).Fails(401, 403, 404, 409, 422, 503).Narrows();
        api.MapPost("/requests/{id}/priority", SetPriorityAsync).WithName("setRequestPriority").WithSummary("Give a waiting request another class").Takes<PriorityBody>().Gives<RequestAnswer>(200).Fails(400, 401, 403, 404, 409, 415, 422, 503).Narrows();
        api.MapGet("/leases", Leases).WithName("listLeases").WithSummary("What is granted now").Gives<Page<RequestAnswer>>(200).Fails(401, 403, 422).Filters();
        api.MapGet("/times", TimesAsync).WithName("listTimes").WithSummary("How long requests waited and ran, as percentiles").Gives<TimesAnswer>(200).Fails(401, 403, 422)
            .Asks("groupBy", "all, tenant, user, workflow, agent, pool, resource, priority or label:NAME.", "pool")
            .Asks("owner", "Only this owner and those below it.", "acme")
            .Asks("from", "Only what ended at or after this time.", "2026-11-24T00:00:00Z")
            .Asks("to", "Only what ended before this time.", "2026-11-25T00:00:00Z");
        api.MapPost("/leases/{id}/renew", RenewAsync).WithName("renewLease").WithSummary("Prolong a lease, and extend it").MayTake<RenewBody>().Gives<RenewAnswer>(200).Fails(400, 401, 403, 404, 409, 415, 422, 503).Idempotent();
        api.MapPost("/leases/{id}/release", ReleaseAsync).WithName("releaseLease").WithSummary("End a lease with what was really used").MayTake<ReleaseBody>().Gives<ReleaseAnswer>(200).Fails(400, 401, 403, 404, 415, 422, 503);
    }

    private static RouteHandlerBuilder Filters(this RouteHandlerBuilder list) => list.Pages()
        .Asks("owner", "Only this owner and those below it.", "acme/alice")
        .Asks("pool", "Only what holds something of this pool, or waits at home in it.", "gpu-a100")
        .Asks("priority", "Only this class.", "high")
        .Asks("q", "Only where the id, the owner or a label's value holds this text.", "extract");

    private static async Task SubmitAsync(HttpContext http, Caller caller, QueueService queue)
    {
        Result<RequestBody> body = await Body.ReadAsync(http, ApiJson.Default.RequestBody);
        Result<RequestSpec> spec = body.Problem is { } malformed ? malformed : body.Value!.ToSpec();
        (TimeSpan wait, bool dryRun) = (default, false);
        if ((spec.Problem ?? http.WaitOf(out wait) ?? http.FlagOf("dryRun", out dryRun)) is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        Result<RequestReply> answer = await queue.SubmitAsync(caller, spec.Value!, dryRun, http.RequestAborted);
        if (answer.Problem is { } refused)
        {
            await refused.WriteAsync(http);
            return;
        }

        Request request = answer.Value!.Request;
        if (request.Status == RequestStatus.Queued && wait > TimeSpan.Zero && !dryRun)
        {
            request = await queue.WaitAsync(request, wait, http.RequestAborted);
        }

        if (request is { Status: RequestStatus.Rejected, Reason.Earliest: { } earliest })
        {
            double seconds = Math.Ceiling((earliest - queue.Now).TotalSeconds);
            http.Response.Headers.RetryAfter = Math.Max(1, seconds).ToString("0", CultureInfo.InvariantCulture);
        }

        bool created = !dryRun && !answer.Value.Duplicate && request.Status != RequestStatus.Rejected;
        Explanation? explanation = dryRun ? null : queue.ExplainDecision(caller, request);
        RequestAnswer said = RequestAnswer.Of(request, queue.Configuration, explanation);
        await http.WriteAsync(dryRun ? said.AsImagined() : said, ApiJson.Default.RequestAnswer, created ? 201 : 200);
    }

    private static async Task BatchAsync(HttpContext http, Caller caller, QueueService queue)
    {
        Result<List<RequestBody>> body = await Body.ReadAsync(http, ApiJson.Default.ListRequestBody, Body.BatchLimit);
        bool dryRun = false;
        if ((body.Problem ?? http.FlagOf("dryRun", out dryRun)) is { } malformed)
        {
            await malformed.WriteAsync(http);
            return;
        }

        if (body.Value!.Count is 0 or > MaxBatch || body.Value.Contains(null!))
        {
            await Problem.Field("invalid-value", 422, "$", "must be an array of 1 to 1,000 requests").WriteAsync(http);
            return;
        }

        Result<Result<RequestReply>[]> answers = await queue.SubmitAsync(caller, [.. body.Value.Select(b => b.ToSpec())], dryRun, http.RequestAborted);
        if (answers.Problem is { } refused)
        {
            await refused.WriteAsync(http);
            return;
        }

        BatchItem[] items = [.. answers.Value!.Select((answer, i) =>
        {
            if (answer.Problem is { } problem)
            {
                return new BatchItem(body.Value[i].Id, null, null, null, null, problem);
            }

            RequestAnswer request = RequestAnswer.Of(answer.Value!.Request, queue.Configuration);
            request = dryRun ? request.AsImagined() : request;
            return new BatchItem(request.Id, request.Status, request.Attempt, request.Lease, request.Explanation, null);
        })];
        await http.WriteAsync(new BatchAnswer(items), ApiJson.Default.BatchAnswer);
    }

    private static async Task GetAsync(HttpContext http, string id, Caller caller, QueueService queue)
    {
        Result<Request> found = queue.Find(caller, id, http.Request.Query["owner"]);
        if ((found.Problem ?? http.WaitOf(out TimeSpan wait)) is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        Request request = found.Value!;
        if (request.Status == RequestStatus.Queued && http.WaitOf(out wait) is null && wait > TimeSpan.Zero)
        {
            request = await queue.WaitAsync(request, wait, http.RequestAborted);
        }

        Explanation? explanation = request.Reason is null ? null : queue.Explain(caller, request);
        await http.WriteAsync(RequestAnswer.Of(request, queue.Configuration, explanation), ApiJson.Default.RequestAnswer);
    }

    private static Task TimesAsync(HttpContext http, Caller caller, QueueService queue)
    {
        IQueryCollection query = http.Request.Query;
        OwnerPath? owner = null;
        TimesDimension? dimension = TimesDimension.All;
        Problem? wrong =
            query["groupBy"].FirstOrDefault() is { Length: > 0 } by && !TimesDimension.TryParse(by, out dimension, out string? unknown) ? Problem.Field("invalid-value", 422, "groupBy", unknown)
            : query["owner"].FirstOrDefault() is { Length: > 0 } path && !OwnerPath.TryParseOrRoot(path, out owner, out string? reason) ? Problem.Field("invalid-value", 422, "owner", reason)
            : null;
        (DateTimeOffset? from, DateTimeOffset? to) = (null, null);
        wrong ??= http.TimeOf("from", out from) ?? http.TimeOf("to", out to);
        Result<TimesReport> report = wrong is not null ? wrong : queue.Times(
            caller, new TimesQuery(caller.Path, dimension!, owner, Moment(from), Moment(to)));
        return report.Problem is { } problem
            ? problem.WriteAsync(http)
            : http.WriteAsync(TimesAnswer.Of(report.Value!, dimension!), ApiJson.Default.TimesAnswer);

        static Instant? Moment(DateTimeOffset? time) => time is { } known ? Instant.From(known) : null;
    }

    private static Task List(HttpContext http, Caller caller, QueueService queue) => ListAsync(http, caller, queue, null);

    private static Task Leases(HttpContext http, Caller caller, QueueService queue) => ListAsync(http, caller, queue, RequestStatus.Allocated);

    private static async Task ListAsync(HttpContext http, Caller caller, QueueService queue, RequestStatus? only)
    {
        Result<RequestQuery> query = Query(http, only);
        Result<RequestPage> page = query.Problem is { } wrong ? wrong : queue.List(caller, query.Value!);
        if (page.Problem is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        await http.WriteAsync(
            new Page<RequestAnswer>([.. page.Value!.Items.Select(r => RequestAnswer.Of(r, queue.Configuration))], page.Value.Next?.ToString()),
            ApiJson.Default.PageRequestAnswer);
    }

    private static Result<RequestQuery> Query(HttpContext http, RequestStatus? only)
    {
        IQueryCollection query = http.Request.Query;
        HashSet<RequestStatus> statuses = only is { } one ? [one] : [];
        foreach (string name in query["status"].SelectMany(s => (s ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!Enum.TryParse(name, ignoreCase: true, out RequestStatus status) || !Enum.IsDefined(status))
            {
                return Problem.Field("invalid-value", 422, "status", "must be queued, allocated, released, expired, cancelled or rejected");
            }

            statuses.Add(status);
        }

        OwnerPath? owner = null;
        if (query["owner"].FirstOrDefault() is { Length: > 0 } path && !OwnerPath.TryParseOrRoot(path, out owner, out string? reason))
        {
            return Problem.Field("invalid-value", 422, "owner", reason);
        }

        RequestCursor? cursor = null;
        if (query["cursor"].FirstOrDefault() is { } text && !RequestCursor.TryParse(text, out cursor))
        {
            return Problem.Field("invalid-value", 422, "cursor", "must be the 'next' of an earlier answer");
        }

        if (http.LimitOf(out int limit) is { } problem)
        {
            return problem;
        }

        RequestQuery asked = new()
        {
            Within = OwnerPath.Root,
            Statuses = statuses.Count == 0 ? null : statuses,
            Owner = owner,
            Pool = query["pool"].FirstOrDefault(),
            Priority = query["priority"].FirstOrDefault(),
            Text = query["q"].FirstOrDefault(),
            Cursor = cursor,
            Limit = limit,
        };
        return cursor is null || cursor.Order == asked.EffectiveOrder ? asked : Problem.Field("invalid-value", 422, "cursor", "is of a list in another order: it goes on with the same filters alone");
    }

    private static async Task CancelAsync(HttpContext http, string id, Caller caller, QueueService queue) =>
        await WriteAsync(http, queue, await queue.CancelAsync(caller, id, http.Request.Query["owner"], http.RequestAborted));

    private static async Task SetPriorityAsync(HttpContext http, string id, Caller caller, QueueService queue)
    {
        Result<PriorityBody> body = await Body.ReadAsync(http, ApiJson.Default.PriorityBody);
        await WriteAsync(http, queue, body.Problem is { } problem
            ? problem
            : await queue.SetPriorityAsync(caller, id, http.Request.Query["owner"], body.Value!.Priority, http.RequestAborted));
    }

    private static async Task RenewAsync(HttpContext http, string id, Caller caller, QueueService queue)
    {
        Result<RenewBody> body = await Body.ReadOptionalAsync(http, ApiJson.Default.RenewBody, new RenewBody());
        Result<RequestReply> answer = body.Problem is { } malformed ? malformed : await queue.RenewAsync(caller, id, body.Value!, http.RequestAborted);
        if (answer.Problem is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        Request request = answer.Value!.Request;
        await http.WriteAsync(
            new RenewAnswer(request.Spec.Id, request.Status, LeaseAnswer.Of(request.Lease!), answer.Value.Refusal is { } refusal ? ExplanationAnswer.Of(refusal) : null),
            ApiJson.Default.RenewAnswer);
    }

    private static async Task ReleaseAsync(HttpContext http, string id, Caller caller, QueueService queue)
    {
        Result<ReleaseBody> body = await Body.ReadOptionalAsync(http, ApiJson.Default.ReleaseBody, new ReleaseBody());
        Result<ReleaseReply> answer = body.Problem is { } malformed ? malformed : await queue.ReleaseAsync(caller, id, body.Value!, http.RequestAborted);
        if (answer.Problem is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        RequestAnswer request = RequestAnswer.Of(answer.Value!.Request, queue.Configuration);
        await http.WriteAsync(
            new ReleaseAnswer(request.Id, request.Status, request.Usage!, request.Outcome, answer.Value.Late ? true : null), ApiJson.Default.ReleaseAnswer);
    }

    private static Task WriteAsync(HttpContext http, QueueService queue, Result<Request> answer) => answer.Problem is { } problem
        ? problem.WriteAsync(http)
        : http.WriteAsync(RequestAnswer.Of(answer.Value!, queue.Configuration), ApiJson.Default.RequestAnswer);
}
