using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Shared;

/// <summary>What keeps a viewer's pages fresh: it tells them when something was committed, at most twice a second, unless the viewer paused.</summary>
internal sealed class Live(EngineHost host, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    // Ages, buckets and expiries move without an event.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();

    /// <summary>The viewer paused or resumed, or the engine stopped or began to decide.</summary>
    public event Action? Changed;

    /// <summary>True while the page stands still.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Since when it does.</summary>
    public DateTimeOffset PausedAt { get; private set; }

    /// <summary>Why the engine does not decide, and since when; null while it does.</summary>
    public (string Reason, DateTimeOffset Since)? Trouble => host.Health is { IsReady: false } health ? (health.Reason ?? health.State.ToString(), health.Since) : null;

    /// <summary>Pauses, or resumes.</summary>
    public void Toggle()
    {
        IsPaused = !IsPaused;
        PausedAt = time.GetUtcNow();
        Changed?.Invoke();
    }

    /// <summary>Calls a page back whenever there is news, until the page ends.</summary>
    public async Task FollowAsync(Func<Task> refresh, CancellationToken page)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(page, _end.Token);
        try
        {
            bool troubled = false;
            while (!either.IsCancellationRequested)
            {
                long seen = host.Read.Sequence;
                await Task.Delay(Pace, time, either.Token);
                await host.Read.WaitForEventsAsync(seen, Longest, either.Token);
                if (troubled != Trouble is not null)
                {
                    troubled = !troubled;
                    Changed?.Invoke();
                }

                if (!IsPaused)
                {
                    await refresh();
                }
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
