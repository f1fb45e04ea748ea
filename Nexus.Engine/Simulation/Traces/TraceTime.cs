using System.Globalization;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>A time as a trace writes it: seconds from the start, or a moment of the calendar.</summary>
/// <param name="Ticks">Ticks from the start, or of UTC.</param>
/// <param name="OnCalendar">True for a moment of the calendar.</param>
internal readonly record struct TraceTime(long Ticks, bool OnCalendar)
{
    /// <summary>The longest time a trace reaches, about 300 years.</summary>
    public const decimal MaxSeconds = 10_000_000_000m;

    private static readonly string[] Rfc3339 = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>From the start of the trace; a moment of the calendar counts from <paramref name="start"/>.</summary>
    public TimeSpan Since(TraceTime start) => TimeSpan.FromTicks(OnCalendar ? Ticks - start.Ticks : Ticks);

    /// <summary>Seconds from the start.</summary>
    public static TraceTime FromSeconds(decimal seconds) => new((long)(seconds * TimeSpan.TicksPerSecond), false);

    /// <summary>A moment by RFC 3339, with its offset.</summary>
    public static bool TryParseRfc3339(ReadOnlySpan<char> text, out TraceTime time)
    {
        // Without Z or an offset it would be a time of nobody's zone.
        bool hasOffset = text.Length > 19 && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-');
        DateTimeOffset moment = default;
        bool read = hasOffset && DateTimeOffset.TryParseExact(text, Rfc3339, CultureInfo.InvariantCulture, DateTimeStyles.None, out moment);
        time = new(moment.UtcTicks, true);
        return read;
    }

    /// <summary>A moment as databases print it (<c>2023-11-16 18:15:46.68</c>), in UTC unless it carries an offset.</summary>
    public static bool TryParseTimestamp(ReadOnlySpan<char> text, out TraceTime time)
    {
        bool read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset moment);
        time = new(moment.UtcTicks, true);
        return read;
    }
}
