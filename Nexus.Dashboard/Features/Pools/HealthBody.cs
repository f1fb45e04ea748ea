using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>When a pool counts as failing by the outcomes of its grants, and how it is probed: what is not given goes to its default.</summary>
/// <param name="Window">The time over which outcomes are counted, 1 s – 24 h; by default five minutes.</param>
/// <param name="MinimumSamples">So many grants must have stated an outcome in it, 1 – 1,000; by default 20.</param>
/// <param name="FailureRate">The share of them that must have failed, above 0 and at most 1; by default 0.5.</param>
/// <param name="ProbeAfter">How long it grants nothing then, 1 s – 24 h; by default 30 s. Each time that its probes fail it is twice as long, up to sixteen times.</param>
/// <param name="Probes">So many grants run at a time when it is probed first, 1 – 1,000; by default 3.</param>
internal sealed record HealthBody(Duration? Window = null, int? MinimumSamples = null, decimal? FailureRate = null, Duration? ProbeAfter = null, int? Probes = null)
{
    private const int Most = 1_000;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static HealthBody? Of(HealthSettings? settings) => settings is null ? null : new(
        settings.Window, settings.MinimumSamples, (decimal)settings.FailureMillionths / HealthSettings.Million, settings.ProbeAfter, settings.Probes);

    /// <summary>The settings; what is wrong is named.</summary>
    public HealthSettings ToSettings(string path, Faults faults)
    {
        HealthSettings usual = HealthSettings.Default;
        TimeSpan? window = faults.Span($"{path}.window", Window, Shortest, Longest);
        TimeSpan? probeAfter = faults.Span($"{path}.probeAfter", ProbeAfter, Shortest, Longest);
        faults.When(MinimumSamples is < 1 or > Most, $"{path}.minimumSamples", "must be 1 to 1,000");
        faults.When(Probes is < 1 or > Most, $"{path}.probes", "must be 1 to 1,000");
        bool isShare = FailureRate is not { } rate || (rate is > 0 and <= 1 && rate * HealthSettings.Million == decimal.Truncate(rate * HealthSettings.Million));
        faults.When(!isShare, $"{path}.failureRate", "must be a share above 0 and at most 1, for example 0.5, with six decimals at most");
        return new HealthSettings(
            window ?? usual.Window, MinimumSamples ?? usual.MinimumSamples, FailureRate is { } share && isShare ? (int)(share * HealthSettings.Million) : usual.FailureMillionths,
            probeAfter ?? usual.ProbeAfter, Probes ?? usual.Probes);
    }
}

/// <summary>How a pool does by the outcomes of its grants, with what it is judged by.</summary>
/// <param name="State">How it does.</param>
/// <param name="Since">When it opened first since it was healthy last.</param>
/// <param name="Failed">How many grants failed: in the window, else of its probes; while it is open, what opened it.</param>
/// <param name="Settled">Of how many that stated an outcome.</param>
/// <param name="RetryAt">When it is probed, while it is open.</param>
/// <param name="Limit">How many grants may run at a time that began since it is probed.</param>
/// <param name="Probing">How many of those run.</param>
/// <param name="Window">The time over which outcomes are counted.</param>
/// <param name="MinimumSamples">So many must have stated one.</param>
/// <param name="FailureRate">The share of them that must have failed.</param>
/// <param name="ProbeAfter">How long it grants nothing when it opens first.</param>
/// <param name="Probes">So many run at a time when it is probed first.</param>
internal sealed record HealthAnswer(PoolHealthStatus State, DateTimeOffset? Since, int Failed, int Settled, DateTimeOffset? RetryAt, int? Limit, int? Probing, Duration Window, int MinimumSamples, decimal FailureRate, Duration ProbeAfter, int Probes)
{
    public static HealthAnswer? Of(PoolHealthState? health, Instant now)
    {
        if (health is null)
        {
            return null;
        }

        HealthSettings by = health.Settings;
        bool probed = health.Status is PoolHealthStatus.Probing or PoolHealthStatus.Recovering;
        (int failed, int settled) = health is { Status: PoolHealthStatus.Open, Evidence: { } evidence } ? (evidence.Failed, evidence.Settled) : health.OutcomesAt(now);
        return new HealthAnswer(
            health.Status, health.Since?.ToDateTimeOffset(), failed, settled, health.RetryAt?.ToDateTimeOffset(), probed ? health.Limit : null, probed ? health.Probing : null,
            by.Window, by.MinimumSamples, (decimal)by.FailureMillionths / HealthSettings.Million, by.ProbeAfter, by.Probes);
    }
}
