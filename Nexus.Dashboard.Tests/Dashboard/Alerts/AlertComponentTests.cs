using Bunit;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Pages;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

/// <summary>What the page of the alerts shows and tells, without a browser.</summary>
public sealed class AlertComponentTests : ComponentTest
{
    private static readonly AlertMetric Share = new("quota.utilization", AlertUnit.Share, AlertScopes.Owner | AlertScopes.Resource, "how much is used", static (s, v) => $"{s.OwnerName} {v}");

    private AlertRow Row => new("12", "Warning", "acme is full", "full", "acme", "/quotas", "96 %", [0.5, 0.96], 0.9, Clock.GetUtcNow()) { State = Signal.Warning };

    [Fact]
    public void An_alert_is_taken_from_its_row_and_given_back_from_there()
    {
        List<string> told = [];
        IRenderedComponent<AlertTable> table = Render<AlertTable>(p => p
            .Add(t => t.Rows, [Row, Row with { Id = "13", HeldBy = "dana" }]).Add(t => t.Empty, "")
            .Add(t => t.OnAcknowledge, EventCallback.Factory.Create<AlertRow>(this, r => told.Add($"take {r.Id}")))
            .Add(t => t.OnGiveBack, EventCallback.Factory.Create<AlertRow>(this, r => told.Add($"give {r.Id}"))));

        table.Find("[aria-label='Acknowledge acme is full']").Click();
        table.Find("[aria-label='Give back acme is full']").Click();

        Assert.Equal(["take 12", "give 13"], told);
    }

    [Fact]
    public void Who_may_not_change_anything_is_told_why() => Assert.All(
        Render<AlertTable>(p => p.Add(t => t.Rows, [Row]).Add(t => t.Empty, "").Add(t => t.Locked, "Needs the scope 'configure'")).FindAll("button"),
        b => Assert.Equal((true, "Needs the scope 'configure'"), (b.HasAttribute("disabled"), b.GetAttribute("title"))));

    [Fact]
    public void A_silence_says_how_many_it_covers_before_it_is_made()
    {
        (string? reach, int hours) = (null, 0);
        IRenderedComponent<AlertDetail> detail = Render<AlertDetail>(p => p
            .Add(d => d.Of, Row).Add(d => d.Covers, 3)
            .Add(d => d.OnReach, EventCallback.Factory.Create<string>(this, r => reach = r))
            .Add(d => d.OnSilence, EventCallback.Factory.Create<int>(this, h => hours = h)));

        Assert.Contains("Silences 3 firing", detail.Markup, StringComparison.Ordinal);
        detail.Find("#alert-reach").Change("rule");
        detail.Find("#alert-for").Change("24");
        detail.FindAll("button").Single(b => b.TextContent == "Silence").Click();

        Assert.Equal(("rule", 24), (reach, hours));
    }

    [Fact]
    public void What_was_given_up_can_be_retried_and_what_was_taken_cannot()
    {
        string? told = null;
        AlertDeliveryLine dead = new("2", Clock.GetUtcNow(), "chat", "full fires", Signal.Bad, "Given up", "404 Not Found", null) { CanRetry = true };
        IRenderedComponent<AlertDeliveryTable> table = Render<AlertDeliveryTable>(p => p
            .Add(t => t.Deliveries, [dead, dead with { Id = "1", Word = "Taken", State = Signal.Ok, CanRetry = false }])
            .Add(t => t.OnRetry, EventCallback.Factory.Create<AlertDeliveryLine>(this, l => told = l.Id)));

        Assert.Single(table.FindAll("button")).Click();

        Assert.Equal("2", told);
    }

    [Fact]
    public void A_rule_comes_out_of_the_editor_as_it_went_in()
    {
        AlertRule rule = new("r", "quota.utilization", AlertCondition.AtLeast(0.875)) { Owner = OwnerPath.Parse("acme"), Resource = "gpu", For = TimeSpan.FromSeconds(90), Severity = AlertSeverity.Critical, Channels = ["chat"], Description = "Look.", Version = 3 };

        AlertRuleDraft draft = AlertRuleDraft.Of(rule, Share);
        Assert.Equal(("87.5", "1.5"), (draft.Line, draft.Minutes));
        AlertRule back = draft.ToBody(Share).Value!.ToRule("r", new AlertSources([new StubShare()]), OwnerPath.Root).Value! with { Version = 3 };

        Assert.Equal(rule with { Channels = back.Channels }, back);
        Assert.Equal(["chat"], back.Channels);
    }

    [Theory]
    [InlineData("ninety", "5", "line: must be a number.")]
    [InlineData("90", "-1", "for: must be 0 to 10,080 minutes.")]
    public void What_cannot_be_read_is_said_by_its_field(string line, string minutes, string said) =>
        Assert.Equal(said, new AlertRuleDraft { Line = line, Minutes = minutes }.ToBody(Share).Problem!.Detail);

    [Fact]
    public void The_forecast_says_how_often_and_for_how_long_and_draws_where()
    {
        DateTimeOffset start = Clock.GetUtcNow();
        AlertPast past = new(new AlertSubject(OwnerPath.Root, "p", "gpu"), [.. new[] { .1, .95, .95, .1, .1, .95, .1 }.Select((v, i) => new AlertPoint(start.AddMinutes(5 * i), v))]);
        AlertForecast forecast = AlertForecast.From(AlertPreview.Of(new AlertRule("r", "m", AlertCondition.AtLeast(0.9)), [], [past], TimeSpan.FromDays(7), TimeSpan.Zero));

        Assert.Equal("Would have fired 2 times in 7\u00A0d\u00A00\u00A0h: 10\u00A0m\u00A000\u00A0s, 5\u00A0m\u00A000\u00A0s. It holds for nothing now.", forecast.Said);
        Assert.Equal(("p, gpu", 2, 7), (forecast.Of, forecast.Fired.Count, forecast.Values.Count));
        Assert.Equal(2, Render<AlertPlot>(p => p.Add(x => x.Of, forecast)).FindAll("rect").Count);
    }

    [Fact]
    public void Who_tells_nobody_yet_is_told_what_that_means() =>
        Assert.Contains("No channels: what fires is shown on the page Alerts alone.", Render<AlertChannelList>(p => p.Add(l => l.Channels, [])).Markup, StringComparison.Ordinal);

    private sealed class StubShare : IAlertSource
    {
        public IReadOnlyList<AlertMetric> Metrics => [Share];

        public IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule) => [];
    }
}
