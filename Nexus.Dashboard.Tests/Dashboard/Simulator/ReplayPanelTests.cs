using Bunit;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Features.Simulator;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

public sealed class ReplayPanelTests : ComponentTest
{
    private static readonly ReplaySpan[] Spans = [ReplaySpan.Week, ReplaySpan.Day, ReplaySpan.Hour];

    [Fact]
    public void It_is_begun_as_far_back_as_was_chosen_and_stopped()
    {
        TimeSpan? back = null;
        bool stopped = false;
        IRenderedComponent<ReplayPanel> panel = Render<ReplayPanel>(p => p
            .Add(r => r.Of, PastReplayState.None).Add(r => r.Spans, Spans).Add(r => r.Asks, "What then?")
            .Add(r => r.OnRun, EventCallback.Factory.Create<TimeSpan>(this, t => back = t)).Add(r => r.OnCancel, EventCallback.Factory.Create(this, () => stopped = true)));

        panel.Find("[data-replay]").Click();
        Assert.Equal(TimeSpan.FromDays(7), back);
        panel.Find("select").Change("2");
        panel.Find("[data-replay]").Click();
        Assert.Equal(TimeSpan.FromHours(1), back);

        panel.Render(p => p.Add(r => r.Of, PastReplayState.None with { IsRunning = true, Progress = 0.34 }));
        Assert.Contains("Replaying the last hour…", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("34\u00A0%", panel.Markup, StringComparison.Ordinal);
        panel.Find("[data-replay-cancel]").Click();
        Assert.True(stopped);
    }

    [Fact]
    public void Who_may_not_replay_is_told_why()
    {
        IRenderedComponent<ReplayPanel> panel = Render<ReplayPanel>(p => p.Add(r => r.Of, PastReplayState.None).Add(r => r.Spans, Spans).Add(r => r.Locked, "Not yours"));

        Assert.Equal((true, "Not yours"), (panel.Find("[data-replay]").HasAttribute("disabled"), panel.Find("[data-replay]").GetAttribute("title")));
    }
}
