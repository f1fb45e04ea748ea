using Nexus.Dashboard.Commands.Policies;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Policies;

public sealed class PolicyReportTests
{
    [Fact]
    public void The_verdict_comes_first_then_conditions_figures_losers_winners_changes_and_what_it_rests_on()
    {
        PolicyReport report = Report(
            ["waitSeconds.p95 > +5%", "cost > +5%"],
            Figures("present", 10, "100", Owner("acme", 60, cost: "60"), Owner("globex", 5, cost: "40")),
            Figures("changed", 20, "101", Owner("acme", 5, cost: "60"), Owner("globex", 65, cost: "41")));

        string[] lines = report.ToMarkdown().Replace('\u00A0', ' ').Split('\n');

        Assert.Equal("## Policy change: fails, 1 of 2 conditions does not hold", lines[0]);
        Assert.Equal("1 owner gains, 1 loses, 0 see no difference.", lines[2]);
        Assert.Contains("| `waitSeconds.p95 > +5%` | 10 | 20 | **no** |", lines);
        Assert.Contains("| `cost > +5%` | 100 | 101 | yes |", lines);
        Assert.Contains("| p95 wait | 10 s | 20 s | +10 s, **worse** |", lines);
        Assert.Contains("| Cost | $100.00 | $101.00 | +$1.00, **worse** |", lines);
        Assert.Contains("| globex | 4 | 5.0 s → 1 m 05 s | 0 | – | $40.00 → $41.00 |", lines);
        Assert.Contains("| acme | 4 | 1 m 00 s → 5.0 s | 0 | – | $60.00 |", lines);
        Assert.Contains("- changed pool 'gpu': resources.gpu 8 → 4", lines);
        Assert.True(Array.IndexOf(lines, "### Who loses") < Array.IndexOf(lines, "### Who gains"));
        Assert.True(Array.IndexOf(lines, "### What was replayed") < Array.IndexOf(lines, "### What this does not say"));
    }

    [Fact]
    public void When_all_conditions_hold_it_passes_and_without_any_it_says_so()
    {
        SimulationReport same = Figures("present", 10, null);

        Assert.Equal("passes, the condition holds", Report(["jain < -1%"], same, same).Verdict);
        Assert.Equal("passes, all 2 conditions hold", Report(["jain < -1%", "rejected > +0"], same, same).Verdict);
        Assert.Equal("fails, the condition does not hold", Report(["waitSeconds.p95 > +1"], same, Figures("changed", 12, null)).Verdict);
        Assert.Equal("no condition was stated", Report([], same, same).Verdict);
        Assert.Equal("nothing changes", new PolicyReport([], [], [], []).Verdict);
    }

    [Fact]
    public void Whose_work_is_refused_loses_however_short_its_waits_and_low_its_cost()
    {
        PolicyComparison comparison = PolicyComparison.Of(
            Figures("present", 1, "9", Owner("refused", 60, cost: "5"), Owner("late", 10, met: 4), Owner("slow", 10), Owner("dear", 10, cost: "4"), Owner("same", 10), Owner("quick", 10)),
            Figures("changed", 1, "9", Owner("refused", 0, refused: 4, cost: "0"), Owner("late", 1, met: 3), Owner("slow", 20), Owner("dear", 10, cost: "5"), Owner("same", 10), Owner("quick", 9)),
            []);

        Assert.Equal(["refused", "late", "slow", "dear", "same", "quick"], comparison.Owners().Select(o => o.Owner));
        Assert.Equal([true, true, true, true, false, false], comparison.Owners().Select(o => o.Loses));
        Assert.Equal([false, false, false, false, false, true], comparison.Owners().Select(o => o.Gains));
    }

    [Fact]
    public void A_name_begins_no_column_and_a_long_list_says_how_much_it_leaves_out()
    {
        SimulationReport Of(string name, double wait) => Figures(name, 1, null, [Owner("a|b", wait + 100), .. Enumerable.Range(0, 12).Select(i => Owner($"t{i}", wait))]);

        string report = Report([], Of("present", 1), Of("changed", 2)).ToMarkdown();

        Assert.Contains("| a\\|b |", report, StringComparison.Ordinal);
        Assert.Contains("… and 3 more.", report, StringComparison.Ordinal);
        Assert.Contains("### Who gains\n\nNobody.", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Cost", report, StringComparison.Ordinal);
    }

    private static PolicyReport Report(string[] conditions, SimulationReport present, SimulationReport changed)
    {
        PolicyContent Pool(int gpus) => new([PolicyParts.Pools.Of([new PoolBody { Resources = new() { ["gpu"] = new SupplyBody { Amount = new(gpus) } } }.ToDefinition("gpu").Value!], "USD")], "USD");

        return new PolicyReport(PolicyPlan.Of(Pool(8), Pool(4)), [PolicyComparison.Of(present, changed, Condition.Of(conditions))], ["a day"], ["retries"]);
    }

    private static OwnerReport Owner(string name, double wait, long refused = 0, long? met = null, string? cost = null) => new(name, 4, 4 - refused, wait, wait)
    {
        Rejected = refused,
        Deadlines = met is null ? 0 : 4,
        DeadlinesMet = met ?? 0,
        Cost = cost is null ? null : new CostFigure(cost, "USD"),
    };

    private static SimulationReport Figures(string name, double wait, string? cost, params OwnerReport[] owners) => new(
        name, "priority", 10, 10, 0, new Dictionary<string, long>(), 0, 0, 0, 0, 100, new Dictionary<string, IReadOnlyDictionary<string, double>>(),
        new WaitReport(wait, wait, wait, wait, wait, new Dictionary<string, ClassWait>(), []), 0, 0, 1, 0, 0, 0, owners,
        new UseOverTime(1, new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<double>>>()), 7, "ab12")
    {
        Cost = cost is null ? null : new CostFigure(cost, "USD"),
    };
}
