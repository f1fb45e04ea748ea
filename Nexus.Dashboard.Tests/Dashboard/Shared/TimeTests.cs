using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using Nexus.Dashboard.Gallery;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class TimeTests : ComponentTest
{
    [Fact]
    public void The_exact_moment_is_in_the_markup_and_on_hover()
    {
        IElement time = Draw(new DateTimeOffset(2026, 11, 24, 14, 32, 7, 250, TimeSpan.FromHours(1)), "time");

        Assert.Equal("2026-11-24T14:32:07.250+01:00", time.GetAttribute("datetime"));
        Assert.Equal("2026-11-24T14:32:07.250+01:00", time.GetAttribute("title"));
        Assert.Equal("time", time.GetAttribute("data-as"));
    }

    [Fact]
    public void In_utc_its_zone_is_written_too() =>
        Assert.Equal("2026-11-24T14:32:07.250+00:00", Draw(Story.Noted, "time").GetAttribute("title"));

    [Theory]
    [InlineData("time", 0, "14:32:07")]
    [InlineData("minute", 0, "14:32")]
    [InlineData("day", 0, "Tue 24 Nov 14:32")]
    [InlineData("age", -700, "11 m 40 s")]
    [InlineData("age", -0.24, "240 ms")]
    [InlineData("age", 3, "0 ms")]
    [InlineData("in", 1560, "26 m 00 s")]
    [InlineData("in", -90, "−1 m 30 s")]
    public void It_is_written_as_it_was_asked_for(string kind, double seconds, string text) =>
        Assert.Equal(text, Draw(Story.Noted.AddSeconds(seconds), kind).TextContent.Replace('\u00A0', ' '));

    [Fact]
    public void It_is_written_alike_whatever_the_servers_language()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ar-SA");
            Assert.Equal("2026-11-24T14:32:07.250+00:00", Draw(Story.Noted, "time").GetAttribute("datetime"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private IElement Draw(DateTimeOffset at, string kind) => Render<Time>(p => p.Add(t => t.At, at).Add(t => t.As, kind)).Find("time");
}
