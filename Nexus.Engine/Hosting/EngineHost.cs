using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>The engine at work: takes commands, has them decided one after the other on a thread of its own, and answers when the decisions are on disk.</summary>
/// <remarks>
/// <para>Whoever was answered finds the answer in <see cref="Read"/>, and after any restart. Whoever was not, can ask again with the same id.</para>
/// <para>While the journal cannot be written the engine refuses commands and says why (<see cref="Health"/>), keeps answering reads, and comes back by itself
/// when the cause has passed.</para>
/// </remarks>
public sealed class EngineHost : IHostedLifecycleService, IDisposable
{
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<IJournal> _open;
    private readonly Channel<IPending> _channel;
    private readonly EngineLoop _loop;
    private Thread? _thread;

    /// <summary>An engine that has not started.</summary>
    /// <param name="open">Opens the journal; called once, and again while it fails for a cause that may pass.</param>
    /// <param name="options">Its bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meters">Takes its measurements.</param>
    /// <param name="log">Takes its log.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names the key.</exception>
    public EngineHost(Func<IJournal> open, EngineOptions? options = null, TimeProvider? time = null, EngineMeters? meters = null, ILogger<EngineHost>? log = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        _options = options ?? new EngineOptions();
        if (_options.Faults().FirstOrDefault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        _open = open;
        _time = time ?? TimeProvider.System;
        Meters = meters ?? new EngineMeters(_time);
        _channel = Channel.CreateBounded<IPending>(new BoundedChannelOptions(_options.ChannelCapacity) { SingleReader = true, AllowSynchronousContinuations = false });
        Clock = new EngineClock(_time, _options.LongestClockJump);
        Read = new ReadModel(_options, Clock, _time);
        _loop = new EngineLoop(_options, _time, Clock, Read, Meters, _channel.Reader, log ?? NullLogger<EngineHost>.Instance);
        Meters.Observe(Read, () => _channel.Reader.Count);
    }

    /// <summary>What is committed, for readers.</summary>
    public ReadModel Read { get; }

    /// <summary>What is measured.</summary>
    public EngineMeters Meters { get; }

    /// <summary>Engine time.</summary>
    public EngineClock Clock { get; }

    /// <summary>Engine time now.</summary>
    public Instant Now => Clock.Now;

    /// <summary>What the core is bounded by.</summary>
    internal EngineLimits Limits => _options.Limits;

    /// <summary>The cost functions that prices may name, by name.</summary>
    public IReadOnlyDictionary<string, Costs.ICostModel> CostModels => _options.CostModels;

    /// <summary>The journal, for figures, export and backup; null until it could be opened.</summary>
    public IJournal? Journal => _loop.Journal;

    /// <summary>How it is.</summary>
    public EngineHealth Health
    {
        get
        {
            LoopStatus status = _loop.Status;
            return new EngineHealth(
                status.State, status.Reason, status.Since, status.Failure, Clock.Health, Read.Sequence, _loop.LastCommitAt, _loop.LastCommitTook,
                _channel.Reader.Count, _options.ChannelCapacity, _loop.Snapshots.Health);
        }
    }

    /// <summary>Has a command decided.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellation">Gives up before it is queued. What is queued is decided, whoever still listens.</param>
    /// <returns>The answer, once it is on disk.</returns>
    /// <exception cref="EngineUnavailableException">It was not taken, or it is not known whether it was committed: ask again with the same id.</exception>
    public Task<Reply> SendAsync(Command command, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<Reply>(cancellation);
        }

        try
        {
            MustBeReady();
            PendingOne pending = new(ArchiveLookup.Before(command, Read), _time.GetTimestamp());
            Queue(pending);
            return command is Cancel or SetPriority or Renew or Requeue or Hold ? ArchiveLookup.Answer(command, pending.Task, Read) : pending.Task;
        }
        catch (EngineUnavailableException unavailable)
        {
            return Task.FromException<Reply>(unavailable);
        }
    }

    /// <summary>Has several commands decided one after the other and committed together. They take one place in the channel.</summary>
    /// <param name="commands">The commands; at least one.</param>
    /// <param name="cancellation">Gives up before they are queued.</param>
    /// <returns>The answers in the order of the commands; each succeeds or fails for itself.</returns>
    /// <exception cref="EngineUnavailableException">None was taken, or it is not known whether they were committed.</exception>
    public Task<Reply[]> SendAsync(IReadOnlyList<Command> commands, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(commands);
        if (commands.Count == 0)
        {
            throw new ArgumentException("at least one command is needed", nameof(commands));
        }

        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<Reply[]>(cancellation);
        }

        try
        {
            MustBeReady();
            PendingMany pending = new([.. commands.Select(c => ArchiveLookup.Before(c, Read))], _time.GetTimestamp());
            Queue(pending);
            return pending.Task;
        }
        catch (EngineUnavailableException unavailable)
        {
            return Task.FromException<Reply[]>(unavailable);
        }
    }

    /// <summary>An operator says that the wall clock is right although it is far ahead: engine time jumps to it, and every lease gets its full length again.</summary>
    /// <returns><see cref="DoneReply"/>; its version is 0 when nothing waited for an operator.</returns>
    public Task<Reply> AcceptClockAsync(Actor actor, CancellationToken cancellation = default) => SendAsync(new JumpClock(Now) { Actor = actor }, cancellation);

    /// <summary>Waits until it decides. Throws when it has been told to stop.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellation = default) => _loop.Ready.WaitAsync(cancellation);

    /// <summary>Opens the journal and starts to read it; commands are taken once <see cref="Health"/> says ready.</summary>
    /// <exception cref="JournalException">Another program has the journal. Other causes are retried and shown.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _loop.Open(_open);
        }
        catch (JournalException error) when (error.Failure == JournalFailure.Locked)
        {
            _loop.Abandon();
            throw;
        }

        _thread = new Thread(_loop.Run) { IsBackground = true, Name = "Nexus engine" };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>Calls that wait for news are answered now, so that nobody holds up the end.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Read.Close();
        return Task.CompletedTask;
    }

    /// <summary>Takes nothing new, decides and commits what is queued, keeps a snapshot, and ends; within <see cref="EngineOptions.StopWithin"/>.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Read.Close();
        _loop.Stop();
        _channel.Writer.TryComplete();
        _loop.Wake();
        if (_thread is not null)
        {
            await Task.WhenAny(_loop.Ended, Task.Delay(_options.StopWithin, CancellationToken.None));
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        Meters.Dispose();
    }

    private void MustBeReady()
    {
        if (_loop.Status is { State: not EngineHealthState.Ready } status)
        {
            throw status.Unavailable();
        }
    }

    private void Queue(IPending pending)
    {
        if (!_channel.Writer.TryWrite(pending))
        {
            MustBeReady();
            throw new EngineUnavailableException($"{_options.ChannelCapacity} callers wait to be decided already. Come back in a second.", TimeSpan.FromSeconds(1));
        }

        _loop.Wake();
    }
}
