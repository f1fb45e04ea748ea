using Microsoft.Extensions.Logging;
using Nexus.Engine.Core;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>Keeps snapshots: captured on the engine's thread in passing, encoded and written elsewhere, one at a time.</summary>
internal sealed partial class SnapshotKeeper(EngineOptions options, TimeProvider time, ILogger log)
{
    private volatile SnapshotHealth _health = new(null, null, null);
    private Task _saving = Task.CompletedTask;
    private long _lastSequence;
    private long _lastTimestamp = time.GetTimestamp();

    /// <summary>How it goes.</summary>
    public SnapshotHealth Health => _health;

    /// <summary>A recovery started from a snapshot, or from nothing.</summary>
    public void StartFrom(long? snapshot)
    {
        (_lastSequence, _lastTimestamp) = (snapshot ?? 0, time.GetTimestamp());
        _health = _health with { Sequence = snapshot };
    }

    /// <summary>Takes a snapshot after a commit if it is time for one and none is being written.</summary>
    public void AfterCommit(Core.Engine engine, IJournal journal)
    {
        long since = engine.Sequence - _lastSequence;
        if (since == 0 || !_saving.IsCompleted || (since < options.SnapshotEvents && time.GetElapsedTime(_lastTimestamp) < options.SnapshotInterval))
        {
            return;
        }

        EngineSnapshot captured = Capture(engine);
        _saving = Task.Run(() => Save(captured, journal));
    }

    /// <summary>Takes the last snapshot of a run, unless nothing happened since the one before.</summary>
    public void AtEnd(Core.Engine engine, IJournal journal)
    {
        _saving.GetAwaiter().GetResult();
        if (engine.Sequence > _lastSequence)
        {
            Save(Capture(engine), journal);
        }
    }

    private EngineSnapshot Capture(Core.Engine engine)
    {
        (_lastSequence, _lastTimestamp) = (engine.Sequence, time.GetTimestamp());
        return engine.Capture();
    }

    private void Save(EngineSnapshot captured, IJournal journal)
    {
        try
        {
            (ReadOnlyMemory<byte> state, byte[] hash) = captured.Encode();
            journal.SaveSnapshot(new Snapshot(captured.Sequence, captured.At, state, hash));
            _health = new SnapshotHealth(captured.Sequence, time.GetUtcNow(), null);
        }
#pragma warning disable CA1031 // Whatever it is: the journal holds everything, only the next start takes longer.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _health = _health with { Fault = error.Message };
            LogNotKept(log, captured.Sequence, error.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The snapshot of event {Sequence} could not be kept: {Fault}. The next start takes longer.")]
    private static partial void LogNotKept(ILogger log, long sequence, string fault);
}
