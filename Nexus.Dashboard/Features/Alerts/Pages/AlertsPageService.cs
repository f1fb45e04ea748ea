using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>What the page of the alerts shows, by the same rules of access as the API.</summary>
internal sealed class AlertsPageService(AlertService alerts, AlertRuleService rules, DeliveryService deliveries, AlertSources sources, ReadModel read, TimeProvider time)
{
    private const int MostEnded = 20;
    private const int MostDeliveries = 200;

    /// <summary>All that the page shows.</summary>
    /// <param name="caller">Who looks, and may change.</param>
    /// <param name="viewer">The same, narrowed to what all pages show.</param>
    /// <param name="severity">Alerts of this severity alone; null: any.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<AlertsView>> GetAsync(Caller caller, Caller viewer, string? severity, CancellationToken cancellation)
    {
        Result<IReadOnlyList<AlertShown>> open = await alerts.ListAsync(viewer, null, cancellation);
        if (open.Problem is { } problem)
        {
            return problem;
        }

        IReadOnlyList<AlertShown> ended = (await alerts.ListAsync(viewer, AlertState.Resolved, cancellation)).Value ?? [];
        IReadOnlyList<AlertRule> known = (await rules.ListAsync(viewer, cancellation)).Value ?? [];
        IReadOnlyList<AlertDelivery> told = (await deliveries.ListAsync(viewer, null, cancellation)).Value ?? [];
        Dictionary<string, AlertRule> byId = known.ToDictionary(r => r.Id, StringComparer.Ordinal);
        string? locked = caller.Allows(Scope.Configure) ? null : Problem.MissingScope(Scope.Configure, caller).Detail;
        AlertRow Row(AlertShown shown) => AlertRow.Of(shown, sources.Find(shown.Alert.Metric), byId.GetValueOrDefault(shown.Alert.Rule));
        bool Wanted(AlertShown shown) => severity is null || shown.Alert.Severity.ToString().Equals(severity, StringComparison.OrdinalIgnoreCase);
        int watching = known.Count(r => r.Enabled);
        return new AlertsView(
            Answer(open.Value!, ended, watching, told),
            [.. open.Value!.Where(a => a.Alert.State == AlertState.Firing && Wanted(a)).OrderBy(a => a.NeedsSomebody ? 0 : 1).ThenByDescending(a => a.Alert.Severity).ThenBy(a => a.Alert.Since).Select(Row)],
            [.. open.Value!.Where(a => a.Alert.State == AlertState.Acknowledged && Wanted(a)).OrderByDescending(a => a.Alert.Severity).ThenBy(a => a.Alert.Since).Select(Row)],
            [.. ended.Where(Wanted).Take(MostEnded).Select(Row)],
            [.. known.Select(r => AlertRuleLine.Of(r, sources.Find(r.Metric), open.Value!.Count(a => a.Alert.Rule == r.Id), locked))],
            [.. told.Take(MostDeliveries).Select(AlertDeliveryLine.Of)], watching) { Locked = locked };
    }

    /// <summary>What can be watched, for the editor of rules.</summary>
    public IReadOnlyList<AlertMetric> Metrics => sources.Metrics;

    /// <summary>The pools that the caller may watch.</summary>
    public IReadOnlyList<string> Pools(Caller caller) => [.. read.Pools.Where(p => PoolService.Visible(caller, p)).Select(p => p.Name)];

    private string Answer(IReadOnlyList<AlertShown> open, IReadOnlyList<AlertShown> ended, int watching, IReadOnlyList<AlertDelivery> told)
    {
        AlertShown[] needing = [.. open.Where(a => a.NeedsSomebody).OrderByDescending(a => a.Alert.Severity).ThenBy(a => a.Alert.Since)];
        string quiet = open.Count(a => a.Silence is not null) is > 0 and var silenced ? $" {Numbers.Count(silenced)} {(silenced == 1 ? "is" : "are")} silenced." : "";
        string dead = told.Count(d => d.State == DeliveryState.Dead) is > 0 and var lost ? $" {Numbers.Count(lost)} {(lost == 1 ? "delivery was" : "deliveries were")} given up." : "";
        string taken = open.Count(a => a.Alert.State == AlertState.Acknowledged) is > 0 and var held ? $" {Numbers.Count(held)} {(held == 1 ? "is" : "are")} acknowledged." : "";
        if (needing.Length > 0)
        {
            string first = AlertAnswer.Sentence(needing[0], sources.Find(needing[0].Alert.Metric));
            return $"{Numbers.Count(needing.Length)} {(needing.Length == 1 ? "alert fires" : "alerts fire")}: {first}, for {Numbers.Duration(time.GetUtcNow() - needing[0].Alert.Since)}.{taken}{quiet}{dead}";
        }

        return $"{(open.Count == 0 ? "Nothing fires." : "Nothing needs you.")} {Numbers.Count(watching)} {(watching == 1 ? "rule watches" : "rules watch")}; {Last(ended)}.{taken}{quiet}{dead}";
    }

    private static string Last(IReadOnlyList<AlertShown> ended) => ended.Count == 0 ? "none has fired yet" : $"last fired {ended.Max(a => a.Alert.FiredAt):d MMM HH:mm} UTC";
}
