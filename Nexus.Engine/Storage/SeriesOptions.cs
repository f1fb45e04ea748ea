namespace Nexus.Engine.Storage;

/// <summary>How long the figures of charts are kept. Section <c>Nexus:Engine:Series</c> of <c>appsettings.json</c>.</summary>
public sealed class SeriesOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Nexus:Engine:Series";

    /// <summary>How long points of ten seconds are kept; at least an hour. 7 days by default.</summary>
    public TimeSpan KeepRaw { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long points of five minutes are kept; at least a day. 90 days by default.</summary>
    public TimeSpan KeepFiveMinutes { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long points of an hour are kept; at least a day. Two years by default.</summary>
    public TimeSpan KeepHours { get; init; } = TimeSpan.FromDays(730);

    /// <summary>What is wrong with these values, each with the key to change; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (KeepRaw < TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(KeepRaw)} must be at least an hour, for example 7.00:00:00";
        }

        if (KeepFiveMinutes < TimeSpan.FromDays(1))
        {
            yield return $"{Section}:{nameof(KeepFiveMinutes)} must be at least a day, for example 90.00:00:00";
        }

        if (KeepHours < TimeSpan.FromDays(1))
        {
            yield return $"{Section}:{nameof(KeepHours)} must be at least a day, for example 730.00:00:00";
        }
    }
}
