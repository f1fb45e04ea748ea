using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>Reads an <c>ExportTraceServiceRequest</c> in protobuf, by the field numbers of opentelemetry-proto 1.x. Fields that are not read are passed over, as the protocol wants.</summary>
internal sealed class OtlpProtobuf
{
    private readonly SpanMapping _mapping;
    private readonly List<OtlpSpan> _spans = [];

    private OtlpProtobuf(SpanMapping mapping) => _mapping = mapping;

    public static Result<List<OtlpSpan>> Read(ReadOnlySpan<byte> body, SpanMapping mapping)
    {
        try
        {
            OtlpProtobuf reader = new(mapping);
            ProtobufReader request = new(body, 0, "ExportTraceServiceRequest");
            while (request.Next())
            {
                if (request.Field == 1)
                {
                    reader.ReadResourceSpans(request.Message("ResourceSpans"));
                }
                else
                {
                    request.Skip();
                }
            }

            return reader._spans;
        }
        catch (UnreadableTracesException unreadable)
        {
            return unreadable.Problem;
        }
    }

    private void ReadResourceSpans(ProtobufReader message)
    {
        // The resource may stand behind its spans: a message has no order.
        Dictionary<string, OtlpValue> resource = new(StringComparer.Ordinal);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1: ReadResource(message.Message("Resource"), resource); break;
                case 2: ReadScopeSpans(message.Message("ScopeSpans"), resource); break;
                default: message.Skip(); break;
            }
        }
    }

    private void ReadResource(ProtobufReader message, Dictionary<string, OtlpValue> attributes)
    {
        while (message.Next())
        {
            if (message.Field == 1)
            {
                ReadAttribute(message.Message("KeyValue"), attributes);
            }
            else
            {
                message.Skip();
            }
        }
    }

    private void ReadScopeSpans(ProtobufReader message, Dictionary<string, OtlpValue> resource)
    {
        while (message.Next())
        {
            if (message.Field == 2)
            {
                ReadSpan(message.Message("Span"), resource);
            }
            else
            {
                message.Skip();
            }
        }
    }

    private void ReadSpan(ProtobufReader message, Dictionary<string, OtlpValue> resource)
    {
        if (_spans.Count == OtlpEndpoints.MostSpans)
        {
            throw UnreadableTracesException.TooMany(OtlpEndpoints.MostSpans);
        }

        (string trace, string span, ulong start, ulong end) = ("", "", 0UL, 0UL);
        Dictionary<string, OtlpValue> attributes = new(StringComparer.Ordinal);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1: trace = Convert.ToHexStringLower(message.Bytes()); break;
                case 2: span = Convert.ToHexStringLower(message.Bytes()); break;
                case 7: start = message.Fixed(); break;
                case 8: end = message.Fixed(); break;
                case 9: ReadAttribute(message.Message("KeyValue"), attributes); break;
                default: message.Skip(); break;
            }
        }

        _spans.Add(new OtlpSpan(trace, span, start, end, attributes, resource));
    }

    private void ReadAttribute(ProtobufReader message, Dictionary<string, OtlpValue> attributes)
    {
        string? key = null;
        OtlpValue? value = null;
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1: key = message.Text(); break;

                // A prompt can be a value: where the key came before it, as it always does, nothing is copied that nobody reads.
                case 2 when key is null || _mapping.Reads(key): value = ReadValue(message.Message("AnyValue")); break;
                default: message.Skip(); break;
            }
        }

        if (key is not null && value is { } known && _mapping.Reads(key))
        {
            attributes[key] = known;
        }
    }

    private static OtlpValue? ReadValue(ProtobufReader message)
    {
        OtlpValue? value = null;
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1: value = new OtlpValue(message.Text()); break;
                case 2: value = OtlpValue.Of(message.Whole() != 0); break;
                case 3: value = OtlpValue.Of(message.Whole()); break;
                case 4: value = OtlpValue.Of(BitConverter.UInt64BitsToDouble(message.Fixed())); break;
                default: message.Skip(); break;
            }
        }

        return value;
    }
}
