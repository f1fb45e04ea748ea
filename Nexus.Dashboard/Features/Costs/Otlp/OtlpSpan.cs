using System.Globalization;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>What is read of a span: when it was, and those of its attributes that mean something.</summary>
/// <param name="TraceId">The trace, as 32 hexadecimal digits; another length where the sender was wrong.</param>
/// <param name="SpanId">The span in it, as 16 hexadecimal digits; another length where the sender was wrong.</param>
/// <param name="Start">When it began, in nanoseconds since 1970; 0 where that is not said.</param>
/// <param name="End">When it ended, in the same way.</param>
/// <param name="Attributes">Its own.</param>
/// <param name="Resource">Those of what sent it, which many spans share.</param>
internal sealed record OtlpSpan(string TraceId, string SpanId, ulong Start, ulong End, IReadOnlyDictionary<string, OtlpValue> Attributes, IReadOnlyDictionary<string, OtlpValue> Resource)
{
    private const int TraceIdDigits = 32;
    private const int SpanIdDigits = 16;

    /// <summary>For people: its two ids.</summary>
    public string Name => $"span {TraceId}/{SpanId}";

    /// <summary>What is wrong with its ids, by which it counts once; null when nothing is.</summary>
    public string? IdFault() =>
        !IsId(TraceId, TraceIdDigits) ? "traceId: must be 16 bytes that are not all zero"
        : !IsId(SpanId, SpanIdDigits) ? "spanId: must be 8 bytes that are not all zero"
        : null;

    private static bool IsId(string id, int digits) => id.Length == digits && id.AsSpan().ContainsAnyExcept('0') && id.All(char.IsAsciiHexDigitLower);
}

/// <summary>The value of an attribute: a text, a number, true or false. Lists and maps mean nothing here and are passed over.</summary>
/// <param name="Text">As a text.</param>
/// <param name="Whole">As a whole number; null where it is none.</param>
internal readonly record struct OtlpValue(string Text, long? Whole = null)
{
    private const double MostExact = 1L << 53;

    public static OtlpValue Of(long number) => new(number.ToString(CultureInfo.InvariantCulture), number);

    // Some languages know no other numbers.
    public static OtlpValue Of(double number) =>
        new(number.ToString(CultureInfo.InvariantCulture), number == Math.Truncate(number) && Math.Abs(number) <= MostExact ? (long)number : null);

    public static OtlpValue Of(bool value) => new(value ? "true" : "false");
}
