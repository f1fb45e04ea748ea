using Bunit;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Features.Recommendations.Pages;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Optimization;

namespace Nexus.Dashboard.Tests.Dashboard.Recommendations;

/// <summary>What the page of the recommendations shows and tells, without a browser.</summary>
public sealed class RecommendationComponentTests : ComponentTest
{
    private static readonly Evidence Seen = new(EvidenceForm.Bars, "gpu", [new EvidenceSeries("used", [1, 2])]) { Labels = ["one", "two"] };

    private RecommendationRow Row => new(
        "3", "p has 20 gpu", "Less of it", "everybody", "≈ $100", "$80 – $120", SavingsLevel.High, "From 35 days.", SavingsLevel.Low, "Work may wait.", SavingsLevel.Low, "p: 20 gpu", "p: 14 gpu", Seen, Clock.GetUtcNow())
        { IsCommand = true, CanDecide = true, Bar = (0.5, 0.6, 1) };

    [Fact]
    public void A_change_is_applied_only_once_its_preview_is_there_and_forbids_nothing()
    {
        int applied = 0;
        IRenderedComponent<RecommendationDetail> detail = Render<RecommendationDetail>(p => p.Add(d => d.Of, Row).Add(d => d.OnApply, () => applied++));
        Assert.True(detail.Find("[data-apply]").HasAttribute("disabled"));

        detail.Render(p => p.Add(d => d.Preview, new[] { new Effect(Signal.Bad, "It would be refused") }));
        Assert.True(detail.Find("[data-apply]").HasAttribute("disabled"));

        detail.Render(p => p.Add(d => d.Preview, new[] { new Effect(Signal.Neutral, "Nothing is reclaimed") }));
        detail.Find("[data-apply]").Click();
        Assert.Equal(1, applied);
    }

    [Fact]
    public void Advice_has_nothing_to_preview_and_says_that_people_make_it()
    {
        IRenderedComponent<RecommendationDetail> detail = Render<RecommendationDetail>(p => p.Add(d => d.Of, Row with { IsCommand = false }));

        Assert.Equal("It was done", detail.Find("[data-apply]").TextContent);
        Assert.False(detail.Find("[data-apply]").HasAttribute("disabled"));
        Assert.Contains("There is no command for it", detail.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_dismissed_with_a_reason_and_snoozed_for_a_time()
    {
        (string? reason, DateTimeOffset? until) = (null, null);
        IRenderedComponent<RecommendationDetail> detail = Render<RecommendationDetail>(p => p.Add(d => d.Of, Row)
            .Add(d => d.OnDismiss, EventCallback.Factory.Create<string>(this, r => reason = r)).Add(d => d.OnSnooze, EventCallback.Factory.Create<DateTimeOffset>(this, u => until = u)));
        Assert.True(detail.FindAll("button").Single(b => b.TextContent == "Dismiss").HasAttribute("disabled"));

        detail.Find("#rec-3-why").Input("Kept for December.");
        detail.FindAll("button").Single(b => b.TextContent == "Dismiss").Click();
        detail.Find("#rec-3-snooze").Change("30");
        detail.FindAll("button").Single(b => b.TextContent == "Snooze").Click();

        Assert.Equal(("Kept for December.", Clock.GetUtcNow().AddDays(30)), (reason, until));
    }

    [Fact]
    public void What_it_really_saved_stands_beside_what_was_expected()
    {
        RecommendationRow applied = Row with { CanDecide = false, CanRevert = true, Verdict = "Realised 84 %", Realised = [new RealisedLine("7 days", Clock.GetUtcNow(), "$84.00", "$80.00 – $90.00", "84 %", "before and after, for the volume that there was")] };

        IRenderedComponent<RecommendationDetail> detail = Render<RecommendationDetail>(p => p.Add(d => d.Of, applied));

        Assert.Equal(["7 days", "≈ $100", "$84.00", "$80.00 – $90.00", "84 %"], detail.FindAll("[aria-label='Estimate and realised'] tbody td").Select(c => c.TextContent));
        Assert.Contains("By before and after, for the volume that there was.", detail.Markup, StringComparison.Ordinal);
        Assert.Empty(detail.FindAll("[data-apply]"));
        Assert.Contains(detail.FindAll("button"), b => b.TextContent == "Revert");
    }

    [Fact]
    public void Who_may_not_decide_is_told_why()
    {
        IRenderedComponent<RecommendationTable> table = Render<RecommendationTable>(p => p.Add(t => t.Rows, [Row]).Add(t => t.Empty, "").Add(t => t.Locked, "Needs the role 'finance'"));

        Assert.All(table.FindAll("button"), b => Assert.Equal((true, "Needs the role 'finance'"), (b.HasAttribute("disabled"), b.GetAttribute("title"))));
    }

    [Fact]
    public void Evidence_can_be_read_as_a_table()
    {
        IRenderedComponent<EvidenceChart> chart = Render<EvidenceChart>(p => p.Add(c => c.Of, Seen));

        Assert.Equal([("one", "1"), ("two", "2")], chart.FindAll("tbody tr").Select(r => (r.Children[0].TextContent, r.Children[1].TextContent)));
        Assert.Equal("used, in gpu, at most 2", chart.Find("svg").GetAttribute("aria-label"));
    }
}
