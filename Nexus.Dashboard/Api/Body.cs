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
    public static Task<Result<T>> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, long limit = Limit)
        where T : class => ReadAsync(http, type, limit, null);

    /// <summary>Reads a body all of whose fields are optional: it may be missing.</summary>
    public static Task<Result<T>> ReadOptionalAsync<T>(HttpContext http, JsonTypeInfo<T> type, T empty)
        where T : class => ReadAsync(http, type, Limit, empty);

    private static async Task<Result<T>> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, long limit, T? empty)
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
            return empty is not null ? empty : Malformed("$", "the body is empty: send a JSON object");
        }

        if (!request.HasJsonContentType())
        {
            return new Problem("unsupported-media-type", "Not JSON", 415, "Send the body as 'Content-Type: application/json'.");
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(request.BodyReader, type, http.RequestAborted) is { } body
                ? body
                : Malformed("$", "the body is null: send a JSON object");
        }
        catch (JsonException malformed)
        {
            return Of(malformed);
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode == 413)
        {
            return TooLarge(limit);
        }
    }

    private static Problem TooLarge(long limit) =>
        new("body-too-large", "The body is too large", 413, $"The body is larger than {limit >> 20} MiB: send less at once.");

    private static Problem Malformed(string path, string fault) => Problem.Field("malformed-json", 400, path, fault);

    // The serializer tells these apart only by its message, whose quoted words are the field's name.
    private static Problem Of(JsonException malformed)
    {
        string path = malformed.Path is { Length: > 0 } known ? known : "$";
        string message = malformed.Message;
        if (message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            string name = Quoted(message);
            string at = path.EndsWith(name, StringComparison.Ordinal) ? path : $"{path}.{name}";
            return Problem.Field("unknown-field", 400, at, $"there is no field '{name}' here: leave it out, or look for a typing error");
        }

        if (message.Contains("uplicate", StringComparison.Ordinal))
        {
            string name = Quoted(message);
            string at = path.EndsWith(name, StringComparison.Ordinal) ? path : $"{path}.{name}";
            return Problem.Field("duplicate-field", 400, at, "it stands there twice: say it once");
        }

        if (message.Contains("missing required", StringComparison.Ordinal))
        {
            string name = message[(message.LastIndexOf(':') + 1)..].Trim(' ', '.', '\'');
            return Problem.Field("missing-field", 400, $"{path}.{name}", "it must be given");
        }

        string where = malformed.LineNumber is { } line ? $" (line {line + 1}, byte {malformed.BytePositionInLine + 1})" : "";
        bool isOurs = message.StartsWith("must", StringComparison.Ordinal);
        return Malformed(path, isOurs ? message.Split(" Path:")[0] : $"this is not what can stand here{where}: check type, quotes and depth");
    }

    private static string Quoted(string message)
    {
        int from = message.IndexOf('\'', StringComparison.Ordinal);
        int to = from < 0 ? -1 : message.IndexOf('\'', from + 1);
        return to < 0 ? "" : message[(from + 1)..to];
    }
}
