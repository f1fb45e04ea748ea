using Bunit;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class DrawerTests : ComponentTest
{
    [Fact]
    public void It_has_the_name_of_its_title()
    {
        IRenderedComponent<Drawer> drawer = Render<Drawer>(p => p.Add(d => d.Title, "Why it waits"));

        Assert.Equal("Why it waits", drawer.Find("aside[data-drawer]").GetAttribute("aria-label"));
        Assert.Equal("Why it waits", drawer.Find("h2").TextContent);
    }

    [Fact]
    public void Closing_it_is_told_to_who_opened_it()
    {
        int closed = 0;
        IRenderedComponent<Drawer> drawer = Render<Drawer>(p => p.Add(d => d.Title, "Why it waits").Add(d => d.OnClose, () => closed++));

        drawer.Find("[data-close]").Click();

        Assert.Equal(1, closed);
    }

    [Fact]
    public void Its_id_can_be_copied()
    {
        IRenderedComponent<Drawer> drawer = Render<Drawer>(p => p.Add(d => d.Title, "Why it waits").Add(d => d.Id, "req-7f3a"));

        Assert.Equal("req-7f3a", drawer.Find("button[aria-label='Copy id']").GetAttribute("data-copy"));
    }

    [Fact]
    public void What_has_no_id_offers_no_copy() =>
        Assert.Empty(Render<Drawer>(p => p.Add(d => d.Title, "New pool")).FindAll("[data-copy]"));

    [Fact]
    public void Without_actions_it_has_no_foot()
    {
        Assert.Empty(Render<Drawer>(p => p.Add(d => d.Title, "New pool")).FindAll(".df"));
        Assert.Equal("Done", Render<Drawer>(p => p.Add(d => d.Title, "New pool").Add(d => d.Foot, "Done")).Find(".df").TextContent);
    }
}
