using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Nexus.Dashboard.Api;

/// <summary>Turns answers into bytes in a buffer that each thread uses again and again, so that an answer has a length before it is sent and nothing is chunked.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Lives as long as its thread and holds managed memory alone.")]
internal sealed class JsonOutput
{
    private const int MostKept = 1 << 20;

    [ThreadStatic]
    private static JsonOutput? _mine;

    // Answers are application/json with nosniff and never stand in a page's source: < and ' need no escaping.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;

    private JsonOutput() => _json = new Utf8JsonWriter(_buffer, Options);

    /// <summary>Writes a value to an answer, whose status and headers were set before.</summary>
    public static void Write<T>(HttpResponse response, T value, JsonTypeInfo<T> type)
    {
        JsonOutput output = _mine ??= new JsonOutput();
        try
        {
            JsonSerializer.Serialize(output._json, value, type);
            output._json.Flush();
            response.ContentLength = output._buffer.WrittenCount;
            response.BodyWriter.Write(output._buffer.WrittenSpan);
        }
        catch
        {
            _mine = null;
            throw;
        }

        output._buffer.ResetWrittenCount();
        output._json.Reset();
        if (output._buffer.Capacity > MostKept)
        {
            _mine = null;
        }
    }
}
