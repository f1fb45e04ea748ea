using Bunit;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

public sealed class SimulationChartsTests : ComponentTest
{
    private static readonly SimulationReport Was = ComparisonTests.Priced("as it is", ("acme", "8")) with { CostOverTime = new CostOverTime(1_800, ["2", "8"]) };
    private static readonly SimulationReport Cheaper = Was with { Name = "cheaper", Cost = new CostFigure("4", "USD"), CostOverTime = new CostOverTime(1_800, ["1", "4"]) };

    [Fact]
    public void Costs_are_drawn_only_where_something_has_a_price()
    {
        Assert.Equal(["Waits", "Tenants", "Cost", "Cost by tenant", "Use"], Tabs(Was));
        Assert.Equal(["Waits", "Tenants", "Use"], Tabs(ComparisonTests.Report("as it is", 1, 1, 1, 0)));
    }

    [Fact]
    public void A_tab_that_is_not_there_is_the_first() =>
        Assert.Contains("How long requests waited", Draw("cost", ComparisonTests.Report("as it is", 1, 1, 1, 0)).Find("h2").TextContent, StringComparison.Ordinal);

    [Fact]
    public void What_it_cost_grows_over_its_time_to_all_of_it()
    {
        IRenderedComponent<SimulationCharts> drawn = Draw("cost", Was, Cheaper);

        Assert.Equal("Cost over time: as it is comes to $8.00; cheaper comes to $4.00", drawn.Find("[role=img]").GetAttribute("aria-label"));
        Assert.Equal(["M0 100L50 80L100 20", "M0 100L50 90L100 60"], drawn.FindAll("[role=img] path").Skip(3).Select(p => p.GetAttribute("d")));
        Assert.Equal(["0", "$5.00", "$10.00"], drawn.FindAll(".yt").Select(t => t.TextContent));
        Assert.Equal(["0", "30 m 00 s", "1 h 00 m"], drawn.FindAll(".xt span").Select(t => t.TextContent.Replace('\u00A0', ' ')));
    }

    [Fact]
    public void The_same_is_a_table_too()
    {
        IRenderedComponent<SimulationCharts> drawn = Draw("cost", Was, Cheaper);

        drawn.Find("[data-as-table]").Click();

        Assert.Contains("−$4.00", drawn.Find("[aria-label='What it had cost']").TextContent, StringComparison.Ordinal);
    }

    private string[] Tabs(SimulationReport report) => [.. Draw(null, report).FindAll("[role=tab]").Select(t => t.TextContent)];

    private IRenderedComponent<SimulationCharts> Draw(string? tab, params SimulationReport[] of) => Render<SimulationCharts>(p => p.Add(c => c.Of, of).Add(c => c.Tab, tab));
}
