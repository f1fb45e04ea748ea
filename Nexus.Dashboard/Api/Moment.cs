using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Dashboard.Api;

/// <summary>Times as RFC 3339 has them, with their offset: without one, nobody knows which moment is meant.</summary>
internal static class Moment
{
    public const string Wanted = "must be a time with its offset, such as 2026-11-24T14:32:00Z";

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads a time.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        bool hasOffset = text.EndsWith('Z') || text.EndsWith('z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        return hasOffset && DateTimeOffset.TryParseExact(text.ToUpperInvariant(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}

/// <summary>Reads such a time in JSON.</summary>
internal sealed class MomentConverter : JsonConverter<DateTimeOffset>
{
    // The shortest and the longest that the reader itself can be asked for: as most of them are, in UTC, with what RFC 3339 wants and nothing besides.
    private const int Seconds = 20;
    private const int Ticks = 28;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IsUsual(ref reader) && reader.TryGetDateTimeOffset(out DateTimeOffset usual) ? usual
        : reader.TokenType == JsonTokenType.String && Moment.TryParse(reader.GetString()!, out DateTimeOffset time) ? time : throw new JsonException(Moment.Wanted);

    private static bool IsUsual(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && !reader.HasValueSequence && !reader.ValueIsEscaped
        && reader.ValueSpan is { Length: >= Seconds and <= Ticks } text && text[^1] == 'Z' && text[10] == 'T' && text[16] == ':';

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
