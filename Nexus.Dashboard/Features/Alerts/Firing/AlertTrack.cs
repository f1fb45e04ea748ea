using Nexus.Dashboard.Features.Alerts.Metrics;

namespace Nexus.Dashboard.Features.Alerts.Firing;

/// <summary>What was seen of a subject of a rule lately, in memory.</summary>
internal sealed class AlertTrack
{
    /// <summary>How many values are remembered.</summary>
    public const int MostValues = 60;

    private readonly Queue<double> _values = new();

    /// <summary>The subject.</summary>
    public required AlertSubject Subject { get; init; }

    /// <summary>Since when the condition holds; null while it does not.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Since when it does not hold any more; null while it does, or never did.</summary>
    public DateTimeOffset? GoneSince { get; private set; }

    /// <summary>The newest value; null where there is none any more.</summary>
    public double? Last { get; private set; }

    /// <summary>The values lately, the oldest first.</summary>
    public IReadOnlyList<double> Values => [.. _values];

    /// <summary>Takes a value.</summary>
    /// <param name="value">The value; null where there is none any more.</param>
    /// <param name="holds">True where it is one that is meant.</param>
    /// <param name="now">When.</param>
    public void See(double? value, bool holds, DateTimeOffset now)
    {
        Last = value;
        if (value is { } seen)
        {
            _values.Enqueue(seen);
            if (_values.Count > MostValues)
            {
                _values.Dequeue();
            }
        }

        (Since, GoneSince) = (holds ? Since ?? now : null, holds ? null : GoneSince ?? now);
    }
}
