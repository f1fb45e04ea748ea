using System.Globalization;
using System.Text.Json.Nodes;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Otlp;

/// <summary>A span as an instrumented agent exports it, in either encoding of the protocol.</summary>
internal sealed record ExportedSpan(string TraceId, string SpanId, DateTimeOffset Time)
{
    public (string Key, object Value)[] Attributes { get; init; } = [];

    public (string Key, object Value)[] Resource { get; init; } = [];

    /// <summary>A new span.</summary>
    public static ExportedSpan New(DateTimeOffset time, params (string Key, object Value)[] attributes) =>
        new(Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N")[..16], time) { Attributes = attributes };

    private ulong Nanoseconds => (ulong)(Time - DateTimeOffset.UnixEpoch).Ticks * 100;

    public static string Json(params ExportedSpan[] spans) => new JsonObject
    {
        ["resourceSpans"] = new JsonArray([.. spans.Select(s => new JsonObject
        {
            ["resource"] = new JsonObject { ["attributes"] = JsonOf(s.Resource) },
            ["scopeSpans"] = new JsonArray(new JsonObject
            {
                ["scope"] = new JsonObject { ["name"] = "test" },
                ["spans"] = new JsonArray(new JsonObject
                {
                    ["traceId"] = s.TraceId.ToUpperInvariant(),
                    ["spanId"] = s.SpanId,
                    ["name"] = "chat",
                    ["kind"] = 3,
                    ["startTimeUnixNano"] = s.Nanoseconds.ToString(CultureInfo.InvariantCulture),
                    ["endTimeUnixNano"] = (s.Nanoseconds + 1_000_000_000).ToString(CultureInfo.InvariantCulture),
                    ["attributes"] = JsonOf(s.Attributes),
                    ["events"] = new JsonArray(),
                }),
            }),
        })]),
    }.ToJsonString();

    public static byte[] Protobuf(params ExportedSpan[] spans)
    {
        ProtobufMessage request = new();
        foreach (ExportedSpan s in spans)
        {
            ProtobufMessage span = new ProtobufMessage().Bytes(1, Convert.FromHexString(s.TraceId)).Bytes(2, Convert.FromHexString(s.SpanId)).Text(5, "chat").Whole(6, 3)
                .Fixed(7, s.Nanoseconds).Fixed(8, s.Nanoseconds + 1_000_000_000);
            ProtobufMessage resource = new();
            foreach ((string key, object value) in s.Attributes)
            {
                span.Attribute(9, key, value);
            }

            foreach ((string key, object value) in s.Resource)
            {
                resource.Attribute(1, key, value);
            }

            // The resource behind its spans: a message has no order.
            request.Message(1, new ProtobufMessage().Message(2, new ProtobufMessage().Message(1, new ProtobufMessage().Text(1, "test")).Message(2, span)).Message(1, resource).Text(3, "schema"));
        }

        return request.ToArray();
    }

    private static JsonArray JsonOf((string Key, object Value)[] attributes) => new([.. attributes.Select(a => new JsonObject
    {
        ["key"] = a.Key,
        ["value"] = a.Value switch
        {
            string text => new JsonObject { ["stringValue"] = text },
            bool flag => new JsonObject { ["boolValue"] = flag },
            int whole => new JsonObject { ["intValue"] = whole.ToString(CultureInfo.InvariantCulture) },
            double number => new JsonObject { ["doubleValue"] = number },
            _ => throw new ArgumentException("no attribute", nameof(attributes)),
        },
    })]);
}
