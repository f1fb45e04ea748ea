using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

public sealed class ComparisonTests
{
    [Fact]
    public void Every_figure_says_how_far_it_is_from_what_was_and_whether_that_is_better()
    {
        Comparison compared = Comparison.Of([Report("was", 10, 60, 0.5, 4), Report("roomier", 12, 6, 0.4, 4)]);

        Assert.Equal(["was", "roomier"], compared.Variants);
        Assert.Equal(new ComparedCell("12", "+2", Verdict.Better, IsBest: true), Cell(compared, "Finished", 1));
        Assert.Equal(new ComparedCell("6.0\u00A0s", "\u221254\u00A0s", Verdict.Better, IsBest: true), Cell(compared, "p95 wait", 1));
        Assert.Equal(new ComparedCell("0.400", "\u22120.100", Verdict.Worse, IsBest: false), Cell(compared, "Fairness (Jain)", 1));
        Assert.Equal(new ComparedCell("4", null, Verdict.Same, IsBest: false), Cell(compared, "Preempted or reclaimed", 1));
        Assert.True(Cell(compared, "Fairness (Jain)", 0).IsBest);
    }

    [Fact]
    public void Each_class_and_each_pool_has_its_row_and_use_is_neither_better_nor_worse()
    {
        Comparison compared = Comparison.Of([Report("was", 1, 60, 1, 0), Report("x", 1, 6, 1, 0)]);

        Assert.Equal(Verdict.Better, Cell(compared, "p95 wait, high", 1).Verdict);
        Assert.Equal((Verdict.None, false), (Cell(compared, "Used, gpus gpu", 1).Verdict, Cell(compared, "Used, gpus gpu", 1).IsBest));
    }

    [Fact]
    public void What_a_variant_does_not_have_is_not_compared()
    {
        Comparison compared = Comparison.Of([Report("was", 1, 60, 1, 0), Report("x", 1, 6, 1, 0) with { Deadlines = 2, DeadlinesMet = 1 }]);

        Assert.Equal("–", Cell(compared, "Deadlines met", 0).Text);
        Assert.Equal(("50.0\u00A0%", Verdict.None), (Cell(compared, "Deadlines met", 1).Text, Cell(compared, "Deadlines met", 1).Verdict));
    }

    [Fact]
    public void Cost_has_a_row_where_anything_has_a_price()
    {
        SimulationReport was = Report("was", 1, 60, 1, 0);

        Comparison compared = Comparison.Of([was with { Cost = new CostFigure("12.5", "USD") }, was with { Name = "dearer", Cost = new CostFigure("13", "USD") }]);

        Assert.Equal(new ComparedCell("$13.00", "+$0.50", Verdict.Worse, IsBest: false), Cell(compared, "Cost", 1));
        Assert.DoesNotContain(Comparison.Of([was, was]).Rows, r => r.What == "Cost");
        Assert.Equal("Cost", Comparison.InShort([was with { Cost = new CostFigure("12.5", "USD") }, was])[^1].What);
        Assert.DoesNotContain(Comparison.InShort([was, was]), r => r.What == "Cost");
    }

    [Fact]
    public void Each_tenants_cost_is_compared_those_first_for_whom_it_changes_most()
    {
        SimulationReport was = Priced("was", ("acme", "10"), ("globex", "2"), ("lumen", "0"));

        IReadOnlyList<ComparedRow> costs = Comparison.Of([was, Priced("x", ("acme", "9"), ("globex", "7"), ("lumen", "0"))]).OwnerCosts;

        Assert.Equal(["globex", "acme", "lumen"], costs.Select(o => o.What));
        Assert.Equal(new ComparedCell("$9.00", "\u2212$1.00", Verdict.Better, IsBest: true), costs[1].Cells[1]);
        Assert.Empty(Comparison.Of([Report("was", 1, 60, 1, 0)]).OwnerCosts);
    }

    [Fact]
    public void The_cheapest_is_named_where_one_costs_less_than_what_was()
    {
        SimulationReport was = Priced("was", ("acme", "10"));

        Assert.Equal(" It costs least under y: $7.00 instead of $10.00.", Comparison.Cheapest([was, Priced("x", ("acme", "8")), Priced("y", ("acme", "7"))]));
        Assert.Equal("", Comparison.Cheapest([was, Priced("x", ("acme", "12"))]));
        Assert.Equal("", Comparison.Cheapest([Report("was", 1, 1, 1, 0), Report("x", 1, 1, 1, 0)]));
    }

    [Fact]
    public void What_it_cost_over_time_is_compared_by_quarters()
    {
        SimulationReport was = Report("was", 1, 60, 1, 0) with { Cost = new CostFigure("8", "USD"), CostOverTime = new CostOverTime(60, ["1", "2", "4", "8"]) };

        IReadOnlyList<ComparedRow> rows = Comparison.Costs([was, was with { Name = "x", CostOverTime = new CostOverTime(60, ["0.5"]) }]);

        Assert.Equal([("25 % of the time", "$1.00", "$0.50"), ("50 % of the time", "$2.00", "$0.50"), ("75 % of the time", "$4.00", "$0.50"), ("All", "$8.00", "$0.50")], rows.Select(r => (r.What, r.Cells[0].Text, r.Cells[1].Text)));
    }

    [Fact]
    public void Those_refused_by_a_budget_are_told_apart_where_there_are_any()
    {
        SimulationReport was = Report("was", 1, 60, 1, 0);
        SimulationReport bounded = was with { Name = "bounded", Rejected = 5, RejectedBy = new Dictionary<string, long> { ["exceedsBudget"] = 2, ["throttled"] = 1, ["exceedsQuota"] = 2 } };

        Assert.Equal(new ComparedCell("3", "+3", Verdict.Worse, IsBest: false), Cell(Comparison.Of([was, bounded]), "Refused by a budget", 1));
        Assert.DoesNotContain(Comparison.Of([was, was]).Rows, r => r.What == "Refused by a budget");
    }

    [Fact]
    public void Percentages_differ_by_points()
    {
        Comparison compared = Comparison.Of([Report("was", 1, 60, 1, 0) with { Deadlines = 4, DeadlinesMet = 1 }, Report("x", 1, 60, 1, 0) with { Deadlines = 4, DeadlinesMet = 3 }]);

        Assert.Equal("+50.0\u00A0pp", Cell(compared, "Deadlines met", 1).Difference);
    }

    [Fact]
    public void Tenants_for_whom_most_changes_come_first()
    {
        SimulationReport was = Report("was", 1, 1, 1, 0) with { Owners = [new("acme", 1, 1, 5, 5), new("globex", 1, 1, 5, 5)] };
        SimulationReport becomes = was with { Name = "x", Owners = [new("acme", 1, 1, 6, 6), new("globex", 1, 1, 90, 90)] };

        Assert.Equal(["globex", "acme"], Comparison.Of([was, becomes]).Owners.Select(o => o.What));
    }

    [Fact]
    public void Waits_are_compared_by_when_so_many_of_a_hundred_had_started()
    {
        SimulationReport was = Report("was", 1, 1, 1, 0) is var report ? report with { WaitSeconds = report.WaitSeconds with { Quantiles = [.. Enumerable.Range(0, 101).Select(i => (double)i)] } } : report;
        SimulationReport none = Report("none", 1, 1, 1, 0);

        IReadOnlyList<ComparedRow> rows = Comparison.Waits([was, none]);

        Assert.Equal(["10 %", "25 %", "50 %", "75 %", "90 %", "95 %", "99 %", "All"], rows.Select(r => r.What));
        Assert.Equal(("1\u00A0m\u00A040\u00A0s", "–"), (rows[^1].Cells[0].Text, rows[^1].Cells[1].Text));
    }

    internal static SimulationReport Priced(string name, params (string Owner, string Cost)[] owners) => Report(name, 1, 1, 1, 0) with
    {
        Cost = new CostFigure(owners.Sum(o => decimal.Parse(o.Cost, System.Globalization.CultureInfo.InvariantCulture)).ToString(System.Globalization.CultureInfo.InvariantCulture), "USD"),
        Owners = [.. owners.Select(o => new OwnerReport(o.Owner, 1, 1, 5, 5) { Cost = new CostFigure(o.Cost, "USD") })],
    };

    internal static SimulationReport Report(string name, long finished, double wait, double jain, long preemptions) => new(
        name, "priority", 12, finished, 0, new Dictionary<string, long>(), 0, 0, 0, 0, 0,
        new Dictionary<string, IReadOnlyDictionary<string, double>> { ["gpus"] = new Dictionary<string, double> { ["gpu"] = wait / 100 } },
        new WaitReport(wait, wait, wait, wait, wait, new Dictionary<string, ClassWait> { ["high"] = new(1, wait, wait) }, []), 0, 0, jain, preemptions, 0, 0, [],
        new UseOverTime(1, new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<double>>>()), 0, "");

    private static ComparedCell Cell(Comparison compared, string figure, int variant) => compared.Rows.Single(r => r.What == figure).Cells[variant];
}
