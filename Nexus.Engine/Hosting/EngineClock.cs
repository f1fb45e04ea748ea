using Nexus.Engine.Resources;

namespace Nexus.Engine.Hosting;

/// <summary>Engine time: it advances with the monotonic clock and is pulled to the wall clock at most 10 % faster or slower; it never goes back.</summary>
/// <remarks>
/// A wall clock that is ahead by more than an hour is taken for right at once (a jump); one ahead by more than
/// <see cref="EngineOptions.LongestClockJump"/> waits for an operator, and engine time goes on by itself. Why so: docs/decisions/0003-engine-time.md.
/// <see cref="Advance"/> belongs to the engine's thread; everything else may be called by any thread.
/// </remarks>
public sealed class EngineClock
{
    /// <summary>Up to here a clock that is ahead is caught up with; beyond, engine time jumps.</summary>
    public static readonly TimeSpan CatchUp = TimeSpan.FromHours(1);

    private const int SlewDivisor = 10;
    private static readonly TimeSpan JumpIsNews = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly TimeSpan _longestJump;
    private volatile Anchor _anchor;
    private volatile bool _accepted;

    /// <summary>A clock that stands at the wall clock's time.</summary>
    public EngineClock(TimeProvider time, TimeSpan longestJump)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_time, _longestJump) = (time, longestJump);
        _anchor = new Anchor(time.GetUtcNow().UtcTicks, time.GetTimestamp(), null);
    }

    /// <summary>Engine time now.</summary>
    public Instant Now => InstantOf(Project(_anchor).Ticks);

    /// <summary>How engine time stands to the wall clock.</summary>
    public ClockHealth Health
    {
        get
        {
            Anchor anchor = _anchor;
            (long ticks, long ahead, _) = Project(anchor);
            TimeSpan drift = TimeSpan.FromTicks(ahead);
            Instant now = InstantOf(ticks);
            ClockState state = drift > _longestJump ? ClockState.WaitingForOperator
                : drift.Duration() >= TimeSpan.FromMilliseconds(1) ? ClockState.Adjusting
                : anchor.Jump is { } jump && now - jump.To < JumpIsNews ? ClockState.Jumped
                : ClockState.InStep;
            return new ClockHealth(state, now, drift, anchor.Jump);
        }
    }

    /// <summary>Sets out from the time of the journal's last event: time up to an hour has simply passed, more is a jump, much more waits for an operator.</summary>
    /// <param name="last">The time of the last event; null when nothing has happened yet.</param>
    /// <returns>The engine time before the jump that <see cref="Advance"/> will take next, or null when it takes none.</returns>
    public Instant? StartFrom(Instant? last)
    {
        long wall = _time.GetUtcNow().UtcTicks;
        long from = last is { } at ? at.ToDateTimeOffset().UtcTicks : wall;
        bool passed = wall - from <= CatchUp.Ticks;
        _anchor = new Anchor(passed ? Math.Max(from, wall) : from, _time.GetTimestamp(), _anchor.Jump);
        return passed || wall - from > _longestJump.Ticks ? null : last;
    }

    /// <summary>Lets time go on to now.</summary>
    /// <returns>Engine time, and the time before the jump where one was taken: it must be recorded before anything else at that time.</returns>
    public (Instant Now, Instant? JumpedFrom) Advance()
    {
        Anchor anchor = _anchor;
        (long ticks, long ahead, long timestamp) = Project(anchor);
        if (ahead > CatchUp.Ticks && (ahead <= _longestJump.Ticks || _accepted))
        {
            _accepted = false;
            ClockJump jump = new(InstantOf(ticks), InstantOf(ticks + ahead));
            _anchor = new Anchor(ticks + ahead, timestamp, jump);
            return (jump.To, jump.From);
        }

        _accepted &= ahead > _longestJump.Ticks;
        _anchor = new Anchor(ticks, timestamp, anchor.Jump);
        return (InstantOf(ticks), null);
    }

    /// <summary>An operator says that the wall clock is right: the next <see cref="Advance"/> takes the jump, however long.</summary>
    /// <returns>False when nothing waits for an operator.</returns>
    public bool Accept()
    {
        bool waits = Health.State == ClockState.WaitingForOperator;
        _accepted = waits;
        return waits;
    }

    /// <summary>How long to sleep until engine time may have come to a moment.</summary>
    public TimeSpan Until(Instant at)
    {
        (long ticks, long ahead, _) = Project(_anchor);
        long left = at.ToDateTimeOffset().UtcTicks - ticks;
        return left <= 0 ? TimeSpan.Zero : TimeSpan.FromTicks(ahead > 0 ? left * SlewDivisor / (SlewDivisor + 1) : left);
    }

    private (long Ticks, long Ahead, long Timestamp) Project(Anchor anchor)
    {
        (long timestamp, long wall) = ReadBoth();
        long elapsed = Math.Max(0, _time.GetElapsedTime(anchor.Timestamp, timestamp).Ticks);
        long ticks = anchor.Ticks + elapsed;
        long ahead = wall - ticks;
        if (ahead > CatchUp.Ticks)
        {
            return (ticks, ahead, timestamp);
        }

        long pull = Math.Clamp(ahead, -elapsed / SlewDivisor, elapsed / SlewDivisor);
        return (ticks + pull, ahead - pull, timestamp);
    }

    // A thread that is put aside between the two readings would take one clock to be ahead of the other.
    private (long Timestamp, long Wall) ReadBoth()
    {
        for (int tries = 0; ; tries++)
        {
            long before = _time.GetTimestamp();
            long wall = _time.GetUtcNow().UtcTicks;
            if (_time.GetElapsedTime(before).Ticks < TimeSpan.TicksPerMillisecond || tries == 3)
            {
                return (before, wall);
            }
        }
    }

    private static Instant InstantOf(long ticks) => Instant.From(new DateTimeOffset(ticks, TimeSpan.Zero));

    private sealed record Anchor(long Ticks, long Timestamp, ClockJump? Jump);
}
