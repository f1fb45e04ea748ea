using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Audit;

/// <summary>HTTP to <see cref="AuditService"/>, and nothing else.</summary>
internal static class AuditEndpoints
{
    private const int FlushAfter = 64 * 1024;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        api.MapGet("/events", EventsAsync).WithName("listEvents").WithSummary("What the engine decided, in order; as a stream for who accepts text/event-stream").Gives<Page<JsonObject>>(200).Fails(401, 403, 422)
            .Asks("after", "The sequence number after which it begins; a stream takes it from Last-Event-ID as well.", "0").Asks("limit", "How many at once, 1 to 1,000; 100 unless given.", "100").Waits();
        api.MapGet("/audit", AuditAsync).WithName("listAudit").WithSummary("Who changed what, newest first").Gives<AuditList>(200).Fails(401, 403)
            .Asks("actor", "Only by whoever has this in the name.", "dana").Asks("action", "Only actions with this in their name.", "changePool").Asks("object", "Only what has this in its name.", "gpu-h100")
            .Asks("source", "Only by this door: page, api, cli or engine.", "page").Asks("from", "At or after.", "2026-11-24T00:00:00Z").Asks("to", "Before.", "2026-11-25T00:00:00Z")
            .Asks("format", "jsonl: all of them at once, one JSON object a line.", "jsonl").Pages();
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
            EventJson.Write(json, audit.Shown(caller, happened), withAddress: caller.Path.IsRoot);
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
                http.Response.BodyWriter.Write(EventJson.Line(audit.Shown(caller, happened), withAddress: caller.Path.IsRoot).Span);
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
        string? format = query["format"].FirstOrDefault();
        wrong ??= format is null or "jsonl" ? null : Problem.Field("invalid-value", 422, "format", "must be jsonl, or left out");
        AuditQuery asked = new(query["actor"].FirstOrDefault(), query["action"].FirstOrDefault(), query["object"].FirstOrDefault(), from, to, 0, limit) { Source = query["source"].FirstOrDefault(), After = after };
        if (wrong is null && format is not null)
        {
            await ExportAsync(http, await audit.ExportAsync(caller, asked, http.RequestAborted));
            return;
        }

        Result<AuditList> page = wrong is not null ? wrong : await audit.ChangesAsync(caller, asked, http.RequestAborted);
        await (page.Problem?.WriteAsync(http) ?? http.WriteAsync(page.Value!, ApiJson.Default.AuditList));
    }

    private static async Task ExportAsync(HttpContext http, Result<IEnumerable<AuditEntry>> entries)
    {
        if (entries.Problem is { } problem)
        {
            await problem.WriteAsync(http);
            return;
        }

        http.Response.ContentType = "application/jsonl";
        http.Response.Headers.ContentDisposition = "attachment; filename=nexus-audit.jsonl";
        int unsent = 0;
        foreach (AuditEntry entry in entries.Value!)
        {
            byte[] line = JsonSerializer.SerializeToUtf8Bytes(entry, ApiJson.Default.AuditEntry);
            http.Response.BodyWriter.Write(line);
            http.Response.BodyWriter.Write("\n"u8);
            unsent += line.Length;
            if (unsent > FlushAfter)
            {
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
                unsent = 0;
            }
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
