using System.Globalization;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Shared.Changes;

namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>HTTP to <see cref="RecommendationService"/>, and nothing else.</summary>
internal static class RecommendationEndpoints
{
    private const string DryRun = "True to learn what it would do at once, and change nothing.";

    public static void MapRecommendations(this IEndpointRouteBuilder api)
    {
        api.MapGet("/recommendations", ListAsync).WithName("listRecommendations").WithSummary("What could be saved, what would save most for sure first; or the least risky set that saves a share of what is spent").Gives<RecommendationPage>(200).Fails(401, 403, 503)
            .Asks("state", "open, snoozed, applied, dismissed, reverted or closed; any unless given.", "open")
            .Asks("targetReduction", "A share of what is spent in a month, above 0 and at most 1: only the least risky open ones that reach it.", "0.1").Pages();
        api.MapPost("/recommendations:review", ReviewAsync).WithName("reviewSavings").WithSummary("Look for savings now").Gives<ReviewAnswer>(200).Fails(401, 403, 503);
        api.MapPost("/recommendations/{id}/apply", ApplyAsync).WithName("applyRecommendation").WithSummary("Make the change, or say that advice was followed; repeating it changes nothing more").Gives<RecommendationAnswer>(200).Fails(401, 403, 404, 409, 422, 503)
            .With("missing-scope", "outside-path", "ended", "invalid-value").Asks("dryRun", DryRun, "true").Versioned();
        api.MapPost("/recommendations/{id}/revert", RevertAsync).WithName("revertRecommendation").WithSummary("Take the change back; open again what was dismissed or snoozed").Gives<RecommendationAnswer>(200).Fails(401, 403, 404, 409, 422, 503)
            .With("missing-scope", "outside-path", "ended", "invalid-value").Asks("dryRun", DryRun, "true").Versioned();
        api.MapPost("/recommendations/{id}/dismiss", DismissAsync).WithName("dismissRecommendation").WithSummary("Turn it down, with a reason: it comes back only where it would save twice as much").Takes<DismissBody>().Gives<RecommendationAnswer>(200).Fails(401, 403, 404, 409)
            .With("missing-scope", "ended", "invalid-value").Versioned();
        api.MapPost("/recommendations/{id}/snooze", SnoozeAsync).WithName("snoozeRecommendation").WithSummary("Make it quiet until a time").Takes<SnoozeBody>().Gives<RecommendationAnswer>(200).Fails(401, 403, 404, 409)
            .With("missing-scope", "ended", "invalid-value").Versioned();
    }

    private static async Task ListAsync(HttpContext http, Caller caller, RecommendationService recommendations)
    {
        decimal? target = null;
        Problem? wrong = StateOf(http, out RecommendationState? state) ?? TargetOf(http, out target);
        if (wrong is null && target is not null && state is not (null or RecommendationState.Open))
        {
            wrong = Problem.Field("invalid-value", 422, "state", "must be open where a reduction is asked for: only those can be applied");
        }

        Result<Reduction> reduction = wrong is null && target is decimal share ? await recommendations.ReduceAsync(caller, share, http.RequestAborted) : default;
        wrong ??= reduction.Problem;
        Result<IReadOnlyList<Recommendation>> found = wrong is { } problem ? problem
            : reduction.Value is { } set ? new Result<IReadOnlyList<Recommendation>>(set.Chosen)
            : await recommendations.ListAsync(caller, state, http.RequestAborted);
        Page<(int Place, Recommendation Of)> page = new([], null);
        await ((found.Problem ?? http.PageOf(found.Value!.Select(static (r, place) => (Place: place, Of: r)), static p => p.Place.ToString("D10", CultureInfo.InvariantCulture), out page)) is { } refused
            ? refused.WriteAsync(http)
            : http.WriteAsync(
                new RecommendationPage([.. page.Items.Select(p => RecommendationAnswer.Of(p.Of, recommendations.Currency))], page.Next, reduction.Value is { } r ? Answer(r, recommendations.Currency) : null),
                ApiJson.Default.RecommendationPage));
    }

    private static ReductionAnswer Answer(Reduction of, string currency) =>
        new(new Amount(of.Target), MoneyAnswer.Of(of.Spend, currency), MoneyAnswer.Of(of.Wanted, currency), MoneyAnswer.Of(of.Saved, currency), of.Suffices, of.Chosen.Count);

    private static async Task ReviewAsync(HttpContext http, Caller caller, RecommendationService recommendations)
    {
        Result<SavingsReview> review = await recommendations.ReviewAsync(caller, http.RequestAborted);
        await (review.Problem?.WriteAsync(http) ?? http.WriteAsync(ReviewAnswer.Of(review.Value!), ApiJson.Default.ReviewAnswer));
    }

    private static Task ApplyAsync(HttpContext http, string id, Caller caller, RecommendationService recommendations) =>
        ChangeAsync(http, id, caller, recommendations, back: false, version => recommendations.ApplyAsync(caller, id, version, http.RequestAborted));

    private static Task RevertAsync(HttpContext http, string id, Caller caller, RecommendationService recommendations) =>
        ChangeAsync(http, id, caller, recommendations, back: true, version => recommendations.RevertAsync(caller, id, version, http.RequestAborted));

    private static async Task ChangeAsync(HttpContext http, string id, Caller caller, RecommendationService recommendations, bool back, Func<long?, Task<Result<Recommendation>>> change)
    {
        long? version = null;
        Problem? wrong = http.FlagOf("dryRun", out bool dryRun) ?? http.VersionOf(out version);
        if (wrong is not null || !dryRun)
        {
            await WriteAsync(http, recommendations, wrong is not null ? wrong : await change(version));
            return;
        }

        Result<IReadOnlyList<Effect>> preview = await recommendations.PreviewAsync(caller, id, back, http.RequestAborted);
        Recommendation? of = preview.Problem is null ? (await recommendations.ListAsync(caller, null, http.RequestAborted)).Value?.FirstOrDefault(r => r.Id.ToString(CultureInfo.InvariantCulture) == id) : null;
        await WriteAsync(http, recommendations, preview.Problem is { } problem ? problem : of is null ? Problem.MissingScope(Scope.Read, caller) : of, preview.Value);
    }

    private static async Task DismissAsync(HttpContext http, string id, Caller caller, RecommendationService recommendations)
    {
        Result<DismissBody> body = await Body.ReadAsync(http, ApiJson.Default.DismissBody);
        Problem? wrong = http.VersionOf(out long? version) ?? body.Problem;
        await WriteAsync(http, recommendations, wrong is not null ? wrong : await recommendations.DismissAsync(caller, id, version, body.Value!, http.RequestAborted));
    }

    private static async Task SnoozeAsync(HttpContext http, string id, Caller caller, RecommendationService recommendations)
    {
        Result<SnoozeBody> body = await Body.ReadAsync(http, ApiJson.Default.SnoozeBody);
        Problem? wrong = http.VersionOf(out long? version) ?? body.Problem;
        await WriteAsync(http, recommendations, wrong is not null ? wrong : await recommendations.SnoozeAsync(caller, id, version, body.Value!, http.RequestAborted));
    }

    private static Task WriteAsync(HttpContext http, RecommendationService recommendations, Result<Recommendation> answer, IReadOnlyList<Effect>? preview = null)
    {
        if (answer.Problem is { } problem)
        {
            return problem.WriteAsync(http);
        }

        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{answer.Value!.Version}\"");
        return http.WriteAsync(RecommendationAnswer.Of(answer.Value, recommendations.Currency, preview), ApiJson.Default.RecommendationAnswer);
    }

    private static Problem? StateOf(HttpContext http, out RecommendationState? state)
    {
        state = null;
        if (http.Request.Query["state"].FirstOrDefault() is not { Length: > 0 } text)
        {
            return null;
        }

        bool known = Enum.TryParse(text, ignoreCase: true, out RecommendationState wanted) && Enum.IsDefined(wanted) && !char.IsAsciiDigit(text[0]);
        state = known ? wanted : null;
        return known ? null : Problem.Field("invalid-value", 422, "state", "must be open, snoozed, applied, dismissed, reverted or closed");
    }

    private static Problem? TargetOf(HttpContext http, out decimal? target)
    {
        target = null;
        if (http.Request.Query["targetReduction"].FirstOrDefault() is not { Length: > 0 } text)
        {
            return null;
        }

        bool known = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal share) && share is > 0 and <= 1;
        target = known ? share : null;
        return known ? null : Problem.Field("invalid-value", 422, "targetReduction", "must be a share such as 0.1, above 0 and at most 1");
    }
}
