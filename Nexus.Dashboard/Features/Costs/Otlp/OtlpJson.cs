using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>Reads an <c>ExportTraceServiceRequest</c> in JSON: as protobuf has it in JSON, but with ids in hexadecimal (OTLP 1.x, JSON Protobuf Encoding). Fields that are not read are passed over, as the protocol wants.</summary>
internal sealed class OtlpJson
{
    private const int MostDeep = 64;

    private readonly SpanMapping _mapping;
    private readonly List<OtlpSpan> _spans = [];

    private OtlpJson(SpanMapping mapping) => _mapping = mapping;

    public static Result<List<OtlpSpan>> Read(ReadOnlyMemory<byte> body, SpanMapping mapping)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return Malformed("$", "it is not valid UTF-8").Problem;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MostDeep });
            OtlpJson reader = new(mapping);
            reader.ReadRequest(json.RootElement);
            return reader._spans;
        }
        catch (JsonException malformed)
        {
            return Malformed("$", string.Create(CultureInfo.InvariantCulture, $"this is not JSON, or nested more than {MostDeep} deep (line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1})")).Problem;
        }
        catch (UnreadableTracesException unreadable)
        {
            return unreadable.Problem;
        }
    }

    private void ReadRequest(JsonElement request)
    {
        foreach ((JsonElement resourceSpans, string at) in Items(Object(request, "$"), "resourceSpans", "$"))
        {
            Dictionary<string, OtlpValue> resource = new(StringComparer.Ordinal);
            if (Member(resourceSpans, "resource") is { } sender)
            {
                ReadAttributes(Object(sender, $"{at}.resource"), $"{at}.resource", resource);
            }

            foreach ((JsonElement scopeSpans, string within) in Items(resourceSpans, "scopeSpans", at))
            {
                foreach ((JsonElement span, string place) in Items(scopeSpans, "spans", within))
                {
                    ReadSpan(span, place, resource);
                }
            }
        }
    }

    private void ReadSpan(JsonElement span, string at, Dictionary<string, OtlpValue> resource)
    {
        if (_spans.Count == OtlpEndpoints.MostSpans)
        {
            throw UnreadableTracesException.TooMany(OtlpEndpoints.MostSpans);
        }

        Dictionary<string, OtlpValue> attributes = new(StringComparer.Ordinal);
        ReadAttributes(span, at, attributes);
        _spans.Add(new OtlpSpan(Id(span, "traceId", at), Id(span, "spanId", at), Time(span, "startTimeUnixNano", at), Time(span, "endTimeUnixNano", at), attributes, resource));
    }

    private void ReadAttributes(JsonElement of, string at, Dictionary<string, OtlpValue> attributes)
    {
        foreach ((JsonElement attribute, string place) in Items(of, "attributes", at))
        {
            if (Member(attribute, "key") is not { } key)
            {
                continue;
            }

            string name = key.ValueKind == JsonValueKind.String ? key.GetString()! : throw Malformed($"{place}.key", "must be a text");
            if (_mapping.Reads(name) && Member(attribute, "value") is { } any && ReadValue(Object(any, $"{place}.value"), $"{place}.value") is { } value)
            {
                attributes[name] = value;
            }
        }
    }

    private static OtlpValue? ReadValue(JsonElement any, string at)
    {
        OtlpValue? value = null;
        foreach (JsonProperty one in any.EnumerateObject())
        {
            value = one.Name switch
            {
                "stringValue" => one.Value.ValueKind == JsonValueKind.String ? new OtlpValue(one.Value.GetString()!) : throw Malformed($"{at}.{one.Name}", "must be a text"),
                "boolValue" => one.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? OtlpValue.Of(one.Value.GetBoolean()) : throw Malformed($"{at}.{one.Name}", "must be true or false"),
                "intValue" => OtlpValue.Of(long.TryParse(Number(one.Value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole : throw Malformed($"{at}.{one.Name}", "must be a whole number of 64 bits")),
                "doubleValue" => OtlpValue.Of(double.TryParse(Number(one.Value), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Malformed($"{at}.{one.Name}", "must be a number")),
                _ => value,
            };
        }

        return value;
    }

    private static string Id(JsonElement span, string name, string at) => Member(span, name) switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } id => id.GetString()!.ToLowerInvariant(),
        _ => throw Malformed($"{at}.{name}", "must be a text of hexadecimal digits"),
    };

    private static ulong Time(JsonElement span, string name, string at) => Member(span, name) switch
    {
        null => 0,
        { } time => ulong.TryParse(Number(time), NumberStyles.None, CultureInfo.InvariantCulture, out ulong nanoseconds) ? nanoseconds : throw Malformed($"{at}.{name}", "must be nanoseconds since 1970, a whole number of 64 bits"),
    };

    // Numbers of 64 bits are written as texts, and read either way.
    private static string? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static IEnumerable<(JsonElement Item, string At)> Items(JsonElement of, string name, string at)
    {
        if (Member(of, name) is not { } list)
        {
            yield break;
        }

        int i = 0;
        foreach (JsonElement item in list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw Malformed($"{at}.{name}", "must be an array"))
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{at}.{name}[{i++}]");
            yield return (Object(item, place), place);
        }
    }

    private static JsonElement Object(JsonElement element, string at) => element.ValueKind == JsonValueKind.Object ? element : throw Malformed(at, "must be an object");

    // What is null was left out.
    private static JsonElement? Member(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static UnreadableTracesException Malformed(string at, string fault) => new(Problem.Field("malformed-json", 400, at, fault));
}
