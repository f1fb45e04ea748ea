using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Past;

/// <summary>Those who ask for the past get it one after the other, on a thread that gives way to the engine: a past in memory at a time, and no more.</summary>
internal sealed class PastTurns : IDisposable
{
    /// <summary>How many may wait while one is served.</summary>
    public const int MostWaiting = 10;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _here;

    /// <summary>Does some work when its turn comes.</summary>
    /// <param name="work">The work; it looks by itself whether it is still wanted.</param>
    /// <param name="cancellation">Gives up the wait for the turn.</param>
    /// <returns>What came of it, or that too many wait.</returns>
    public async Task<Result<T>> RunAsync<T>(Func<Result<T>> work, CancellationToken cancellation)
        where T : class
    {
        if (Interlocked.Increment(ref _here) > MostWaiting + 1)
        {
            Interlocked.Decrement(ref _here);
            return new Problem("too-many-requests", "Too many requests", 429, "As many ask for the past as may wait: ask again in a second.");
        }

        try
        {
            await _turn.WaitAsync(cancellation);
            try
            {
                // Whoever left just as the turn came does not keep the others waiting.
                cancellation.ThrowIfCancellationRequested();
                return await Apart(work);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _here);
        }
    }

    public void Dispose() => _turn.Dispose();

    private static Task<TResult> Apart<TResult>(Func<TResult> work)
    {
        Task<TResult> task = new(work, TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => task.RunSynchronously(TaskScheduler.Default)) { IsBackground = true, Name = "the past", Priority = ThreadPriority.BelowNormal }.Start();
        return task;
    }
}
