namespace Nexus.Engine.Hosting;

/// <summary>Lets the loop's thread sleep until a time or until somebody has something for it.</summary>
internal sealed class Alarm : IDisposable
{
    private readonly ManualResetEventSlim _rung = new();
    private readonly ITimer _timer;

    public Alarm(TimeProvider time) =>
        _timer = time.CreateTimer(static alarm => ((Alarm)alarm!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Wakes the thread, or keeps it from falling asleep.</summary>
    public void Ring() => _rung.Set();

    /// <summary>Before looking for work: what is found missing later rings again.</summary>
    public void Reset() => _rung.Reset();

    /// <summary>Sleeps, unless it rang since <see cref="Reset"/>.</summary>
    public void SleepFor(TimeSpan span)
    {
        // Timers count whole milliseconds: one too early would only turn the loop once more, and again.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        _rung.Wait();
    }

    // The event stays: whoever still rings must not meet a disposed one.
    public void Dispose() => _timer.Dispose();
}
