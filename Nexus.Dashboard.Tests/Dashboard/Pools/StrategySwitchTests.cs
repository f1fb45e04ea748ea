using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;

namespace Nexus.Dashboard.Tests.Dashboard.Pools;

/// <summary>Another strategy: what it would do to those who wait is said before, and who changed it is remembered.</summary>
public sealed class StrategySwitchTests : ComponentTest
{
    private static readonly PoolBody Gpu = new() { Resources = new Dictionary<string, SupplyBody>(StringComparer.Ordinal) { ["gpu"] = new SupplyBody { Amount = new Amount(1) } } };

    private readonly LiveEngine _engine = new();

    [Fact]
    public async Task It_is_said_how_many_are_re_ordered_and_who_would_go_first()
    {
        (PoolPageService pools, Caller dana) = await TwoWaitAsync();

        Effect said = Assert.Single(pools.Preview(dana, "gpu", Gpu with { Strategy = "deadline" }).Value!, e => e.What.StartsWith("Grants keep", StringComparison.Ordinal));

        Assert.Equal(("Grants keep running; 2 waiting are re-ordered", "First in line would be globex (1\u00A0gpu); now it is acme/research (1\u00A0gpu)."), (said.What, said.More));
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task A_change_of_something_else_says_nothing_of_the_order()
    {
        (PoolPageService pools, Caller dana) = await TwoWaitAsync();

        Assert.DoesNotContain(pools.Preview(dana, "gpu", Gpu with { Allow = ["acme", "globex"] }).Value!, e => e.What.StartsWith("Grants keep", StringComparison.Ordinal));
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Who_switched_it_is_remembered_and_told_to_those_who_see_the_whole_installation()
    {
        (PoolPageService pools, Caller dana) = await TwoWaitAsync();

        await pools.ApplyAsync(dana, "gpu", Gpu with { Strategy = "deadline" }, null, CancellationToken.None);
        await pools.ApplyAsync(dana, "gpu", Gpu with { Strategy = "deadline", Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["zone"] = "b" } }, null, CancellationToken.None);

        Assert.Equal([("dana", "Priority", "Deadline"), ("dana", null, "Priority")], pools.Switches(dana, "gpu").Select(s => (s.By, s.From, s.To)));
        Assert.Empty(pools.Switches(LiveEngine.Person("operator", "acme"), "gpu"));
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task The_page_says_the_strategy_in_words_and_shows_the_switches()
    {
        (PoolPageService pools, Caller dana) = await TwoWaitAsync();
        await pools.ApplyAsync(dana, "gpu", Gpu with { Strategy = "fairShare" }, null, CancellationToken.None);

        IRenderedComponent<StrategyTab> tab = Render<StrategyTab>(p => p
            .Add(t => t.Pool, _engine.Running.Read.Pool("gpu")!.Definition).Add(t => t.Switches, pools.Switches(dana, "gpu")).Add(t => t.SeesAll, true));

        Assert.Contains("Who has least for its weight goes first", tab.Markup, StringComparison.Ordinal);
        Assert.Equal(["Fair share", "Priority"], tab.FindAll("tbody tr td:last-child").Select(c => c.TextContent));
        await _engine.DisposeAsync();
    }

    // Of two that wait for the one GPU the higher class goes first, and the other alone has a deadline.
    private async Task<(PoolPageService Pools, Caller Dana)> TwoWaitAsync()
    {
        await _engine.InitializeAsync();
        _engine.Serve(Services);
        PoolPageService pools = Services.GetRequiredService<PoolPageService>();
        Caller dana = LiveEngine.Person("operator");
        await pools.ApplyAsync(dana, "gpu", Gpu, null, CancellationToken.None);
        await _engine.Running.SubmitAsync(Scene.Spec("runs", [("gpu", 1)]));
        await _engine.Running.SubmitAsync(Scene.Spec("high", [("gpu", 1)], owner: "acme/research", priority: "high", queue: true));
        await _engine.Running.SubmitAsync(Scene.Spec("due", [("gpu", 1)], owner: "globex", priority: "low", queue: true) with { Deadline = _engine.Running.Host.Now + TimeSpan.FromHours(1) });
        return (pools, dana);
    }
}
