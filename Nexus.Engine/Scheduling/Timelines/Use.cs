using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>Why something stands on a pool's timeline.</summary>
internal enum UseKind
{
    /// <summary>It runs: to its committed end, or without end.</summary>
    Grant,

    /// <summary>A start that was promised.</summary>
    Booking,

    /// <summary>The planned start of somebody who waits: an estimate that gives way to promises.</summary>
    Plan,
}

/// <summary>What somebody uses of one pool over [from, to). Made by the pool's timeline, and the handle by which it is taken off again.</summary>
internal sealed class Use
{
    internal Use(UseKind kind, long number, OwnerPath owner, long from, long to, long[] amounts) =>
        (Kind, Number, Owner, From, To, Amounts) = (kind, number, owner, from, to, amounts);

    /// <summary>Why it stands there.</summary>
    public UseKind Kind { get; internal set; }

    /// <summary>The number of the request's submission, to name it by.</summary>
    public long Number { get; }

    /// <summary>Whose it is: who may draw from a reservation for them.</summary>
    public OwnerPath Owner { get; }

    /// <summary>When it begins, in milliseconds since 1970.</summary>
    public long From { get; }

    /// <summary>When it ends, or <see cref="Timeline.Open"/>.</summary>
    public long To { get; internal set; }

    /// <summary>The amounts by the pool's kinds, in thousandths. Not to be changed.</summary>
    public long[] Amounts { get; }

    /// <summary>The timeline it stands on; null once it is taken off.</summary>
    internal PoolTimeline? Pool { get; set; }

    internal Use? Previous { get; set; }

    internal Use? Next { get; set; }
}
