namespace Nexus.Dashboard.Features.Alerts;

/// <summary>How rules are watched and people told. Section <c>Nexus:Alerts</c> of <c>appsettings.json</c>.</summary>
internal sealed class AlertOptions
{
    public const string Section = "Nexus:Alerts";

    private const int MostAttempts = 50;

    /// <summary>How long after a look at the rules' metrics the next one comes, where anything happened. 1 s – 5 min; 5 s by default.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For how long what one rule finds is gathered before a channel is told of it at once. 0 – 10 min; 30 s by default.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long what does not hold any more must be gone before the alert ends. 0 – 1 h; 1 min by default.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a delivery is tried before it is given up. 1 – 50; 10 by default, which takes more than an hour.</summary>
    public int Attempts { get; init; } = 10;

    /// <summary>What is wrong with these values, each with the key to change; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Every < TimeSpan.FromSeconds(1) || Every > TimeSpan.FromMinutes(5))
        {
            yield return $"{Section}:{nameof(Every)} must be between 00:00:01 and 00:05:00, not {Every}";
        }

        if (GroupWait < TimeSpan.Zero || GroupWait > TimeSpan.FromMinutes(10))
        {
            yield return $"{Section}:{nameof(GroupWait)} must be between 00:00:00 and 00:10:00, not {GroupWait}";
        }

        if (Settle < TimeSpan.Zero || Settle > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(Settle)} must be between 00:00:00 and 01:00:00, not {Settle}";
        }

        if (Attempts is < 1 or > MostAttempts)
        {
            yield return $"{Section}:{nameof(Attempts)} must be between 1 and {MostAttempts}, not {Attempts}";
        }
    }
}
