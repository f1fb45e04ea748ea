using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

/// <summary>The page over a real engine with a real journal: put together, run, compared, made real.</summary>
public sealed class SimulatorPageTests : ComponentTest, IAsyncLifetime
{
    private const string Ever = "from=2000-01-01T00:00Z&to=2100-01-01T00:00Z";
    private const string Roomier = """[["roomier",["pool gpus","resources/gpu","4"]]]""";

    private readonly LiveEngine _engine = new();
    private bool _measured;
    private readonly SimulationRuns _runs = new(Options.Create(new SimulatorOptions { MaxRunning = 1, MaxQueued = 1 }), NullLogger<SimulationRuns>.Instance);

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await _engine.InitializeAsync();
        await _engine.Running.PoolAsync("gpus", ("gpu", 1));
        await _engine.Running.AdvanceAsync(TimeSpan.FromSeconds(1));
        await _engine.Running.SubmitAsync("runs", ("gpu", 1));
        await _engine.Running.QueueAsync("waits", ("gpu", 1));
        await _engine.Running.AdvanceAsync(TimeSpan.FromSeconds(5));
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await _runs.StopAsync(CancellationToken.None);
        _runs.Dispose();
        await _engine.DisposeAsync();
    }

    [Fact]
    public void Before_anything_ran_it_says_what_to_do_and_what_is_missing()
    {
        IRenderedComponent<SimulatorPage> page = Visit("");

        Assert.Contains("Pick a window", page.Find(".empty").TextContent, StringComparison.Ordinal);
        Assert.Equal((true, "Say what differs in variant 1"), (page.Find("[data-run]").HasAttribute("disabled"), page.Find("[data-run]").GetAttribute("title")));
    }

    [Fact]
    public void Variants_are_added_changed_named_and_removed_and_the_address_keeps_them()
    {
        IRenderedComponent<SimulatorPage> page = Visit("");

        page.Find("#sim-variant-0-of").Change("pool gpus");
        page.Find("#sim-variant-0-field").Change("resources/gpu");
        page.Find("#sim-variant-0-value").Input("4");
        page.Find("[data-variant] form").Submit();
        page.Find("#sim-variant-0-name").Change("roomier");
        page.WaitForAssertion(() => Assert.Equal(Roomier, Query("variants")));
        Assert.False(page.Find("[data-run]").HasAttribute("disabled"));

        page.Find("[data-add-variant]").Click();
        page.WaitForAssertion(() => Assert.Equal(["roomier", "variant 1"], page.FindAll("[data-variant]").Select(v => v.GetAttribute("data-variant"))));
        page.Find("[aria-label='Remove variant 1']").Click();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-variant]")));
        page.Find("[aria-label='Take back gpus gpu']").Click();
        page.WaitForAssertion(() => Assert.Contains("Nothing differs yet", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_is_said_where_it_stands_and_cannot_be_run()
    {
        IRenderedComponent<SimulatorPage> page = Visit("variants=" + Uri.EscapeDataString(Roomier.Replace("\"4\"", "\"plenty\"", StringComparison.Ordinal)));

        Assert.Equal("must be a number", page.Find("[data-variant] .err").TextContent);
        Assert.True(page.Find("[data-run]").HasAttribute("disabled"));
    }

    [Fact]
    public void The_past_is_run_under_the_variants_and_compared_with_what_was()
    {
        IRenderedComponent<SimulatorPage> page = Ran();

        Assert.Contains("Of 2 requests, 95 % started within 0\u00A0ms under roomier, and within 5.0\u00A0s as it is.", page.Find(".head").TextContent, StringComparison.Ordinal);
        Assert.Contains("better", page.Find("[aria-label='What would have differed']").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("compare with care", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Finished", page.Find("[aria-label='Past simulations']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_charts_are_chosen_by_the_address_and_each_is_a_table_too()
    {
        IRenderedComponent<SimulatorPage> page = Ran();
        Assert.Equal("Waits", page.Find("[aria-label='What is drawn'] .on").TextContent);

        Services.GetRequiredService<NavigationManager>().NavigateTo(page.FindAll("[aria-label='What is drawn'] a")[1].GetAttribute("href")!);
        page.WaitForAssertion(() => Assert.Contains("acme: 5.0\u00A0s as it is, 0\u00A0ms roomier", page.Find(".dumb").GetAttribute("aria-label"), StringComparison.Ordinal));
        page.Find("[data-as-table]").Click();
        Assert.Contains("acme", page.Find("[aria-label='p95 wait by tenant']").TextContent, StringComparison.Ordinal);

        Services.GetRequiredService<NavigationManager>().NavigateTo(page.FindAll("[aria-label='What is drawn'] a")[2].GetAttribute("href")!);
        page.WaitForAssertion(() => Assert.Contains("gpus", page.Find("[aria-label='Use over time']").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void A_window_moved_by_keys_quickly_goes_every_step_and_stands_in_the_address()
    {
        _measured = true;
        IRenderedComponent<SimulatorPage> page = Visit("");

        for (int i = 0; i < 3; i++)
        {
            page.Find(".ph.a").KeyDown("ArrowRight");
        }

        page.WaitForAssertion(() => Assert.Equal("between", page.Find("[data-last=between].on").GetAttribute("data-last")));
        Assert.Equal("3", page.Find(".ph.a").GetAttribute("aria-valuenow"));
        DateTimeOffset from = DateTimeOffset.Parse(Query("from")!, System.Globalization.CultureInfo.InvariantCulture), to = DateTimeOffset.Parse(Query("to")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(TimeSpan.FromMinutes(57), to - from);
    }

    [Fact]
    public void The_busiest_hour_of_the_last_week_is_offered()
    {
        _measured = true;
        IRenderedComponent<SimulatorPage> page = Visit("");
        Assert.Contains("The busiest hour of the last week was", page.Find(".empty").TextContent, StringComparison.Ordinal);
        Assert.Contains("on average 2 requests ran or waited", page.Find(".empty").TextContent, StringComparison.Ordinal);

        page.Find("[data-busiest]").Click();

        page.WaitForAssertion(() => Assert.NotNull(Query("from")));
        Assert.NotEmpty(page.FindAll("[data-last=between].on"));
    }

    [Fact]
    public async Task A_variant_is_made_real_through_the_tray_and_undone()
    {
        IRenderedComponent<SimulatorPage> page = Ran();

        page.Find("[data-make=roomier]").Click();
        page.WaitForAssertion(() => Assert.Contains("1 waiting starts now", page.Find("[data-tray]").TextContent, StringComparison.Ordinal));
        Assert.Contains("gpus resources.gpu", page.Find("[data-tray]").TextContent, StringComparison.Ordinal);
        Assert.Equal(1, Gpus);

        await page.Find("[data-apply]").ClickAsync();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-tray]")));
        Assert.Equal(4, Gpus);

        Toast said = Assert.Single(Services.GetRequiredService<Toasts>().Shown);
        Assert.Equal("roomier holds now", said.Text);
        await page.InvokeAsync(said.Undo!);
        Assert.Equal(1, Gpus);
    }

    [Fact]
    public void What_waits_for_its_turn_says_so_and_is_cancelled()
    {
        Simulation other = new("sim-other", LiveEngine.Person("operator"), Clock.GetUtcNow(), s => s.Stop.WaitHandle.WaitOne());
        Assert.True(_runs.TryAdd(other));
        IRenderedComponent<SimulatorPage> page = Visit($"{Ever}&variants={Uri.EscapeDataString(Roomier)}");

        page.Find("[data-run]").Click();
        page.WaitForAssertion(() => Assert.Contains("It waits for its turn…", page.Markup, StringComparison.Ordinal));
        page.Find("[data-cancel-run]").Click();

        page.WaitForAssertion(() => Assert.Contains("It was cancelled", page.Markup, StringComparison.Ordinal));
        other.Cancel();
    }

    [Fact]
    public void A_trace_is_shown_as_it_begins_and_what_is_wrong_in_it_is_said()
    {
        IRenderedComponent<SimulatorPage> page = Visit($"last=trace&variants={Uri.EscapeDataString(Roomier)}");
        Assert.Equal("Choose a trace", page.Find("[data-run]").GetAttribute("title"));

        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("time,owner,priority,duration,gpu\n0,acme/a,medium,10,1\nsoon,acme/a,medium,10,1\n", "day.csv"));
        page.WaitForAssertion(() => Assert.Contains("0,acme/a,medium,10,1", page.Find("pre").TextContent, StringComparison.Ordinal));

        Assert.Contains("day.csv, line 3, column time", page.Find(".sim-edit .err").TextContent, StringComparison.Ordinal);
        Assert.Equal("The trace cannot be read", page.Find("[data-run]").GetAttribute("title"));

        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("time,owner,priority,duration,gpu\n0,acme/a,medium,10,1\n", "day.csv"));
        page.WaitForAssertion(() => Assert.Contains("In Nexus' own layout: 1 request.", page.Find(".sim-edit").TextContent, StringComparison.Ordinal));
        Assert.False(page.Find("[data-run]").HasAttribute("disabled"));
    }

    [Fact]
    public void What_fails_says_why()
    {
        Assert.True(_runs.TryAdd(new("sim-bad", LiveEngine.Person("operator"), Clock.GetUtcNow(), _ => throw new Nexus.Engine.Simulation.SimulationException("nothing is recorded yet"))));

        IRenderedComponent<SimulatorPage> page = Visit("run=sim-bad");

        page.WaitForAssertion(() => Assert.Contains("nothing is recorded yet", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_is_not_kept_any_more_says_so() => Assert.Contains("Not kept any more", Visit("run=sim-gone").Markup, StringComparison.Ordinal);

    [Fact]
    public void Who_may_only_look_is_told_what_is_missing()
    {
        IRenderedComponent<SimulatorPage> page = Visit($"variants={Uri.EscapeDataString(Roomier)}", "viewer");

        Assert.Contains("benchmarks", page.Find("[data-run]").GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_sees_a_part_alone_is_shown_nothing_of_the_whole()
    {
        IRenderedComponent<SimulatorPage> page = Visit("", "operator", "acme");

        Assert.Empty(page.FindAll(".sim"));
        Assert.NotEmpty(page.FindAll(".empty"));
    }

    private decimal Gpus => _engine.Running.Read.Pool("gpus")!.Of("gpu")!.Supply.Amount.Units;

    private string? Query(string name) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(Services.GetRequiredService<NavigationManager>().Uri).Query).TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues value) ? value.ToString() : null;

    private IRenderedComponent<SimulatorPage> Ran()
    {
        IRenderedComponent<SimulatorPage> page = Visit($"{Ever}&variants={Uri.EscapeDataString(Roomier)}");
        page.Find("[data-run]").Click();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-make]")), TimeSpan.FromSeconds(20));
        page.WaitForAssertion(() => Assert.Contains("Finished", page.Find("[aria-label='Past simulations']").TextContent, StringComparison.Ordinal));
        return page;
    }

    private IRenderedComponent<SimulatorPage> Visit(string query, string role = "operator", string owner = "")
    {
        _engine.Serve(Services, role, owner);
        Services.AddSingleton(new SimulationService(
            _engine.Running.Host, _runs, new DataDirectory(_engine.Running.Folder.Path), Options.Create(new EngineOptions()), Options.Create(new SimulatorOptions()), Clock));
        Services.AddSingleton<SimulatorPageService>();
        if (_measured)
        {
            Services.GetRequiredService<EngineFeed>().Tick();
        }

        Services.GetRequiredService<NavigationManager>().NavigateTo($"/simulator?{query}");
        IRenderedComponent<SimulatorPage> page = Render<SimulatorPage>();
        page.WaitForAssertion(() => Assert.Equal("true", page.Find("main").GetAttribute("data-ready")));
        return page;
    }
}
