using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

/// <summary>The parts of the frame that follow the engine and the address.</summary>
public sealed class LiveFrameTests : ComponentTest
{
    private readonly LiveEngine _engine = new();

    [Fact]
    public async Task The_indicator_pauses_and_resumes_the_pages()
    {
        await StartAsync();
        IRenderedComponent<LiveIndicator> indicator = Render<LiveIndicator>();
        Assert.StartsWith("Live", indicator.Find("button").TextContent.Trim(), StringComparison.Ordinal);

        indicator.Find("button").Click();
        indicator.WaitForAssertion(() => Assert.Contains("Paused 14:32:07", indicator.Find("button").TextContent, StringComparison.Ordinal));
        Assert.True(Services.GetRequiredService<Live>().IsPaused);

        indicator.Find("button").Click();
        indicator.WaitForAssertion(() => Assert.StartsWith("Live", indicator.Find("button").TextContent.Trim(), StringComparison.Ordinal));
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task The_notice_stands_while_the_engine_does_not_decide()
    {
        await StartAsync();
        Assert.Empty(Render<TroubleNotice>().Nodes);

        await _engine.Running.Host.StopAsync(CancellationToken.None);

        Assert.Contains("The engine does not decide", Render<TroubleNotice>().Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Not deciding", Render<LiveIndicator>().Find("button").TextContent, StringComparison.Ordinal);
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task The_navigation_counts_those_that_wait_where_the_viewer_looks()
    {
        await StartAsync();
        await _engine.Running.PoolAsync("gpu", ("gpu", 1));
        await _engine.Running.SubmitAsync("first", ("gpu", 1));
        await _engine.Running.QueueAsync("second", ("gpu", 1));
        Assert.Equal("1 waiting", Render<NavCount>().Find(".n").TextContent);

        Services.GetRequiredService<NavigationManager>().NavigateTo("/queue?owner=globex");

        Assert.Empty(Render<NavCount>().Nodes);
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task A_path_that_is_picked_narrows_all_pages_and_one_outside_is_refused()
    {
        await StartAsync();
        IRenderedComponent<OwnerPicker> picker = Render<OwnerPicker>(p => p.Add(o => o.Caller, LiveEngine.Person("operator", "acme")));
        Assert.Equal("All of acme", picker.Find("input").GetAttribute("placeholder"));

        picker.Find("input").Change("globex");
        Assert.Equal("'globex' lies outside acme, within which you see.", Assert.Single(Services.GetRequiredService<Toasts>().Shown).Text);

        picker.Find("input").Change("acme/research");
        Assert.Equal("acme/research", Services.GetRequiredService<OwnerScope>().Path.ToString());

        picker.WaitForElement("button[aria-label='Show all owners']").Click();
        Assert.True(Services.GetRequiredService<OwnerScope>().Path.IsRoot);
        await _engine.DisposeAsync();
    }

    private async Task StartAsync()
    {
        await _engine.InitializeAsync();
        _engine.Serve(Services);
    }
}
