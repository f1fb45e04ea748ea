using Nexus.Engine.Core;

namespace Nexus.Engine.Hosting;

/// <summary>A caller's place in the channel, from its question to its answer.</summary>
internal interface IPending
{
    /// <summary>When it was queued, as a timestamp of the time provider.</summary>
    long QueuedAt { get; }

    /// <summary>How many commands it holds.</summary>
    int Size { get; }

    /// <summary>Looks up what the commands need. Nothing is decided yet, so it may still fail alone.</summary>
    void Prepare(Func<Command, Command> look);

    /// <summary>Has the commands decided; nobody learns the answers yet.</summary>
    void Decide(Func<Command, Reply> decide);

    /// <summary>Counts the answers.</summary>
    void Count(EngineMeters meters);

    /// <summary>Answers: what was decided is on disk.</summary>
    void Complete();

    /// <summary>Answers that it could not be done.</summary>
    void Fail(Exception why);
}

/// <summary>One command. It is its own task source, and continues its caller elsewhere than on the engine's thread.</summary>
internal sealed class PendingOne(Command command, long queuedAt) : TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously), IPending
{
    private Command _command = command;
    private Reply? _reply;

    public long QueuedAt { get; } = queuedAt;

    public int Size => 1;

    public void Prepare(Func<Command, Command> look) => _command = look(_command);

    public void Decide(Func<Command, Reply> decide) => _reply = decide(_command);

    public void Count(EngineMeters meters) => meters.Count(_command, _reply!);

    public void Complete() => TrySetResult(_reply!);

    public void Fail(Exception why) => TrySetException(why);
}

/// <summary>Several commands that are decided one after the other and committed together.</summary>
internal sealed class PendingMany(IReadOnlyList<Command> commands, long queuedAt)
    : TaskCompletionSource<Reply[]>(TaskCreationOptions.RunContinuationsAsynchronously), IPending
{
    private readonly Command[] _commands = [.. commands];
    private readonly Reply[] _replies = new Reply[commands.Count];

    public long QueuedAt { get; } = queuedAt;

    public int Size => _commands.Length;

    public void Prepare(Func<Command, Command> look)
    {
        for (int i = 0; i < _commands.Length; i++)
        {
            _commands[i] = look(_commands[i]);
        }
    }

    public void Decide(Func<Command, Reply> decide)
    {
        for (int i = 0; i < _commands.Length; i++)
        {
            _replies[i] = decide(_commands[i]);
        }
    }

    public void Count(EngineMeters meters)
    {
        for (int i = 0; i < _commands.Length; i++)
        {
            meters.Count(_commands[i], _replies[i]);
        }
    }

    public void Complete() => TrySetResult(_replies);

    public void Fail(Exception why) => TrySetException(why);
}
