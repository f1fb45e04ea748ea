using System.Globalization;

namespace Nexus.Engine.Resources;

/// <summary>A moment of engine time, to the millisecond.</summary>
/// <param name="Milliseconds">Milliseconds since 1970-01-01T00:00Z.</param>
public readonly record struct Instant(long Milliseconds) : IComparable<Instant>
{
    /// <summary>The moment of a wall-clock time, the fraction of a millisecond cut off.</summary>
    public static Instant From(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The moment in UTC; one beyond the calendar's years 1 and 9999 is shown as its end.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(Milliseconds, Earliest, Latest));

    /// <summary>Later by a span, cut to the millisecond.</summary>
    public static Instant operator +(Instant at, TimeSpan span) => new(checked(at.Milliseconds + (span.Ticks / TimeSpan.TicksPerMillisecond)));

    /// <summary>Earlier by a span, cut to the millisecond.</summary>
    public static Instant operator -(Instant at, TimeSpan span) => new(checked(at.Milliseconds - (span.Ticks / TimeSpan.TicksPerMillisecond)));

    /// <summary>The time between two moments.</summary>
    public static TimeSpan operator -(Instant a, Instant b) => TimeSpan.FromMilliseconds(a.Milliseconds - b.Milliseconds);

    /// <summary>Earlier.</summary>
    public static bool operator <(Instant a, Instant b) => a.Milliseconds < b.Milliseconds;

    /// <summary>Later.</summary>
    public static bool operator >(Instant a, Instant b) => a.Milliseconds > b.Milliseconds;

    /// <summary>Earlier or the same.</summary>
    public static bool operator <=(Instant a, Instant b) => a.Milliseconds <= b.Milliseconds;

    /// <summary>Later or the same.</summary>
    public static bool operator >=(Instant a, Instant b) => a.Milliseconds >= b.Milliseconds;

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Milliseconds.CompareTo(other.Milliseconds);

    /// <summary>RFC 3339 in UTC, to the millisecond.</summary>
    public override string ToString() => ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
