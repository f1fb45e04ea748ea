namespace Nexus.Dashboard.Commands.Replay;

/// <summary>Trace time on the wall: when a request is due, how late something came, and waiting until then.</summary>
internal sealed class ReplayClock(TimeProvider time, double speed)
{
    private readonly long _start = time.GetTimestamp();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>Since the replay began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>A span of the trace as it passes here.</summary>
    public TimeSpan Scaled(TimeSpan span) => span / speed;

    /// <summary>When a moment of the trace comes, by the wall clock.</summary>
    public DateTimeOffset On(TimeSpan moment) => _startedAt + Scaled(moment);

    /// <summary>Waits until this long after the start; returns early, without an exception, when <paramref name="stop"/> is asked for.</summary>
    public async ValueTask UntilAsync(TimeSpan due, CancellationToken stop)
    {
        // Timers count whole milliseconds: rounding up means never early, and late by half of one on average.
        for (TimeSpan left = due - Elapsed; left > TimeSpan.Zero && !stop.IsCancellationRequested; left = due - Elapsed)
        {
            TimeSpan delay = left < Longest ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : Longest;
            await Task.Delay(delay, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A timer reaches 49 days; a trace may be longer.
    private static TimeSpan Longest => TimeSpan.FromDays(30);
}
