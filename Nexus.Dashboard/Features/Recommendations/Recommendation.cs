using System.Text.Json;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;

namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>Something that could be saved, as it is kept: what was found last, and what became of it.</summary>
internal sealed record Recommendation
{
    public long Id { get; init; }

    /// <summary>What causes the cost. Of one cause at most one is open or snoozed.</summary>
    public string Cause { get; init; } = "";

    public string Detector { get; init; } = "";

    public FindingType Type { get; init; }

    /// <summary>Whose it is; empty: the whole installation's.</summary>
    public string Owner { get; init; } = "";

    public string Title { get; init; } = "";

    /// <summary>What it saves in a month, in all digits.</summary>
    public string Monthly { get; init; } = "0";

    public string Low { get; init; } = "0";

    public string High { get; init; } = "0";

    public SavingsLevel Confidence { get; init; }

    public string ConfidenceReason { get; init; } = "";

    public SavingsLevel Risk { get; init; }

    public string RiskReason { get; init; } = "";

    public SavingsLevel Effort { get; init; }

    /// <summary>What it is about: of one thing at most one recommendation can be acted upon.</summary>
    public string About { get; init; } = "";

    /// <summary>The change, the evidence and the measure, as JSON.</summary>
    public string Parts { get; init; } = "{}";

    /// <summary>The days before it was applied that it is compared with, as JSON.</summary>
    public string Baseline { get; init; } = "[]";

    /// <summary>What it really saved, by the days after which it was looked at, as JSON.</summary>
    public string FollowUps { get; init; } = "[]";

    /// <summary>What it saved week by week, as JSON.</summary>
    public string Weeks { get; init; } = "[]";

    public RecommendationState State { get; init; }

    public DateTimeOffset FoundAt { get; init; }

    /// <summary>When it was found last.</summary>
    public DateTimeOffset SeenAt { get; init; }

    /// <summary>When that became of it; null while it is open.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>By whom.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Why, in the words of who decided.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>Counts its changes.</summary>
    public long Version { get; init; } = 1;

    /// <summary>The owner path.</summary>
    public OwnerPath Within => OwnerPath.TryParseOrRoot(Owner, out OwnerPath? path, out _) ? path : OwnerPath.Root;

    /// <summary>What it would save.</summary>
    public Saving Saving => new(Money.Parse(Monthly), Money.Parse(Low), Money.Parse(High), Confidence, ConfidenceReason);

    /// <summary>The change, the evidence and the measure.</summary>
    public RecommendationParts Read() => JsonSerializer.Deserialize(Parts, RecommendationJson.Default.RecommendationParts)!;

    /// <summary>The days before it was applied.</summary>
    public IReadOnlyList<MeasuredDay> ReadBaseline() => JsonSerializer.Deserialize(Baseline, RecommendationJson.Default.IReadOnlyListMeasuredDay) ?? [];

    /// <summary>What it really saved, the first look first.</summary>
    public IReadOnlyList<FollowUpDone> ReadFollowUps() => JsonSerializer.Deserialize(FollowUps, RecommendationJson.Default.IReadOnlyListFollowUpDone) ?? [];

    /// <summary>What it saved week by week since it was applied.</summary>
    public IReadOnlyList<RealisedWeek> ReadWeeks() => JsonSerializer.Deserialize(Weeks, RecommendationJson.Default.IReadOnlyListRealisedWeek) ?? [];

    /// <summary>True while it can be decided.</summary>
    public bool IsOpen => State is RecommendationState.Open or RecommendationState.Snoozed;

    /// <summary>A new one, or this one as it is found now.</summary>
    public static Recommendation Of(Finding finding, IReadOnlyList<MeasuredDay> baseline, DateTimeOffset at, Recommendation? before) => (before ?? new Recommendation { FoundAt = at, Version = 0 }) with
    {
        Cause = finding.Cause,
        Detector = finding.Detector,
        Type = finding.Type,
        Owner = finding.Within.ToString(),
        Title = finding.Title,
        Monthly = finding.Saving.Monthly.ToString(),
        Low = finding.Saving.Low.ToString(),
        High = finding.Saving.High.ToString(),
        Confidence = finding.Saving.Confidence,
        ConfidenceReason = finding.Saving.Reason,
        Risk = finding.Risk,
        RiskReason = finding.RiskReason,
        Effort = finding.Effort,
        About = finding.About,
        Parts = JsonSerializer.Serialize(new RecommendationParts(finding.Change, finding.Evidence, finding.Measure), RecommendationJson.Default.RecommendationParts),
        Baseline = JsonSerializer.Serialize(baseline, RecommendationJson.Default.IReadOnlyListMeasuredDay),
        SeenAt = at,
        Version = (before?.Version ?? 0) + 1,
    };
}

/// <summary>What of a recommendation is kept as one document.</summary>
/// <param name="Change">The exact change.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Measure">By what is told what it really saved.</param>
internal sealed record RecommendationParts(ProposedChange Change, Evidence Evidence, Measure Measure);

/// <summary>A look at what an applied recommendation really saved.</summary>
/// <param name="After">After how many days it was due.</param>
/// <param name="At">When.</param>
/// <param name="Realised">What was saved.</param>
/// <param name="Effect">What else a replay says would have been otherwise; null where there was none.</param>
internal sealed record FollowUpDone(int After, DateTimeOffset At, Realised Realised, ReplayedEffect? Effect = null);
