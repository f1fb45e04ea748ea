using Bunit;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class ConfirmButtonTests : ComponentTest
{
    private int _done;

    [Fact]
    public void The_first_click_asks_and_does_nothing()
    {
        IRenderedComponent<ConfirmButton> button = Draw();

        button.Find("button").Click();

        Assert.Equal(["Drain now", "Keep"], button.FindAll("button").Select(b => b.TextContent));
        Assert.Equal(0, _done);
    }

    [Fact]
    public void The_second_does_it_once_and_asks_anew()
    {
        IRenderedComponent<ConfirmButton> button = Draw();

        button.Find("button").Click();
        button.Find("button.bad").Click();

        Assert.Equal(1, _done);
        Assert.Equal("Drain…", button.Find("button").TextContent);
    }

    [Fact]
    public void Whoever_keeps_it_has_changed_nothing()
    {
        IRenderedComponent<ConfirmButton> button = Draw();

        button.Find("button").Click();
        button.FindAll("button")[1].Click();

        Assert.Equal(0, _done);
        Assert.Equal("Drain the pool gpu", button.Find("button").GetAttribute("aria-label"));
    }

    [Fact]
    public void Disabled_it_says_why()
    {
        IRenderedComponent<ConfirmButton> button = Render<ConfirmButton>(p => p.Add(b => b.Text, "Drain").Add(b => b.Sure, "Drain now").Add(b => b.Label, "Drain the pool gpu").Add(b => b.Disabled, true).Add(b => b.Why, "Needs the scope 'configure'"));

        Assert.True(button.Find("button").HasAttribute("disabled"));
        Assert.Equal("Needs the scope 'configure'", button.Find("button").GetAttribute("title"));
    }

    private IRenderedComponent<ConfirmButton> Draw() =>
        Render<ConfirmButton>(p => p.Add(b => b.Text, "Drain").Add(b => b.Sure, "Drain now").Add(b => b.Label, "Drain the pool gpu").Add(b => b.OnSure, () => _done++));
}
