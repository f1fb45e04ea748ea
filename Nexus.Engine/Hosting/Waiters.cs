using System.Collections.Concurrent;

namespace Nexus.Engine.Hosting;

/// <summary>Calls that wait for news of something. Each costs an entry and a timer, no thread; how many there may be is bounded.</summary>
internal sealed class Waiters<TKey>(TimeProvider time, WaiterLimit limit)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Waiting> _waiting = new();

    /// <summary>Waits until <see cref="Wake"/> is called for a key, at most for a span.</summary>
    /// <param name="key">What is waited for.</param>
    /// <param name="isNews">Asked once after the call has queued up: true when the news is there already.</param>
    /// <param name="atMost">How long; zero or less: not at all.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EngineUnavailableException">Too many wait.</exception>
    public async Task WaitAsync(TKey key, Func<bool> isNews, TimeSpan atMost, CancellationToken cancellation)
    {
        if (atMost <= TimeSpan.Zero || isNews())
        {
            return;
        }

        limit.Enter();
        Waiting mine = Join(key);
        try
        {
            if (!isNews())
            {
                await mine.News.Task.WaitAsync(atMost, time, cancellation);
            }
        }
        catch (TimeoutException)
        {
            // No news is an answer too.
        }
        finally
        {
            limit.Leave();
            Leave(key, mine);
        }
    }

    /// <summary>There is news of a key. Whoever waited goes on elsewhere.</summary>
    public void Wake(TKey key)
    {
        if (limit.Count > 0 && _waiting.TryRemove(key, out Waiting? those))
        {
            those.News.TrySetResult();
        }
    }

    /// <summary>There may be news of anything.</summary>
    public void WakeAll()
    {
        foreach (TKey key in _waiting.Keys)
        {
            Wake(key);
        }
    }

    private Waiting Join(TKey key)
    {
        while (true)
        {
            Waiting those = _waiting.GetOrAdd(key, static _ => new Waiting());
            lock (those)
            {
                if (those.Count >= 0)
                {
                    those.Count++;
                    return those;
                }
            }
        }
    }

    private void Leave(TKey key, Waiting those)
    {
        lock (those)
        {
            if (--those.Count == 0)
            {
                // Whoever comes now must not join those who have gone.
                those.Count = -1;
                _waiting.TryRemove(new KeyValuePair<TKey, Waiting>(key, those));
            }
        }
    }

    private sealed class Waiting
    {
        public TaskCompletionSource News { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count { get; set; }
    }
}

/// <summary>How many calls may wait at once, over all that can be waited for.</summary>
internal sealed class WaiterLimit(int most)
{
    private int _count;

    /// <summary>How many wait.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Enter()
    {
        if (Interlocked.Increment(ref _count) > most)
        {
            Interlocked.Decrement(ref _count);
            throw new EngineUnavailableException($"{most} calls wait for news already; ask without wait, or come back.", TimeSpan.FromSeconds(1));
        }
    }

    public void Leave() => Interlocked.Decrement(ref _count);
}
