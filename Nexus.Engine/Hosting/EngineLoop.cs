using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>The one writer: on its own thread it fills a batch with what is there, commits it, shows it to the readers, and answers.</summary>
internal sealed class EngineLoop : IDisposable
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly EngineClock _clock;
    private readonly ReadModel _read;
    private readonly EngineMeters _meters;
    private readonly ChannelReader<IPending> _commands;
    private readonly ILogger _log;
    private readonly Alarm _alarm;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<Command, Command> _look;
    private readonly Func<Command, Reply> _decide;
    private readonly LoopCondition _condition;
    private readonly Batch _batch = new();
    private readonly List<IPending> _callers = [];

    private Func<IJournal>? _open;
    private volatile IJournal? _journal;
    private Core.Engine _engine;
    private Instant _now;
    private Instant? _failedAt;
    private bool _started;
    private IReadOnlyList<Request> _unarchived = [];
    private long _lastCommitAt;
    private long _lastCommitTook;

    public EngineLoop(
        EngineOptions options, TimeProvider time, EngineClock clock, ReadModel read, EngineMeters meters, ChannelReader<IPending> commands, ILogger log)
    {
        (_options, _time, _clock, _read, _meters, _commands, _log) = (options, time, clock, read, meters, commands, log);
        _engine = new Core.Engine(options.Limits);
        _alarm = new Alarm(time);
        _condition = new LoopCondition(time);
        _look = Look;
        _decide = Decide;
        Snapshots = new SnapshotKeeper(options, time, log);
    }

    /// <summary>What it is doing.</summary>
    public LoopStatus Status => _condition.Now;

    /// <summary>The journal, once it could be opened.</summary>
    public IJournal? Journal => _journal;

    /// <summary>Keeps the snapshots.</summary>
    public SnapshotKeeper Snapshots { get; }

    /// <summary>Done when it decides for the first time; cancelled when it ends before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Done when it has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>When the last commit was done.</summary>
    public DateTimeOffset? LastCommitAt => Volatile.Read(ref _lastCommitAt) is > 0 and { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>How long it took.</summary>
    public TimeSpan? LastCommitTook => LastCommitAt is null ? null : new TimeSpan(Volatile.Read(ref _lastCommitTook));

    /// <summary>Opens the journal, or leaves that to the loop where the cause may pass.</summary>
    public void Open(Func<IJournal> open)
    {
        _open = open;
        Become(EngineHealthState.Recovering, "The engine reads its journal.");
        try
        {
            _journal = open();
        }
        catch (JournalException error) when (error.Failure != JournalFailure.Locked)
        {
            Become(EngineHealthState.Failed, error.Message, error.Failure);
            _log.Failed(error.Message, error);
        }
    }

    /// <summary>There is something to do.</summary>
    public void Wake() => _alarm.Ring();

    /// <summary>Nothing new is taken from now on.</summary>
    public void Stop()
    {
        if (Status.State is not (EngineHealthState.Stopping or EngineHealthState.Stopped))
        {
            _stopping.Cancel();
            Become(EngineHealthState.Stopping, "Nexus is stopping.");
        }
    }

    /// <summary>It never started.</summary>
    public void Abandon()
    {
        Become(EngineHealthState.Stopped, "Nexus has stopped.");
        _ready.TrySetCanceled();
        _ended.TrySetResult();
    }

    /// <summary>Runs until it is told to stop. The thread's one method.</summary>
    public void Run()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                if (TryRecover())
                {
                    Serve();
                }
            }

            if (_failedAt is null && _started)
            {
                Snapshots.AtEnd(_engine, _journal!);
            }
        }
        finally
        {
            FailQueued(Status.Unavailable());
            _journal?.Dispose();
            Abandon();
            Dispose();
        }
    }

    public void Dispose()
    {
        _alarm.Dispose();
        _stopping.Dispose();
    }

    // Decides and commits until it is told to stop and nothing is left, or something fails.
    private void Serve()
    {
        try
        {
            while (true)
            {
                Fill();
                if (_callers.Count == 0 && _batch.IsEmpty)
                {
                    if (_stopping.IsCancellationRequested && _commands.Completion.IsCompleted)
                    {
                        return;
                    }

                    if (!_engine.IsUnfinished && !_read.Plans.Publish(_engine, _now))
                    {
                        Sleep();
                    }

                    continue;
                }

                Commit();
                Answer();
                _read.Plans.Publish(_engine, _now);
                Snapshots.AfterCommit(_engine, _journal!);
            }
        }
        catch (JournalException error)
        {
            _meters.Failed();
            Fail(error.Message, error.Failure, error);
        }
#pragma warning disable CA1031 // Whatever it is: what was decided and not committed must not be answered, and nobody else can say so.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail("The engine broke one of its own rules, stopped, and rebuilds its state from the journal. Report the error that was logged.", null, error);
            Pause(LoopStatus.Soon);
        }
    }

    private void Fill()
    {
        _batch.Clear();
        _callers.Clear();
        (_now, Instant? jumpedFrom) = _clock.Advance();
        if (jumpedFrom is { } from)
        {
            _log.Jumped(from, _now);
            _engine.Handle(new JumpClock(from) { Actor = Actor.Engine }, _now, _batch);
        }

        if (_engine.NextDue is { } due && due <= _now)
        {
            _engine.Handle(new Tick { Actor = Actor.Engine }, _now, _batch);
        }

        // Commit what is there: waiting for more made batches larger and nothing faster. What takes long is committed slice by slice before anything else is decided.
        int size = 0;
        while (size < _options.BatchCapacity && !_engine.IsUnfinished && _commands.TryRead(out IPending? pending))
        {
            try
            {
                pending.Prepare(_look);
            }
            catch (EngineUnavailableException unavailable)
            {
                pending.Fail(unavailable);
                continue;
            }

            _callers.Add(pending);
            size += pending.Size;
            pending.Decide(_decide);
        }
    }

    private Command Look(Command command) => ArchiveLookup.Again(command, _read.Index, _journal!, _engine);

    private Reply Decide(Command command) => command is JumpClock accepted
        ? AcceptClock(accepted.Actor)
        : _engine.Handle(ArchiveLookup.Leaving(command, _read.Index, _batch, _engine), _now, _batch);

    private DoneReply AcceptClock(Actor actor)
    {
        if (!_clock.Accept())
        {
            return new DoneReply(0);
        }

        (_now, Instant? from) = _clock.Advance();
        _log.Jumped(from!.Value, _now);
        _engine.Handle(new JumpClock(from.Value) { Actor = actor }, _now, _batch);
        return new DoneReply(_engine.Sequence);
    }

    private void Commit()
    {
        if (!_batch.IsEmpty)
        {
            long started = _time.GetTimestamp();
            IReadOnlyList<EngineEvent> events = _batch.Events;
            _journal!.Commit(
                new JournalBatch(events[0].Sequence, events[^1].Sequence, events[^1].At, _batch.Encoded.Written) { Ledger = _batch.Ledger, Records = _batch.Records },
                _unarchived.Count == 0 ? _batch.Archived : [.. _unarchived, .. _batch.Archived]);
            _unarchived = [];
            TimeSpan took = _time.GetElapsedTime(started);
            Volatile.Write(ref _lastCommitTook, took.Ticks);
            Volatile.Write(ref _lastCommitAt, _time.GetUtcNow().UtcTicks);
            _meters.Committed(_callers.Sum(c => c.Size), took);
        }

        _read.Apply(_batch, _engine);
    }

    private void Answer()
    {
        long now = _time.GetTimestamp();
        TimeSpan elapsed = _meters.Elapsed;
        foreach (IPending caller in _callers)
        {
            caller.Count(_meters);
            _meters.Answered(caller.QueuedAt, now, elapsed);
            caller.Complete();
        }

        _callers.Clear();
    }

    private void Sleep()
    {
        _alarm.Reset();
        if (_commands.Count > 0 || (_stopping.IsCancellationRequested && _commands.Completion.IsCompleted))
        {
            return;
        }

        Instant? due = _engine.NextDue;
        TimeSpan until = (due < _read.Plans.Due ? due : _read.Plans.Due ?? due) is { } next ? _clock.Until(next) : LongestSleep;
        _alarm.SleepFor(until < LongestSleep ? until : LongestSleep);
    }

    private bool TryRecover()
    {
        try
        {
            _journal ??= _open!();
            if (!_journal.TryRecover(out JournalException? cause))
            {
                throw cause;
            }

            Recovered recovered = Recovery.From(_journal, _options, _log, _stopping.Token);
            (_engine, _unarchived) = (recovered.Engine, recovered.Unarchived);
            Snapshots.StartFrom(recovered.Snapshot);
            SetTheClock(recovered.Events);
            _read.Reset(_engine, recovered.Events, _journal);
            _started = true;
            _failedAt = null;
            Become(EngineHealthState.Ready, null);
            _ready.TrySetResult();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (JournalException error)
        {
            Retry(error.Message, error.Failure, error);
        }
#pragma warning disable CA1031 // A journal that cannot be replayed is a bug or damage: it is shown, and tried again in case it was the disk.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Retry($"The journal cannot be replayed: {error.Message}", JournalFailure.Corrupt, error);
        }

        return false;
    }

    // At the start, time that passed is simply time, as far as it is short; a failure of more than an hour left nobody the chance to renew, as a jump would.
    private void SetTheClock(EventRing events)
    {
        if (!_started)
        {
            _clock.StartFrom(_engine.Sequence == 0 ? null : _engine.Now);
        }
        else if (_failedAt is { } failed && _clock.Now - failed > EngineClock.CatchUp)
        {
            _batch.Clear();
            (Instant now, _) = _clock.Advance();
            _engine.Handle(new JumpClock(failed) { Actor = Actor.Engine }, now, _batch);
            _journal!.Commit(new JournalBatch(_batch.Events[0].Sequence, _batch.Events[^1].Sequence, now, _batch.Encoded.Written) { Ledger = _batch.Ledger, Records = _batch.Records }, [.. _unarchived, .. _batch.Archived]);
            _unarchived = [];
            foreach (EngineEvent happened in _batch.Events)
            {
                events.Add(happened);
            }
        }
    }

    private void Fail(string reason, JournalFailure? failure, Exception error)
    {
        _log.Failed(reason, error);
        _failedAt ??= _now;
        Become(EngineHealthState.Failed, reason, failure);
        EngineUnavailableException why = new(reason, LoopStatus.Soon, error);
        _callers.ForEach(c => c.Fail(why));
        _callers.Clear();
        FailQueued(why);
    }

    private void Retry(string reason, JournalFailure failure, Exception error)
    {
        if (Status.Reason != reason)
        {
            _log.Failed(reason, error);
            Become(EngineHealthState.Failed, reason, failure, Status.State == EngineHealthState.Failed ? Status.Since : null);
        }

        Pause(Status.RetryAfter);
    }

    private void Pause(TimeSpan pause)
    {
        long from = _time.GetTimestamp();
        while (!_stopping.IsCancellationRequested && _time.GetElapsedTime(from) < pause)
        {
            _alarm.Reset();
            FailQueued(Status.Unavailable());
            if (!_stopping.IsCancellationRequested)
            {
                _alarm.SleepFor(pause - _time.GetElapsedTime(from));
            }
        }
    }

    private void FailQueued(Exception why)
    {
        while (_commands.TryRead(out IPending? queued))
        {
            queued.Fail(why);
        }
    }

    private void Become(EngineHealthState state, string? reason, JournalFailure? failure = null, DateTimeOffset? since = null) => _condition.Become(state, reason, failure, since);
}
