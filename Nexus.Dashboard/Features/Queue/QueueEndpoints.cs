using System.Globalization;
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

    public static void MapQueue(this IEndpointRouteBuilder api)
    {
        // For the calls that every agent makes for every piece of work: a service that is looked up costs each a scope of its own.
        QueueService queue = api.ServiceProvider.GetRequiredService<QueueService>();
        api.MapPost("/requests", (HttpContext http, Caller caller) => SubmitAsync(http, caller, queue)).WithName("submitRequest").WithSummary("Ask for resources").Takes<RequestBody>().Gives<RequestAnswer>(201, 200).Fails(401, 403, 409, 503).With("id-reused", "missing-scope", "outside-path", "invalid-value", "unknown-name").Asks("dryRun", "Decides and changes nothing.", "true").Waits();
        api.MapPost("/requests:batch", BatchAsync).WithName("submitBatch").WithSummary("Ask for up to 1,000 at once; each gets its own answer").Takes<List<RequestBody>>().Gives<BatchAnswer>(200).Fails(401, 403, 503).Asks("dryRun", "Decides each as if it came alone and changes nothing.", "true");
        api.MapGet("/requests", List).WithName("listRequests").WithSummary("List requests").Gives<Page<RequestAnswer>>(200).Fails(401, 403).Asks("status", "Only with these, comma-separated: queued, reserved, allocated, released, expired, cancelled, rejected, preempted.", "queued,allocated").Filters().Pages();
        api.MapGet("/requests/{id}", GetAsync).WithName("getRequest").WithSummary("One request as it stands").Gives<RequestAnswer>(200).Fails(401, 403, 404, 409, 422).With("ambiguous-id").OfTenant().Asks("seen", "With wait: the version that is known; it answers as soon as there is another, also of what runs.", "42").Waits();
        api.MapPost("/requests/{id}/cancel", CancelAsync).WithName("cancelRequest").WithSummary("Cancel what waits or runs").Gives<RequestAnswer>(200).Fails(401, 403, 404, 409, 503).With("ambiguous-id", "ended").OfTenant();
        api.MapPost("/requests/{id}/priority", SetPriorityAsync).WithName("setRequestPriority").WithSummary("Give a waiting request another class").Takes<PriorityBody>().Gives<RequestAnswer>(200).Fails(401, 403, 404, 409, 503).With("ambiguous-id", "ended", "unknown-name").OfTenant();
        api.MapPost("/requests/{id}/requeue", RequeueAsync).WithName("requeueRequest").WithSummary("Put what runs or has ended back into the queue, as another attempt").Gives<RequestAnswer>(200).Fails(401, 403, 404, 409, 422, 503).With("ambiguous-id", "invalid-value").OfTenant();
        api.MapPost("/requests/{id}/hold", (HttpContext http, string id, Caller caller) => HoldAsync(http, id, caller, queue, held: true)).WithName("holdRequest").WithSummary("Hold a waiting request back").Gives<RequestAnswer>(200).Fails(401, 403, 404, 409, 503).With("ambiguous-id", "ended").OfTenant();
        api.MapPost("/requests/{id}/unhold", (HttpContext http, string id, Caller caller) => HoldAsync(http, id, caller, queue, held: false)).WithName("unholdRequest").WithSummary("Let a request go that was held back").Gives<RequestAnswer>(200).Fails(401, 403, 404, 409, 503).With("ambiguous-id", "ended").OfTenant();
        api.MapPost("/requests:cancel", CancelManyAsync).WithName("cancelRequests").WithSummary("Cancel all that wait or run and match a filter").Takes<CancelBody>().Gives<CancelAnswer>(200).Fails(401, 403, 422, 503).With("invalid-value");
        api.MapGet("/leases", Leases).WithName("listLeases").WithSummary("What is granted now").Gives<Page<RequestAnswer>>(200).Fails(401, 403).Filters().Pages();
        api.MapGet("/times", TimesAsync).WithName("listTimes").WithSummary("How long requests waited and ran, as percentiles").Gives<TimesAnswer>(200).Fails(401, 403, 422).Asks("groupBy", "By which dimension: tenant, user, workflow, agent, pool, resource, priority, label:NAME; all together unless given.", "tenant").Asks("owner", "Only of this owner and what lies below it.", "acme").Asks("from", "Ended at or after.", "2026-11-24T00:00:00Z").Asks("to", "Ended before.", "2026-11-25T00:00:00Z");
        api.MapPost("/leases/{id}/renew", (HttpContext http, string id, Caller caller) => RenewAsync(http, id, caller, queue)).WithName("renewLease").WithSummary("Prolong a lease, and extend it").MayTake<RenewBody>().Gives<RenewAnswer>(200).Fails(401, 403, 404, 409, 503).With("ended", "missing-scope", "excess-usage").Idempotent();
        api.MapPost("/leases/{id}/release", (HttpContext http, string id, Caller caller) => ReleaseAsync(http, id, caller, queue)).WithName("releaseLease").WithSummary("End a lease with what was really used").MayTake<ReleaseBody>().Gives<ReleaseAnswer>(200).Fails(401, 403, 404, 503).With("missing-scope", "excess-usage");
    }

    private static RouteHandlerBuilder Filters(this RouteHandlerBuilder list) => list
        .Asks("owner", "Only of this owner and what lies below it.", "acme/alice").Asks("pool", "Only what this pool holds or blocks.", "gpu-h100")
        .Asks("priority", "Only of this class.", "high").Asks("q", "Only where id, owner or a label contains this.", "extract");

    private static RouteHandlerBuilder OfTenant(this RouteHandlerBuilder call) => call.Asks("owner", "Whose request it is, where several tenants have one of that id.", "acme");

    private static async Task SubmitAsync(HttpContext http, Caller caller, QueueService queue)
    {
        Result<RequestBody> body = await Body.ReadAsync(http, ApiJson.Default.RequestBody);
        Result<RequestSpec> spec = body.Problem is { } malformed ? malformed : body.Value!.ToSpec(queue.Configuration.Currency);
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
        if (request.Status is RequestStatus.Queued or RequestStatus.Reserved && wait > TimeSpan.Zero && !dryRun)
        {
            request = await queue.WaitAsync(request, wait, http.RequestAborted);
        }

        if (request is { Status: RequestStatus.Rejected, Reason.Earliest: { } earliest })
        {
            double seconds = Math.Ceiling((earliest - queue.Now).TotalSeconds);
            http.Response.Headers.RetryAfter = Math.Max(1, seconds).ToString("0", CultureInfo.InvariantCulture);
        }

        bool created = !dryRun && !answer.Value.Duplicate && request.Status != RequestStatus.Rejected;
        Explanation? explanation = dryRun ? null : queue.ExplainNews(caller, request);
        RequestAnswer said = RequestAnswer.Of(request, queue.Configuration, queue.NamesGrant(caller, request), explanation).Taking(answer.Value.Next);
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

        Result<Result<RequestReply>[]> answers = await queue.SubmitAsync(caller, [.. body.Value.Select(b => b.ToSpec(queue.Configuration.Currency))], dryRun, http.RequestAborted);
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

            RequestAnswer request = RequestAnswer.Of(answer.Value!.Request, queue.Configuration, queue.NamesGrant(caller, answer.Value.Request)).Taking(answer.Value.Next);
            request = dryRun ? request.AsImagined() : request;
            return new BatchItem(request.Id, request.Status, request.Attempt, request.Lease, request.Explanation, null);
        })];
        await http.WriteAsync(new BatchAnswer(items), ApiJson.Default.BatchAnswer);
    }

    private static async Task GetAsync(HttpContext http, string id, Caller caller, QueueService queue)
    {
        Result<Request> found = queue.Find(caller, id, http.Request.Query["owner"]);
        TimeSpan wait = default;
        if ((found.Problem ?? http.WaitOf(out wait)) is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        Request request = found.Value!;
        // What runs has news too, such as that it is to end: for whoever says what of it is known already. What differs from that is news, be it that it waits again.
        bool hasNone = long.TryParse(http.Request.Query["seen"], NumberStyles.None, CultureInfo.InvariantCulture, out long seen)
            ? seen == request.Version && !request.HasEnded
            : request.Status is RequestStatus.Queued or RequestStatus.Reserved;
        if (hasNone && wait > TimeSpan.Zero)
        {
            request = await queue.WaitAsync(request, wait, http.RequestAborted);
        }

        // Thousands may wait for their turn at once, and each asks again and again.
        Explanation? explanation = request.Reason is null ? null : wait > TimeSpan.Zero && request.Status == RequestStatus.Queued ? queue.ExplainNews(caller, request) : queue.Explain(caller, request);
        await http.WriteAsync(RequestAnswer.Of(request, queue.Configuration, queue.NamesGrant(caller, request), explanation), ApiJson.Default.RequestAnswer);
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
            new Page<RequestAnswer>([.. page.Value!.Items.Select(r => RequestAnswer.Of(r, queue.Configuration, queue.NamesGrant(caller, r)))], page.Value.Next?.ToString()),
            ApiJson.Default.PageRequestAnswer);
    }

    /// <summary>Which requests a list is asked for.</summary>
    /// <param name="http">The call, with its filters.</param>
    /// <param name="only">A status that is wanted whatever it says.</param>
    public static Result<RequestQuery> Query(HttpContext http, RequestStatus? only)
    {
        IQueryCollection query = http.Request.Query;
        HashSet<RequestStatus> statuses = only is { } one ? [one] : [];
        foreach (string name in query["status"].SelectMany(s => (s ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!Enum.TryParse(name, ignoreCase: true, out RequestStatus status) || !Enum.IsDefined(status))
            {
                return Problem.Field("invalid-value", 422, "status", "must be queued, reserved, allocated, released, expired, cancelled, rejected or preempted");
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
        await WriteAsync(http, caller, queue, await queue.CancelAsync(caller, id, http.Request.Query["owner"], http.RequestAborted));

    private static async Task RequeueAsync(HttpContext http, string id, Caller caller, QueueService queue) =>
        await WriteAsync(http, caller, queue, await queue.RequeueAsync(caller, id, http.Request.Query["owner"], http.RequestAborted));

    private static async Task HoldAsync(HttpContext http, string id, Caller caller, QueueService queue, bool held) =>
        await WriteAsync(http, caller, queue, await queue.HoldAsync(caller, id, http.Request.Query["owner"], held, http.RequestAborted));

    private static async Task CancelManyAsync(HttpContext http, Caller caller, QueueService queue)
    {
        Result<CancelBody> body = await Body.ReadAsync(http, ApiJson.Default.CancelBody);
        Result<RequestQuery> filter = body.Problem is { } malformed ? malformed : body.Value!.ToQuery();
        Result<CancelAnswer> answer = filter.Problem is { } wrong ? wrong : await queue.CancelAsync(caller, filter.Value!, body.Value!.DryRun, http.RequestAborted);
        await (answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(answer.Value!, ApiJson.Default.CancelAnswer));
    }

    private static async Task SetPriorityAsync(HttpContext http, string id, Caller caller, QueueService queue)
    {
        Result<PriorityBody> body = await Body.ReadAsync(http, ApiJson.Default.PriorityBody);
        await WriteAsync(http, caller, queue, body.Problem is { } problem
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
            new RenewAnswer(request.Spec.Id, request.Status, LeaseAnswer.Of(request, request.Lease!, queue.NamesGrant(caller, request)) with { Next = answer.Value.Next is { } next ? RequestAnswer.AmountsOf(next) : null }, answer.Value.Refusal is { } refusal ? ExplanationAnswer.Of(refusal) : null),
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

        await http.WriteAsync(ReleaseAnswer.Of(answer.Value!, queue.Configuration), ApiJson.Default.ReleaseAnswer);
    }

    private static Task WriteAsync(HttpContext http, Caller caller, QueueService queue, Result<Request> answer) => answer.Problem is { } problem
        ? problem.WriteAsync(http)
        : http.WriteAsync(RequestAnswer.Of(answer.Value!, queue.Configuration, queue.NamesGrant(caller, answer.Value!)), ApiJson.Default.RequestAnswer);
}
