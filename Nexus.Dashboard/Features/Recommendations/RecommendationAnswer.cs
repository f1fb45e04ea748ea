using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;

namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>Something that could be saved, and what became of it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Type">What kind of saving it is: <c>resource_reduction</c>, <c>resource_substitution</c>, <c>usage_pattern</c> or <c>anomaly</c>.</param>
/// <param name="Detector">What found it.</param>
/// <param name="Cause">What causes the cost; of one cause there is one that is open.</param>
/// <param name="Owner">Whose it is, the root as <c>~</c>.</param>
/// <param name="Title">What was found, as a sentence.</param>
/// <param name="State">What became of it: <c>open</c>, <c>snoozed</c>, <c>applied</c>, <c>dismissed</c>, <c>reverted</c> or <c>closed</c>.</param>
/// <param name="Saving">What it would save.</param>
/// <param name="Risk">How risky it is: <c>low</c>, <c>medium</c> or <c>high</c>.</param>
/// <param name="RiskReason">What could go wrong.</param>
/// <param name="Effort">How much work it is.</param>
/// <param name="Change">The exact change.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="FoundAt">When it was found first.</param>
/// <param name="SeenAt">When it was found last.</param>
/// <param name="Version">Counts its changes; for <c>If-Match</c>.</param>
internal sealed record RecommendationAnswer(
    string Id, string Type, string Detector, string Cause, string Owner, string Title, RecommendationState State, SavingAnswer Saving, SavingsLevel Risk, string RiskReason, SavingsLevel Effort,
    ChangeAnswer Change, SavingsEvidenceAnswer Evidence, DateTimeOffset FoundAt, DateTimeOffset SeenAt, long Version)
{
    /// <summary>When that became of it.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>By whom.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Until when it is quiet.</summary>
    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>What it really saved, after 1, 7 and 30 days.</summary>
    public IReadOnlyList<RealisedAnswer>? FollowUps { get; init; }

    /// <summary>What it saved week by week since it was applied.</summary>
    public IReadOnlyList<RealisedWeekAnswer>? Weeks { get; init; }

    /// <summary>What it would do at once; only where <c>dryRun</c> asked.</summary>
    public IReadOnlyList<SavingsEffectAnswer>? Preview { get; init; }

    public static RecommendationAnswer Of(Recommendation of, string currency, IReadOnlyList<Effect>? preview = null)
    {
        RecommendationParts parts = of.Read();
        IReadOnlyList<FollowUpDone> done = of.ReadFollowUps();
        IReadOnlyList<RealisedWeek> weeks = of.ReadWeeks();
        Saving saving = of.Saving;
        return new RecommendationAnswer(
            of.Id.ToString(CultureInfo.InvariantCulture), TypeOf(of.Type), of.Detector, of.Cause, Quotas.QuotaAnswer.PathOf(of.Within), of.Title, of.State,
            new SavingAnswer(MoneyAnswer.Of(saving.Monthly, currency), MoneyAnswer.Of(saving.Low, currency), MoneyAnswer.Of(saving.High, currency), saving.Confidence, saving.Reason),
            of.Risk, of.RiskReason, of.Effort, ChangeAnswer.Of(parts.Change), SavingsEvidenceAnswer.Of(parts.Evidence), of.FoundAt, of.SeenAt, of.Version)
        {
            DecidedAt = of.DecidedAt,
            DecidedBy = of.DecidedBy,
            Reason = of.Reason,
            SnoozedUntil = of.SnoozedUntil,
            FollowUps = done.Count == 0 ? null : [.. done.Select(d => new RealisedAnswer(d.After, d.At, MoneyAnswer.Of(d.Realised.Monthly, currency), MoneyAnswer.Of(d.Realised.Low, currency), MoneyAnswer.Of(d.Realised.High, currency), d.Realised.By)
            {
                Replay = d.Effect is { } effect ? new ReplayAnswer(effect.From.ToDateTimeOffset(), effect.To.ToDateTimeOffset(), effect.Finished, effect.FinishedWithout, effect.WaitP95, effect.WaitP95Without) : null,
            })],
            Weeks = weeks.Count == 0 ? null : [.. weeks.Select(w => new RealisedWeekAnswer(w.Start.ToDateTimeOffset(), w.Days, MoneyAnswer.Of(w.Monthly, currency), MoneyAnswer.Of(w.Low, currency), MoneyAnswer.Of(w.High, currency), w.By))],
            Preview = preview is null ? null : [.. preview.Select(e => new SavingsEffectAnswer(e.What, e.More))],
        };
    }

    /// <summary>The name of a type, as the seed had it.</summary>
    public static string TypeOf(FindingType type) => type switch
    {
        FindingType.ResourceReduction => "resource_reduction",
        FindingType.ResourceSubstitution => "resource_substitution",
        FindingType.UsagePattern => "usage_pattern",
        _ => "anomaly",
    };
}

/// <summary>What a change is expected to save.</summary>
/// <param name="Monthly">In a month of 730 hours.</param>
/// <param name="Low">The lower end of its range.</param>
/// <param name="High">The upper end of its range.</param>
/// <param name="Confidence">How sure that is.</param>
/// <param name="Reason">Why.</param>
internal sealed record SavingAnswer(MoneyAnswer Monthly, MoneyAnswer Low, MoneyAnswer High, SavingsLevel Confidence, string Reason);

/// <summary>The exact change.</summary>
/// <param name="Kind">By what it is made: <c>poolCapacity</c>, <c>quotaLimit</c>, or <c>advice</c> that people follow.</param>
/// <param name="Subject">Of what.</param>
/// <param name="Before">How it is.</param>
/// <param name="After">How it would be.</param>
/// <param name="Resource">The kind.</param>
/// <param name="From">The amount as it was.</param>
/// <param name="To">The amount to be set.</param>
internal sealed record ChangeAnswer(ChangeKind Kind, string Subject, string Before, string After, string? Resource, Amount? From, Amount? To)
{
    public static ChangeAnswer Of(ProposedChange change) => new(
        change.Kind, change.Kind == ChangeKind.QuotaLimit && change.Subject.Length == 0 ? "~" : change.Subject, change.Before, change.After, change.Resource, change.From is { } from ? (Amount)from : null, change.To is { } to ? (Amount)to : null);
}

/// <summary>What was seen, to be plotted.</summary>
/// <param name="Form">How: <c>overTime</c>, <c>weekHours</c> or <c>bars</c>.</param>
/// <param name="Unit">In what the values are.</param>
/// <param name="Series">The values.</param>
/// <param name="Facts">What is worth saying of them.</param>
internal sealed record SavingsEvidenceAnswer(EvidenceForm Form, string Unit, IReadOnlyList<EvidenceSeriesAnswer> Series, IReadOnlyList<string> Facts)
{
    /// <summary>When the first value begins.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>How long each lasts.</summary>
    public double? StepSeconds { get; init; }

    /// <summary>What the bars stand for.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>A level that is proposed.</summary>
    public double? Proposed { get; init; }

    public static SavingsEvidenceAnswer Of(Evidence of) => new(of.Form, of.Unit, [.. of.Series.Select(s => new EvidenceSeriesAnswer(s.Name, s.Values))], of.Facts)
    {
        Start = of.Form == EvidenceForm.OverTime ? of.Start.ToDateTimeOffset() : null,
        StepSeconds = of.Form == EvidenceForm.OverTime ? of.Step.TotalSeconds : null,
        Labels = of.Labels.Count == 0 ? null : of.Labels,
        Proposed = of.Proposed,
    };
}

/// <summary>Values to plot.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Values">The values.</param>
internal sealed record EvidenceSeriesAnswer(string Name, IReadOnlyList<double> Values);

/// <summary>What an applied recommendation really saved.</summary>
/// <param name="AfterDays">After how many days it was looked at.</param>
/// <param name="At">When.</param>
/// <param name="Monthly">How much, for a month of 730 hours; negative where it cost more.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end of its interval.</param>
/// <param name="By">How it is known: <c>replay</c>, <c>provisioned</c> or <c>beforeAfter</c>.</param>
internal sealed record RealisedAnswer(int AfterDays, DateTimeOffset At, MoneyAnswer Monthly, MoneyAnswer Low, MoneyAnswer High, RealisedBy By)
{
    /// <summary>What else would have been otherwise without the change; where the time was replayed.</summary>
    public ReplayAnswer? Replay { get; init; }
}

/// <summary>What else would have been otherwise without the change.</summary>
/// <param name="From">From when it was replayed.</param>
/// <param name="To">Until when.</param>
/// <param name="Finished">How many requests ran to their end.</param>
/// <param name="FinishedWithout">How many would have.</param>
/// <param name="WaitP95Seconds">How long 95 of a hundred waited at most.</param>
/// <param name="WaitP95SecondsWithout">How long they would have.</param>
internal sealed record ReplayAnswer(DateTimeOffset From, DateTimeOffset To, long Finished, long FinishedWithout, double WaitP95Seconds, double WaitP95SecondsWithout);

/// <summary>What an applied recommendation saved in one of the weeks since.</summary>
/// <param name="Start">When the week begins.</param>
/// <param name="Days">How many of its days are over.</param>
/// <param name="Monthly">How much, for a month of 730 hours.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end of its interval.</param>
/// <param name="By">How it is known.</param>
internal sealed record RealisedWeekAnswer(DateTimeOffset Start, double Days, MoneyAnswer Monthly, MoneyAnswer Low, MoneyAnswer High, RealisedBy By);

/// <summary>One thing that a change would do at once.</summary>
/// <param name="What">In a few words.</param>
/// <param name="More">What there is to say of it.</param>
internal sealed record SavingsEffectAnswer(string What, string? More);

/// <summary>A page of recommendations, and where a reduction was asked for what they come to.</summary>
/// <param name="Items">The recommendations.</param>
/// <param name="Next">Where to go on.</param>
/// <param name="Reduction">What those that were chosen come to.</param>
internal sealed record RecommendationPage(IReadOnlyList<RecommendationAnswer> Items, string? Next, ReductionAnswer? Reduction);

/// <summary>What chosen recommendations come to.</summary>
/// <param name="Target">The share that was asked for.</param>
/// <param name="MonthlySpend">What is spent in a month.</param>
/// <param name="Wanted">What is to be saved.</param>
/// <param name="Saving">What those that were chosen save.</param>
/// <param name="Suffices">Whether that is enough.</param>
/// <param name="Chosen">How many were chosen.</param>
internal sealed record ReductionAnswer(Amount Target, MoneyAnswer MonthlySpend, MoneyAnswer Wanted, MoneyAnswer Saving, bool Suffices, int Chosen);

/// <summary>A review.</summary>
/// <param name="At">When it ended.</param>
/// <param name="From">From when on the past was looked at.</param>
/// <param name="To">Until when.</param>
/// <param name="Days">How many days of it had any data.</param>
/// <param name="Found">How many causes were found.</param>
/// <param name="Added">How many of them were new.</param>
/// <param name="Closed">How many that were open are gone.</param>
internal sealed record ReviewAnswer(DateTimeOffset At, DateTimeOffset From, DateTimeOffset To, int Days, int Found, int Added, int Closed)
{
    public static ReviewAnswer Of(SavingsReview review) => new(review.At, review.From, review.To, review.Days, review.Found, review.Added, review.Closed);
}
