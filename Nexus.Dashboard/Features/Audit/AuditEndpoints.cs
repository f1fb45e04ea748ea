using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.OpenApi;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Audit;

/// <summary>HTTP to <see cref="AuditService"/>, and nothing else.</summary>
internal static class AuditEndpoints
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void MapAudit(this IEndpointRouteBuilder all)
    {
        RouteGroupBuilder api = all.MapGroup("").WithTags("What happened");
        api.MapGet("/events", EventsAsync).WithName("listEvents").WithSummary("What the engine decided, in order; also as text/event-stream").Produces(200, contentType: "application/json").Fails(401, 403, 422).Waits()
            .Asks("after", "The number of the last event that is known; also as the header Last-Event-ID.", "1041", JsonSchemaType.Integer)
            .Asks("limit", "How many at most, 1 to 1,000; 100 unless given.", "100", JsonSchemaType.Integer);
        api.MapGet("/audit", AuditAsync).WithName("listAudit").WithSummary("Who changed what, newest first").Gives<AuditList>(200).Fails(401, 403, 422).Pages()
            .Asks("actor", "Only where the name of who did it holds this text.", "alice")
            .Asks("action", "Only where the action holds this text.", "changePool")
            .Asks("object", "Only where the name of what was changed holds this text.", "gpu-a100")
            .Asks("from", "Only at or after this time.", "2026-11-24T00:00:00Z")
            .Asks("to", "Only before this time.", "2026-11-25T00:00:00Z");
    }

    private static async Task EventsAsync(HttpContext http, Caller caller, AuditService audit)
    {
        string? from = http.Request.Query["after"].FirstOrDefault() ?? http.Request.Headers["Last-Event-ID"].FirstOrDefault();
        long after = 0;
        Problem? wrong = http.LimitOf(out int limit) ?? http.WaitOf(out _)
            ?? (from is not null && (!long.TryParse(from, out after) || after < 0) ? Problem.Field("invalid-value", 422, "after", "must be the sequence number of an event, or 0") : null);
        Result<EventPage> page = wrong is not null ? wrong : audit.Events(caller, after, limit);
        if (page.Problem is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        if (http.Request.GetTypedHeaders().Accept.Any(a => a.MediaType == "text/event-stream"))
        {
            await StreamAsync(http, caller, audit, after, limit);
            return;
        }

        _ = http.WaitOf(out TimeSpan wait);
        CancellationToken stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        long deadline = Environment.TickCount64 + (long)wait.TotalMilliseconds;
        while (page.Value!.Count == 0 && Environment.TickCount64 < deadline && !stopping.IsCancellationRequested)
        {
            await audit.WaitAsync(page.Value.LookedTo, TimeSpan.FromMilliseconds(deadline - Environment.TickCount64), http.RequestAborted);
            page = audit.Events(caller, page.Value.LookedTo, limit);
        }

        http.Response.ContentType = "application/json";
        await using Utf8JsonWriter json = new(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (EngineEvent happened in page.Value)
        {
            EventJson.Write(json, happened, withAddress: caller.Path.IsRoot);
        }

        json.WriteEndArray();
        json.WriteString("next", page.Value.LookedTo.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static async Task StreamAsync(HttpContext http, Caller caller, AuditService audit, long after, int limit)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        CancellationToken stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        while (!http.RequestAborted.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            EventPage page = audit.Events(caller, after, limit).Value!;
            foreach (EngineEvent happened in page)
            {
                http.Response.BodyWriter.Write(Encoding.UTF8.GetBytes($"id: {happened.Sequence}\nevent: {EventJson.TypeOf(happened)}\ndata: "));
                http.Response.BodyWriter.Write(EventJson.Line(happened, withAddress: caller.Path.IsRoot).Span);
                http.Response.BodyWriter.Write("\n\n"u8);
            }

            if (page.Count == 0 && page.LookedTo == after)
            {
                // Keeps proxies from closing the line, and finds out who has gone.
                http.Response.BodyWriter.Write(": \n\n"u8);
            }

            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            if (page.LookedTo == after)
            {
                await audit.WaitAsync(after, Heartbeat, http.RequestAborted);
            }

            after = page.LookedTo;
        }
    }

    private static async Task AuditAsync(HttpContext http, Caller caller, AuditService audit)
    {
        IQueryCollection query = http.Request.Query;
        AuditPlace? after = null;
        Problem? wrong = http.LimitOf(out int limit)
            ?? (query["cursor"].FirstOrDefault() is { } cursor && !AuditPlace.TryParse(cursor, out after) ? Problem.Field("invalid-value", 422, "cursor", "must be the 'next' of an earlier answer") : null)
            ?? http.TimeOf("from", out _) ?? http.TimeOf("to", out _);
        _ = http.TimeOf("from", out DateTimeOffset? from);
        _ = http.TimeOf("to", out DateTimeOffset? to);
        Result<AuditList> page = wrong is not null ? wrong : await audit.ChangesAsync(
            caller, new AuditQuery(query["actor"].FirstOrDefault(), query["action"].FirstOrDefault(), query["object"].FirstOrDefault(), from, to, 0, limit) { After = after }, http.RequestAborted);
        await (page.Problem?.WriteAsync(http) ?? http.WriteAsync(page.Value!, ApiJson.Default.AuditList));
    }
}
