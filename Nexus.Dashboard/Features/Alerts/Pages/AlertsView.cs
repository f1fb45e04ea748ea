namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>What the page of the alerts shows at one moment.</summary>
/// <param name="Answer">The sentence under the title.</param>
/// <param name="Firing">What fires, what somebody should look at first.</param>
/// <param name="Acknowledged">What somebody looks after.</param>
/// <param name="Ended">What has ended, the newest first.</param>
/// <param name="Rules">The rules, by name.</param>
/// <param name="Deliveries">What channels were told, the newest first.</param>
/// <param name="Watching">How many rules are watched.</param>
public sealed record AlertsView(
    string Answer, IReadOnlyList<AlertRow> Firing, IReadOnlyList<AlertRow> Acknowledged, IReadOnlyList<AlertRow> Ended, IReadOnlyList<AlertRuleLine> Rules, IReadOnlyList<AlertDeliveryLine> Deliveries, int Watching)
{
    /// <summary>Why the reader may not change anything; null for who may.</summary>
    public string? Locked { get; init; }
}
