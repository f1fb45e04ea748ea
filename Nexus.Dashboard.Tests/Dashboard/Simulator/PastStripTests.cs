using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Nexus.Dashboard.Features.Simulator;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

/// <summary>A window on the strip of the past, by keys; with the pointer it is tried in a browser. The strip is a day in steps of ten minutes.</summary>
public sealed class PastStripTests : ComponentTest
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
    private static readonly PastLoad Day = new(Midnight, Midnight.AddDays(1), TimeSpan.FromMinutes(10), [.. Enumerable.Range(0, 72).Select(i => new LoadBar(i, 1))]);

    private (DateTimeOffset From, DateTimeOffset To)? _chosen;

    [Theory]
    [InlineData("a", "ArrowLeft", false, 590, 720)]
    [InlineData("a", "ArrowRight", true, 700, 720)]
    [InlineData("a", "PageUp", false, 700, 720)]
    [InlineData("a", "Home", false, 0, 720)]
    [InlineData("a", "End", false, 710, 720)]
    [InlineData("b", "ArrowUp", false, 600, 730)]
    [InlineData("b", "ArrowDown", true, 600, 620)]
    [InlineData("b", "Home", false, 600, 610)]
    [InlineData("b", "End", false, 600, 1440)]
    [InlineData("psel", "ArrowRight", false, 610, 730)]
    [InlineData("psel", "Home", false, 0, 120)]
    [InlineData("psel", "End", false, 1320, 1440)]
    public void Keys_move_an_end_or_the_whole_window_step_by_step(string part, string key, bool shift, int from, int to)
    {
        Draw(600, 720).Find($".{part}").KeyDown(new KeyboardEventArgs { Key = key, ShiftKey = shift });

        Assert.Equal((Midnight.AddMinutes(from), Midnight.AddMinutes(to)), _chosen);
    }

    [Theory]
    [InlineData("psel", "ArrowLeft", 0, 100)]
    [InlineData("a", "ArrowLeft", 0, 100)]
    [InlineData("b", "ArrowRight", 600, 1440)]
    [InlineData("a", "Tab", 600, 700)]
    public void At_the_edge_of_the_strip_and_by_other_keys_nothing_moves(string part, string key, int from, int to)
    {
        Draw(from, to).Find($".{part}").KeyDown(key);

        Assert.Null(_chosen);
    }

    [Fact]
    public async Task What_the_pointer_marked_is_taken_at_whole_steps_within_the_strip()
    {
        IRenderedComponent<PastStrip> strip = Draw(600, 720);

        await strip.InvokeAsync(() => strip.Instance.ChooseAsync(Midnight.AddHours(-3).ToUnixTimeMilliseconds(), Midnight.AddMinutes(62).ToUnixTimeMilliseconds()));

        Assert.Equal((Midnight, Midnight.AddMinutes(60)), _chosen);
    }

    [Fact]
    public void It_says_what_is_drawn_and_what_is_chosen()
    {
        IRenderedComponent<PastStrip> strip = Draw(600, 720);

        Assert.Equal("The load from Tue 24 Nov 00:00 UTC to Wed 25 Nov 00:00 UTC; chosen from Tue 24 Nov 10:00 UTC to Tue 24 Nov 12:00 UTC", strip.Find("[data-strip]").GetAttribute("aria-label"));
        Assert.Equal("--a:41.667%;--b:50%", strip.Find("[data-strip]").GetAttribute("style"));
        Assert.Equal(("60", "Tue 24 Nov 10:00 UTC"), (strip.Find(".ph.a").GetAttribute("aria-valuenow"), strip.Find(".ph.a").GetAttribute("aria-valuetext")));
        Assert.Contains("at most 72 requests", strip.Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<PastStrip> Draw(int from, int to) => Render<PastStrip>(p => p
        .Add(s => s.Load, Day).Add(s => s.From, Midnight.AddMinutes(from)).Add(s => s.To, Midnight.AddMinutes(to)).Add(s => s.OnChoose, chosen => _chosen = chosen));
}
