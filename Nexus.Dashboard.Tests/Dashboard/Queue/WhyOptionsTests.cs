using Bunit;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Gallery;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

public sealed class WhyOptionsTests : ComponentTest
{
    private static readonly Counterfactual Raise = new(CounterfactualKind.RaisePriority, Priority: "high", Passes: 2);
    private static readonly Counterfactual Less = new(CounterfactualKind.AskForLess, ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(2))), "gpus", StartsNow: true);
    private static readonly Counterfactual Wait = new(CounterfactualKind.WaitUntil, StartsAt: Story.Told.Now);

    private readonly List<Counterfactual> _applied = [];

    [Fact]
    public void Every_change_but_to_wait_has_its_preview()
    {
        IRenderedComponent<WhyOptions> options = Draw(_ => Would("Raise to high"));

        Assert.Equal([1, 1, 0], options.FindAll(".opts > li").Select(l => l.QuerySelectorAll("button").Length));
        Assert.Empty(options.FindAll(".would"));
    }

    [Fact]
    public void What_it_would_do_is_worked_out_when_it_is_asked_for_and_can_be_put_away()
    {
        List<CounterfactualKind> asked = [];
        IRenderedComponent<WhyOptions> options = Draw(change =>
        {
            asked.Add(change.Kind);
            return Would("Raise to high");
        });
        Assert.Empty(asked);

        options.Find("[aria-label='Preview: Raise it to high: it passes 2 that wait for the same.']").Click();
        Assert.Equal(["3 wait longer", "globex (2 m later)"], options.FindAll(".would .eff b, .would .eff .cap").Select(e => e.TextContent));
        Assert.Equal("true", options.FindAll("[aria-expanded]")[1].GetAttribute("aria-expanded"));

        options.Render(p => p.Add(o => o.Changes, [Less, Raise with { Passes = 3 }, Wait]));
        Assert.Single(options.FindAll(".would"));
        options.FindAll("[aria-expanded]")[1].Click();
        Assert.Empty(options.FindAll(".would"));
        Assert.Equal([CounterfactualKind.RaisePriority], asked);
    }

    [Fact]
    public void What_an_operator_can_do_is_applied_from_its_preview()
    {
        IRenderedComponent<WhyOptions> options = Draw(_ => Would("Raise to high"));

        options.FindAll("[aria-expanded]")[1].Click();
        Assert.Equal("Raise to high", options.Find("[data-apply-option]").TextContent);
        options.Find("[data-apply-option]").Click();

        Assert.Equal([Raise], _applied);
        Assert.Empty(options.FindAll(".would"));
    }

    [Fact]
    public void What_only_the_client_can_do_says_so()
    {
        IRenderedComponent<WhyOptions> options = Draw(_ => Would(null));

        options.FindAll("[aria-expanded]")[0].Click();

        Assert.Contains("Its client must do it", options.Find(".would").TextContent, StringComparison.Ordinal);
        Assert.Empty(options.FindAll("[data-apply-option]"));
    }

    [Fact]
    public void Who_may_not_and_what_would_be_refused_cannot_be_applied()
    {
        IRenderedComponent<WhyOptions> mayNot = Draw(_ => Would("Raise to high") with { WhyNot = "Not yours" });
        mayNot.FindAll("[aria-expanded]")[1].Click();
        Assert.Equal((true, "Not yours"), (mayNot.Find("[data-apply-option]").HasAttribute("disabled"), mayNot.Find("[data-apply-option]").GetAttribute("title")));

        IRenderedComponent<WhyOptions> refused = Draw(_ => Would("Raise to high") with { Effects = [new Effect(Signal.Bad, "It would be refused")] });
        refused.FindAll("[aria-expanded]")[1].Click();
        Assert.True(refused.Find("[data-apply-option]").HasAttribute("disabled"));
    }

    private static WhyOption Would(string? verb) => new([new Effect(Signal.Warning, "3 wait longer", "globex (2 m later)")], Story.Noted, verb, null);

    private IRenderedComponent<WhyOptions> Draw(Func<Counterfactual, WhyOption> preview) => Render<WhyOptions>(p => p
        .Add(o => o.Changes, [Less, Raise, Wait]).Add(o => o.Preview, preview).Add(o => o.OnApply, EventCallback.Factory.Create<Counterfactual>(this, _applied.Add)));
}
