using Nexus.Bench.Savings;
using Nexus.Dashboard.Features.Calibration;
using Nexus.Dashboard.Features.Recommendations;
using Nexus.Dashboard.Features.Recommendations.Pages;
using Nexus.Dashboard.Features.Recommendations.Review;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;

namespace Nexus.Dashboard.Tests.Dashboard.Recommendations;

/// <summary>What a review does with what it finds, and when applied ones are looked at.</summary>
public sealed class SavingsReviewerTests
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(35);
    private static readonly SavingsPast Past = SimulatedMonth.Of(Planting.Planted, 1);
    private static readonly IReadOnlyList<Finding> Found = SavingsDetectors.Find(Past, SavingsSettings.Usual);
    private static readonly DateTimeOffset Now = Past.To.ToDateTimeOffset();
    private static readonly Finding Idle = Found.Single(f => f.Cause == "underutilised-pool:idle:gpu");
    private static readonly Finding Repeats = Found.Single(f => f.Cause == "repeated:t7/u/w:m");

    [Fact]
    public void A_cause_that_is_found_again_is_brought_up_to_date_and_not_repeated()
    {
        Recommendation open = Assert.Single(Merge([], [Idle])) with { Id = 7 };

        Recommendation again = Assert.Single(Merge([open], [Idle with { Title = "less still" }]));

        Assert.Equal((7, "less still", RecommendationState.Open, 2), (again.Id, again.Title, again.State, again.Version));
        Assert.Equal(open.FoundAt, again.FoundAt);
    }

    [Fact]
    public void One_whose_cause_is_gone_is_closed() =>
        Assert.Equal(RecommendationState.Closed, Assert.Single(Merge([Kept(RecommendationState.Open)], [])).State);

    [Fact]
    public void One_that_is_snoozed_is_open_again_when_its_time_has_come()
    {
        Recommendation quiet = Kept(RecommendationState.Snoozed);

        Assert.Equal(RecommendationState.Snoozed, Assert.Single(Merge([quiet with { SnoozedUntil = Now.AddDays(1) }], [Idle])).State);
        Assert.Equal(RecommendationState.Open, Assert.Single(Merge([quiet with { SnoozedUntil = Now }], [Idle])).State);
    }

    [Fact]
    public void One_that_was_dismissed_comes_back_only_where_it_saves_twice_as_much()
    {
        Recommendation dismissed = Kept(RecommendationState.Dismissed);
        Saving double_ = Saving.Of(SavingsMoney.Units(Idle.Saving.Monthly) * 2, 1, 1, SavingsLevel.High, "");

        Assert.Empty(Merge([dismissed], [Idle]));
        Assert.Single(Merge([dismissed], [Idle with { Saving = double_ }]));
    }

    [Fact]
    public void One_that_was_applied_is_not_found_again_in_the_past_before_it()
    {
        Assert.Empty(Merge([Kept(RecommendationState.Applied) with { DecidedAt = Now.AddDays(-3) }], [Idle]));
        Assert.Single(Merge([Kept(RecommendationState.Applied) with { DecidedAt = Now.AddDays(-36) }], [Idle]));
        Assert.Single(Merge([Kept(RecommendationState.Reverted)], [Idle]));
    }

    [Fact]
    public void What_was_kept_is_read_as_it_was()
    {
        Recommendation kept = Kept(RecommendationState.Open);
        RecommendationParts parts = kept.Read();

        Assert.Equal((Idle.Change, Idle.Measure.Volume, Idle.Evidence.Proposed), (parts.Change, parts.Measure.Volume, parts.Evidence.Proposed));
        Assert.Equal(Idle.Evidence.Series[0].Values, parts.Evidence.Series[0].Values);
        Assert.Equal(Idle.Saving, kept.Saving);
        Recommendation calls = Assert.Single(Merge([], [Repeats]));
        Assert.Equal(Realised.Baseline(Past, Repeats.Measure), calls.ReadBaseline());
    }

    [Fact]
    public void An_applied_one_is_looked_at_after_one_seven_and_thirty_days_and_once_each()
    {
        SavingsPast after = SimulatedMonth.Of(Planting.Applied, 2, SimulatedMonth.Causes.ToDictionary(c => c, _ => 8d));
        Recommendation applied = Assert.Single(Merge([], [Repeats])) with { Id = 7, State = RecommendationState.Applied, DecidedAt = after.From.ToDateTimeOffset() };

        Assert.Empty(SavingsReviewer.Follow(applied, after, applied.DecidedAt!.Value.AddHours(23))!.ReadFollowUps());
        Recommendation first = SavingsReviewer.Follow(applied, after, applied.DecidedAt!.Value.AddDays(2))!;
        Assert.Null(SavingsReviewer.Follow(first, after, applied.DecidedAt.Value.AddDays(6)));
        Recommendation second = SavingsReviewer.Follow(first, after, applied.DecidedAt.Value.AddDays(8))!;
        Recommendation third = SavingsReviewer.Follow(second, after, applied.DecidedAt.Value.AddDays(31))!;

        Assert.Equal([1, 7, 30], third.ReadFollowUps().Select(f => f.After));
        Assert.Null(SavingsReviewer.Follow(third, after, applied.DecidedAt.Value.AddDays(90)));
        Realised realised = third.ReadFollowUps()[^1].Realised;
        Assert.Equal(RealisedBy.BeforeAfter, realised.By);
        Assert.InRange(SavingsMoney.Units(realised.Monthly) / SavingsMoney.Units(Repeats.Saving.Monthly), 0.9, 1.1);
        Assert.All(third.ReadWeeks(), w => Assert.InRange(SavingsMoney.Units(w.Monthly) / SavingsMoney.Units(Repeats.Saving.Monthly), 0.7, 1.3));
        Assert.InRange(third.ReadWeeks().Count, 4, 5);
    }

    [Fact]
    public void What_a_replay_says_goes_before_what_can_be_told_without_one_and_is_kept_with_its_effect()
    {
        SavingsPast after = SimulatedMonth.Of(Planting.Applied, 2, SimulatedMonth.Causes.ToDictionary(c => c, _ => 8d));
        Recommendation applied = Assert.Single(Merge([], [Repeats])) with { Id = 7, State = RecommendationState.Applied, DecidedAt = after.From.ToDateTimeOffset() };
        Realised said = new(SavingsMoney.Of(12), SavingsMoney.Of(11), SavingsMoney.Of(13), 1, RealisedBy.Replay);
        ReplayedEffect effect = new(after.From, after.To, 10, 12, 40, 2);

        FollowUpDone look = Assert.Single(SavingsReviewer.Follow(applied, after, applied.DecidedAt!.Value.AddDays(2), (said, effect))!.ReadFollowUps());

        Assert.Equal((1, said, effect), (look.After, look.Realised, look.Effect));
        Assert.Equal("Without it 2 more requests would have finished, and 95 of a hundred would have waited at most 2.0 s instead of 40 s.", RealisedLine.EffectOf(look.Effect).Replace("\u00A0", " ", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_saved_so_far_adds_up_over_all_that_was_applied_and_what_was_taken_back_for_as_long_as_it_held()
    {
        Instant start = Past.To;
        Recommendation Of(RecommendationState state, int from, params double[] days) => Kept(state) with
        {
            Monthly = "304.166667",
            Weeks = System.Text.Json.JsonSerializer.Serialize<IReadOnlyList<RealisedWeek>>([.. days.Select((d, w) => new RealisedWeek(start + TimeSpan.FromDays(from + (7 * w)), d, SavingsMoney.Of(Saving.DaysOfMonth * 5), default, default, RealisedBy.Provisioned))], RecommendationJson.Default.IReadOnlyListRealisedWeek),
        };

        SavingsCurve curve = SavingsCurve.Of([Of(RecommendationState.Applied, 0, 7, 3), Of(RecommendationState.Reverted, 4, 2), Of(RecommendationState.Open, 0, 7)], "USD")!;

        Assert.Equal((5 * 12, 10 * 12), (Math.Round(curve.Saved, 3), Math.Round(curve.Expected, 3)));
        Assert.Equal(5 * 4, curve.Points.Single(p => p.At == start.ToDateTimeOffset().AddDays(4)).Saved, 3);
        Assert.Null(SavingsCurve.Of([Kept(RecommendationState.Applied)], "USD"));
    }

    [Fact]
    public void How_expected_savings_held_is_scored_by_the_last_look_at_each()
    {
        Recommendation Of(long id, double realised, int day) => Kept(RecommendationState.Applied) with
        {
            Id = id, Monthly = "100", Low = "80", High = "120",
            FollowUps = System.Text.Json.JsonSerializer.Serialize<IReadOnlyList<FollowUpDone>>([new FollowUpDone(1, Now, new Realised(SavingsMoney.Of(1), default, default, 1, RealisedBy.BeforeAfter)), new FollowUpDone(7, Now.AddDays(day), new Realised(SavingsMoney.Of(realised), default, default, 7, RealisedBy.BeforeAfter))], RecommendationJson.Default.IReadOnlyListFollowUpDone),
        };

        SavingsCalibration all = SavingsCalibration.Of([Of(1, 90, 7), Of(2, 60, 7), Kept(RecommendationState.Applied), Kept(RecommendationState.Open)], null, null, "USD");
        SavingsCalibration early = SavingsCalibration.Of([Of(1, 90, 7)], Now, Now.AddDays(1), "USD");

        Assert.Equal((2, 1, 0.75), (all.Scored, all.Kept, all.Realised));
        Assert.Equal([2L, 1L], all.Worst.Select(w => w.Id));
        Assert.Equal((1, 0, 0.01), (early.Scored, early.Kept, early.Realised));
    }

    [Theory]
    [InlineData("0 3 * * *", "UTC", "2026-11-24T14:00:00Z", "2026-11-25T03:00:00Z")]
    [InlineData("0 3 * * *", "Europe/Zurich", "2026-11-24T14:00:00Z", "2026-11-25T02:00:00Z")]
    [InlineData("", "UTC", "2026-11-24T14:00:00Z", null)]
    public void A_review_runs_when_its_schedule_says_so(string schedule, string zone, string at, string? next) =>
        Assert.Equal(next is null ? null : DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture), new SavingsOptions { Schedule = schedule, TimeZone = zone }.NextAfter(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_setting_that_is_wrong_is_named() => Assert.Equal(
        ["Nexus:Savings:Schedule", "Nexus:Savings:TimeZone", "Nexus:Savings:Window", "Nexus:Savings:Minimum", "Nexus:Savings:Headroom", "Nexus:Savings:ReservedShare"],
        new SavingsOptions { Schedule = "daily", TimeZone = "Mars", Window = TimeSpan.Zero, Minimum = -1, Headroom = 3, ReservedShare = 1 }.Faults().Select(f => f.Split(' ')[0]));

    private static Recommendation Kept(RecommendationState state) => Assert.Single(Merge([], [Idle])) with { Id = 7, State = state, DecidedAt = state == RecommendationState.Open ? null : Now };

    private static IReadOnlyList<Recommendation> Merge(IReadOnlyList<Recommendation> known, IReadOnlyList<Finding> findings) => [.. SavingsReviewer.Merge(known, findings, Past, Window, Now)];
}
