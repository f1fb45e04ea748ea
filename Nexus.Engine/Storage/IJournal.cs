using System.Diagnostics.CodeAnalysis;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Storage;

/// <summary>Where decisions become facts.</summary>
/// <remarks>
/// <para><see cref="Commit"/> returns only when the batch is on disk (one transaction, one fsync); until then nobody may act on it.</para>
/// <para>When it throws <see cref="JournalException"/>, either nothing of the batch is written or it is not known whether all of it is; a part of a batch
/// is never written. From then on every commit is refused until <see cref="TryRecover"/> succeeds: the caller stops answering, throws its state away and
/// rebuilds it from what <see cref="Read"/> gives, so that it never runs ahead of, nor behind, what is on disk.</para>
/// <para>Sequence numbers start at 1 and have no gaps; each batch carries the hash of the one before (SHA-256 over the previous hash, the numbers, the time and
/// the bytes). Retention takes whole batches from the front, never beyond the older of the two kept snapshots, and keeps the hash of the last one it took: what remains can
/// still be checked, and the newest snapshot can still be recomputed.</para>
/// <para>One writer: opening a second journal on the same folder is refused. <see cref="Commit"/> and <see cref="TryRecover"/> are called by one thread at a time;
/// everything else may be called by any thread at any moment.</para>
/// </remarks>
public interface IJournal : IDisposable
{
    /// <summary>The number of the oldest event still kept: 1 until retention takes effect, <see cref="LastSequence"/> + 1 when there is none.</summary>
    long FirstSequence { get; }

    /// <summary>The number of the last event on disk; 0 when there is none.</summary>
    long LastSequence { get; }

    /// <summary>The ledger, which lies beside the events and is written with them.</summary>
    Ledger Ledger { get; }

    /// <summary>Writes a batch, what it says for the ledger, and the requests that left memory with it, in one transaction.</summary>
    /// <remarks>From its return on, <see cref="FindArchived"/> finds those requests. What leaves memory in a batch that is still being decided is found nowhere but there.</remarks>
    /// <exception cref="JournalException">See the remarks.</exception>
    /// <exception cref="ArgumentException">The batch does not follow on <see cref="LastSequence"/>: a bug of the caller, nothing is written.</exception>
    void Commit(JournalBatch batch, IReadOnlyList<Request> archived);

    /// <summary>Tries to make a journal that failed writable again: opens it anew, reads <see cref="LastSequence"/> from disk and writes a trial that is taken back.</summary>
    /// <param name="cause">What still stands in the way.</param>
    /// <returns>True when it can be written; the caller then recovers its state from it. True at once when it had not failed.</returns>
    bool TryRecover([NotNullWhen(false)] out JournalException? cause);

    /// <summary>The batches that hold events after a sequence number, in order, read in short steps that never hold a lock for long; their chain is checked.</summary>
    /// <remarks>Batches come whole: the first may begin at or before <paramref name="after"/>. Ends at what is on disk when it gets there.</remarks>
    /// <param name="after">At least <see cref="FirstSequence"/> − 1; else it fails as <see cref="JournalFailure.Trimmed"/>, so that a gap is never taken for the beginning.</param>
    /// <exception cref="JournalException">The journal cannot be read, or its chain is broken; the message names the batch.</exception>
    IEnumerable<JournalBatch> Read(long after);

    /// <summary>Keeps a snapshot of the state after a committed batch; older ones beyond the newest two are removed.</summary>
    /// <exception cref="JournalException">It could not be kept. The journal itself is not affected.</exception>
    /// <exception cref="ArgumentException">No batch on disk ends at its sequence number.</exception>
    void SaveSnapshot(Snapshot snapshot);

    /// <summary>The newest snapshot at or below a sequence number whose bytes match their hash and which belongs to this journal, or null.</summary>
    Snapshot? LatestSnapshot(long atMost = long.MaxValue);

    /// <summary>A request that left memory, by its identity, or null. An id that was never seen costs no query.</summary>
    Request? FindArchived(RequestKey key);

    /// <summary>A request that left memory, by its lease's number, or null.</summary>
    Request? FindArchivedByLease(long lease);

    /// <summary>Requests that left memory under an id, in any tenant. An id that was never seen costs no query.</summary>
    IReadOnlyList<Request> FindArchivedById(string id);

    /// <summary>What it takes on disk and how that grows.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    JournalFigures Measure();
}
