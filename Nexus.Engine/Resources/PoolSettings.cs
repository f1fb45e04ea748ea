namespace Nexus.Engine.Resources;

/// <summary>How a pool lets higher classes and lenders take back what others hold.</summary>
/// <param name="Grace">How long a grant runs on after it was told that it ends, 0 – 24 h; by default 10 s.</param>
/// <param name="MinimumRuntime">No grant is told to end before it has run so long, 0 – 366 days; by default 0.</param>
public sealed record PreemptionSettings(TimeSpan Grace, TimeSpan MinimumRuntime)
{
    /// <summary>What holds where nothing is set: a grace of ten seconds, no guaranteed runtime.</summary>
    public static PreemptionSettings Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.Zero);
}

/// <summary>How far ahead a pool plans the starts of those that wait (Mu'alem and Feitelson, IEEE TPDS 2001).</summary>
public enum Backfill
{
    /// <summary>Every one of the first hundred that wait has a planned start, and nobody runs ahead who would delay one of them.</summary>
    Conservative = 0,

    /// <summary>Only the first that waits has one.</summary>
    Easy = 1,
}
