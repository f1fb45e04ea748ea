using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage;

/// <summary>The past as a journal has it: the engine as it stood at a moment, and what happened after it.</summary>
/// <remarks>Reads only, in short steps: it works beside a running server. Rebuilding a state takes about a second for each million events after the snapshot before it.</remarks>
public sealed class JournalPast : IDisposable
{
    private readonly string _folder;
    private readonly EngineLimits _limits;
    private readonly JournalReaderPool _readers;

    /// <summary>The past in a data folder, or a backup.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="limits">The limits that the engine ran with: they decide what a state holds.</param>
    /// <exception cref="JournalException">There is no journal that could be read (when it is first asked).</exception>
    public JournalPast(string folder, EngineLimits limits)
    {
        (_folder, _limits) = (Path.GetFullPath(folder), limits);
        _readers = new JournalReaderPool(_folder);
    }

    /// <summary>The earliest moment whose state can be known; null where nothing is recorded.</summary>
    public Instant? Since()
    {
        ChainLink trimmed = _readers.Ask(reader => reader.Trimmed());
        return trimmed.Last == 0 ? After(0).FirstOrDefault()?.At
            : Snapshots(trimmed).LastOrDefault() is { } oldest ? Core.Engine.Restore(oldest.State.Span, _limits).Now
            : null;
    }

    /// <summary>True where retention took what happened before <see cref="Since"/>; false where there was nothing before it.</summary>
    public bool IsTrimmed() => _readers.Ask(reader => reader.Trimmed()).Last > 0;

    /// <summary>The engine as it stood when everything up to a moment, and nothing later, had happened.</summary>
    /// <exception cref="JournalException">It cannot be read, or retention took what led to that moment.</exception>
    public Core.Engine StateAt(Instant at, CancellationToken cancellation = default)
    {
        Core.Engine engine = Begin(at);
        Advance(engine, at, cancellation);
        return engine;
    }

    /// <summary>The engine as it stood at the end of a span, with the peaks and refusals of its quotas counted from the span's beginning on; of a rule that was set later, from then on.</summary>
    /// <exception cref="JournalException">It cannot be read, or retention took what led to the beginning.</exception>
    public Core.Engine StateOver(Instant from, Instant to, CancellationToken cancellation = default)
    {
        Core.Engine engine = StateAt(from, cancellation);
        engine.CountQuotasAnew(from);
        Advance(engine, to, cancellation);
        return engine;
    }

    /// <summary>The events after a number, as they are read.</summary>
    /// <exception cref="JournalException">They cannot be read, or are older than what is kept (while enumerating).</exception>
    public IEnumerable<EngineEvent> After(long sequence)
    {
        foreach (ChainedBatch batch in JournalWalk.From(sequence, _folder, _readers))
        {
            foreach (EngineEvent happened in EventCodec.ReadAll(batch.Batch.Events))
            {
                if (happened.Sequence > sequence)
                {
                    yield return happened;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _readers.Dispose();

    private void Advance(Core.Engine engine, Instant to, CancellationToken cancellation)
    {
        foreach (EngineEvent happened in After(engine.Sequence))
        {
            cancellation.ThrowIfCancellationRequested();
            if (happened.At > to)
            {
                return;
            }

            engine.Apply(happened);
        }
    }

    private Core.Engine Begin(Instant at)
    {
        ChainLink trimmed = _readers.Ask(reader => reader.Trimmed());
        foreach (Snapshot snapshot in Snapshots(trimmed))
        {
            Core.Engine engine = Core.Engine.Restore(snapshot.State.Span, _limits);
            if (engine.Now <= at)
            {
                return engine;
            }
        }

        return trimmed.Last == 0 ? new Core.Engine(_limits)
            : throw new JournalException($"What led to {at} is older than what the journal keeps.", JournalFailure.Trimmed);
    }

    private IEnumerable<Snapshot> Snapshots(ChainLink trimmed) =>
        new SnapshotFolder(_folder).Sound(
            long.MaxValue,
            sequence => _readers.Ask(reader =>
                reader.EndOfBatchWith(sequence) is { } link && link.Last == sequence ? link.Hash : trimmed.Last == sequence ? trimmed.Hash : null),
            static (_, _) => { }).Where(snapshot => snapshot.Sequence >= trimmed.Last);
}
