using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Shared;

/// <summary>What keeps a viewer's pages fresh: it tells them at once when something was committed, at most once a second, unless the viewer paused.</summary>
internal sealed class Live(EngineHost host, TimeProvider time) : IDisposable
{
    // A list that moves faster is not read, and two hundred pages twice a second took more than a sixth of a core (bench: viewers). Charts move by the hub, four times a second.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    // Ages, buckets and expiries move without an event.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();
    private long _pausedAtSequence;

    /// <summary>The viewer paused or resumed, or the engine stopped or began to decide.</summary>
    public event Action? Changed;

    /// <summary>The page shows what is true now, or could have.</summary>
    public event Action? Refreshed;

    /// <summary>True while the page stands still.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Since when it does.</summary>
    public DateTimeOffset PausedAt { get; private set; }

    /// <summary>How many events the page has not shown since.</summary>
    public long Missed => IsPaused ? host.Read.Sequence - _pausedAtSequence : 0;

    /// <summary>How old the oldest news was when the page last showed it.</summary>
    public TimeSpan Lag { get; private set; }

    /// <summary>Why the engine does not decide, and since when; null while it does.</summary>
    public (string Reason, DateTimeOffset Since)? Trouble => host.Health is { IsReady: false } health ? (health.Reason ?? health.State.ToString(), health.Since) : null;

    /// <summary>Why the page cannot be read anew; null while it can.</summary>
    public Failure? Failed { get; private set; }

    /// <summary>The page could not be read, or could again.</summary>
    public void Say(Failure? failure)
    {
        if (failure != Failed)
        {
            Failed = failure;
            Changed?.Invoke();
        }
    }

    /// <summary>Reads the page again at once.</summary>
    public void Retry() => Retried?.Invoke();

    /// <summary>The viewer wants the page read again.</summary>
    public event Action? Retried;

    /// <summary>Pauses, or resumes.</summary>
    public void Toggle()
    {
        IsPaused = !IsPaused;
        PausedAt = time.GetUtcNow();
        _pausedAtSequence = host.Read.Sequence;
        Changed?.Invoke();
    }

    /// <summary>Calls a page back whenever there is news, until the page ends.</summary>
    public async Task FollowAsync(Func<Task> refresh, CancellationToken page)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(page, _end.Token);
        try
        {
            bool? troubled = null;
            long seen = host.Read.Sequence;
            while (!either.IsCancellationRequested)
            {
                long shown = time.GetTimestamp();
                await host.Read.WaitForEventsAsync(seen, Longest, either.Token);
                long heard = time.GetTimestamp();
                bool news = host.Read.Sequence > seen;
                if (Pace - time.GetElapsedTime(shown) is { Ticks: > 0 } rest)
                {
                    await Task.Delay(rest, time, either.Token);
                }

                if (troubled != Trouble is not null)
                {
                    troubled = Trouble is not null;
                    Changed?.Invoke();
                }

                seen = host.Read.Sequence;
                if (!IsPaused)
                {
                    await refresh();
                    Lag = news ? time.GetElapsedTime(heard) : TimeSpan.Zero;
                }

                Refreshed?.Invoke();
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }
}
