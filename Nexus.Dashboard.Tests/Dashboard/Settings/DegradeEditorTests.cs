using Bunit;
using Nexus.Dashboard.Features.Settings;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Settings;

/// <summary>Whoever sets an owner says in which ways its requests give way, and in which order.</summary>
public sealed class DegradeEditorTests : ComponentTest
{
    private List<DegradeStepBody?>? _told;
    private int _times;

    [Fact]
    public void It_begins_with_what_is_set_and_tells_what_is_typed()
    {
        IRenderedComponent<DegradeEditor> editor = Draw(new DegradeRules([new LowerAmounts(125, ["gpu"]), new MorePools(["a", "b"]), new LaterStart(TimeSpan.FromMinutes(90))]));

        Assert.Equal(("12.5", "gpu"), (editor.Find("[aria-label='Least per cent of way 1']").GetAttribute("value"), editor.Find("[aria-label='Kinds of way 1']").GetAttribute("value")));
        Assert.Equal(("a, b", "PT1H30M"), (editor.Find("[aria-label='Pools of way 2']").GetAttribute("value"), editor.Find("[aria-label='How much later of way 3']").GetAttribute("value")));

        editor.Find("[aria-label='Least per cent of way 1']").Input("40");
        editor.Find("[aria-label='Pools of way 2']").Input("a, c d");
        Assert.Equal((0.4m, TimeSpan.FromMinutes(90)), (_told![0]!.Least!.Value.Value, _told[2]!.Within!.Value.Value));
        Assert.Equal(["a", "c", "d"], _told[1]!.Pools!);
    }

    [Fact]
    public void The_order_is_changed_ways_are_added_and_removed()
    {
        IRenderedComponent<DegradeEditor> editor = Draw(new DegradeRules([new LowerAmounts(500), new MorePools(["a"])]));

        editor.Find("[aria-label='Try way 2 earlier']").Click();
        Assert.Equal([DegradeKind.Pool, DegradeKind.Amount], _told!.Select(s => s!.Kind));
        editor.Find("button:last-of-type:not([aria-label])").Click();
        Assert.Equal([DegradeKind.Pool, DegradeKind.Amount, DegradeKind.Start], _told!.Select(s => s!.Kind));
        editor.Find("[aria-label='Remove way 1']").Click();
        Assert.Equal([DegradeKind.Amount, DegradeKind.Start], _told!.Select(s => s!.Kind));
    }

    [Fact]
    public void What_is_said_above_the_owner_and_none_at_all_are_told_apart()
    {
        IRenderedComponent<DegradeEditor> editor = Draw(null);
        Assert.Empty(editor.FindAll("[aria-label^='Way']"));

        editor.Find("[aria-label='Whether requests give way']").Change("never");
        Assert.Empty(_told!);
        editor.Find("[aria-label='Whether requests give way']").Change("ways");
        Assert.Equal(DegradeKind.Amount, _told!.Single()!.Kind);
        editor.Find("[aria-label='Whether requests give way']").Change("inherit");
        Assert.Equal((null, 3), (_told, _times));
    }

    [Theory]
    [InlineData("half")]
    [InlineData("0")]
    [InlineData("100")]
    public void A_share_that_is_none_is_refused_when_it_is_set(string share)
    {
        IRenderedComponent<DegradeEditor> editor = Draw(new DegradeRules([new LowerAmounts(500)]));

        editor.Find("[aria-label='Least per cent of way 1']").Input(share);

        Assert.Contains("$.degrade[0].least", new OwnerBody { Degrade = _told }.ToSettings(OwnerPath.Parse("acme")).Problem!.Errors!.Keys);
    }

    [Fact]
    public void In_a_line_the_ways_stand_in_their_order() =>
        Assert.Equal(
            ("25 % or more of gpu, then also in a, b, then up to 1 h 00 m later, then 50 % or more of what they ask", "not at all", null),
            (Said(new DegradeRules([new LowerAmounts(250, ["gpu"]), new MorePools(["a", "b"]), new LaterStart(TimeSpan.FromHours(1)), new LowerAmounts(500)])), Said(new DegradeRules([])), Said(null)));

    private static string? Said(DegradeRules? rules) => DegradeStepText.Of(rules)?.Replace('\u00A0', ' ');

    private IRenderedComponent<DegradeEditor> Draw(DegradeRules? rules) => Render<DegradeEditor>(p => p.Add(e => e.Rules, rules).Add(e => e.OnChange, (object? steps) =>
    {
        (_told, _times) = ((List<DegradeStepBody?>?)steps, _times + 1);
    }));
}
