using System.IO.Compression;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>Takes the body of an export: in protobuf or JSON, as it is or compressed.</summary>
internal static class OtlpBody
{
    public const string Protobuf = "application/x-protobuf";

    /// <summary>The largest body once it is decompressed, 32 MiB; as it is sent, <see cref="Body.BatchLimit"/> bounds it.</summary>
    public const int Limit = 32 << 20;

    private const int Chunk = 64 * 1024;

    /// <summary>True where the caller speaks protobuf, and is answered in it.</summary>
    public static bool IsProtobuf(HttpRequest request) => MediaType(request).Equals(Protobuf, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the spans of a body.</summary>
    public static async ValueTask<Result<List<OtlpSpan>>> ReadAsync(HttpContext http, SpanMapping mapping)
    {
        bool protobuf = IsProtobuf(http.Request);
        if (!protobuf && !MediaType(http.Request).Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return new Problem("unsupported-media-type", "Not traces", 415, $"Send the body as 'Content-Type: {Protobuf}' or 'application/json'.");
        }

        string encoding = http.Request.Headers.ContentEncoding.ToString();
        bool compressed = encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase);
        if (!compressed && encoding is not ("" or "identity"))
        {
            http.Response.Headers.AcceptEncoding = "gzip";
            return new Problem("unsupported-media-type", "Not traces", 415, "Send the body as it is, or with 'Content-Encoding: gzip'.");
        }

        if (http.Request.ContentLength > Body.BatchLimit)
        {
            return TooLarge(Body.BatchLimit);
        }

        using MemoryStream body = new();
        Problem? wrong;
        try
        {
            await using GZipStream? decompressed = compressed ? new GZipStream(http.Request.Body, CompressionMode.Decompress, leaveOpen: true) : null;
            wrong = await CopyAsync((Stream?)decompressed ?? http.Request.Body, body, http.RequestAborted);
        }
        catch (InvalidDataException)
        {
            wrong = Problem.Field("malformed-request", 400, "Content-Encoding", "the body is not what this header says: compress it with gzip, or leave the header out");
        }

        return wrong is not null ? wrong
            : protobuf ? OtlpProtobuf.Read(body.GetBuffer().AsSpan(0, (int)body.Length), mapping)
            : OtlpJson.Read(body.GetBuffer().AsMemory(0, (int)body.Length), mapping);
    }

    // A few kilobytes can be gigabytes once they are decompressed: what is too much is never held.
    private static async Task<Problem?> CopyAsync(Stream from, MemoryStream to, CancellationToken cancellation)
    {
        byte[] chunk = new byte[Chunk];
        for (int read; (read = await from.ReadAsync(chunk, cancellation)) > 0;)
        {
            if (to.Length + read > Limit)
            {
                return TooLarge(Limit);
            }

            to.Write(chunk, 0, read);
        }

        return null;
    }

    private static Problem TooLarge(long limit) => new("body-too-large", "The body is too large", 413, $"The body is larger than {limit >> 20} MiB: send smaller batches.");

    private static string MediaType(HttpRequest request) => request.ContentType?.Split(';')[0].Trim() ?? "";
}
