using Bunit;
using Nexus.Dashboard.Features.Queue;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

public sealed class TimesTableTests : ComponentTest
{
    private static readonly Percentiles Queue = new(3, TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(240), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3.4), TimeSpan.FromSeconds(700), TimeSpan.FromSeconds(800));

    [Fact]
    public void A_group_shows_the_percentiles_of_what_was_seen_and_a_dash_for_the_rest() =>
        Assert.Equal(["acme", "12,408", "240 ms", "3.4 s", "11 m 40 s", "–", "–", "–", "–", "–", "–", "–", "–", "–"], Row(new TimesReport([Group("acme")], 0), 0));

    [Fact]
    public void What_has_none_of_the_dimension_is_a_dash() => Assert.Equal("–", Row(new TimesReport([Group("")], 0), 0)[0]);

    [Fact]
    public void Groups_that_are_left_out_are_counted() => Assert.Equal(["and 207 more with fewer requests"], Row(new TimesReport([Group("acme")], 207), 1));

    [Fact]
    public void Nothing_measured_yet_is_said() => Assert.Equal(["Nothing has ended yet: times are known when grants end."], Row(new TimesReport([], 0), 0));

    private string[] Row(TimesReport report, int row) =>
        [.. Render<TimesTable>(p => p.Add(t => t.Report, report)).FindAll("tbody tr")[row].Children.Select(c => c.TextContent.Replace('\u00A0', ' '))];

    private static TimesGroup Group(string name) => new(name, 12_408, new Dictionary<string, Percentiles>(StringComparer.Ordinal) { ["time.queue"] = Queue });
}
