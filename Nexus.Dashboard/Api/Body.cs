using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;

namespace Nexus.Dashboard.Api;

/// <summary>Reads request bodies strictly: what is not understood is refused by name.</summary>
internal static class Body
{
    /// <summary>The largest body, 1 MiB.</summary>
    public const long Limit = 1 << 20;

    /// <summary>The largest body of a batch, 8 MiB.</summary>
    public const long BatchLimit = 8 << 20;

    /// <summary>Reads a body that must be there.</summary>
    public static ValueTask<Result<T>> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, long limit = Limit)
        where T : class => ReadAsync(http, json => Parse(json, type), limit, null);

    /// <summary>Reads a body that must be there, as it came: for a layout that is not ours.</summary>
    public static ValueTask<Result<byte[]>> ReadBytesAsync(HttpContext http, long limit = Limit) => ReadAsync<byte[]>(http, static json => json.IsEmpty ? BodyProblem.Empty : json.ToArray(), limit, null);

    /// <summary>Reads a file of any type, as it came.</summary>
    public static ValueTask<Result<byte[]>> ReadFileAsync(HttpContext http, long limit = Limit) => ReadAsync<byte[]>(http, static bytes => bytes.IsEmpty ? BodyProblem.Empty : bytes.ToArray(), limit, null, isJson: false);

    /// <summary>Reads what <see cref="ReadBytesAsync"/> gave as one of ours.</summary>
    public static Result<T> Parse<T>(byte[] json, JsonTypeInfo<T> type)
        where T : class => Parse(new ReadOnlySequence<byte>(json), type);

    /// <summary>Reads a body all of whose fields are optional: it may be missing.</summary>
    public static ValueTask<Result<T>> ReadOptionalAsync<T>(HttpContext http, JsonTypeInfo<T> type, T empty)
        where T : class => ReadAsync(http, json => Parse(json, type), Limit, empty);

    private static async ValueTask<Result<T>> ReadAsync<T>(HttpContext http, Func<ReadOnlySequence<byte>, Result<T>> parse, long limit, T? empty, bool isJson = true)
        where T : class
    {
        HttpRequest request = http.Request;
        if (request.ContentLength > limit)
        {
            return TooLarge(limit);
        }

        bool mayHaveBody = http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;
        if (request.ContentLength == 0 || !mayHaveBody)
        {
            return empty is not null ? empty : BodyProblem.Empty;
        }

        if (isJson && !IsJson(request))
        {
            return new Problem("unsupported-media-type", "Not JSON", 415, "Send the body as 'Content-Type: application/json'.");
        }

        PipeReader pipe = request.BodyReader;
        while (true)
        {
            ReadResult read = await pipe.ReadAsync(http.RequestAborted);
            if (read.Buffer.Length > limit)
            {
                pipe.AdvanceTo(read.Buffer.End);
                return TooLarge(limit);
            }

            if (!read.IsCompleted)
            {
                pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            Result<T> body = read.Buffer.IsEmpty && empty is not null ? empty : parse(read.Buffer);
            pipe.AdvanceTo(read.Buffer.End);
            return body;
        }
    }

    private static Result<T> Parse<T>(ReadOnlySequence<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        if (json.IsEmpty)
        {
            return BodyProblem.Empty;
        }

        // From one piece a large body is read faster: the reader looks at every token in several ways where it may be cut.
        byte[]? whole = json.IsSingleSegment ? null : ArrayPool<byte>.Shared.Rent((int)json.Length);
        try
        {
            if (whole is not null)
            {
                json.CopyTo(whole);
                json = new ReadOnlySequence<byte>(whole, 0, (int)json.Length);
            }

            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = type.Options.MaxDepth });
            T? body = JsonSerializer.Deserialize(ref reader, type);

            // Throws when something stands behind the value.
            reader.Read();
            return body is null ? BodyProblem.Null : body;
        }
        catch (JsonException malformed)
        {
            return BodyProblem.Of(json.ToArray(), malformed, type);
        }
        finally
        {
            if (whole is not null)
            {
                ArrayPool<byte>.Shared.Return(whole, clearArray: true);
            }
        }
    }

    private static Problem TooLarge(long limit) =>
        new("body-too-large", "The body is too large", 413, $"The body is larger than {limit >> 20} MiB: send less at once.");

    private static bool IsJson(HttpRequest request) => request.ContentType is "application/json" || request.HasJsonContentType();
}
