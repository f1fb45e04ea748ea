using Bunit;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

public sealed class OwnerDumbbellsTests : ComponentTest
{
    private static readonly SimulationReport Was = ComparisonTests.Report("as it is", 1, 1, 1, 0) with { Owners = [new("acme", 1, 1, 5, 100), new("globex", 1, 1, 5, 5), new("lumen", 1, 1, 5, 5)] };
    private static readonly SimulationReport Roomier = Was with { Name = "roomier", Owners = [new("acme", 1, 1, 5, 10), new("globex", 1, 1, 5, 8), new("lumen", 1, 1, 5, 5)] };
    private static readonly SimulationReport Fairly = Was with { Name = "fairly", Owners = [new("acme", 1, 1, 5, 90), new("globex", 1, 1, 5, 5), new("lumen", 1, 1, 5, 5)] };

    [Fact]
    public void Who_wins_and_who_loses_is_said_the_largest_change_first() =>
        Assert.Equal(["acme −1 m 30 s wins", "globex +3.0 s loses", "lumen the same"], Rows(Was, Roomier));

    [Fact]
    public void Of_several_variants_the_one_that_changes_most_is_named() =>
        Assert.Equal("acme −1 m 30 s roomier wins", Rows(Was, Fairly, Roomier)[0]);

    [Fact]
    public void A_line_joins_the_waits_of_a_tenant_on_one_scale_for_all()
    {
        IRenderedComponent<OwnerDumbbells> drawn = Render<OwnerDumbbells>(p => p.Add(d => d.Of, [Was, Roomier]));

        // From a tenth of a second to a hundred: a third of the scale for each power of ten.
        Assert.Equal("left:66.67%;width:33.33%", drawn.Find(".dt i").GetAttribute("style"));
        Assert.Equal(["left:100%", "left:66.67%"], drawn.FindAll(".dr")[0].QuerySelectorAll(".dt span").Select(m => m.GetAttribute("style")));
        Assert.Equal(["100 ms", "1.0 s", "10 s", "1 m 40 s"], drawn.FindAll(".xt span").Select(t => t.TextContent.Replace('\u00A0', ' ')));
    }

    [Fact]
    public void Who_cannot_see_it_is_told_all_of_it() =>
        Assert.StartsWith("p95 wait by tenant. acme: 1 m 40 s as it is, 10 s roomier; globex: 5.0 s as it is", Render<OwnerDumbbells>(p => p.Add(d => d.Of, [Was, Roomier])).Find("[role=img]").GetAttribute("aria-label")!.Replace('\u00A0', ' '), StringComparison.Ordinal);

    [Fact]
    public void Costs_stand_on_a_straight_scale_to_a_round_amount_and_say_who_pays_more()
    {
        SimulationReport was = ComparisonTests.Priced("as it is", ("acme", "10"), ("globex", "2")), dearer = ComparisonTests.Priced("dearer", ("acme", "14"), ("globex", "1.5"));

        IRenderedComponent<OwnerDumbbells> drawn = Render<OwnerDumbbells>(p => p.Add(d => d.Of, [was, dearer]).Add(d => d.ByCost, true));

        Assert.Equal(["acme +$4.00 more", "globex −$0.50 less"], drawn.FindAll(".dr .el").Select(name => $"{name.TextContent} {name.ParentElement!.QuerySelector(".cap")!.TextContent}"));
        Assert.Equal("left:50%;width:20%", drawn.Find(".dt i").GetAttribute("style"));
        Assert.Equal(["0", "$10.00", "$20.00"], drawn.FindAll(".xt span").Select(t => t.TextContent));
        Assert.Equal("cost by tenant. acme: $10.00 as it is, $14.00 dearer; globex: $2.00 as it is, $1.50 dearer", drawn.Find("[role=img]").GetAttribute("aria-label"));
    }

    private string[] Rows(params SimulationReport[] of) =>
        [.. Render<OwnerDumbbells>(p => p.Add(d => d.Of, of)).FindAll(".dr .el").Select(name => $"{name.TextContent} {name.ParentElement!.QuerySelector(".cap")!.TextContent}".Replace('\u00A0', ' '))];
}
