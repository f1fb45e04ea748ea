using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

/// <summary>The page over a real engine: which requests it shows.</summary>
public sealed class QueuePageTests : ComponentTest, IAsyncLifetime
{
    private readonly LiveEngine _engine = new();

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await _engine.InitializeAsync();
        await _engine.Running.PoolAsync("gpus", ("gpu", 4));
        await _engine.Running.SendAsync(new SetQuota(new QuotaDefinition(OwnerPath.Parse("globex"), QuotaDefinition.OneShare, [new QuotaRule("gpu") { Limit = Quantity.Of(1) }])) { Actor = Scene.Somebody });
        await _engine.Running.SubmitAsync("runs", ("gpu", 4));
        await _engine.Running.QueueAsync("lacks-room", ("gpu", 2));
        await _engine.Running.SubmitAsync(Scene.Spec("above", [("gpu", 1)], owner: "globex/eve"));
        await _engine.Running.SubmitAsync(Scene.Spec("never", [("gpu", 2)], owner: "globex/eve"));
        await _engine.Running.SubmitAsync("too-much", ("gpu", 9));
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await _engine.DisposeAsync();
    }

    [Theory]
    [InlineData("rejected", "above never too-much")]
    [InlineData("rejected&gate=capacity", "above too-much")]
    [InlineData("rejected&gate=quota", "never")]
    [InlineData("queued&gate=capacity", "lacks-room")]
    public void What_a_gate_stops_or_stopped_is_shown_alone(string status, string shown)
    {
        IRenderedComponent<QueuePage> page = Visit($"/queue?status={status}");

        page.WaitForAssertion(() => Assert.Equal(shown, string.Join(' ', page.FindAll(".qq tbody .sub").Select(s => s.TextContent).Order(StringComparer.Ordinal))));
    }

    [Theory]
    [InlineData("queued&gate=quota")]
    [InlineData("rejected&gate=access")]
    [InlineData("queued&gate=moon")]
    public void Where_a_gate_stops_nothing_the_page_says_so_and_the_filter_is_cleared(string status)
    {
        IRenderedComponent<QueuePage> page = Visit($"/queue?status={status}");
        page.WaitForAssertion(() => Assert.Contains("No request matches.", page.Markup, StringComparison.Ordinal));

        page.FindAll("button").Single(b => b.TextContent == "Clear filters").Click();

        Assert.DoesNotContain("gate=", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.DoesNotContain("No request matches.", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void The_gates_are_offered_where_requests_wait_or_were_refused()
    {
        IRenderedComponent<QueuePage> page = Visit("/queue");
        page.WaitForAssertion(() => Assert.Equal(["", "access", "budget", "quota", "capacity"], page.FindAll("[aria-label='Filter by gate'] option").Select(o => o.GetAttribute("value"))));

        page.Find("[aria-label='Filter by gate']").Change("capacity");
        page.WaitForAssertion(() => Assert.Equal("gate: capacity ×", page.Find("[aria-label='Remove the filter gate capacity']").TextContent));

        Services.GetRequiredService<NavigationManager>().NavigateTo("/queue?status=allocated");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[aria-label='Filter by pool']")));
        Assert.Empty(page.FindAll("[aria-label='Filter by gate']"));
    }

    [Fact]
    public async Task Who_waits_is_told_the_gate_what_the_wait_is_worth_and_what_the_work_should_cost()
    {
        await _engine.Running.SendAsync(new SetPrices([new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(6) }], Replaces: true) { Actor = Scene.Somebody });
        await _engine.Running.AdvanceAsync(TimeSpan.FromSeconds(25));

        IRenderedComponent<QueuePage> page = Visit("/queue");

        // Two GPUs for a lease of five minutes at $6 an hour; a point of class for each ten seconds.
        page.WaitForAssertion(() => Assert.Equal("≈ $1.00", page.FindAll("tbody td").Last().TextContent.Trim()));
        Assert.Equal("capacity", page.Find(".blocked .chip").TextContent);
        Assert.Equal("+2", page.Find(".aged").TextContent.Trim());
    }

    [Fact]
    public void Without_prices_there_is_no_column_of_costs()
    {
        IRenderedComponent<QueuePage> page = Visit("/queue");

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".blocked")));
        Assert.DoesNotContain("Est. cost", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_waits_it_says_what_is_in_use_and_what_is_free()
    {
        await _engine.Running.SendAsync(new Cancel(_engine.Running.Find("lacks-room").Key) { Actor = Scene.Somebody });
        await _engine.Running.PoolAsync("more", ("gpu", 3), ("memory", 64));

        IRenderedComponent<QueuePage> page = Visit("/queue");

        page.WaitForAssertion(() => Assert.Equal("Nothing waits. 4 gpu are in use, 3 are free.", page.Find("tbody tr").TextContent.Trim()));
    }

    private IRenderedComponent<QueuePage> Visit(string address)
    {
        _engine.Serve(Services);
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<QueuePage>();
    }
}
