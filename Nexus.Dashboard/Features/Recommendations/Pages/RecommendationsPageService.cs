using System.Globalization;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;

namespace Nexus.Dashboard.Features.Recommendations.Pages;

/// <summary>What the page of the recommendations shows, by the same rules of access as the API.</summary>
internal sealed class RecommendationsPageService(RecommendationService recommendations)
{
    /// <summary>The tab of those that are to be decided.</summary>
    public const string OpenTab = "open";

    private const int Largest = 3;
    private const int MostRows = 200;

    /// <summary>The tabs, in their order.</summary>
    public static IReadOnlyList<string> Tabs { get; } = [OpenTab, "snoozed", "applied", "dismissed"];

    /// <summary>How many are open that a reader may see.</summary>
    public int Count(Caller viewer) => recommendations.CountOpen(viewer);

    /// <summary>What the page shows.</summary>
    /// <param name="caller">Who looks, and may decide.</param>
    /// <param name="viewer">The same, narrowed to what all pages show.</param>
    /// <param name="asked">What the address asks for: the tab, only savings of a kind, and the one that is open.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<RecommendationsView>> GetAsync(Caller caller, Caller viewer, (string Tab, string? Type, string? Open) asked, CancellationToken cancellation)
    {
        Result<IReadOnlyList<Recommendation>> found = await recommendations.ListAsync(viewer, null, cancellation);
        if (found.Problem is { } problem)
        {
            return problem;
        }

        SavingsReview? review = await recommendations.LastReviewAsync(cancellation);
        Recommendation[] shown = [.. found.Value!.Where(r => asked.Type is null || RecommendationAnswer.TypeOf(r.Type) == asked.Type)];
        double most = shown.Where(r => r.IsOpen).Select(r => SavingsMoney.Units(r.Saving.High)).DefaultIfEmpty(1).Max();
        Recommendation? opened = shown.FirstOrDefault(r => r.Id.ToString(CultureInfo.InvariantCulture) == asked.Open);
        return new RecommendationsView(
            Answer([.. found.Value!.Where(r => r.State == RecommendationState.Open)], found.Value!, review),
            [.. shown.Where(r => TabOf(r.State) == asked.Tab).Take(MostRows).Select(r => Row(caller, r, most))], opened is null ? null : Row(caller, opened, most),
            Tabs.ToDictionary(t => t, t => shown.Count(r => TabOf(r.State) == t), StringComparer.Ordinal),
            [.. found.Value!.Select(r => r.Type).Distinct().Order().Select(t => (RecommendationAnswer.TypeOf(t), Word(t)))],
            SavingsCurve.Of(found.Value!, recommendations.Currency), review?.Failed, Nothing(review, recommendations.NextReview, asked.Type),
            RecommendationService.Locked(caller)?.Detail, caller.Path.IsRoot ? RecommendationService.Locked(caller)?.Detail : Problem.MissingScope(Scope.Money, caller).Detail);
    }

    private static string TabOf(RecommendationState state) => state switch
    {
        RecommendationState.Open => OpenTab,
        RecommendationState.Snoozed => "snoozed",
        RecommendationState.Applied or RecommendationState.Reverted => "applied",
        _ => "dismissed",
    };

    /// <summary>A kind of saving, in words.</summary>
    public static string Word(FindingType type) => type switch
    {
        FindingType.ResourceReduction => "Less of it",
        FindingType.ResourceSubstitution => "Cheaper instead",
        FindingType.UsagePattern => "Another use",
        _ => "Anomaly",
    };

    private static string Nothing(SavingsReview? review, DateTimeOffset? next, string? type)
    {
        string then = next is { } at ? string.Create(CultureInfo.InvariantCulture, $" The next review is on {at.UtcDateTime:d MMM HH:mm} UTC.") : "";
        return review is null ? $"No review has run yet.{then}"
            : type is not null ? "Nothing of this kind is open."
            : string.Create(CultureInfo.InvariantCulture, $"Nothing to save found in {Numbers.Count(review.Days)} {(review.Days == 1 ? "day" : "days")} of data. Detectors ran {review.At.UtcDateTime:d MMM HH:mm} UTC.{then}");
    }

    private string Answer(Recommendation[] open, IReadOnlyList<Recommendation> all, SavingsReview? review)
    {
        string realised = Realised(all);
        if (open.Length == 0)
        {
            return review is null ? $"Nothing was looked for yet.{realised}" : $"Nothing is open.{realised}";
        }

        decimal[] amounts = [.. open.Select(r => CostText.Units(r.Saving.Monthly)).OrderDescending()];
        decimal sum = amounts.Sum();
        string largest = open.Length > Largest && sum > 0 ? $"; the largest three are {Numbers.Percent((double)(amounts.Take(Largest).Sum() / sum))} of it" : "";
        return $"{Numbers.Count(open.Length)} open, ≈ {CostText.Hero(SavingsMoney.Of((double)sum), recommendations.Currency)} a month{largest}.{realised}";
    }

    // What all that was applied saves by the last look at each, beside what was expected of those.
    private string Realised(IReadOnlyList<Recommendation> all)
    {
        (Recommendation Of, Money Saved)[] known = [.. all.Where(r => r.State == RecommendationState.Applied).Select(r => (r, Last: r.ReadFollowUps().LastOrDefault())).Where(r => r.Last is not null).Select(r => (r.r, r.Last!.Realised.Monthly))];
        double expected = known.Sum(k => SavingsMoney.Units(k.Of.Saving.Monthly));
        double saved = known.Sum(k => SavingsMoney.Units(k.Saved));
        return known.Length == 0 || expected <= 0 ? "" : $" What was applied saves {CostText.Hero(SavingsMoney.Of(saved), recommendations.Currency)} a month, {Numbers.Percent(saved / expected)} of what was expected.";
    }

    private RecommendationRow Row(Caller caller, Recommendation of, double most)
    {
        RecommendationParts parts = of.Read();
        Saving saving = of.Saving;
        string currency = recommendations.Currency;
        double Place(Money money) => most <= 0 ? 0 : Math.Clamp(SavingsMoney.Units(money) / most, 0, 1);
        RealisedLine[] realised = [.. of.ReadFollowUps().Select(f => Line(f, saving, currency))];
        return new RecommendationRow(
            of.Id.ToString(CultureInfo.InvariantCulture), of.Title, Word(of.Type), of.Within.IsRoot ? "everybody" : of.Within.ToString(), $"≈ {CostText.Hero(saving.Monthly, currency)}",
            $"{CostText.Hero(saving.Low, currency)} – {CostText.Hero(saving.High, currency)}", saving.Confidence, saving.Reason, of.Risk, of.RiskReason, of.Effort, parts.Change.Before, parts.Change.After, parts.Evidence, of.FoundAt)
        {
            Bar = (Place(saving.Low), Place(saving.Monthly), Place(saving.High)),
            IsCommand = parts.Change.IsCommand,
            Became = Became(of),
            State = of.State switch { RecommendationState.Applied => Signal.Ok, RecommendationState.Dismissed => Signal.Cancelled, RecommendationState.Snoozed => Signal.Paused, RecommendationState.Open => Signal.Planned, _ => Signal.Off },
            DecidedAt = of.DecidedAt,
            CanDecide = of.IsOpen,
            CanRevert = of.State is RecommendationState.Applied or RecommendationState.Snoozed or RecommendationState.Dismissed,
            RevertWord = of.State == RecommendationState.Applied ? "Revert" : "Open again",
            Realised = realised,
            Course = RealisedCourse.Of(of, currency),
            Verdict = realised.Length == 0 ? of.State == RecommendationState.Applied ? "What it saves is known a day after it was applied." : "" : $"Realised {realised[^1].Share}",
            ApplyLocked = (RecommendationService.Locked(caller) ?? RecommendationChange.Refused(caller, parts.Change, of.Within))?.Detail,
            Version = of.Version,
        };
    }

    private static RealisedLine Line(FollowUpDone done, Saving saving, string currency) => new(
        done.After == 1 ? "1 day" : $"{done.After} days", done.At, CostText.Hero(done.Realised.Monthly, currency), $"{CostText.Hero(done.Realised.Low, currency)} – {CostText.Hero(done.Realised.High, currency)}",
        saving.Monthly == Money.Zero ? "–" : Numbers.Percent(SavingsMoney.Units(done.Realised.Monthly) / SavingsMoney.Units(saving.Monthly)), RealisedLine.Words(done.Realised.By)) { Effect = RealisedLine.EffectOf(done.Effect) };

    private static string Became(Recommendation of) => of.State switch
    {
        RecommendationState.Applied => $"Applied by {of.DecidedBy}",
        RecommendationState.Reverted => $"Taken back by {of.DecidedBy}",
        RecommendationState.Dismissed => $"Dismissed by {of.DecidedBy}: {of.Reason}",
        RecommendationState.Snoozed => string.Create(CultureInfo.InvariantCulture, $"Quiet until {of.SnoozedUntil?.UtcDateTime:d MMM HH:mm} UTC"),
        RecommendationState.Closed => "The cause is gone",
        _ => "",
    };
}
