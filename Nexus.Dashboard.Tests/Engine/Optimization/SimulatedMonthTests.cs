using Nexus.Bench.Savings;
using Nexus.Engine.Optimization;

namespace Nexus.Dashboard.Tests.Engine.Optimization;

/// <summary>The bar of <c>bench/savings</c>, held at every seed that is tried here.</summary>
public sealed class SimulatedMonthTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_planted_cause_is_found_and_saves_what_was_estimated(int seed)
    {
        IReadOnlyList<SavingsOutcome> outcomes = SavingsOutcome.Of(seed);

        Assert.Equal(SavingsDetectors.All.Count, outcomes.Count);
        Assert.All(outcomes, o => Assert.True(o.Found, o.Cause));
        Assert.All(outcomes, o => Assert.True(o.Ratio is >= 0.9 and <= 1.1, $"{o.Cause}: {o.Ratio:0.000}"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(9)]
    public void A_month_without_a_cause_has_at_most_one_finding(int seed) =>
        Assert.InRange(SavingsDetectors.Find(SimulatedMonth.Of(Planting.Absent, seed), SavingsSettings.Usual).Count, 0, 1);

    [Fact]
    public void The_same_past_gives_the_same_findings() =>
        Assert.Equal(
            SavingsDetectors.Find(SimulatedMonth.Of(Planting.Planted, 1), SavingsSettings.Usual).Select(f => (f.Cause, f.Title, f.Saving)),
            SavingsDetectors.Find(SimulatedMonth.Of(Planting.Planted, 1), SavingsSettings.Usual).Select(f => (f.Cause, f.Title, f.Saving)));

    [Fact]
    public void Every_finding_can_be_plotted_and_says_what_to_do_and_what_it_risks()
    {
        IReadOnlyList<Finding> findings = SavingsDetectors.Find(SimulatedMonth.Of(Planting.Planted, 1), SavingsSettings.Usual);

        Assert.Equal(findings.Count, findings.Select(f => f.Cause).Distinct().Count());
        Assert.All(findings, f =>
        {
            Assert.NotEmpty(f.Evidence.Series);
            Assert.All(f.Evidence.Series, s => Assert.InRange(s.Values.Count, 1, Evidence.MostValues));
            Assert.All(f.Evidence.Series, s => Assert.All(s.Values, v => Assert.True(double.IsFinite(v), f.Cause)));
            Assert.True(f.Evidence.Form != EvidenceForm.Bars || f.Evidence.Labels.Count == f.Evidence.Series[0].Values.Count, f.Cause);
            Assert.NotEqual(f.Change.Before, f.Change.After);
            Assert.NotEmpty(f.RiskReason);
            Assert.True(f.Saving.Low <= f.Saving.Monthly && f.Saving.Monthly <= f.Saving.High, f.Cause);
        });
    }
}
