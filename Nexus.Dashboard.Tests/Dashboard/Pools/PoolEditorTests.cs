using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Pools;

/// <summary>The editor over a real engine: what a change would do is computed before it can be applied.</summary>
public sealed class PoolEditorTests : ComponentTest
{
    private readonly LiveEngine _engine = new();

    [Fact]
    public async Task Nothing_can_be_applied_before_its_effect_is_known()
    {
        IRenderedComponent<PoolEditor> editor = await NewAsync("operator");
        Assert.Empty(editor.FindAll("[data-tray]"));

        editor.Find("[id=pool-name]").Input("gpu");
        Assert.True(editor.Find("[data-apply]").HasAttribute("disabled"));
        editor.Find("[aria-label='Amount of gpu']").Input("8");

        Assert.False(editor.Find("[data-apply]").HasAttribute("disabled"));
        Assert.Contains("Nothing that waits starts now", editor.Find("[role=status]").TextContent, StringComparison.Ordinal);
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_cannot_be_applied()
    {
        IRenderedComponent<PoolEditor> editor = await NewAsync("operator");

        editor.Find("[id=pool-name]").Input("gpu");
        editor.Find("[aria-label='Amount of gpu']").Input("many");

        Assert.Contains("must be a number", editor.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.True(editor.Find("[data-apply]").HasAttribute("disabled"));
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task What_is_applied_holds_can_be_undone_and_closes_the_drawer()
    {
        int closed = 0;
        IRenderedComponent<PoolEditor> editor = await NewAsync("operator", () => closed++);
        editor.Find("[id=pool-name]").Input("gpu");
        editor.Find("[aria-label='Amount of gpu']").Input("8");

        await editor.Find("[data-apply]").ClickAsync();
        editor.WaitForAssertion(() => Assert.Equal(1, closed));

        Assert.Equal(8, _engine.Running.Read.Pool("gpu")!.Of("gpu")!.Supply.Amount.Units);
        Toast said = Assert.Single(Services.GetRequiredService<Toasts>().Shown);
        Assert.Equal("Pool gpu created", said.Text);

        await said.Undo!();
        Assert.Null(_engine.Running.Read.Pool("gpu"));
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Another_strategy_is_previewed_and_applied_with_its_settings()
    {
        IRenderedComponent<PoolEditor> editor = await NewAsync("operator");
        editor.Find("[id=pool-name]").Input("gpu");
        editor.Find("[aria-label='Amount of gpu']").Input("8");
        Assert.Empty(editor.FindAll("[id=pool-half-life]"));

        editor.Find("[id=pool-strategy]").Change("fairShare");
        editor.Find("[id=pool-half-life]").Input("PT6H");
        editor.Find("[id=pool-grace]").Input("PT1M");
        editor.Find("[id=pool-borrowers]").Change("FinalThenInitialShare");
        editor.Find("[id=pool-backfill]").Change("Easy");
        Assert.Contains("Who has least for its weight goes first", editor.Markup, StringComparison.Ordinal);
        await editor.Find("[data-apply]").ClickAsync();

        editor.WaitForAssertion(() => Assert.Equal("fairShare", _engine.Running.Read.Pool("gpu")?.Definition.Strategy));
        Nexus.Engine.Resources.PoolDefinition pool = _engine.Running.Read.Pool("gpu")!.Definition;
        Assert.Equal((TimeSpan.FromHours(6), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10)), (pool.HalfLife, pool.Preemption.Grace, pool.AgingInterval));
        Assert.Equal(Nexus.Engine.Resources.BetweenBorrowers.FinalThenInitialShare, pool.Preemption.BetweenBorrowers);
        Assert.Equal(Nexus.Engine.Resources.Backfill.Easy, pool.Backfill);
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task What_a_unit_costs_is_said_beside_its_amount()
    {
        IRenderedComponent<PoolEditor> editor = await NewAsync("operator");
        editor.Find("[id=pool-name]").Input("gpu");
        editor.Find("[aria-label='Amount of gpu']").Input("8");
        editor.Find("[aria-label='Price of gpu']").Input("dear");
        Assert.Contains("must be a decimal number", editor.Find("[role=status]").TextContent, StringComparison.Ordinal);

        editor.Find("[aria-label='Price of gpu']").Input("2.50");
        await editor.Find("[data-apply]").ClickAsync();

        editor.WaitForAssertion(() => Assert.Equal("2.5", _engine.Running.Read.Pool("gpu")?.Definition.Prices.Single().UnitPrice.ToString()));
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task By_what_a_pool_is_judged_is_typed_where_it_is_to_count_and_what_is_wrong_is_said()
    {
        IRenderedComponent<PoolEditor> editor = await NewAsync("operator");
        editor.Find("[id=pool-name]").Input("gpu");
        editor.Find("[aria-label='Amount of gpu']").Input("8");
        Assert.Empty(editor.FindAll("[id=pool-failure-rate]"));

        editor.Find("[id=pool-health]").Change(true);
        editor.Find("[id=pool-failure-rate]").Input("half");
        Assert.Contains("must be a share above 0", editor.Find("[role=status]").TextContent, StringComparison.Ordinal);
        editor.Find("[id=pool-failure-rate]").Input("0.4");
        editor.Find("[id=pool-samples]").Input("8");
        editor.Find("[id=pool-window]").Input("PT2M");
        await editor.Find("[data-apply]").ClickAsync();

        editor.WaitForAssertion(() => Assert.Equal(
            new Nexus.Engine.Resources.Health.HealthSettings(TimeSpan.FromMinutes(2), 8, 400_000, TimeSpan.FromSeconds(30), 3), _engine.Running.Read.Pool("gpu")?.Definition.Health));
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_may_not_is_told_what_is_missing_and_nothing_changes()
    {
        IRenderedComponent<PoolEditor> editor = await NewAsync("viewer");
        editor.Find("[id=pool-name]").Input("gpu");
        editor.Find("[aria-label='Amount of gpu']").Input("8");

        await editor.Find("[data-apply]").ClickAsync();

        editor.WaitForAssertion(() => Assert.Contains("needs the scope 'configure'", editor.Find("[role=status]").TextContent, StringComparison.Ordinal));
        Assert.Null(_engine.Running.Read.Pool("gpu"));
        await _engine.DisposeAsync();
    }

    private async Task<IRenderedComponent<PoolEditor>> NewAsync(string role, Action? close = null)
    {
        await _engine.InitializeAsync();
        _engine.Serve(Services, role);
        return Render<PoolEditor>(p => p.Add(e => e.Caller, LiveEngine.Person(role)).Add(e => e.Name, "").Add(e => e.Body, null).Add(e => e.Version, null).Add(e => e.OnClose, close ?? (() => { })));
    }
}
