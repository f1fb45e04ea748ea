using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

public sealed class AlertPreviewTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 17, 14, 0, 0, TimeSpan.Zero);
    private static readonly AlertRule Rule = new("r", "m", AlertCondition.AtLeast(0.9)) { For = TimeSpan.FromMinutes(10) };

    [Fact]
    public void It_says_when_it_would_have_fired_and_for_how_long()
    {
        // Points of five minutes: for 10 minutes at least from the third on.
        AlertPreview preview = Of([.1, .95, .95, .95, .95, .1, .1, .95, .1, .95, .95, .95, .1]);

        Assert.Equal([(15, 10), (55, 5)], preview.Episodes.Select(e => ((int)(e.From - Start).TotalMinutes, (int)e.Length.TotalMinutes)));
    }

    [Fact]
    public void What_holds_until_the_end_would_still_fire() => Assert.Equal(TimeSpan.FromMinutes(10), Assert.Single(Of([.1, .95, .95, .95, .95, .95]).Episodes).Length);

    [Fact]
    public void A_floor_is_met_from_below()
    {
        AlertPreview preview = AlertPreview.Of(new AlertRule("r", "m", AlertCondition.AtMost(7)), null, [Past([10, 6, 8])], TimeSpan.FromDays(7), TimeSpan.Zero);

        Assert.Equal(Start.AddMinutes(5), Assert.Single(preview.Episodes).From);
    }

    [Fact]
    public void Without_a_past_it_says_what_holds_now()
    {
        AlertPreview preview = AlertPreview.Of(Rule, [new AlertReading(new AlertSubject(OwnerPath.Root), 0.95), new AlertReading(new AlertSubject(OwnerPath.Parse("acme")), 0.5)], null, TimeSpan.FromDays(7), TimeSpan.Zero);

        Assert.Equal((false, 1, 0), (preview.HasPast, preview.Now, preview.Episodes.Count));
    }

    private static AlertPreview Of(double[] values) => AlertPreview.Of(Rule, [], [Past(values)], TimeSpan.FromDays(7), TimeSpan.FromMinutes(1));

    private static AlertPast Past(double[] values) => new(new AlertSubject(OwnerPath.Root), [.. values.Select((v, i) => new AlertPoint(Start.AddMinutes(5 * i), v))]);
}
