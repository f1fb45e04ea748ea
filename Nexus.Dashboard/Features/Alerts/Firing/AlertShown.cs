namespace Nexus.Dashboard.Features.Alerts.Firing;

/// <summary>An alert that has not ended, as it stands at a moment.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Last">The newest value; null where none is known, as after a start.</param>
/// <param name="Values">The values lately, the oldest first.</param>
/// <param name="Silence">Why nobody is told; null where people are.</param>
internal sealed record AlertShown(Alert Alert, double? Last, IReadOnlyList<double> Values, AlertSilence? Silence)
{
    /// <summary>True where somebody should look: it fires, and nobody has acknowledged or silenced it.</summary>
    public bool NeedsSomebody => Alert.State == AlertState.Firing && Silence is null;
}
