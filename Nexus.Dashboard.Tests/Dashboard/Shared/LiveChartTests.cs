using Bunit;
using Nexus.Dashboard.Gallery;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class LiveChartTests : ComponentTest
{
    private static readonly ChartPoint[] Points = [.. Enumerable.Range(0, 70).Select(i => new ChartPoint(Story.Noted.AddSeconds(i).ToUnixTimeMilliseconds(), [i, 2, 64]))];

    [Fact]
    public void It_is_a_picture_with_a_sentence_until_it_is_asked_for_as_a_table()
    {
        IRenderedComponent<LiveChart> chart = Draw();

        Assert.Equal("Use of gpu over the last hour", chart.Find("[role=img]").GetAttribute("aria-label"));
        Assert.False(chart.Find("[role=img]").HasAttribute("hidden"));
        Assert.Empty(chart.FindAll("table"));

        chart.Find("button").Click();

        Assert.Equal("true", chart.Find("button").GetAttribute("aria-pressed"));
        Assert.True(chart.Find("[role=img]").HasAttribute("hidden"));
        Assert.Equal(["Time", "used", "waiting", "capacity"], chart.FindAll("th").Select(h => h.TextContent));

        chart.Find("button").Click();

        Assert.Empty(chart.FindAll("table"));
    }

    [Fact]
    public void Its_table_has_the_newest_sixty_points_the_newest_first()
    {
        IRenderedComponent<LiveChart> chart = Draw();

        chart.Find("button").Click();

        Assert.Equal(60, chart.FindAll("tbody tr").Count);
        Assert.Equal(["69", "2", "64"], chart.FindAll("tbody tr:first-child td.r").Select(c => c.TextContent));
        Assert.Equal("10", chart.Find("tbody tr:last-child td.r").TextContent);
    }

    [Fact]
    public void Without_a_third_series_its_table_leaves_out_what_waits()
    {
        IRenderedComponent<LiveChart> chart = Draw(["used", "capacity"]);

        chart.Find("button").Click();

        Assert.Equal(["69", "64"], chart.FindAll("tbody tr:first-child td.r").Select(c => c.TextContent));
    }

    [Fact]
    public void The_script_draws_it_once_and_takes_it_away_with_the_page()
    {
        BunitJSModuleInterop script = JSInterop.SetupModule("/js/charts.js");
        BunitJSModuleInterop drawn = script.SetupModule(i => i.Identifier == "create");
        drawn.Mode = JSRuntimeMode.Loose;
        IRenderedComponent<LiveChart> chart = Draw();

        chart.Render(p => p.Add(c => c.Points, [.. Points, Points[^1]]));

        Assert.Single(script.Invocations["create"]);
        Assert.Empty(drawn.Invocations["destroy"]);
    }

    [Fact]
    public async Task Leaving_the_page_destroys_what_the_script_drew()
    {
        BunitJSModuleInterop drawn = JSInterop.SetupModule("/js/charts.js").SetupModule(i => i.Identifier == "create");
        drawn.Mode = JSRuntimeMode.Loose;
        Draw();

        await DisposeComponentsAsync();

        Assert.Single(drawn.Invocations["destroy"]);
    }

    private IRenderedComponent<LiveChart> Draw(string[]? series = null) => Render<LiveChart>(p => p
        .Add(c => c.Topic, "overview").Add(c => c.Label, "Use of gpu over the last hour").Add(c => c.Points, Points).Add(c => c.Series, series ?? ["used", "waiting", "capacity"]));
}
