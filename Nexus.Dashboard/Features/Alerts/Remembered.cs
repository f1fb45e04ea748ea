namespace Nexus.Dashboard.Features.Alerts;

/// <summary>Something that is read from disk once and again after it was changed.</summary>
/// <param name="read">Reads it.</param>
internal sealed class Remembered<T>(Func<CancellationToken, Task<T>> read)
    where T : class
{
    private readonly Lock _lock = new();
    private T? _value;
    private long _changes;

    /// <summary>What was read last; null where that is to be read again.</summary>
    public T? Known
    {
        get
        {
            lock (_lock)
            {
                return _value;
            }
        }
    }

    /// <summary>What it is now.</summary>
    public async ValueTask<T> GetAsync(CancellationToken cancellation)
    {
        long changes;
        lock (_lock)
        {
            if (_value is not null)
            {
                return _value;
            }

            changes = _changes;
        }

        T value = await read(cancellation);
        lock (_lock)
        {
            // What was changed while it was read is read again by whoever asks next.
            _value = changes == _changes ? value : null;
        }

        return value;
    }

    /// <summary>It was changed.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            (_value, _changes) = (null, _changes + 1);
        }
    }
}
