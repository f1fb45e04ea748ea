using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Gallery;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Tests.Engine;

namespace Nexus.Dashboard.Tests.Dashboard.Pools;

/// <summary>Another strategy for a pool, over a real engine.</summary>
public sealed class StrategyEditorTests : ComponentTest, IAsyncLifetime
{
    private static readonly PoolBody Gpus = new() { Resources = new(StringComparer.Ordinal) { ["gpu"] = new SupplyBody { Amount = new Amount(1) } }, Strategy = "priority" };

    private readonly LiveEngine _engine = new();
    private readonly List<TimeSpan> _replayed = [];
    private int _closed;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await _engine.InitializeAsync();
        await _engine.Running.PoolAsync("gpus", ("gpu", 1));
        await _engine.Running.SubmitAsync("runs", ("gpu", 1));
        await _engine.Running.QueueAsync("waits", ("gpu", 1));
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await _engine.DisposeAsync();
    }

    [Fact]
    public void Each_strategy_stands_there_with_what_it_does_and_the_present_one_is_marked()
    {
        IRenderedComponent<StrategyEditor> editor = Draw();

        Assert.Equal(["Priority now", "Fair share", "Deadline", "Cost optimized", "Adaptive"], editor.FindAll(".pick label").Select(l => $"{l.QuerySelector("b")!.TextContent}{l.QuerySelector(".cap")?.TextContent}"));
        Assert.Contains("Who has least for its weight goes first", editor.Find(".pick").TextContent, StringComparison.Ordinal);
        Assert.Equal("priority", editor.Find("input[checked]").GetAttribute("value"));
        Assert.Empty(editor.FindAll("[data-tray]"));
    }

    [Fact]
    public async Task What_a_switch_does_to_those_who_wait_is_said_before_it_is_made_and_it_can_be_undone()
    {
        IRenderedComponent<StrategyEditor> editor = Draw();

        editor.Find("input[value=fairShare]").Change("fairShare");
        Assert.Contains("Grants keep running; 1 waiting is re-ordered", editor.Find("[data-tray]").TextContent, StringComparison.Ordinal);
        await editor.Find("[data-apply]").ClickAsync();
        editor.WaitForAssertion(() => Assert.Equal(1, _closed));

        Assert.Equal("fairShare", _engine.Running.Read.Pool("gpus")!.Definition.Strategy);
        Toast said = Assert.Single(Services.GetRequiredService<Toasts>().Shown);
        Assert.Equal("gpus: Priority → Fair share", said.Text);
        await said.Undo!();
        Assert.Equal("priority", _engine.Running.Read.Pool("gpus")!.Definition.Strategy);
    }

    [Fact]
    public async Task What_somebody_else_changed_meanwhile_is_not_taken_back()
    {
        IRenderedComponent<StrategyEditor> editor = Draw();
        editor.Find("input[value=deadline]").Change("deadline");
        await _engine.Running.PoolAsync("gpus", ("gpu", 2));

        await editor.Find("[data-apply]").ClickAsync();
        editor.WaitForAssertion(() => Assert.True(editor.Find("[data-apply]").HasAttribute("disabled")));
        Assert.Equal("priority", _engine.Running.Read.Pool("gpus")!.Definition.Strategy);

        editor.Render(p => p.Add(e => e.Version, _engine.Running.Read.Pool("gpus")!.Version).Add(e => e.Body, Gpus with { Resources = new(StringComparer.Ordinal) { ["gpu"] = new SupplyBody { Amount = new Amount(2) } } }));
        Assert.Contains("The pool was changed by somebody else meanwhile", editor.Find("[data-tray]").TextContent, StringComparison.Ordinal);
        await editor.Find("[data-apply]").ClickAsync();
        editor.WaitForAssertion(() => Assert.Equal(1, _closed));
        Assert.Equal(("deadline", 2m), (_engine.Running.Read.Pool("gpus")!.Definition.Strategy, _engine.Running.Read.Pool("gpus")!.Of("gpu")!.Supply.Amount.Units));
    }

    [Fact]
    public void The_last_six_hours_are_replayed_under_each_and_compared_with_the_present_one()
    {
        IRenderedComponent<StrategyEditor> editor = Draw();
        Assert.Equal("the last 6 h", editor.Find("[id=strategy-gpus-replay-back] option").TextContent);
        editor.Find("[data-replay]").Click();
        Assert.Equal([TimeSpan.FromHours(6)], _replayed);

        editor.Render(p => p.Add(e => e.Replay, new PastReplayState(false, 1, null, (Story.Noted.AddHours(-6), Story.Noted), SimulatorExamples.Three)));

        Assert.Equal(["Figure", "Priority, now", "Fair share", "Deadline", "Cost optimized", "Adaptive"], editor.FindAll("thead th").Select(h => h.TextContent));
        Assert.Contains("p95 wait", editor.Find("tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_may_not_replay_is_told_why() =>
        Assert.Equal("Not yours", Draw(locked: "Not yours").Find("[data-replay]").GetAttribute("title"));

    private IRenderedComponent<StrategyEditor> Draw(string? locked = null)
    {
        _engine.Serve(Services);
        return Render<StrategyEditor>(p => p
            .Add(e => e.Caller, LiveEngine.Person("operator")).Add(e => e.Name, "gpus").Add(e => e.Body, Gpus).Add(e => e.Version, _engine.Running.Read.Pool("gpus")!.Version)
            .Add(e => e.Replay, PastReplayState.None).Add(e => e.ReplayLocked, locked)
            .Add(e => e.OnReplay, EventCallback.Factory.Create<TimeSpan>(this, _replayed.Add)).Add(e => e.OnClose, EventCallback.Factory.Create(this, () => _closed++)));
    }
}
