using Nexus.Engine.Costs;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Strategies.Adaptive;

/// <summary>How well figures serve an objective.</summary>
public sealed class TrialSumsTests
{
    private static readonly Objective Even = new(1_000, 1_000, 1_000, 1_000);

    [Theory]
    [InlineData(1_000, 0, 0, 0)]
    [InlineData(0, 1_000, 0, 0)]
    [InlineData(0, 0, 1_000, 0)]
    [InlineData(0, 0, 0, 1_000)]
    [InlineData(1_000, 3, 500_000, 7)]
    public void Worse_in_everything_is_worse_whatever_counts(int wait, int deadlines, int fairness, int cost)
    {
        Objective objective = new(wait, deadlines, fairness, cost);

        Assert.True(Loss(objective, Of(60, 2, 100_000, "2")) < Loss(objective, Of(90, 5, 200_000, "3")));
    }

    [Fact]
    public void What_does_not_count_decides_nothing() =>
        Assert.Equal(Loss(Objective.Default, Of(60, 2, 100_000, "2")), Loss(Objective.Default, Of(60, 9, 900_000, "200")));

    [Fact]
    public void Half_of_one_thing_is_worth_as_much_as_half_of_another_that_counts_the_same()
    {
        Objective both = new(1_000, 0, 0, 1_000);
        long whole = Loss(both, Of(1_000, 0, 0, "8"));

        Assert.InRange(whole - Loss(both, Of(500, 0, 0, "8")), (FixedLog.One / 2) - 300, (FixedLog.One / 2) + 300);
        Assert.InRange(whole - Loss(both, Of(1_000, 0, 0, "4")), (FixedLog.One / 2) - 300, (FixedLog.One / 2) + 300);
    }

    [Fact]
    public void The_unit_of_the_weights_does_not_matter() =>
        Assert.Equal(Loss(Even, Of(60, 2, 100_000, "2")), Loss(new Objective(1_000_000, 1_000_000, 1_000_000, 1_000_000), Of(60, 2, 100_000, "2")));

    [Fact]
    public void Waits_that_nobody_feels_are_all_alike()
    {
        TrialSums none = TrialSums.Of(Of(0, 0, 0, "0"));
        TrialSums hardly = TrialSums.Of(Of(0, 0, 0, "0") with { Waited = 100 }); // a millisecond each

        Assert.InRange(hardly.Loss(Objective.Default) - none.Loss(Objective.Default), 0, FixedLog.One / 50);
    }

    [Fact]
    public void After_a_half_life_half_is_left_and_the_loss_is_the_same()
    {
        TrialSums sums = TrialSums.Of(Of(60, 2, 100_000, "2"));
        TrialSums faded = sums.After(HalfLife.Epochs);

        Assert.Equal((sums.Requests / 2, sums.Waited / 2, sums.Cost / 2), (faded.Requests, faded.Waited, faded.Cost));
        Objective known = new(1_000, 0, 1_000, 1_000); // of deadlines it is less sure
        Assert.InRange(faded.Loss(known) - sums.Loss(known), -20, 20);
    }

    [Fact]
    public void A_part_of_it_counts_as_many_requests_as_are_wanted_and_all_of_it_no_more()
    {
        TrialSums sums = TrialSums.Of(Of(60, 2, 100_000, "2"));

        Assert.Equal((25_000, sums.Waited / 4), (sums.Scaled(25_000, 100_000).Requests, sums.Scaled(25_000, 100_000).Waited));
        Assert.Equal(sums, sums.Scaled(200_000, 100_000));
    }

    private static long Loss(Objective objective, StrategyFigures figures) => TrialSums.Of(figures).Loss(objective);

    // Of a hundred requests, half of which have a deadline.
    private static StrategyFigures Of(int meanWaitSeconds, int missed, int unfair, string cost) => new("priority", 100, meanWaitSeconds * 100_000L, 50, missed, unfair, 100, Money.Parse(cost));
}
