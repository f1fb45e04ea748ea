using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Storage;

/// <summary>Where decisions become facts.</summary>
/// <remarks>
/// <para><see cref="Commit"/> returns only when the batch is on disk (one transaction, one fsync); until then nobody may act on it.</para>
/// <para>It throws <see cref="JournalException"/>, and then either nothing of the batch is written or it is not known whether all of it is: the caller
/// must stop answering and recover from what <see cref="Read"/> gives. A part of a batch is never written.</para>
/// <para>Sequence numbers start at 1 and have no gaps; each batch carries the hash of the one before (SHA-256 over the previous hash, the numbers, the time and the bytes).</para>
/// <para>One writer: opening a second journal on the same folder is refused.</para>
/// </remarks>
public interface IJournal : IDisposable
{
    /// <summary>The number of the last event on disk; 0 when there is none.</summary>
    long LastSequence { get; }

    /// <summary>Writes a batch and the requests that left memory with it, in one transaction.</summary>
    /// <exception cref="JournalException">See the remarks.</exception>
    void Commit(JournalBatch batch, IReadOnlyList<Request> archived);

    /// <summary>The batches after a sequence number, in order, read in short steps that never hold a lock for long; their chain is checked.</summary>
    /// <exception cref="JournalException">The journal cannot be read, or its chain is broken.</exception>
    IEnumerable<JournalBatch> Read(long after);

    /// <summary>Keeps a snapshot; older ones beyond the newest two are removed.</summary>
    void SaveSnapshot(Snapshot snapshot);

    /// <summary>The newest snapshot at or below a sequence number whose bytes match their hash, or null.</summary>
    Snapshot? LatestSnapshot(long atMost = long.MaxValue);

    /// <summary>A request that left memory, by its identity, or null. Safe to call from any thread.</summary>
    Request? FindArchived(RequestKey key);

    /// <summary>A request that left memory, by its lease's number, or null. Safe to call from any thread.</summary>
    Request? FindArchivedByLease(long lease);

    /// <summary>Requests that left memory under an id, in any tenant. Safe to call from any thread.</summary>
    IReadOnlyList<Request> FindArchivedById(string id);
}

/// <summary>Events that become facts together.</summary>
/// <param name="First">The number of the first event.</param>
/// <param name="Last">The number of the last event.</param>
/// <param name="At">The engine time of the last event.</param>
/// <param name="Events">The encoded events, back to back. Valid during the call only when given to <see cref="IJournal.Commit"/>.</param>
public sealed record JournalBatch(long First, long Last, Instant At, ReadOnlyMemory<byte> Events);

/// <summary>The whole state after an event, to start from instead of the first event. Never trusted more than the journal.</summary>
/// <param name="Sequence">The number of the last event in it.</param>
/// <param name="At">The engine time of that event.</param>
/// <param name="State">The encoded state.</param>
/// <param name="Hash">The SHA-256 of <paramref name="State"/>: the state hash.</param>
public sealed record Snapshot(long Sequence, Instant At, ReadOnlyMemory<byte> State, byte[] Hash);

/// <summary>The journal cannot be written or read.</summary>
public sealed class JournalException : Exception
{
    /// <summary>Names the cause in words an operator can act on.</summary>
    public JournalException(string message, JournalFailure failure, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <summary>What kind of failure it is.</summary>
    public JournalFailure Failure { get; }
}

/// <summary>What kept the journal from being written or read.</summary>
public enum JournalFailure
{
    /// <summary>The disk, or the size the file may have, is full. Passes when space comes back.</summary>
    Full,

    /// <summary>Somebody else has the file. Passes when they let go.</summary>
    Locked,

    /// <summary>The disk answered with an error. May pass.</summary>
    InputOutput,

    /// <summary>What is on disk is not what was written. Needs an operator.</summary>
    Corrupt,
}
