using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;

namespace Nexus.Dashboard.Tests.Engine.Optimization;

public sealed class RealisedTests
{
    private static readonly Instant From = Instant.From(new DateTimeOffset(2026, 11, 2, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void What_was_saved_is_what_the_volume_after_would_have_cost_before()
    {
        // A unit cost 2 before and 1.5 after, of which there was twice as much: 100 a day were saved though no less was spent.
        Realised realised = Realised.Compare(Days(14, 200, 100), Days(7, 300, 200))!;

        Assert.Equal(100 * Saving.DaysOfMonth, SavingsMoney.Units(realised.Monthly), 4);
        Assert.Equal((7, RealisedBy.BeforeAfter), (realised.Days, realised.By));
    }

    [Fact]
    public void What_costs_more_than_before_has_saved_less_than_nothing() => Assert.True(Realised.Compare(Days(14, 100, 100), Days(7, 150, 100))!.Monthly < default(Nexus.Engine.Costs.Money));

    [Fact]
    public void Without_days_before_or_after_nothing_is_said()
    {
        Assert.Null(Realised.Compare([], Days(7, 1, 1)));
        Assert.Null(Realised.Compare(Days(7, 1, 1), []));
    }

    [Fact]
    public void Days_that_differ_make_the_interval_wide()
    {
        MeasuredDay[] before = [.. Enumerable.Range(0, 28).Select(d => new MeasuredDay(From, d % 7 == 0 ? 500 : 100, 100))];
        Realised realised = Realised.Compare([.. before.Select((d, i) => d with { Cost = d.Cost + (i * 3) })], Days(7, 100, 100))!;

        Assert.True(realised.Low < realised.Monthly && realised.Monthly < realised.High);
    }

    [Fact]
    public void A_smaller_pool_saved_what_it_was_made_smaller_by()
    {
        SavingsPast past = new(From, From + TimeSpan.FromDays(10))
        {
            Pools = [new PoolPast("p", "gpu", PurchaseOption.OnDemand, "", 2, [.. Enumerable.Range(0, 240).Select(h => new UsePoint(From + TimeSpan.FromHours(h), 3, h < 120 ? 20 : 14))])],
        };

        Realised realised = Realised.OfPool(past, new Measure(MeasureVolume.Capacity, OwnerPath.Root) { Pools = ["p"], Resource = "gpu" }, 20, From + TimeSpan.FromDays(5))!;

        Assert.Equal((6 * 2 * 730, RealisedBy.Provisioned), ((int)Math.Round(SavingsMoney.Units(realised.Monthly)), realised.By));
    }

    [Fact]
    public void A_replay_saved_what_its_steps_would_have_cost_more_with_the_range_of_their_mean()
    {
        ReplayedStep[] steps = [.. Enumerable.Range(0, 14).Select(d => new ReplayedStep(From + TimeSpan.FromDays(d), 100, 110 + (d % 7)))];

        Realised realised = Realised.Replayed(steps, TimeSpan.FromDays(1))!;

        Assert.Equal((Math.Round(13 * Saving.DaysOfMonth, 4), 14, RealisedBy.Replay), (Math.Round(SavingsMoney.Units(realised.Monthly), 4), realised.Days, realised.By));
        Assert.True(realised.Low <= realised.Monthly && realised.Monthly <= realised.High);
        Assert.Null(Realised.Replayed([], TimeSpan.FromDays(1)));
    }

    [Fact]
    public void Weeks_are_counted_from_the_change_the_last_as_far_as_it_is_over_and_older_ones_stay()
    {
        Instant since = From - TimeSpan.FromDays(7);
        SavingsPast past = new(From, From + TimeSpan.FromDays(10));
        RealisedWeek known = new(since, 7, SavingsMoney.Of(70), SavingsMoney.Of(60), SavingsMoney.Of(80), RealisedBy.BeforeAfter);

        IReadOnlyList<RealisedWeek> weeks = RealisedWeek.Since([known], past, since, (start, end) => new Realised(SavingsMoney.Of(100), SavingsMoney.Of(90), SavingsMoney.Of(110), (end - start).TotalDays, RealisedBy.Provisioned));

        Assert.Equal([(since, 7, 70), (From, 7, 100), (From + TimeSpan.FromDays(7), 3, 100)], weeks.Select(w => (w.Start, (int)w.Days, (int)SavingsMoney.Units(w.Monthly))));
        Assert.Equal(100 * 3 / Saving.DaysOfMonth, weeks[2].Saved, 6);
        Assert.Empty(RealisedWeek.Since([], past, past.To - TimeSpan.FromHours(23), (_, _) => throw new InvalidOperationException("a day is not over")));
    }

    private static MeasuredDay[] Days(int count, double cost, double volume) => [.. Enumerable.Range(0, count).Select(d => new MeasuredDay(From + TimeSpan.FromDays(d), cost, volume))];
}
