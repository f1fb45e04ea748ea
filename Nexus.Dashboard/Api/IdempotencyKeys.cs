using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Api;

/// <summary>Answers a POST that has no id of its own a second time as it was answered first, where the client sent an <c>Idempotency-Key</c>.</summary>
/// <remarks>
/// Kept in memory: <see cref="Most"/> answers for <see cref="Kept"/>, and not beyond a restart. What has an id of its own, a request, needs none of this:
/// its id is remembered on disk.
/// </remarks>
internal sealed class IdempotencyKeys(TimeProvider time) : IEndpointFilter
{
    public const string Header = "Idempotency-Key";

    private const int Most = 10_000;
    private const int MaxLength = 200;
    private const int MostBytes = 64 << 10;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<(string Caller, string Key), Entry> _entries = new();

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        if (http.Request.Headers[Header].ToString() is not { Length: > 0 } key || Caller.Of(http) is not { } caller)
        {
            return await next(context);
        }

        if (key.Length > MaxLength)
        {
            await Problem.Field("invalid-value", 400, Header, $"must have at most {MaxLength} characters").WriteAsync(http);
            return Results.Empty;
        }

        byte[] question = await QuestionAsync(http);
        Entry mine = new(question, time.GetUtcNow() + Kept);
        Entry first = Remember(($"{caller.Kind}:{caller.Id}", key), mine);
        if (!ReferenceEquals(first, mine))
        {
            if (!first.Question.AsSpan().SequenceEqual(question))
            {
                await new Problem("idempotency-key-reused", "The key was used for something else", 409, $"'{key}' was used for another call: send the same again, or choose another key.").WriteAsync(http);
            }
            else if (await first.Answer.Task.WaitAsync(http.RequestAborted) is { } answer)
            {
                await answer.WriteAsync(http);
            }
            else
            {
                await next(context);
            }

            return Results.Empty;
        }

        await RecordAsync(context, next, ($"{caller.Kind}:{caller.Id}", key), mine);
        return Results.Empty;
    }

    private async Task RecordAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, (string, string) key, Entry mine)
    {
        HttpContext http = context.HttpContext;
        Stream wire = http.Response.Body;
        await using MemoryStream copy = new();
        http.Response.Body = copy;
        Answer? answer = null;
        try
        {
            await next(context);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            answer = new Answer(http.Response.StatusCode, http.Response.ContentType, http.Response.Headers.ETag, http.Response.Headers.CacheControl, copy.ToArray());
        }
        finally
        {
            http.Response.Body = wire;

            // What was not decided may be tried again.
            bool keeps = answer is { Status: < 500 } && answer.Body.Length <= MostBytes;
            mine.Answer.TrySetResult(keeps ? answer : null);
            if (!keeps)
            {
                _entries.TryRemove(key, out _);
            }
        }

        await answer.WriteAsync(http);
    }

    private Entry Remember((string, string) key, Entry mine)
    {
        if (_entries.Count >= Most)
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach (((string, string) old, Entry entry) in _entries)
            {
                if (entry.Until <= now)
                {
                    _entries.TryRemove(old, out _);
                }
            }

            if (_entries.Count >= Most && _entries.MinBy(e => e.Value.Until).Key is { Item1: not null } oldest)
            {
                _entries.TryRemove(oldest, out _);
            }
        }

        Entry first = _entries.GetOrAdd(key, mine);
        if (ReferenceEquals(first, mine) || first.Until > time.GetUtcNow())
        {
            return first;
        }

        _entries[key] = mine;
        return mine;
    }

    // The same question is the same call with a body of the same meaning.
    private static async Task<byte[]> QuestionAsync(HttpContext http)
    {
        http.Request.EnableBuffering();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n"));
        using MemoryStream body = new();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        http.Request.Body.Position = 0;
        hash.AppendData(Meaning(body.ToArray()));
        return hash.GetHashAndReset();
    }

    // Fields in the order of their names; what is not JSON means itself.
    private static byte[] Meaning(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) is { } json ? JsonSerializer.SerializeToUtf8Bytes(Sorted(json)) : body;
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException)
        {
            return body;
        }
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, Sorted(f.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private sealed class Entry(byte[] question, DateTimeOffset until)
    {
        public byte[] Question { get; } = question;

        public DateTimeOffset Until { get; } = until;

        /// <summary>Null where nothing was decided.</summary>
        public TaskCompletionSource<Answer?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Answer(int Status, string? ContentType, StringValues Version, StringValues Cache, byte[] Body)
    {
        public async Task WriteAsync(HttpContext http)
        {
            http.Response.StatusCode = Status;
            http.Response.ContentType = ContentType;
            (http.Response.Headers.ETag, http.Response.Headers.CacheControl) = (Version, Cache);
            http.Response.ContentLength = Body.Length;
            await http.Response.Body.WriteAsync(Body, http.RequestAborted);
        }
    }
}
