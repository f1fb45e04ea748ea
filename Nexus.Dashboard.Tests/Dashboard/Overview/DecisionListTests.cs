using AngleSharp.Dom;
using Bunit;
using Nexus.Dashboard.Features.Overview;
using Nexus.Dashboard.Gallery;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Overview;

public sealed class DecisionListTests : ComponentTest
{
    [Fact]
    public void A_decision_says_when_what_for_whom_and_leads_to_its_request()
    {
        IElement row = Draw(Decision("acme/support", "r/1")).Find("li");

        Assert.Equal("14:32:07", row.QuerySelector("time")!.TextContent);
        Assert.Equal("Queued", row.QuerySelector(".quiet")!.TextContent);
        Assert.Equal("/queue?open=r%2F1&tenant=acme", row.QuerySelector("a")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("acme", "acme")]
    [InlineData("acme/support", "acme/support")]
    [InlineData("acme/support/triage/agent-3", "acme/…/agent-3")]
    public void A_long_owner_is_cut_in_the_middle_and_whole_on_hover(string owner, string shown)
    {
        IElement link = Draw(Decision(owner, "r1")).Find("a");

        Assert.Equal((shown, owner), (link.TextContent, link.GetAttribute("title")));
    }

    [Fact]
    public void They_stand_in_the_order_they_are_given() =>
        Assert.Equal(["b", "a"], Draw(Decision("b", "r2", 2), Decision("a", "r1", 1)).FindAll("a").Select(a => a.TextContent));

    [Fact]
    public void None_yet_is_said() => Assert.Equal("None yet.", Draw().Find("li").TextContent);

    private IRenderedComponent<DecisionList> Draw(params DecisionRow[] decisions) => Render<DecisionList>(p => p.Add(l => l.Decisions, decisions));

    private static DecisionRow Decision(string owner, string id, long sequence = 1) => new(sequence, Story.Noted, Signal.Waiting, "Queued", owner, "Pool gpu has 0 gpu free; 4 needed.", id);
}
