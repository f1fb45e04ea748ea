namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>How limits follow their use. Section <c>Nexus:Quotas:Adjust</c> of <c>appsettings.json</c>.</summary>
internal sealed class QuotaAdjustOptions
{
    public const string Section = "Nexus:Quotas:Adjust";

    private const int MostTurns = 288;
    private const int FewestLooks = 10;

    /// <summary>How often use is looked at. 1 s – 1 h; 15 s by default.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Over how long use must speak for a change; of a calendar period at least four of them. Ten looks – 30 d; a day by default.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a turn is where the calendar does not say so.</summary>
    internal TimeSpan Turn => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(Every.TotalMilliseconds, Window.TotalMilliseconds / MostTurns)));

    /// <summary>What is wrong with these values, each with the key to change; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Every < TimeSpan.FromSeconds(1) || Every > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(Every)} must be between 00:00:01 and 01:00:00, not {Every}";
        }

        if (Window < Every * FewestLooks || Window > TimeSpan.FromDays(30))
        {
            yield return $"{Section}:{nameof(Window)} must be between ten times {nameof(Every)} and 30.00:00:00, not {Window}";
        }
    }
}
