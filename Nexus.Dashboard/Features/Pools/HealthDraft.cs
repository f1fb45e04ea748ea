using System.Globalization;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>When a pool counts as failing, as it is being typed; see <see cref="PoolDraft"/>.</summary>
internal sealed class HealthDraft(HealthBody? health)
{
    /// <summary>True where the outcomes of grants count.</summary>
    public bool Counts { get; set; } = health is not null;

    /// <summary>A duration; empty for the default.</summary>
    public string Window { get; set; } = PoolDraft.Text(health?.Window);

    /// <summary>A whole number; empty for the default.</summary>
    public string MinimumSamples { get; set; } = Text(health?.MinimumSamples);

    /// <summary>A share such as 0.5; empty for the default.</summary>
    public string FailureRate { get; set; } = health?.FailureRate?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A duration; empty for the default.</summary>
    public string ProbeAfter { get; set; } = PoolDraft.Text(health?.ProbeAfter);

    /// <summary>A whole number; empty for the default.</summary>
    public string Probes { get; set; } = Text(health?.Probes);

    /// <summary>As the API would be sent it; null where outcomes do not count.</summary>
    public HealthBody? ToBody() => Counts ? new HealthBody(PoolDraft.Span(Window), Whole(MinimumSamples), Share(FailureRate), PoolDraft.Span(ProbeAfter), Whole(Probes)) : null;

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    // What is no number is sent as one that is refused by name.
    private static int? Whole(string text) => text.Trim().Length == 0 ? null : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static decimal? Share(string text) => text.Trim().Length == 0 ? null : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal share) ? share : 0;
}
