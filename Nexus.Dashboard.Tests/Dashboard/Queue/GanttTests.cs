using AngleSharp.Dom;
using Bunit;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Gallery;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

public sealed class GanttTests : ComponentTest
{
    private static readonly Instant Now = Instant.From(Story.Noted);

    [Fact]
    public void A_blocks_height_is_its_share_of_the_pool()
    {
        IElement[] blocks = [.. Draw(new Lane("gpu", "gpu", 6, 8, [Run("a", "acme/x", 4), Run("b", "acme/y", 2)])).FindAll("a.gb")];

        Assert.Contains("top:0px;height:39px", blocks[0].GetAttribute("style"), StringComparison.Ordinal);
        Assert.Contains("top:40px;height:19px", blocks[1].GetAttribute("style"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_that_nobody_committed_to_fades_and_is_called_the_leases()
    {
        IElement[] blocks = [.. Draw(new Lane("gpu", "gpu", 2, 2, [Run("known", "acme/x", 1), Run("open", "acme/x", 1) with { EndIsKnown = false }])).FindAll("a.gb")];

        Assert.DoesNotContain("fade", blocks[0].ClassList);
        Assert.Contains(", ends in 6\u00A0m", blocks[0].GetAttribute("title"), StringComparison.Ordinal);
        Assert.Contains("fade", blocks[1].ClassList);
        Assert.Contains(", lease ends in 6\u00A0m", blocks[1].GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void One_tenant_has_one_colour_in_every_pool_and_the_seventh_has_none_of_its_own()
    {
        Lane all = new("all", "gpu", 7, 7, [.. "abcdefg".Select(t => Run($"r-{t}", $"{t}/x", 1))]);
        Lane one = new("one", "gpu", 1, 1, [Run("again", "b/y", 1)]);

        string[] styles = [.. Draw(all, one).FindAll("a.gb").Select(b => b.GetAttribute("style")!)];

        Assert.EndsWith("--c:var(--s2)", styles[1], StringComparison.Ordinal);
        Assert.EndsWith("--c:var(--s2)", styles[7], StringComparison.Ordinal);
        Assert.EndsWith("--c:var(--idle)", styles[6], StringComparison.Ordinal);
    }

    [Fact]
    public void The_legend_names_as_many_tenants_as_have_a_colour()
    {
        IRenderedComponent<Gantt> gantt = Draw(new Lane("gpu", "gpu", 8, 8, [.. "abcdefgh".Select(t => Run($"r-{t}", $"{t}/x", 1))]));

        Assert.Equal(["a", "b", "c", "d", "e", "f", "other"], gantt.FindAll(".key").Select(k => k.TextContent));
    }

    [Fact]
    public void Where_more_is_held_than_there_is_every_grant_is_drawn()
    {
        IElement[] blocks = [.. Draw(new Lane("gpu", "gpu", 12, 8, [Run("a", "acme/x", 9), Run("b", "acme/y", 3)])).FindAll("a.gb")];

        Assert.Contains("top:0px;height:59px", blocks[0].GetAttribute("style"), StringComparison.Ordinal);
        Assert.Contains("top:60px;height:19px", blocks[1].GetAttribute("style"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_leads_to_its_request() =>
        Assert.Equal("/queue?status=allocated&open=r1&tenant=acme", Draw(new Lane("gpu", "gpu", 1, 1, [Run("r1", "acme/x", 1)])).Find("a.gb").GetAttribute("href"));

    [Fact]
    public void The_window_widens_to_hold_nearly_all_ends()
    {
        Lane lane(int minutes) => new("gpu", "gpu", 1, 1, [Run("r1", "acme/x", 1) with { To = Now + TimeSpan.FromMinutes(minutes) }]);

        Assert.Equal(5, Draw(lane(5)).FindAll(".gx span").Count);
        Assert.Equal(8, Draw(lane(20)).FindAll(".gx span").Count);
        Assert.Equal(4, Draw(lane(90)).FindAll(".gx span").Count);
    }

    [Fact]
    public void It_can_be_hidden()
    {
        IRenderedComponent<Gantt> gantt = Draw(new Lane("gpu", "gpu", 1, 1, [Run("r1", "acme/x", 1)]));

        gantt.Find("button[aria-expanded=true]").Click();

        Assert.Empty(gantt.FindAll(".gantt"));
    }

    private IRenderedComponent<Gantt> Draw(params Lane[] lanes) => Render<Gantt>(p => p.Add(g => g.Lanes, lanes).Add(g => g.Now, Now));

    private static Block Run(string id, string owner, decimal amount) => new(id, owner, owner.Split('/')[0], amount, Now - TimeSpan.FromMinutes(1), Now + TimeSpan.FromMinutes(6), EndIsKnown: true);
}
