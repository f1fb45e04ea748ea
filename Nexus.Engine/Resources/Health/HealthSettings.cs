namespace Nexus.Engine.Resources.Health;

/// <summary>When a pool counts as failing by the outcomes of its grants, and how it is probed until they succeed again.</summary>
/// <param name="Window">The time over which outcomes are counted, 1 s – 24 h; by default five minutes. It slides in ten steps.</param>
/// <param name="MinimumSamples">So many grants must have stated an outcome before it is judged, 1 – 1,000; by default 20.</param>
/// <param name="FailureMillionths">The share of them that must have failed for it to open, 1 – 1,000,000 millionths; by default half.</param>
/// <param name="ProbeAfter">How long it grants nothing once it has opened, 1 s – 24 h; by default 30 s. Each time that its probes fail it is twice as long, up to sixteen times.</param>
/// <param name="Probes">So many grants run at a time when it is probed first, 1 – 1,000; by default 3.</param>
public sealed record HealthSettings(TimeSpan Window, int MinimumSamples, int FailureMillionths, TimeSpan ProbeAfter, int Probes)
{
    /// <summary>All of them, in the parts in which a share is given.</summary>
    public const int Million = 1_000_000;

    /// <summary>What holds of a pool whose health counts where nothing else is set.</summary>
    public static HealthSettings Default { get; } = new(TimeSpan.FromMinutes(5), 20, Million / 2, TimeSpan.FromSeconds(30), 3);

    /// <summary>True where so many failures of so many outcomes are too many.</summary>
    internal bool IsTooMuch(int failed, int settled) => settled >= MinimumSamples && (long)failed * Million >= (long)FailureMillionths * settled;
}
