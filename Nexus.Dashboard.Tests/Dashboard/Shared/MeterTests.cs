using AngleSharp.Dom;
using Bunit;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class MeterTests : ComponentTest
{
    [Fact]
    public void It_says_its_numbers_to_who_cannot_see()
    {
        IElement meter = Draw(used: 14, capacity: 32).Find("[role=meter]");

        Assert.Equal(("0", "14", "32"), (meter.GetAttribute("aria-valuemin"), meter.GetAttribute("aria-valuenow"), meter.GetAttribute("aria-valuemax")));
        Assert.Equal(("gpu: 14 of 32", "gpu: 14 of 32"), (meter.GetAttribute("aria-label"), meter.GetAttribute("aria-valuetext")));
    }

    [Theory]
    [InlineData(0, 32, "0%", "")]
    [InlineData(14, 32, "43.75%", "")]
    [InlineData(28.799, 32, "90%", "")]
    [InlineData(28.8, 32, "90%", "warn")]
    [InlineData(31.999, 32, "100%", "warn")]
    [InlineData(32, 32, "100%", "bad")]
    [InlineData(12, 8, "100%", "bad")]
    [InlineData(0.125, 0.5, "25%", "")]
    [InlineData(3, 0, "100%", "bad")]
    [InlineData(0, 0, "0%", "")]
    [InlineData(-1, 8, "0%", "")]
    public void It_is_amber_from_nine_tenths_of_the_line_and_red_at_the_line(double used, double capacity, string width, string tone)
    {
        IElement solid = Draw((decimal)used, (decimal)capacity).Find("i.u");

        Assert.Equal($"width:{width}", solid.GetAttribute("style"));
        Assert.Equal(tone, string.Join(' ', solid.ClassList.Intersect(["warn", "bad"])));
    }

    [Fact]
    public void What_is_promised_is_hatched_after_what_is_used()
    {
        IRenderedComponent<Meter> drawn = Draw(used: 14, capacity: 32, promised: 8);

        Assert.Equal("left:43.75%;width:25%", drawn.Find("i.h").GetAttribute("style"));
        Assert.Empty(drawn.FindAll("b"));
    }

    [Fact]
    public void What_is_promised_turns_nothing_amber() =>
        Assert.DoesNotContain("warn", Draw(used: 14, capacity: 32, promised: 18).Find("i.u").ClassList);

    [Fact]
    public void A_tick_marks_the_line_where_more_is_used_than_there_is()
    {
        IRenderedComponent<Meter> drawn = Draw(used: 12, capacity: 8);

        Assert.Equal("left:66.67%", drawn.Find("b").GetAttribute("style"));
    }

    [Fact]
    public void Of_more_than_there_is_it_says_that_it_is_full_and_the_numbers_in_words()
    {
        IElement meter = Draw(used: 12, capacity: 8).Find("[role=meter]");

        Assert.Equal(("8", "8", "gpu: 12 of 8"), (meter.GetAttribute("aria-valuenow"), meter.GetAttribute("aria-valuemax"), meter.GetAttribute("aria-valuetext")));
    }

    [Fact]
    public void A_thin_tick_marks_the_hard_cap_and_a_dotted_one_the_forecast()
    {
        IRenderedComponent<Meter> drawn = Draw(used: 18, capacity: 24, promised: 5, cap: 36, forecast: 29);

        Assert.Equal("width:50%", drawn.Find("i.u").GetAttribute("style"));
        Assert.Equal("left:50%;width:13.89%", drawn.Find("i.h").GetAttribute("style"));
        Assert.Equal("left:66.67%", drawn.Find("b:not([class])").GetAttribute("style"));
        Assert.Equal("left:100%", drawn.Find("b.cap2").GetAttribute("style"));
        Assert.Equal("left:80.56%", drawn.Find("b.fc").GetAttribute("style"));
    }

    private IRenderedComponent<Meter> Draw(decimal used, decimal capacity, decimal promised = 0, decimal? cap = null, decimal? forecast = null) => Render<Meter>(p => p
        .Add(m => m.Used, used).Add(m => m.Capacity, capacity).Add(m => m.Promised, promised).Add(m => m.Cap, cap).Add(m => m.Forecast, forecast).Add(m => m.Label, $"gpu: {used} of {capacity}"));
}
