using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Bench.Embedded;

/// <summary>A journal whose commits are timed; without an inner one it forgets everything, so that what remains is the host's own cost.</summary>
internal sealed class TimedJournal(IJournal? inner) : IJournal
{
    private readonly List<double> _commits = [];
    private long _last;

    /// <summary>How long each commit took, in milliseconds.</summary>
    public double[] Commits
    {
        get
        {
            lock (_commits)
            {
                return [.. _commits];
            }
        }
    }

    public int Snapshots { get; private set; }

    public Ledger Ledger => inner?.Ledger ?? throw new NotSupportedException("a journal that forgets everything has no ledger");

    public long FirstSequence => inner?.FirstSequence ?? _last + 1;

    public long LastSequence => inner?.LastSequence ?? _last;

    public void Commit(JournalBatch batch, IReadOnlyList<Request> archived)
    {
        long started = Stopwatch.GetTimestamp();
        inner?.Commit(batch, archived);
        _last = batch.Last;
        lock (_commits)
        {
            _commits.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    public void Forget()
    {
        lock (_commits)
        {
            _commits.Clear();
        }
    }

    public bool TryRecover([NotNullWhen(false)] out JournalException? cause)
    {
        cause = null;
        return inner?.TryRecover(out cause) ?? true;
    }

    public IEnumerable<JournalBatch> Read(long after) => inner?.Read(after) ?? [];

    public void SaveSnapshot(Snapshot snapshot)
    {
        Snapshots++;
        inner?.SaveSnapshot(snapshot);
    }

    public Snapshot? LatestSnapshot(long atMost = long.MaxValue) => inner?.LatestSnapshot(atMost);

    public Request? FindArchived(RequestKey key) => inner?.FindArchived(key);

    public Request? FindArchivedByLease(long lease) => inner?.FindArchivedByLease(lease);

    public IReadOnlyList<Request> FindArchivedById(string id) => inner?.FindArchivedById(id) ?? [];

    public JournalFigures Measure() => inner?.Measure() ?? throw new NotSupportedException("nothing is kept");

    public void Dispose() => inner?.Dispose();
}
