using Microsoft.Extensions.Time.Testing;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>A monotonic clock and a wall clock that tests move: together as time passes, or the wall clock alone as an operator or NTP would.</summary>
internal sealed class TestClock : TimeProvider
{
    private readonly FakeTimeProvider _passing = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private long _offset;

    public override long TimestampFrequency => _passing.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _passing.GetUtcNow() + new TimeSpan(Volatile.Read(ref _offset));

    public override long GetTimestamp() => _passing.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _passing.CreateTimer(callback, state, dueTime, period);

    /// <summary>Time passes.</summary>
    public void Advance(TimeSpan span) => _passing.Advance(span);

    /// <summary>The wall clock is set forward or back; no time passes.</summary>
    public void SetWallBy(TimeSpan span) => Interlocked.Add(ref _offset, span.Ticks);
}
