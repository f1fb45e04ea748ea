using Nexus.Dashboard.Features.Alerts.Metrics;

namespace Nexus.Dashboard.Features.Alerts.Rules;

/// <summary>What a rule would have done over the recorded past, and would do now.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Span">The past that was looked at.</param>
/// <param name="HasPast">False where nothing is recorded of the metric, or not for that scope.</param>
/// <param name="Episodes">When it would have fired, the oldest first.</param>
/// <param name="Now">For how many subjects its condition holds now; null while that is not known.</param>
/// <param name="Plotted">The subject that comes nearest to the line, or beyond it most; null where there is none.</param>
internal sealed record AlertPreview(AlertRule Rule, TimeSpan Span, bool HasPast, IReadOnlyList<AlertEpisode> Episodes, int? Now, AlertPast? Plotted)
{
    /// <summary>Replays the recorded past, and looks at the present.</summary>
    public static AlertPreview Of(AlertRule rule, IReadOnlyList<AlertReading>? now, IReadOnlyList<AlertPast>? past, TimeSpan span, TimeSpan settle)
    {
        AlertPast[] recorded = [.. (past ?? []).Where(p => p.Points.Count > 0)];
        AlertEpisode[] episodes = [.. recorded.SelectMany(p => EpisodesOf(rule, p, settle)).OrderBy(e => e.From)];
        AlertPast? plotted = episodes.Length > 0
            ? recorded.First(p => p.Subject == episodes.GroupBy(e => e.Subject).MaxBy(g => g.Count())!.Key)
            : rule.Condition.IsFloor ? recorded.MinBy(p => p.Points.Min(v => v.Value)) : recorded.MaxBy(p => p.Points.Max(v => v.Value));
        return new AlertPreview(rule, span, past is not null, episodes, now?.Count(r => rule.Condition.Holds(r.Value)), plotted);
    }

    private static IEnumerable<AlertEpisode> EpisodesOf(AlertRule rule, AlertPast past, TimeSpan settle)
    {
        DateTimeOffset? since = null, firedAt = null, goneSince = null;
        foreach (AlertPoint point in past.Points)
        {
            if (rule.Condition.Holds(point.Value))
            {
                goneSince = null;
                since ??= point.At;
                firedAt ??= point.At - since >= rule.For ? point.At : null;
                continue;
            }

            since = null;
            goneSince ??= point.At;
            if (firedAt is { } fired && point.At - goneSince >= settle)
            {
                yield return new AlertEpisode(past.Subject, fired, goneSince.Value);
                firedAt = null;
            }
        }

        if (firedAt is { } last)
        {
            yield return new AlertEpisode(past.Subject, last, goneSince ?? past.Points[^1].At);
        }
    }
}

/// <summary>A time for which an alert would have fired.</summary>
/// <param name="Subject">Of what.</param>
/// <param name="From">When it would have fired.</param>
/// <param name="To">When it was not so any more, or the past ends.</param>
internal readonly record struct AlertEpisode(AlertSubject Subject, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>How long.</summary>
    public TimeSpan Length => To - From;
}
