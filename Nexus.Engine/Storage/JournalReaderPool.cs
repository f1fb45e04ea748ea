using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Nexus.Engine.Storage;

/// <summary>A few readers kept open, one for each thread that asks at the same time; more are opened and closed as needed.</summary>
internal sealed class JournalReaderPool(string folder) : IDisposable
{
    private const int Kept = 4;

    private readonly ConcurrentQueue<JournalReader> _idle = [];
    private int _generation;
    private volatile bool _closed;

    /// <summary>Asks a question and gives the reader back.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public T Ask<T>(Func<JournalReader, T> question)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        int generation = Volatile.Read(ref _generation);
        JournalReader? reader = null;
        try
        {
            reader = _idle.TryDequeue(out JournalReader? idle) ? idle : JournalReader.Open(folder);
            T answer = question(reader);
            if (_idle.Count < Kept)
            {
                _idle.Enqueue(reader);
                reader = null;
            }

            return answer;
        }
        catch (SqliteException error)
        {
            throw JournalErrors.From(error, folder);
        }
        catch (Exception error) when (error is InvalidDataException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            throw JournalErrors.Corrupt(folder, $"What it holds cannot be read: {error.Message}");
        }
        finally
        {
            reader?.Dispose();
            if (_closed || generation != Volatile.Read(ref _generation))
            {
                Drain();
            }
        }
    }

    /// <summary>Closes what is open, as after a failure: the next question opens anew.</summary>
    public void Renew()
    {
        Interlocked.Increment(ref _generation);
        Drain();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed = true;
        Drain();
    }

    private void Drain()
    {
        while (_idle.TryDequeue(out JournalReader? reader))
        {
            reader.Dispose();
        }
    }
}
