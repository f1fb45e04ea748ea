using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage;

/// <summary>What a verification found.</summary>
/// <param name="Events">How many events were read.</param>
/// <param name="Hash">The state hash stored with the newest snapshot, in lower-case hexadecimal; null where there is no snapshot.</param>
/// <param name="ReplayedHash">The state hash recomputed from the events up to the same one; without a snapshot, up to the last. Null where the events could not be replayed that far.</param>
/// <param name="Chain">True when every batch is what was written and follows on the one before it.</param>
/// <param name="Ok">True when all is well.</param>
/// <param name="First">The oldest event kept.</param>
/// <param name="Last">The newest event.</param>
/// <param name="LastHash">The hash of the newest batch, in lower-case hexadecimal: who notes it down can later tell whether history was rewritten.</param>
/// <param name="Problem">What is wrong, in words an operator can act on; null when nothing is.</param>
public sealed record VerifyResult(long Events, string? Hash, string? ReplayedHash, bool Chain, bool Ok, long First, long Last, string? LastHash, string? Problem);

/// <summary>Replays a journal through the core and compares the stored state hash with the recomputed one: the snapshots are proven by the events, never the other way round.</summary>
/// <remarks>Reads only, in short steps: it works on a folder that nobody uses, on a backup, and beside a running server.</remarks>
public sealed class JournalVerifier
{
    private readonly string _folder;
    private readonly EngineLimits _limits;

    /// <summary>A verifier of the journal in <paramref name="folder"/>.</summary>
    /// <param name="folder">The data folder, or a backup.</param>
    /// <param name="limits">The limits the engine ran with: they decide what a state holds.</param>
    public JournalVerifier(string folder, EngineLimits limits) => (_folder, _limits) = (Path.GetFullPath(folder), limits);

    /// <summary>Reads the whole journal. A second takes about a million small events.</summary>
    /// <param name="progress">Told of the events read so far and of all there are, every few thousand.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="JournalException">There is no journal that could be read at all.</exception>
    public VerifyResult Verify(IProgress<(long Done, long All)>? progress = null, CancellationToken cancellation = default)
    {
        using JournalReaderPool readers = new(_folder);
        (ChainLink trimmed, ChainLink end) = readers.Ask(reader => (reader.Trimmed(), reader.End()));
        Findings found = new(trimmed, end);
        List<Snapshot> snapshots = [.. SoundSnapshots(readers, end, found).Reverse()];
        Replay? replay = found.Try(() => Start(trimmed, snapshots));
        found.Try(() => replay?.Compare(snapshots, found));
        long reported = 0;
        try
        {
            foreach (ChainedBatch next in JournalWalk.From(trimmed.Last, _folder, readers).TakeWhile(next => next.Batch.Last <= end.Last))
            {
                cancellation.ThrowIfCancellationRequested();
                if (found.Replays)
                {
                    found.Try(() => replay!.Apply(next.Batch));
                    found.Try(() => replay!.Compare(snapshots, found));
                }

                (found.Events, found.Hash) = (next.Batch.Last - trimmed.Last, next.Hash);
                if (found.Events >= reported + 4096)
                {
                    reported = found.Events;
                    progress?.Report((reported, end.Last - trimmed.Last));
                }
            }

            found.Finish(replay);
            progress?.Report((found.Events, end.Last - trimmed.Last));
        }
        catch (JournalException error)
        {
            (found.Chain, found.Problem) = (error.Failure != JournalFailure.Corrupt, error.Message);
        }

        return found.Result(snapshots is [.., var newest] ? Convert.ToHexStringLower(newest.Hash) : null);
    }

    private IEnumerable<Snapshot> SoundSnapshots(JournalReaderPool readers, ChainLink end, Findings found) =>
        new SnapshotFolder(_folder).Sound(
            end.Last,
            sequence => readers.Ask(reader =>
                reader.EndOfBatchWith(sequence) is { } link && link.Last == sequence ? link.Hash : reader.Trimmed() is { } gone && gone.Last == sequence ? gone.Hash : null),
            (path, fault) => found.Problem ??= $"The snapshot {path} cannot be used: {fault}. Delete it; the state is rebuilt without it.");

    // From the first event, or, where retention took it, from the oldest snapshot: the newer one is then proven by it and the events in between.
    private Replay Start(ChainLink trimmed, List<Snapshot> snapshots) =>
        trimmed.Last == 0 ? new Replay(new Core.Engine(_limits))
        : snapshots.FirstOrDefault(snapshot => snapshot.Sequence >= trimmed.Last) is { } oldest ? new Replay(Core.Engine.Restore(oldest.State.Span, _limits))
        : throw new InvalidDataException("retention took the events before them, and no snapshot of a later state is sound");

    private sealed class Replay(Core.Engine engine)
    {
        public string Hash() => Convert.ToHexStringLower(engine.StateHash());

        public void Apply(JournalBatch batch)
        {
            EventReader events = new(batch.Events.Span);
            while (!events.AtEnd)
            {
                EngineEvent happened = EventCodec.Read(ref events);
                if (happened.Sequence > engine.Sequence)
                {
                    engine.Apply(happened);
                }
            }
        }

        public void Compare(List<Snapshot> snapshots, Findings found)
        {
            if (snapshots.Find(snapshot => snapshot.Sequence == engine.Sequence) is { } snapshot)
            {
                (string stored, string recomputed) = (Convert.ToHexStringLower(snapshot.Hash), Hash());
                found.ReplayedHash = snapshot == snapshots[^1] ? recomputed : null;
                found.Problem ??= stored == recomputed ? null
                    : $"The snapshot of event {snapshot.Sequence} does not hold the state that the events lead to (or the engine's limits were changed since): delete it; the state is rebuilt without it.";
            }
        }
    }

    private sealed class Findings(ChainLink trimmed, ChainLink end)
    {
        public long Events { get; set; }

        public byte[] Hash { get; set; } = trimmed.Hash;

        public string? ReplayedHash { get; set; }

        public bool Chain { get; set; } = true;

        public string? Problem { get; set; }

        /// <summary>False once an event could not be replayed: what follows is still checked against the chain.</summary>
        public bool Replays { get; private set; } = true;

        public void Try(Action step) => Try(() =>
        {
            step();
            return true;
        });

        public T? Try<T>(Func<T> step)
        {
            try
            {
                return step();
            }
            catch (Exception error) when (error is InvalidDataException or InvalidOperationException or NullReferenceException or IndexOutOfRangeException
                or ArgumentException or KeyNotFoundException or OverflowException or FormatException)
            {
                Replays = false;
                ReplayedHash = null;
                Problem ??= $"The events after {trimmed.Last + Events} cannot be replayed by this version: {error.Message}";
                return default;
            }
        }

        public void Finish(Replay? replay)
        {
            ReplayedHash ??= Replays ? replay?.Hash() : null;
            if (Events != end.Last - trimmed.Last)
            {
                (Chain, Problem) = (false, Problem ?? $"The journal ended at event {end.Last} and now ends at event {trimmed.Last + Events}.");
            }
        }

        public VerifyResult Result(string? stored) => new(
            Events, stored, ReplayedHash, Chain, Problem is null && Chain, trimmed.Last + 1, end.Last, Events == 0 ? null : Convert.ToHexStringLower(Hash), Problem);
    }
}
