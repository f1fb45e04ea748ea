using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Recommendations.Review;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Optimization;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>Recommendations: authorises the caller, then asks and decides. The page and the API call the same.</summary>
internal sealed class RecommendationService(SavingsReviewer reviewer, RecommendationChange change, EngineHost host, IOptions<SavingsOptions> options, TimeProvider time)
{
    /// <summary>The longest reason.</summary>
    public const int MostReason = 500;

    private const int DaysOfSpending = 30;
    private static readonly TimeSpan LongestSnooze = TimeSpan.FromDays(366);

    /// <summary>The currency of all amounts.</summary>
    public string Currency => host.Read.Configuration.Currency;

    /// <summary>When the review runs next; null: only when somebody asks.</summary>
    public DateTimeOffset? NextReview => options.Value.NextAfter(time.GetUtcNow());

    /// <summary>How many are open that somebody may see, as far as that is known without reading.</summary>
    public int CountOpen(Caller caller) => caller.Allows(Scope.Read) ? reviewer.Known.Count(r => r.State == RecommendationState.Open && Visible(caller, r)) : 0;

    /// <summary>Those that are open that somebody may see, as far as that is known without reading; the best first.</summary>
    public IReadOnlyList<Recommendation> KnownOpen(Caller caller) => caller.Allows(Scope.Read) ? Ordered(reviewer.Known.Where(r => r.State == RecommendationState.Open && Visible(caller, r))) : [];

    /// <summary>Those that the caller may see, what would save most for sure before the rest.</summary>
    public async Task<Result<IReadOnlyList<Recommendation>>> ListAsync(Caller caller, RecommendationState? state, CancellationToken cancellation) => !caller.Allows(Scope.Read) ? Problem.MissingScope(Scope.Read, caller)
        : Ordered((await reviewer.AllAsync(cancellation)).Where(r => Visible(caller, r) && (state is null || r.State == state)));

    /// <summary>The least risky of those that are open that together save a share of what is spent.</summary>
    /// <param name="caller">Who asks: of what it may see.</param>
    /// <param name="share">The share, above 0 and at most 1.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<Reduction>> ReduceAsync(Caller caller, decimal share, CancellationToken cancellation)
    {
        Result<IReadOnlyList<Recommendation>> open = await ListAsync(caller, RecommendationState.Open, cancellation);
        if (open.Problem is { } problem)
        {
            return problem;
        }

        Money spend = await SpendAsync(caller, cancellation);
        Money wanted = SavingsMoney.Of(SavingsMoney.Units(spend) * (double)share);
        LeastRiskySet set = LeastRiskySet.Of(open.Value!.Select(r => new SavingChoice(Text(r.Id), r.About, r.Risk, r.Saving.Monthly, r.Saving.Expected)), wanted);
        Dictionary<string, Recommendation> byId = open.Value!.ToDictionary(r => Text(r.Id), StringComparer.Ordinal);
        return new Reduction(share, spend, wanted, set.Saved, set.Suffices, [.. set.Chosen.Select(c => byId[c.Id])]);
    }

    /// <summary>The last review; null where there was none.</summary>
    public Task<SavingsReview?> LastReviewAsync(CancellationToken cancellation) => reviewer.LastAsync(cancellation);

    /// <summary>Runs the review now. It is the whole installation's.</summary>
    public async Task<Result<SavingsReview>> ReviewAsync(Caller caller, CancellationToken cancellation) =>
        caller.Path.IsRoot && MayDecide(caller) ? await reviewer.ReviewAsync(cancellation) : Problem.MissingScope(Scope.Money, caller);

    /// <summary>Makes the change, as the caller's; of advice that it was followed. Repeating it changes nothing more.</summary>
    public Task<Result<Recommendation>> ApplyAsync(Caller caller, string id, long? seen, CancellationToken cancellation) => OnAsync(caller, id, seen, async found =>
        found.State == RecommendationState.Applied ? (found, null)
        : !found.IsOpen ? (Over(found), null)
        : await change.ApplyAsync(caller, found, cancellation) is { } problem ? (problem, null)
        : Decided(caller, found, RecommendationState.Applied, "applyRecommendation", null) is var (applied, entry) ? (applied with { FollowUps = "[]", Weeks = "[]" }, entry) : default, cancellation);

    /// <summary>What applying it, or taking it back, would do at once; nothing changes.</summary>
    public async Task<Result<IReadOnlyList<Effect>>> PreviewAsync(Caller caller, string id, bool back, CancellationToken cancellation)
    {
        Result<Recommendation> found = await FindAsync(caller, id, cancellation);
        return found.Problem is { } problem ? problem
            : back ? found.Value!.State != RecommendationState.Applied ? Over(found.Value) : new Result<IReadOnlyList<Effect>>(change.Preview(caller, found.Value, back: true))
            : !found.Value!.IsOpen ? Over(found.Value)
            : RecommendationChange.Refused(caller, found.Value.Read().Change, found.Value.Within) is { } refused ? refused
            : new Result<IReadOnlyList<Effect>>(change.Preview(caller, found.Value, back: false));
    }

    /// <summary>Turns it down, with a reason.</summary>
    public Task<Result<Recommendation>> DismissAsync(Caller caller, string id, long? seen, DismissBody body, CancellationToken cancellation) => OnAsync(caller, id, seen, found => Task.FromResult<(Result<Recommendation>, AccessChange?)>(
        string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > MostReason ? (Problem.Field("invalid-value", 422, "$.reason", $"must say why, in at most {MostReason} characters"), null)
        : found.State == RecommendationState.Dismissed ? (found, null)
        : !found.IsOpen ? (Over(found), null)
        : Decided(caller, found, RecommendationState.Dismissed, "dismissRecommendation", body.Reason.Trim())), cancellation);

    /// <summary>Makes it quiet until a time.</summary>
    public Task<Result<Recommendation>> SnoozeAsync(Caller caller, string id, long? seen, SnoozeBody body, CancellationToken cancellation) => OnAsync(caller, id, seen, found =>
    {
        DateTimeOffset now = time.GetUtcNow();
        return Task.FromResult<(Result<Recommendation>, AccessChange?)>(
            body.Until is not { } until || until <= now || until - now > LongestSnooze ? (Problem.Field("invalid-value", 422, "$.until", "must be a time within the next 366 days"), null)
            : !found.IsOpen ? (Over(found), null)
            : Decided(caller, found with { SnoozedUntil = until }, RecommendationState.Snoozed, "snoozeRecommendation", null));
    }, cancellation);

    /// <summary>Takes the change back, as the caller's; of what was dismissed or snoozed that it is open again.</summary>
    public Task<Result<Recommendation>> RevertAsync(Caller caller, string id, long? seen, CancellationToken cancellation) => OnAsync(caller, id, seen, async found =>
        found.State is RecommendationState.Reverted or RecommendationState.Open ? (found, null)
        : found.State is RecommendationState.Snoozed || (found.State == RecommendationState.Dismissed && !reviewer.Known.Any(r => r.IsOpen && r.Cause == found.Cause))
            ? Decided(caller, found with { SnoozedUntil = null }, RecommendationState.Open, "reopenRecommendation", null)
        : found.State != RecommendationState.Applied ? (Over(found), null)
        : await change.RevertAsync(caller, found, cancellation) is { } problem ? (problem, null)
        : Decided(caller, found, RecommendationState.Reverted, "revertRecommendation", null), cancellation);

    /// <summary>Why the caller may not decide about any; null where it may.</summary>
    public static Problem? Locked(Caller caller) => MayDecide(caller) ? null : Problem.MissingScope(Scope.Money, caller);

    /// <summary>What was spent in the last month by those whom the caller may see.</summary>
    public async Task<Money> SpendAsync(Caller caller, CancellationToken cancellation)
    {
        Engine.Storage.Ledgers.Ledger ledger = host.Journal?.Ledger ?? throw new EngineUnavailableException("The engine reads its journal.", TimeSpan.FromSeconds(1));
        Engine.Resources.Instant now = host.Now;
        try
        {
            CostReport report = await Task.Run(() => ledger.Report(new CostQuery(now - TimeSpan.FromDays(DaysOfSpending), now) { Within = caller.Path }), cancellation);
            return SavingsMoney.Of(SavingsMoney.Units(report.Total.Cost) * Saving.DaysOfMonth / DaysOfSpending);
        }
        catch (JournalException error)
        {
            throw new EngineUnavailableException($"The ledger cannot be read. {error.Message}", TimeSpan.FromSeconds(5), error);
        }
    }

    // Finance decides what concerns money, and operators what they run.
    private static bool MayDecide(Caller caller) => caller.Allows(Scope.Money) || caller.Allows(Scope.Configure);

    private static bool Visible(Caller caller, Recommendation recommendation) => caller.MayActFor(recommendation.Within);

    private static Recommendation[] Ordered(IEnumerable<Recommendation> found) =>
        [.. found.OrderBy(r => r.State).ThenByDescending(r => r.IsOpen ? r.Saving.Expected : 0).ThenByDescending(r => r.DecidedAt).ThenBy(r => r.Id)];

    private async Task<Result<Recommendation>> FindAsync(Caller caller, string id, CancellationToken cancellation) =>
        Locked(caller) is { } locked ? locked
        : long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && (await reviewer.AllAsync(cancellation)).FirstOrDefault(r => r.Id == number && Visible(caller, r)) is { } found ? found
        : Problem.NotFound($"There is no recommendation '{id}' that you may see.");

    private async Task<Result<Recommendation>> OnAsync(Caller caller, string id, long? seen, Func<Recommendation, Task<(Result<Recommendation>, AccessChange?)>> decide, CancellationToken cancellation)
    {
        Result<Recommendation> found = await FindAsync(caller, id, cancellation);
        return found.Problem is not null ? found
            : await reviewer.DecideAsync(found.Value!.Id, async now => AlertAudit.Outdated(now.Version, seen) is { } outdated ? (outdated, null) : await decide(now), cancellation);
    }

    private (Recommendation, AccessChange) Decided(Caller caller, Recommendation found, RecommendationState state, string action, string? reason)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool open = state == RecommendationState.Open;
        AccessChange entry = AlertAudit.Entry(caller, now, action, found.Cause);
        (entry.Before, entry.After) = (Said(found.State, null), Said(state, reason));
        return (found with { State = state, DecidedAt = open ? null : now, DecidedBy = open ? null : caller.Id, Reason = reason }, entry);
    }

    private static string Said(RecommendationState state, string? reason) => JsonSerializer.Serialize(
        reason is null ? new Dictionary<string, string> { ["state"] = Word(state) } : new Dictionary<string, string> { ["state"] = Word(state), ["reason"] = reason }, ApiJson.Default.DictionaryStringString);

    private static string Word(RecommendationState state) => state.ToString().ToLowerInvariant();

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static Problem Over(Recommendation found) => new("ended", "It has ended", 409, found.State switch
    {
        RecommendationState.Applied => $"The recommendation was applied by {found.DecidedBy}; revert it instead.",
        RecommendationState.Dismissed => $"The recommendation was dismissed by {found.DecidedBy}; revert that to open it again.",
        RecommendationState.Reverted => $"The recommendation was applied, and taken back by {found.DecidedBy}.",
        RecommendationState.Closed => "The cause of the recommendation is gone.",
        _ => "The recommendation has not been applied.",
    });
}

/// <summary>The least risky recommendations that together save a share of what is spent.</summary>
/// <param name="Target">The share.</param>
/// <param name="Spend">What is spent in a month.</param>
/// <param name="Wanted">What is to be saved in a month.</param>
/// <param name="Saved">What those that were chosen save.</param>
/// <param name="Suffices">Whether that is enough.</param>
/// <param name="Chosen">Which, the least risky first.</param>
internal sealed record Reduction(decimal Target, Money Spend, Money Wanted, Money Saved, bool Suffices, IReadOnlyList<Recommendation> Chosen);
