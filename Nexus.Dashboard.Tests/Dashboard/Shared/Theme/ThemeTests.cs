using System.Text.RegularExpressions;

namespace Nexus.Dashboard.Tests.Dashboard.Shared.Theme;

/// <summary>The colours of the pages as the style sheet defines them: the design's values, and what can be read on what.</summary>
public sealed partial class ThemeTests
{
    private static readonly Dictionary<string, (Colour Light, Colour Dark)> Tokens = LightDark().Matches(Repository.Read("Nexus.Dashboard/wwwroot/nexus.css"))
        .ToDictionary(m => m.Groups["name"].Value, m => (Colour.Parse(m.Groups["light"].Value), Colour.Parse(m.Groups["dark"].Value)), StringComparer.Ordinal);

    private const double Tenth = 0.06;

    private static readonly string[] Series = ["s1", "s2", "s3", "s4", "s5", "s6"];

    [Theory]
    [InlineData("bg", "#F5F6F8", "#0B0D11")]
    [InlineData("nav", "#FAFBFC", "#0E1014")]
    [InlineData("surface", "#FFFFFF", "#13161B")]
    [InlineData("surface-2", "#FAFBFC", "#171A20")]
    [InlineData("hover", "#F0F2F5", "#1D2128")]
    [InlineData("line", "#E4E7EC", "#262B33")]
    [InlineData("line-soft", "#EEF0F3", "#1E2229")]
    [InlineData("track", "#E6E9EE", "#272C35")]
    [InlineData("used", "#3E63D6", "#6F8DF2")]
    [InlineData("line-2", "#838B9A", "#6A7383")]
    [InlineData("text", "#14171D", "#ECEEF2")]
    [InlineData("text-2", "#4A5261", "#A8B0BE")]
    [InlineData("text-3", "#646C7B", "#8A93A3")]
    [InlineData("ink", "#171A21", "#ECEEF2")]
    [InlineData("on-ink", "#FFFFFF", "#0B0D11")]
    [InlineData("accent", "#2251CC", "#8FB0FF")]
    [InlineData("ok", "#0B7A43", "#4CC78C")]
    [InlineData("warn", "#8F5600", "#F2B445")]
    [InlineData("warn-g", "#B56F00", "#F2B445")]
    [InlineData("bad", "#C2261C", "#FF7F75")]
    [InlineData("plan", "#6B4BC8", "#B9A6FF")]
    [InlineData("plan-weak", "#F1EDFC", "#211D37")]
    [InlineData("ok-bg", "#E3F4EA", "#10291E")]
    [InlineData("ok-fg", "#0B6B3B", "#6BD9A3")]
    [InlineData("warn-bg", "#FDF0D5", "#2E230E")]
    [InlineData("warn-fg", "#7F4C00", "#F5C264")]
    [InlineData("bad-bg", "#FCE9E7", "#351A18")]
    [InlineData("bad-fg", "#B32018", "#FF978F")]
    [InlineData("info-bg", "#E9EFFD", "#18233F")]
    [InlineData("info-fg", "#1E49B8", "#A3BEFF")]
    [InlineData("accent-weak", "#E9EFFD", "#18233F")]
    [InlineData("neu-bg", "#EEF0F3", "#1F242C")]
    [InlineData("neu-fg", "#4A5261", "#A8B0BE")]
    [InlineData("s1", "#2E54CC", "#5F78EE")]
    [InlineData("s2", "#D07A00", "#E8963F")]
    [InlineData("s3", "#6F1D47", "#BE3A72")]
    [InlineData("s4", "#3AA08C", "#68DCC6")]
    [InlineData("s5", "#A07BF2", "#BBA9FA")]
    [InlineData("s6", "#745F00", "#E3DC6A")]
    public void A_token_has_the_values_of_the_design(string name, string light, string dark) => Assert.Equal((Colour.Parse(light), Colour.Parse(dark)), Tokens[name]);

    /// <summary>The contrasts that the design computed, to a tenth, and the least that each may have: 4.5 for text, 3 for what is drawn (WCAG 2.2, 1.4.3 and 1.4.11).</summary>
    [Theory]
    [InlineData("text", "surface", 18.0, 15.6, 4.5)]
    [InlineData("text-2", "surface", 7.9, 8.3, 4.5)]
    [InlineData("text-3", "surface", 5.3, 5.9, 4.5)]
    [InlineData("text-3", "hover", 4.7, 5.2, 4.5)]
    [InlineData("accent", "surface", 6.7, 8.5, 4.5)]
    [InlineData("ok", "surface", 5.4, 8.5, 4.5)]
    [InlineData("warn", "surface", 6.0, 9.8, 4.5)]
    [InlineData("warn-g", "surface", 4.0, 9.8, 3)]
    [InlineData("warn-g", "track", 3.3, 7.6, 3)]
    [InlineData("bad", "surface", 5.9, 7.4, 4.5)]
    [InlineData("plan", "surface", 6.1, 8.6, 4.5)]
    [InlineData("line-2", "surface", 3.4, 3.8, 3)]
    [InlineData("used", "track", 4.4, 4.5, 3)]
    [InlineData("text-3", "accent-weak", 4.6, 5.0, 4.5)]
    [InlineData("bad", "accent-weak", 5.1, 6.3, 4.5)]
    public void A_pair_has_the_contrast_that_the_design_computed(string front, string ground, double light, double dark, double least)
    {
        (double inLight, double inDark) = Contrast(front, ground);

        Assert.Equal(light, inLight, Tenth);
        Assert.Equal(dark, inDark, Tenth);
        Assert.True(inLight >= least && inDark >= least, $"{front} on {ground}: {inLight:0.00} and {inDark:0.00}");
    }

    [Theory]
    [InlineData("ok-fg", "ok-bg")]
    [InlineData("warn-fg", "warn-bg")]
    [InlineData("bad-fg", "bad-bg")]
    [InlineData("info-fg", "info-bg")]
    [InlineData("neu-fg", "neu-bg")]
    [InlineData("plan", "plan-weak")]
    public void A_tints_text_stands_out_from_it(string front, string ground)
    {
        (double light, double dark) = Contrast(front, ground);

        Assert.True(Math.Round(light, 1) >= 5.3 && Math.Round(dark, 1) >= 5.3, $"{front} on {ground}: {light:0.00} and {dark:0.00}");
    }

    [Theory]
    [InlineData("text")]
    [InlineData("text-2")]
    [InlineData("text-3")]
    [InlineData("accent")]
    [InlineData("bad")]
    public void Text_can_be_read_on_every_ground_that_it_stands_on(string front) =>
        Assert.All(["bg", "nav", "surface", "surface-2", "hover", "accent-weak"], ground =>
        {
            (double light, double dark) = Contrast(front, ground);
            Assert.True(light >= 4.5 && dark >= 4.5, $"{front} on {ground}: {light:0.00} and {dark:0.00}");
        });

    [Fact]
    public void The_main_action_can_be_read()
    {
        (double light, double dark) = Contrast("on-ink", "ink");

        Assert.True(light >= 7 && dark >= 7);
    }

    [Fact]
    public void Every_series_of_a_chart_stands_out_from_its_surface() =>
        Assert.All(Series, series =>
        {
            (double light, double dark) = Contrast(series, "surface");
            Assert.True(light >= 3.1 && dark >= 3.1, $"{series}: {light:0.00} and {dark:0.00}");
        });

    [Fact]
    public void Any_two_series_can_be_told_apart_by_everybody()
    {
        (double light, double dark) = (Smallest(c => c.Light), Smallest(c => c.Dark));

        Assert.Equal((11.9, 10.8), (Math.Round(light, 1), Math.Round(dark, 1)));
    }

    [Fact]
    public void Black_on_white_has_the_contrast_that_the_standard_says() =>
        Assert.Equal(21, Colour.Contrast(Colour.Parse("#000000"), Colour.Parse("#FFFFFF")), precision: 6);

    private static double Smallest(Func<(Colour Light, Colour Dark), Colour> theme) =>
        (from sight in Sight.All from i in Enumerable.Range(0, Series.Length) from j in Enumerable.Range(i + 1, Series.Length - i - 1)
         select Colour.Difference(theme(Tokens[Series[i]]), theme(Tokens[Series[j]]), sight)).Min();

    private static (double Light, double Dark) Contrast(string front, string ground) =>
        (Colour.Contrast(Tokens[front].Light, Tokens[ground].Light), Colour.Contrast(Tokens[front].Dark, Tokens[ground].Dark));

    [GeneratedRegex(@"--(?<name>[a-z0-9-]+):light-dark\((?<light>#[0-9A-F]{6}),(?<dark>#[0-9A-F]{6})\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex LightDark();
}
