using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>How the engine is.</summary>
internal sealed class EngineSource(EngineHost host, EngineFeed feed) : IAlertSource
{
    private static readonly AlertMetric Down = new(
        "engine.down", AlertUnit.Flag, AlertScopes.None, "1 while the engine does not decide", static (_, _) => "The engine does not decide");

    private static readonly AlertMetric AdmissionP99 = new(
        "engine.admissionP99", AlertUnit.Seconds, AlertScopes.None, "99 % of the answers of the last minute took at most this", static (_, v) => $"1 % of the answers of the last minute took longer than {v}");

    private static readonly AlertMetric Backlog = new(
        "engine.backlog", AlertUnit.Share, AlertScopes.None, "how full the line of callers is that wait to be decided; beyond it they are sent away", static (_, v) => $"The line of callers that wait to be decided is {v} full");

    private static readonly AlertMetric ClockJumped = new(
        "engine.clockJumped", AlertUnit.Flag, AlertScopes.None, "1 for an hour after engine time jumped, and while a jump waits for an operator", static (_, _) => "The clock jumped ahead of engine time");

    private static readonly AlertMetric SnapshotFailing = new(
        "engine.snapshotFailing", AlertUnit.Flag, AlertScopes.None, "1 while snapshots cannot be kept, so that the next start takes longer", static (_, _) => "Snapshots cannot be kept");

    /// <inheritdoc/>
    public IReadOnlyList<AlertMetric> Metrics { get; } = [Down, AdmissionP99, Backlog, ClockJumped, SnapshotFailing];

    /// <inheritdoc/>
    public IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule)
    {
        EngineHealth health = host.Health;

        // At a start and at a stop nothing is wrong.
        if (health.State is EngineHealthState.Stopping or EngineHealthState.Stopped)
        {
            return null;
        }

        double value = metric == Down ? Flag(!health.IsReady)
            : metric == AdmissionP99 ? host.Meters.AdmissionP99LastMinute?.TotalSeconds ?? 0
            : metric == Backlog ? health.ChannelCapacity == 0 ? 0 : (double)health.ChannelDepth / health.ChannelCapacity
            : metric == ClockJumped ? Flag(health.Clock.State is ClockState.Jumped or ClockState.WaitingForOperator)
            : Flag(health.Snapshot.Fault is not null);
        return [new AlertReading(new AlertSubject(OwnerPath.Root), value)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<AlertPast>? Past(AlertMetric metric, AlertRule rule, TimeSpan span) => metric != AdmissionP99 ? null
        : [new AlertPast(new AlertSubject(OwnerPath.Root), [.. feed.Recorded(span).Select(p => new AlertPoint(p.At.ToDateTimeOffset(), p.AdmissionP99?.TotalSeconds ?? 0))])];

    private static double Flag(bool on) => on ? 1 : 0;
}
