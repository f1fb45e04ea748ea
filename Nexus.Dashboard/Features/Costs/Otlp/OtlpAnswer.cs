using System.Buffers;
using System.Text;
using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>Answers as OTLP/HTTP wants it: in the encoding of the question, an <c>ExportTraceServiceResponse</c>, or of an error a <c>google.rpc.Status</c>.</summary>
internal static class OtlpAnswer
{
    private static readonly ProblemForm Form = new(WriteStatusAsync);

    /// <summary>From here on errors of this request are written as the protocol has them.</summary>
    public static Task SpeakAsync(HttpContext http, RequestDelegate next)
    {
        http.Features.Set(Form);
        return next(http);
    }

    /// <summary>Writes how many spans were rejected, and why.</summary>
    public static Task WriteAsync(HttpContext http, SpansTaken taken)
    {
        PartialSuccess? partial = taken.Rejected == 0 ? null : new PartialSuccess(taken.Rejected, taken.Why!);
        if (!OtlpBody.IsProtobuf(http.Request))
        {
            return http.WriteAsync(new Exported(partial), OtlpAnswerJson.Default.Exported);
        }

        ArrayBufferWriter<byte> answer = new();
        if (partial is not null)
        {
            ArrayBufferWriter<byte> inner = new();
            WriteWhole(inner, 1, (ulong)partial.RejectedSpans);
            WriteBytes(inner, 2, Encoding.UTF8.GetBytes(partial.ErrorMessage));
            WriteBytes(answer, 1, inner.WrittenSpan);
        }

        return WriteProtobufAsync(http, answer.WrittenMemory, 200);
    }

    private static Task WriteStatusAsync(HttpContext http, Problem problem)
    {
        if (problem.Status == 401)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (!OtlpBody.IsProtobuf(http.Request))
        {
            return http.WriteAsync(new RpcStatus(CodeOf(problem.Status), problem.Detail), OtlpAnswerJson.Default.RpcStatus, problem.Status);
        }

        ArrayBufferWriter<byte> status = new();
        WriteWhole(status, 1, (ulong)CodeOf(problem.Status));
        WriteBytes(status, 2, Encoding.UTF8.GetBytes(problem.Detail));
        return WriteProtobufAsync(http, status.WrittenMemory, problem.Status);
    }

    private static Task WriteProtobufAsync(HttpContext http, ReadOnlyMemory<byte> message, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = OtlpBody.Protobuf;
        http.Response.ContentLength = message.Length;
        return http.Response.BodyWriter.WriteAsync(message, http.RequestAborted).AsTask();
    }

    // The codes of google.rpc.Code that go with a status of HTTP.
    private static int CodeOf(int status) => status switch
    {
        401 => 16,
        403 => 7,
        404 => 5,
        405 => 12,
        408 => 4,
        413 or 429 => 8,
        500 => 13,
        503 => 14,
        _ => 3,
    };

    private static void WriteWhole(ArrayBufferWriter<byte> to, int field, ulong value)
    {
        WriteVarint(to, (ulong)field << 3);
        WriteVarint(to, value);
    }

    private static void WriteBytes(ArrayBufferWriter<byte> to, int field, ReadOnlySpan<byte> bytes)
    {
        WriteVarint(to, ((ulong)field << 3) | 2);
        WriteVarint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void WriteVarint(ArrayBufferWriter<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.Write([(byte)(value | 0x80)]);
        }

        to.Write([(byte)value]);
    }
}

/// <summary>An <c>ExportTraceServiceResponse</c>; empty where nothing was rejected.</summary>
internal sealed record Exported(PartialSuccess? PartialSuccess);

/// <summary>An <c>ExportTracePartialSuccess</c>; numbers of 64 bits are texts in protobuf's JSON.</summary>
internal sealed record PartialSuccess([property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] long RejectedSpans, string ErrorMessage);

/// <summary>A <c>google.rpc.Status</c>.</summary>
internal sealed record RpcStatus(int Code, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Exported))]
[JsonSerializable(typeof(RpcStatus))]
internal sealed partial class OtlpAnswerJson : JsonSerializerContext;
