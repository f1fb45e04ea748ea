using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Storage;

/// <summary>The journal in <c>engine.db</c>: a row for each batch, hash-chained, in WAL mode with <c>synchronous=FULL</c>; why so: docs/decisions/0002-sqlite-row-per-batch.md.</summary>
public sealed partial class SqliteJournal : IJournal
{
    private const int FillStep = 10_000;
    private const int LeastTrial = 64 * 1024;
    private const int MostTrial = 16 * 1024 * 1024;

    private readonly string _folder;
    private readonly JournalOptions _options;
    private readonly ILogger _log;
    private readonly FolderLock _lock;
    private readonly LedgerOptions _ledger;
    private readonly JournalReaderPool _readers;
    private readonly SnapshotFolder _snapshots;
    private readonly JournalRetention _retention;
    private readonly ArchiveFilter _filter;
    private readonly UsageFilter _reported;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _saving = new();

    private JournalWriter? _writer;
    private JournalException? _failure;
    private ChainLink _end = null!;
    private Instant _oldest;
    private int _trialBytes = LeastTrial;
    private long _last;
    private long _trimmed;
    private long _safeToTrim;
    private long _newestArchivedLease;
    private bool _disposed;
    private Task _filling = Task.CompletedTask;

    private SqliteJournal(string folder, JournalOptions options, ILogger log, FolderLock taken, LedgerOptions ledger)
    {
        (_folder, _options, _log, _lock, _ledger) = (folder, options, log, taken, ledger);
        _readers = new(folder);
        _reported = new(options.UsageFilterBytes);
        Ledger = new Ledger(_readers, _reported);
        _snapshots = new(folder);
        _retention = new(options);
        _filter = new(options.ArchiveFilterBytes);
    }

    /// <inheritdoc/>
    public Ledger Ledger { get; }

    /// <inheritdoc/>
    public long FirstSequence => Volatile.Read(ref _trimmed) + 1;

    /// <inheritdoc/>
    public long LastSequence => Volatile.Read(ref _last);

    /// <summary>Done when the ids on disk are in memory, or cannot be read.</summary>
    internal Task Filled => _filling;

    /// <summary>Opens the journal of a data folder, creating both where they do not exist, and keeps every other writer off it until it is disposed.</summary>
    /// <exception cref="JournalException">The folder is in use, cannot be written, holds something else, or its newest batch is damaged.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SqliteJournal Open(string folder, JournalOptions? options = null, ILogger? log = null, LedgerOptions? ledger = null)
    {
        options ??= new();
        if (options.Faults().FirstOrDefault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        folder = Path.GetFullPath(folder);
        CreateFolder(folder);
        FolderLock taken = FolderLock.Take(folder);
        SqliteJournal journal = new(folder, options, log ?? NullLogger.Instance, taken, ledger ?? new LedgerOptions());
        try
        {
            journal.OpenWriter();
            journal.ReadEnd();
            journal._filling = Task.Run(journal.FillFilters);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Commit(JournalBatch batch, IReadOnlyList<Request> archived)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(archived);
        if (_failure is not null || _writer is null)
        {
            throw new JournalException($"The journal has failed and was not recovered. {_failure?.Message}", _failure?.Failure ?? JournalFailure.InputOutput, _failure);
        }

        if (batch.First != _end.Last + 1 || batch.Last < batch.First)
        {
            throw new ArgumentException($"a batch of events {batch.First}–{batch.Last} cannot follow event {_end.Last}", nameof(batch));
        }

        // Before it is tried: a commit whose answer is lost may be on disk.
        foreach ((string tenant, string id) in batch.Records)
        {
            _reported.Add(tenant, id);
        }

        try
        {
            TrimLimit? trim = _retention.LimitAt(batch.At, _trimmed, _oldest, Volatile.Read(ref _safeToTrim), _writer.UsedBytes);
            (_end, Trimming? trimmed) = _writer.Commit(batch, _end, archived, trim);
            Remember(batch, archived, trimmed);
        }
        catch (SqliteException error)
        {
            _trialBytes = Math.Clamp(batch.Events.Length * 2, LeastTrial, MostTrial);
            throw Fail(JournalErrors.From(error, _folder));
        }
        catch (Exception error)
        {
            // A bug: its transaction is rolled back, and the caller recovers as from any other failure.
            Fail(new JournalException($"A commit broke off. {error.Message}", JournalFailure.InputOutput, error));
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryRecover([NotNullWhen(false)] out JournalException? cause)
    {
        if (_failure is null)
        {
            cause = null;
            return true;
        }

        _readers.Renew();
        try
        {
            OpenWriter();
            _writer!.Try(_trialBytes);
            ReadEnd();
            _failure = cause = null;
            LogRecovered(_log, _folder, _end.Last);
            return true;
        }
        catch (SqliteException error)
        {
            cause = _failure = JournalErrors.From(error, _folder);
        }
        catch (JournalException error)
        {
            cause = _failure = error;
        }

        CloseWriter();
        return false;
    }

    /// <inheritdoc/>
    public IEnumerable<JournalBatch> Read(long after) => JournalWalk.From(after, _folder, _readers).Select(chained => chained.Batch);

    /// <inheritdoc/>
    public void SaveSnapshot(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        byte[] chain = ChainAt(snapshot.Sequence)
            ?? throw new ArgumentException($"no batch on disk ends at event {snapshot.Sequence}", nameof(snapshot));
        try
        {
            lock (_saving)
            {
                _snapshots.Save(snapshot, chain);
                FindSafeToTrim();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw JournalErrors.From(error, _folder);
        }
    }

    /// <inheritdoc/>
    public Snapshot? LatestSnapshot(long atMost = long.MaxValue) =>
        _snapshots.Sound(Math.Min(atMost, LastSequence), ChainAt, (path, fault) => LogUnsound(_log, path, fault)).FirstOrDefault();

    /// <inheritdoc/>
    public Request? FindArchived(RequestKey key) => _filter.MayHold(key) ? _readers.Ask(reader => reader.Archived(key)) : null;

    /// <inheritdoc/>
    public Request? FindArchivedByLease(long lease) =>
        lease > 0 && lease <= Volatile.Read(ref _newestArchivedLease) ? _readers.Ask(reader => reader.ArchivedByLease(lease)) : null;

    /// <inheritdoc/>
    public IReadOnlyList<Request> FindArchivedById(string id) => _filter.MayHoldId(id) ? _readers.Ask(reader => reader.ArchivedById(id)) : [];

    /// <inheritdoc/>
    public JournalFigures Measure() => _readers.Ask(reader => JournalMeasure.Of(_folder, _options, reader));

    /// <summary>Closes it: the last writer leaves a single file without a WAL beside it.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _closing.Cancel();
        _filling.GetAwaiter().GetResult();
        _readers.Dispose();
        CloseWriter();
        _lock.Dispose();
        _closing.Dispose();
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw JournalErrors.From(error, folder);
        }
    }

    private void OpenWriter()
    {
        CloseWriter();
        try
        {
            _writer = JournalWriter.Open(_folder, _options, _ledger);
        }
        catch (SqliteException error)
        {
            throw JournalErrors.From(error, _folder);
        }
    }

    private void CloseWriter()
    {
        _writer?.Dispose();
        _writer = null;
    }

    // What a commit and a recovery go on from, read from disk and, for the newest batch, checked.
    private void ReadEnd()
    {
        (ChainLink end, ChainLink trimmed, Instant oldest, long lease) = _readers.Ask(reader =>
        {
            (ChainLink last, ChainLink gone) = (reader.End(), reader.Trimmed());
            Instant first = last.Last > gone.Last ? reader.EndOfBatchWith(gone.Last + 1)!.At : last.At;
            return (last, gone, first, reader.NewestArchivedLease());
        });
        if (end.Last > trimmed.Last)
        {
            foreach (ChainedBatch _ in JournalWalk.From(end.Last - 1, _folder, _readers))
            {
                // Reading it checks it.
            }
        }

        (_end, _oldest) = (end, oldest);
        Volatile.Write(ref _last, end.Last);
        Volatile.Write(ref _trimmed, trimmed.Last);
        Volatile.Write(ref _newestArchivedLease, lease);
        FindSafeToTrim();
        if (_snapshots.Files() is [{ Sequence: long ahead }, ..] && ahead > end.Last)
        {
            LogTailLost(_log, _folder, end.Last, ahead);
        }
    }

    private void Remember(JournalBatch batch, IReadOnlyList<Request> archived, Trimming? trimmed)
    {
        foreach (Request request in archived)
        {
            _filter.Add(request.Key);
            if (request.Lease is { } lease && lease.Number > _newestArchivedLease)
            {
                Volatile.Write(ref _newestArchivedLease, lease.Number);
            }
        }

        if (trimmed is not null)
        {
            _oldest = trimmed.Oldest ?? _oldest;
            Volatile.Write(ref _trimmed, trimmed.Last);
        }
        else if (batch.First == FirstSequence)
        {
            _oldest = batch.At;
        }

        Volatile.Write(ref _last, batch.Last);
    }

    private byte[]? ChainAt(long sequence) => _readers.Ask(reader =>
        reader.EndOfBatchWith(sequence) is { } link && link.Last == sequence ? link.Hash
        : reader.Trimmed() is { } trimmed && trimmed.Last == sequence ? trimmed.Hash
        : null);

    // Only what the older of two snapshots no longer needs may go. That both are sound was checked when they were written.
    private void FindSafeToTrim() =>
        Volatile.Write(ref _safeToTrim, _snapshots.Files().Where(file => file.Sequence <= LastSequence).Skip(1).Select(file => file.Sequence).FirstOrDefault());

    private JournalException Fail(JournalException failure)
    {
        _failure = failure;
        LogFailed(_log, _failure.Message);
        CloseWriter();
        return _failure;
    }

    // Beside everything else: until they are filled each lookup asks the disk.
    private void FillFilters()
    {
        try
        {
            if (TryFill(static (reader, after) => reader.ArchivedKeysAfter(after, FillStep), _filter.Add))
            {
                _filter.Complete();
            }

            if (TryFill(static (reader, after) => reader.Ledger.RecordsAfter(after, FillStep), key => _reported.Add(key.Tenant, key.Id)))
            {
                _reported.Complete();
            }
        }
        catch (JournalException error)
        {
            LogNoFilter(_log, error.Message);
        }
    }

    private bool TryFill(Func<JournalReader, RequestKey, List<RequestKey>> read, Action<RequestKey> add)
    {
        RequestKey at = new("", "");
        while (_readers.Ask(reader => read(reader, at)) is { Count: > 0 } keys)
        {
            keys.ForEach(add);
            at = keys[^1];
            if (_closing.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }

    [LoggerMessage(1, LogLevel.Error, "A commit failed. {Cause}")]
    private static partial void LogFailed(ILogger log, string cause);

    [LoggerMessage(2, LogLevel.Warning, "The journal in {Folder} can be written again; it ends at event {Last}.")]
    private static partial void LogRecovered(ILogger log, string folder, long last);

    [LoggerMessage(3, LogLevel.Warning, "The snapshot {Path} is not used: {Fault}. The state is rebuilt from an older one and the journal.")]
    private static partial void LogUnsound(ILogger log, string path, string fault);

    [LoggerMessage(4, LogLevel.Error, "The journal in {Folder} ends at event {Last}, but a snapshot of event {Ahead} lies beside it: the events in between were taken away, "
        + "by an older copy of engine.db or a WAL that was removed. Nexus goes on from what the journal holds.")]
    private static partial void LogTailLost(ILogger log, string folder, long last, long ahead);

    [LoggerMessage(5, LogLevel.Warning, "Old requests and reported use are looked up on disk each time, as their index could not be read at the start. {Cause}")]
    private static partial void LogNoFilter(ILogger log, string cause);
}
