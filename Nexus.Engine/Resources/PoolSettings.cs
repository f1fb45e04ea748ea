namespace Nexus.Engine.Resources;

/// <summary>How a pool lets higher classes and lenders take back what others hold.</summary>
/// <param name="Grace">How long a grant runs on after it was told that it ends, 0 – 24 h; by default 10 s.</param>
/// <param name="MinimumRuntime">No grant is told to end before it has run so long, 0 – 366 days; by default 0.</param>
/// <param name="BetweenBorrowers">By which rules the pool evens out what several owners borrow, where it gives fair shares; by default it does not.</param>
public sealed record PreemptionSettings(TimeSpan Grace, TimeSpan MinimumRuntime, BetweenBorrowers BetweenBorrowers = BetweenBorrowers.Never)
{
    /// <summary>What holds where nothing is set: a grace of ten seconds, no guaranteed runtime.</summary>
    public static PreemptionSettings Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.Zero);
}

/// <summary>When a grant of an owner who borrows ends for a request that borrows itself (Kueue's preemption strategies of fair sharing).</summary>
public enum BetweenBorrowers
{
    /// <summary>Never: what is borrowed goes back to its lender alone.</summary>
    Never = 0,

    /// <summary>Where with the request its side borrows no more than the other still does after the end.</summary>
    FinalShare = 1,

    /// <summary>Where with the request its side borrows less than the other did before the end.</summary>
    InitialShare = 2,

    /// <summary>By the first of these; where that gives too little, then also by the second, at most one grant of a node.</summary>
    FinalThenInitialShare = 3,
}

/// <summary>How far ahead a pool plans the starts of those that wait (Mu'alem and Feitelson, IEEE TPDS 2001).</summary>
public enum Backfill
{
    /// <summary>Every one of the first hundred that wait has a planned start, and nobody runs ahead who would delay one of them.</summary>
    Conservative = 0,

    /// <summary>Only the first that waits has one.</summary>
    Easy = 1,
}
