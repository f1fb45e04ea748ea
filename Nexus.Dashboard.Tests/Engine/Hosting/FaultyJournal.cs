using System.Diagnostics.CodeAnalysis;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>A real journal that fails or dawdles when it is told to.</summary>
internal sealed class FaultyJournal(IJournal inner) : IJournal
{
    private volatile JournalException? _commitsFail;
    private volatile bool _commitsAreLost;
    private int _commits;

    /// <summary>Commits wait while this is not set.</summary>
    public ManualResetEventSlim Commits { get; } = new(initialState: true);

    /// <summary>Released once for each commit that has begun.</summary>
    public SemaphoreSlim Begun { get; } = new(0);

    /// <summary>How many commits were written.</summary>
    public int Written => Volatile.Read(ref _commits);

    public Ledger Ledger => inner.Ledger;

    public long FirstSequence => inner.FirstSequence;

    public long LastSequence => inner.LastSequence;

    /// <summary>Each commit fails and writes nothing, until <see cref="Heal"/>.</summary>
    public void Break(JournalFailure failure = JournalFailure.Full) => _commitsFail = new JournalException($"the test says {failure}", failure);

    /// <summary>The next commit is written, and its answer lost on the way: the one outcome of which the caller cannot know.</summary>
    public void LoseAnAnswer() => (_commitsAreLost, _commitsFail) = (true, new JournalException("the answer was lost", JournalFailure.InputOutput));

    public void Heal() => (_commitsAreLost, _commitsFail) = (false, null);

    public void Commit(JournalBatch batch, IReadOnlyList<Request> archived)
    {
        Begun.Release();
        Commits.Wait();
        if (_commitsFail is null || _commitsAreLost)
        {
            inner.Commit(batch, archived);
            Interlocked.Increment(ref _commits);
        }

        if (_commitsFail is { } failure)
        {
            throw failure;
        }
    }

    public bool TryRecover([NotNullWhen(false)] out JournalException? cause)
    {
        cause = _commitsFail;
        return cause is null && inner.TryRecover(out cause);
    }

    public IEnumerable<JournalBatch> Read(long after) => inner.Read(after);

    public void SaveSnapshot(Snapshot snapshot) => inner.SaveSnapshot(snapshot);

    public Snapshot? LatestSnapshot(long atMost = long.MaxValue) => inner.LatestSnapshot(atMost);

    public Request? FindArchived(RequestKey key) => inner.FindArchived(key);

    public Request? FindArchivedByLease(long lease) => inner.FindArchivedByLease(lease);

    public IReadOnlyList<Request> FindArchivedById(string id) => inner.FindArchivedById(id);

    public JournalFigures Measure() => inner.Measure();

    public void Dispose()
    {
        Commits.Set();
        inner.Dispose();
    }
}
