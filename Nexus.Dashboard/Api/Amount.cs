using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Api;

/// <summary>A JSON number read exactly: what is finer than a thousandth is refused later by name, never rounded.</summary>
/// <param name="Value">The number; meaningless where there is a fault.</param>
/// <param name="Fault">Why it cannot be an amount, or null.</param>
[JsonConverter(typeof(AmountConverter))]
internal readonly record struct Amount(decimal Value, string? Fault = null)
{
    public static implicit operator Amount(Quantity quantity) => new(quantity.Units);

    /// <summary>The amount as something asked for: positive.</summary>
    public bool TryAsked(out Quantity quantity, out string? fault)
    {
        quantity = default;
        fault = Fault;
        return fault is null && Quantity.TryCreate(Value, out quantity, out fault);
    }

    /// <summary>The amount as something used: nothing is allowed.</summary>
    public bool TryUsed(out Quantity quantity, out string? fault)
    {
        quantity = default;
        fault = Fault;
        return fault is null && Quantity.TryCreateUsage(Value, out quantity, out fault);
    }
}

internal sealed class AmountConverter : JsonConverter<Amount>
{
    public override Amount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            throw new JsonException("must be a number");
        }

        // A decimal holds 28 digits; an amount that needs more has more than three decimals or is too large, and rounding would hide it.
        ReadOnlySpan<byte> digits = reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan;
        if (digits.Length > 28)
        {
            return new Amount(0, "must have at most three decimals and be at most 10¹² units");
        }

        return decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            ? new Amount(value, value == 0 && HasOtherDigits(digits) ? "must have at most three decimals" : null)
            : new Amount(0, "must be at most 10¹² units");
    }

    public override void Write(Utf8JsonWriter writer, Amount value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[32];
        value.Value.TryFormat(text, out int written, "0.######", CultureInfo.InvariantCulture);
        writer.WriteRawValue(text[..written], skipInputValidation: true);
    }

    // 1e-300 reads as zero: it is not nothing, but too fine.
    private static bool HasOtherDigits(ReadOnlySpan<byte> digits)
    {
        int exponent = digits.IndexOfAny((byte)'e', (byte)'E');
        return (exponent < 0 ? digits : digits[..exponent]).ContainsAnyInRange((byte)'1', (byte)'9');
    }
}

/// <summary>A duration in JSON: ISO 8601 (<c>PT5M</c>) or a number of seconds; written as ISO 8601.</summary>
/// <param name="Value">The duration; meaningless where there is a fault.</param>
/// <param name="Fault">Why it cannot be one, or null.</param>
[JsonConverter(typeof(DurationConverter))]
internal readonly record struct Duration(TimeSpan Value, string? Fault = null)
{
    private const int MostWeeks = 100_000;
    private const string Wanted = "must be a duration such as \"PT5M\", or a number of seconds";
    private const string TooFine = "must not be finer than a millisecond";

    public static implicit operator Duration(TimeSpan value) => new(value);

    /// <summary>Reads a duration as a query parameter has it.</summary>
    public static Duration Parse(string text)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal seconds))
        {
            return OfSeconds(seconds);
        }

        // Months and years have no fixed length.
        string date = text.Split('T')[0];
        if (!text.StartsWith('P') || date.Contains('Y', StringComparison.Ordinal) || date.Contains('M', StringComparison.Ordinal))
        {
            return new Duration(default, Wanted);
        }

        // ISO 8601 has weeks too, alone.
        if (text is ['P', .. var weeks, 'W'] && int.TryParse(weeks, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= MostWeeks)
        {
            return new Duration(TimeSpan.FromDays(7 * count));
        }

        try
        {
            return Whole(System.Xml.XmlConvert.ToTimeSpan(text));
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
        {
            return new Duration(default, Wanted);
        }
    }

    /// <summary>A duration in seconds, to the millisecond.</summary>
    public static Duration OfSeconds(decimal seconds) =>
        Math.Abs(seconds) > 1_000_000_000 ? new Duration(default, "must be at most 10⁹ seconds")
        : decimal.Truncate(seconds * 1000) != seconds * 1000 ? new Duration(default, TooFine)
        : new Duration(TimeSpan.FromMilliseconds((long)(seconds * 1000)));

    // Engine time is in milliseconds: what is finer would mean something else after it was written down.
    private static Duration Whole(TimeSpan span) => span.Ticks % TimeSpan.TicksPerMillisecond == 0 ? new Duration(span) : new Duration(default, TooFine);
}

internal sealed class DurationConverter : JsonConverter<Duration>
{
    public override Duration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => reader.TryGetDecimal(out decimal seconds) ? Duration.OfSeconds(seconds) : new Duration(default, "must be at most 10⁹ seconds"),
        JsonTokenType.String => Duration.Parse(reader.GetString()!),
        _ => throw new JsonException("must be a duration such as \"PT5M\", or a number of seconds"),
    };

    public override void Write(Utf8JsonWriter writer, Duration value, JsonSerializerOptions options) =>
        writer.WriteStringValue(System.Xml.XmlConvert.ToString(value.Value));
}
