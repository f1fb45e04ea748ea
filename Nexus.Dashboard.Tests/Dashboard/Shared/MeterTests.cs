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

    [Fact]
    public void What_a_quota_uses_above_what_it_has_is_borrowed_and_drawn_beside_its_own()
    {
        IRenderedComponent<Meter> drawn = Quota(used: 34, capacity: 30, cap: 42, full: 60);

        Assert.Equal("width:50%", drawn.Find("i.u").GetAttribute("style"));
        Assert.Equal("left:50%;width:6.67%", drawn.Find("i.b").GetAttribute("style"));
        Assert.Equal("left:50%", drawn.Find("b").GetAttribute("style"));
        Assert.Equal("left:70%", drawn.Find("b.cap2").GetAttribute("style"));
    }

    [Theory]
    [InlineData(9, 10, 14, "")]
    [InlineData(13, 10, 14, "warn")]
    [InlineData(14, 10, 14, "bad")]
    public void A_quota_turns_amber_near_its_ceiling_and_not_near_what_it_has(double used, double capacity, double cap, string tone) =>
        Assert.Equal(tone, string.Join(' ', Quota((decimal)used, (decimal)capacity, (decimal)cap).Find("i.u").ClassList.Intersect(["warn", "bad"])));

    [Fact]
    public void A_quota_that_may_not_borrow_has_one_line_at_its_limit()
    {
        IRenderedComponent<Meter> drawn = Quota(used: 3, capacity: 8, cap: 8);

        Assert.Equal("left:100%", Assert.Single(drawn.FindAll("b")).GetAttribute("style"));
        Assert.Empty(drawn.FindAll("b.cap2"));
    }

    [Fact]
    public void A_quota_that_borrows_without_bound_is_never_red() =>
        Assert.DoesNotContain("bad", Quota(used: 34, capacity: 30, cap: null).Find("i.u").ClassList);

    [Fact]
    public void What_others_use_of_a_quota_is_outlined_at_the_end_of_what_it_has() =>
        Assert.Equal("left:85%;width:15%", Quota(used: 13, capacity: 20, cap: 20, lent: 3).Find("i.l").GetAttribute("style"));

    private IRenderedComponent<Meter> Quota(decimal used, decimal capacity, decimal? cap, decimal full = 0, decimal lent = 0) => Render<Meter>(p => p
        .Add(m => m.Used, used).Add(m => m.Capacity, capacity).Add(m => m.Cap, cap).Add(m => m.Full, full).Add(m => m.Lent, lent).Add(m => m.Borrows, true).Add(m => m.Label, "acme"));

    private IRenderedComponent<Meter> Draw(decimal used, decimal capacity, decimal promised = 0, decimal? cap = null, decimal? forecast = null) => Render<Meter>(p => p
        .Add(m => m.Used, used).Add(m => m.Capacity, capacity).Add(m => m.Promised, promised).Add(m => m.Cap, cap).Add(m => m.Forecast, forecast).Add(m => m.Label, $"gpu: {used} of {capacity}"));
}
