using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>What the engine is doing.</summary>
public enum EngineHealthState
{
    /// <summary>It reads its journal and does not decide yet.</summary>
    Recovering,

    /// <summary>It decides.</summary>
    Ready,

    /// <summary>It cannot write and refuses commands; it still answers reads.</summary>
    Failed,

    /// <summary>It takes nothing new, decides what is queued, and ends.</summary>
    Stopping,

    /// <summary>It has ended.</summary>
    Stopped,
}

/// <summary>How the engine is, at one moment.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="Reason">Why it does not decide, in words an operator can act on; null while it does.</param>
/// <param name="Since">Since when, by the wall clock.</param>
/// <param name="Failure">What kept the journal from being written, where that is the reason.</param>
/// <param name="Clock">How engine time stands to the wall clock.</param>
/// <param name="Sequence">The last committed event.</param>
/// <param name="LastCommitAt">When the last commit was done, by the wall clock; null before the first since the start.</param>
/// <param name="LastCommitTook">How long it took.</param>
/// <param name="ChannelDepth">How many callers wait to be decided.</param>
/// <param name="ChannelCapacity">How many may.</param>
/// <param name="Snapshot">How the keeping of snapshots goes.</param>
public sealed record EngineHealth(
    EngineHealthState State,
    string? Reason,
    DateTimeOffset Since,
    JournalFailure? Failure,
    ClockHealth Clock,
    long Sequence,
    DateTimeOffset? LastCommitAt,
    TimeSpan? LastCommitTook,
    int ChannelDepth,
    int ChannelCapacity,
    SnapshotHealth Snapshot)
{
    /// <summary>True while it decides.</summary>
    public bool IsReady => State == EngineHealthState.Ready;
}

/// <summary>How the keeping of snapshots goes. A failing one costs only time at the next start.</summary>
/// <param name="Sequence">The last event in the newest snapshot of this run or the one it started from; null when there is none.</param>
/// <param name="At">When that was taken, by the wall clock; null when this run took none.</param>
/// <param name="Fault">Why the last one could not be kept; null when it could.</param>
public sealed record SnapshotHealth(long? Sequence, DateTimeOffset? At, string? Fault);

/// <summary>How engine time stands to the wall clock.</summary>
public enum ClockState
{
    /// <summary>They agree.</summary>
    InStep,

    /// <summary>Engine time runs up to 10 % faster or slower until they agree.</summary>
    Adjusting,

    /// <summary>The wall clock jumped ahead within the last hour, and engine time with it: every lease got its full length again.</summary>
    Jumped,

    /// <summary>The wall clock is so far ahead that an operator must say whether it is right; engine time goes on by itself.</summary>
    WaitingForOperator,
}

/// <summary>How engine time stands to the wall clock, at one moment.</summary>
/// <param name="State">Whether they agree.</param>
/// <param name="EngineTime">Engine time.</param>
/// <param name="Ahead">How far the wall clock is ahead of it; negative when it is behind.</param>
/// <param name="LastJump">The last jump that was taken since the start, or null.</param>
public sealed record ClockHealth(ClockState State, Instant EngineTime, TimeSpan Ahead, ClockJump? LastJump);

/// <summary>A jump of engine time.</summary>
/// <param name="From">The engine time before it.</param>
/// <param name="To">The engine time after it.</param>
public sealed record ClockJump(Instant From, Instant To);
