using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Quotas;

namespace Nexus.Dashboard.Features.Alerts.Firing;

/// <summary>Somebody takes an alert.</summary>
internal sealed record AcknowledgeBody
{
    /// <summary>How long a note may be.</summary>
    public const int MostNote = 500;

    /// <summary>Then it fires again if it is still so; until it ends unless said.</summary>
    public DateTimeOffset? Until { get; init; }

    public string? Note { get; init; }

    /// <summary>True gives it back.</summary>
    public bool? Withdraw { get; init; }

    /// <summary>What is wrong with it, or null.</summary>
    public Problem? Fault(DateTimeOffset now)
    {
        Faults faults = new();
        faults.When(Until <= now, "$.until", "must lie in the future");
        faults.When(Note?.Length > MostNote, "$.note", $"must have at most {MostNote} characters");
        faults.When(Withdraw == true && (Until is not null || Note is not null), "$.withdraw", "gives it back: leave until and note out");
        return faults.Problem;
    }
}

/// <summary>How far a silence reaches from an alert.</summary>
internal enum SilenceReach
{
    /// <summary>The alert itself, also when it fires anew.</summary>
    Alert,

    /// <summary>All of its rule.</summary>
    Rule,

    /// <summary>All of its owner and what lies below, whatever the rule.</summary>
    Owner,

    /// <summary>All of its pool, whatever the rule.</summary>
    Pool,
}

/// <summary>Nobody is told for a while.</summary>
internal sealed record SilenceBody
{
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(90);

    public DateTimeOffset? Until { get; init; }

    /// <summary>The same as a span; an hour unless one of both is said.</summary>
    public Duration? For { get; init; }

    public SilenceReach? Match { get; init; }

    public string? Note { get; init; }

    /// <summary>True ends the silences of the alert.</summary>
    public bool? Withdraw { get; init; }

    /// <summary>As a silence that begins now.</summary>
    public Result<AlertSilence> ToSilence(Alert alert, Access.Caller caller, DateTimeOffset now)
    {
        Faults faults = new();
        TimeSpan? span = faults.Span("$.for", For, Least, Most);
        faults.When(Until is not null && For is not null, "$.for", "must be left out where until is said");
        DateTimeOffset until = Until?.ToUniversalTime() ?? (now + (span ?? TimeSpan.FromHours(1)));
        faults.When(Until is not null && (until <= now || until > now + Most), "$.until", "must lie in the future, within 90 days");
        faults.When(Match == SilenceReach.Pool && alert.Pool is null, "$.match", "cannot be 'pool': the alert is of none");
        faults.When(Note?.Length > AcknowledgeBody.MostNote, "$.note", $"must have at most {AcknowledgeBody.MostNote} characters");
        SilenceReach reach = Match ?? SilenceReach.Alert;
        return faults.Problem is { } problem ? problem : new AlertSilence
        {
            Rule = reach is SilenceReach.Alert or SilenceReach.Rule ? alert.Rule : null,
            Subject = reach == SilenceReach.Alert ? alert.Subject : null,
            Pool = reach == SilenceReach.Pool ? alert.Pool : null,

            // Nobody silences what lies outside their path.
            Owner = (reach is SilenceReach.Alert or SilenceReach.Owner ? alert.Within : caller.Path).ToString(),
            At = now,
            Until = until,
            By = caller.Id,
            Note = Note,
        };
    }
}

/// <summary>What a silence covers.</summary>
/// <param name="Silences">How many alerts that fire now.</param>
/// <param name="Alerts">Which.</param>
/// <param name="Until">Until when; absent where the silences were ended.</param>
internal sealed record SilenceAnswer(int Silences, IReadOnlyList<string> Alerts, DateTimeOffset? Until);

/// <summary>An alert as readers see it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Metric">What is watched.</param>
/// <param name="Unit">What the values count.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="State">How it stands.</param>
/// <param name="Message">What is so, with the newest value, as a sentence.</param>
/// <param name="Owner">Whose it is, the root as <c>~</c>.</param>
/// <param name="Pool">The pool.</param>
/// <param name="Resource">The kind, or the kind and period of a quota.</param>
/// <param name="Value">The newest value; the one that it fired with where none is known.</param>
/// <param name="Threshold">The line.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="FiredAt">When it fired.</param>
/// <param name="Acknowledged">Who looks after it.</param>
/// <param name="Silenced">Why nobody is told.</param>
/// <param name="EndedAt">When it ended.</param>
internal sealed record AlertAnswer(
    string Id, string Rule, string Metric, AlertUnit? Unit, AlertSeverity Severity, AlertState State, string Message, string Owner, string? Pool, string? Resource, double Value, double Threshold,
    DateTimeOffset Since, DateTimeOffset FiredAt, AcknowledgedAnswer? Acknowledged, SilencedAnswer? Silenced, DateTimeOffset? EndedAt)
{
    public static AlertAnswer Of(AlertShown shown, AlertMetric? metric)
    {
        Alert alert = shown.Alert;
        return new AlertAnswer(
            alert.Id.ToString(CultureInfo.InvariantCulture), alert.Rule, alert.Metric, metric?.Unit, alert.Severity, alert.State, $"{Sentence(shown, metric)}.", QuotaAnswer.PathOf(alert.Within), alert.Pool, alert.Resource,
            shown.Last ?? alert.Value, alert.Line, alert.Since, alert.FiredAt,
            alert.AcknowledgedBy is { } by ? new AcknowledgedAnswer(by, alert.AcknowledgedAt!.Value, alert.AcknowledgedUntil, alert.Note) : null,
            shown.Silence is { } silence ? new SilencedAnswer(silence.By, silence.Until, silence.Note) : null,
            alert.ResolvedAt);
    }

    /// <summary>What is so, with the newest value.</summary>
    public static string Sentence(AlertShown shown, AlertMetric? metric) => shown.Last is { } last && metric is not null ? metric.Says(shown.Alert.Of, metric.Show(last)) : shown.Alert.Sentence;
}

/// <summary>Who looks after an alert.</summary>
internal sealed record AcknowledgedAnswer(string By, DateTimeOffset At, DateTimeOffset? Until, string? Note);

/// <summary>Who silenced an alert.</summary>
internal sealed record SilencedAnswer(string By, DateTimeOffset Until, string? Note);
