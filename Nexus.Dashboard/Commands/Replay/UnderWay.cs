using System.Runtime.ExceptionServices;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>Counts work that was started and not awaited, up to a bound, so that its end can be awaited without a list of it.</summary>
/// <param name="bound">How much may be under way.</param>
/// <param name="stop">Asked to stop by the first fault.</param>
internal sealed class UnderWay(int bound, CancellationTokenSource stop) : IDisposable
{
    private readonly SemaphoreSlim _room = new(bound);
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _fault;
    private int _count = 1; // whoever starts work counts too, until it says that nothing more comes

    /// <summary>Waits until one more may start.</summary>
    /// <returns>False when asked to stop instead; where true, <see cref="Start"/> must follow.</returns>
    public async ValueTask<bool> RoomAsync(CancellationToken cancellation)
    {
        try
        {
            await _room.WaitAsync(cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Counts what has begun.</summary>
    public void Start(Task work)
    {
        Interlocked.Increment(ref _count);
        _ = FollowAsync(work);
    }

    /// <summary>Waits for all that was started; nothing more is.</summary>
    public Task AllEndedAsync()
    {
        End();
        return _allEnded.Task;
    }

    /// <summary>Throws what the first of them threw.</summary>
    public void ThrowIfFaulted()
    {
        if (_fault is not null)
        {
            ExceptionDispatchInfo.Throw(_fault);
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task FollowAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception fault)
        {
            Interlocked.CompareExchange(ref _fault, fault, null);
            await stop.CancelAsync();
        }
        finally
        {
            _room.Release();
            End();
        }
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _allEnded.SetResult();
        }
    }
}
