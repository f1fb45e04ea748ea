using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Simulator;

[Collection(typeof(OnTheQuietSystem))]
public sealed class SimulatorTests(QuietSystem nexus)
{
    [Fact]
    public async Task The_recorded_past_is_run_under_a_variant_which_is_then_made_real_and_undone()
    {
        await nexus.Server.PoolAsync("sim-real", 1);
        await nexus.Server.RequestAsync("sim-real-1", "simulated/a", "sim-real");
        await nexus.Server.RequestAsync("sim-real-2", "simulated/a", "sim-real");

        await nexus.VisitAsync("operator", "/", async visitor =>
        {
            await visitor.Page.Keyboard.PressAsync("g");
            await visitor.Page.Keyboard.PressAsync("i");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Simulator", Exact = true })).ToBeVisibleAsync();
            await visitor.ReadyAsync();
            await visitor.Main.Locator("[data-last='24h']").ClickAsync();
            await DifferAsync(visitor, "sim-real", "gpu", "2");
            await visitor.Main.GetByLabel("Name of the variant").FillAsync("roomier");
            await visitor.Page.Keyboard.PressAsync("Tab");
            await visitor.Main.Locator("[data-run]").ClickAsync();

            await Assertions.Expect(Compared(visitor)).ToContainTextAsync("roomier", new() { Timeout = 30_000 });
            await Assertions.Expect(Compared(visitor)).ToContainTextAsync("better");
            await visitor.AddressHasAsync("run=sim-");
            await visitor.FitsItsWindowAsync();

            await visitor.Main.Locator("[data-make='roomier']").ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-tray]")).ToContainTextAsync("1 waiting starts now");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("roomier holds now")).ToBeVisibleAsync();
            Assert.Equal(2, await GpusAsync("sim-real"));

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("roomier holds now")).ToHaveCountAsync(0);
            Assert.Equal(1, await GpusAsync("sim-real"));
        });
    }

    [Fact]
    public async Task Strategies_and_quotas_differ_are_compared_as_tables_too_and_a_quota_is_made_real_and_undone()
    {
        await nexus.Server.PoolAsync("sim-two", 4);
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/quotas/simowner", new { rules = new[] { new { resource = "gpu", limit = 2 } } });

        await nexus.VisitAsync("operator", "/simulator?last=trace", async visitor =>
        {
            ILocator first = visitor.Main.Locator("[data-variant='variant 1']");
            await ChooseAsync(first, "every pool", "strategy", "fairShare");
            await Assertions.Expect(first.Locator(".diffs")).ToContainTextAsync("every pool strategy");
            ILocator add = visitor.Main.Locator("[data-add-variant]");
            await add.ClickAsync();
            ILocator second = visitor.Main.Locator("[data-variant='variant 2']");
            await ChooseAsync(second, "simowner", "gpu limit", "1", isTyped: true);
            await Assertions.Expect(second.Locator(".diffs")).ToContainTextAsync("simowner gpu limit");

            // So many and no more are compared at once.
            for (int n = 3; n <= 5; n++)
            {
                await add.ClickAsync();
                await Assertions.Expect(visitor.Main.Locator("[data-variant]")).ToHaveCountAsync(n);
            }

            await Assertions.Expect(add).ToBeDisabledAsync();
            for (int n = 5; n >= 3; n--)
            {
                await visitor.Main.GetByRole(AriaRole.Button, new() { Name = $"Remove variant {n}" }).ClickAsync();
            }

            await TraceAsync(visitor, "time,owner,duration,gpu\n0,simowner/a,10,1\n0,simowner/b,10,1\n0,globex/c,20,1\n");
            await visitor.Main.Locator("[data-run]").ClickAsync();
            await Assertions.Expect(Compared(visitor)).ToContainTextAsync("variant 2", new() { Timeout = 30_000 });
            await Assertions.Expect(visitor.Main.Locator(".head p")).ToContainTextAsync("95 % started within");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Same inputs, same result: as it is");
            await Assertions.Expect(Compared(visitor).Locator(".dot.best").First).ToBeVisibleAsync();

            await visitor.Main.Locator("[data-as-table]").ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Charts" })).ToContainTextAsync("95 %");
            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Use", Exact = true }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Table, new() { Name = "Use over time" })).ToContainTextAsync("gpu");
            await visitor.AddressHasAsync("tab=use");

            await visitor.Main.Locator("[data-make='variant 1']").ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-tray]")).ToContainTextAsync("strategy");
            await visitor.AddressHasAsync("apply=variant");
            await visitor.Page.Locator("[data-discard]").ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-tray]")).ToHaveCountAsync(0);

            await visitor.Main.Locator("[data-make='variant 2']").ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-tray]")).ToContainTextAsync("limit");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("variant 2 holds now")).ToBeVisibleAsync();
            Assert.Equal(1, await LimitAsync("simowner"));
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("variant 2 holds now")).ToHaveCountAsync(0);
            Assert.Equal(2, await LimitAsync("simowner"));
        });
    }

    [Fact]
    public async Task The_address_keeps_what_was_put_together_and_what_came_of_it()
    {
        await nexus.Server.PoolAsync("sim-kept", 1);

        await nexus.VisitAsync("operator", "/simulator?last=trace", async visitor =>
        {
            await DifferAsync(visitor, "sim-kept", "gpu", "3");
            await visitor.Main.Locator("[data-add-variant]").ClickAsync();
            await Assertions.Expect(visitor.Main.Locator("[data-variant]")).ToHaveCountAsync(2);
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Remove variant 2" }).ClickAsync();
            await TraceAsync(visitor, "time,owner,duration,gpu\n0,acme/a,10,1\n0,acme/b,10,1\n");
            await visitor.Main.Locator("[data-run]").ClickAsync();
            await Assertions.Expect(Compared(visitor)).ToContainTextAsync("variant 1", new() { Timeout = 30_000 });

            await visitor.GoAsync(visitor.Address);
            await Assertions.Expect(Compared(visitor)).ToContainTextAsync("variant 1");
            await Assertions.Expect(visitor.Main.Locator("[data-variant]")).ToContainTextAsync("sim-kept gpu");

            await visitor.GoAsync("/simulator");
            await visitor.Main.GetByRole(AriaRole.Table, new() { Name = "Past simulations" }).GetByRole(AriaRole.Link).First.ClickAsync();
            await Assertions.Expect(Compared(visitor)).ToContainTextAsync("variant 1");
        });

        await nexus.VisitAsync("engineer", "/simulator", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Table, new() { Name = "Past simulations" }).GetByRole(AriaRole.Link).First.ClickAsync();
            await Assertions.Expect(visitor.Main.Locator("[data-make='variant 1']")).ToBeDisabledAsync();
            await Assertions.Expect(visitor.Main.Locator("[data-make='variant 1']")).ToHaveAttributeAsync("title", "Needs the scope 'configure' at the root");
        });
    }

    [Fact]
    public async Task A_trace_that_cannot_be_read_and_one_that_cannot_be_run_say_why()
    {
        await nexus.Server.PoolAsync("sim-wrong", 1);

        await nexus.VisitAsync("operator", "/simulator?last=trace", async visitor =>
        {
            await DifferAsync(visitor, "sim-wrong", "gpu", "3");
            await TraceAsync(visitor, "time,owner,duration,gpu\n0,acme/a,10,1\nsoon,acme/a,10,1\n");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("day.csv, line 3, column time: 'soon'");
            await Assertions.Expect(visitor.Main.Locator("[data-run]")).ToBeDisabledAsync();

            await TraceAsync(visitor, "time,owner,priority,duration,gpu\n0,acme/a,urgent,10,1\n");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("In Nexus' own layout: 1 request.");
            await visitor.Main.Locator("[data-run]").ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("urgent");

            foreach ((string of, string said) in ((string, string)[])
            [
                ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n", "In the layout of the Azure LLM inference traces: 1 request."),
                ("name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\nopenb-pod-0001,8000,30517,1,1000,,LS,Running,10,20,10\n", "In the layout of the Alibaba GPU trace 2023: 1 request."),
            ])
            {
                await TraceAsync(visitor, of);
                await Assertions.Expect(visitor.Main).ToContainTextAsync(said);
            }

            await visitor.Main.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "year.csv", MimeType = "text/csv", Buffer = new byte[(8 << 20) + 1] });
            await Assertions.Expect(visitor.Main.Locator(".sim-edit").GetByRole(AriaRole.Alert)).ToContainTextAsync("year.csv is larger than 8 MiB: use the command 'simulate' for it.");

            await visitor.GoAsync("/simulator");
            await visitor.Main.Locator("[data-last=between]").ClickAsync();
            foreach ((string end, string value) in ((string, string)[])[("To (UTC)", "2026-11-24T12:00"), ("From (UTC)", "2026-11-24T10:00")])
            {
                await visitor.Main.GetByLabel(end).FillAsync(value);
                await visitor.Main.GetByLabel(end).PressAsync("Tab");
            }

            await visitor.AddressHasAsync("from=2026-11-24T10%3A00", "to=2026-11-24T12%3A00");

            // A window before the journal begins: it is run, and fails.
            await visitor.GoAsync("/simulator?from=2020-01-01T00:00Z&to=2020-01-02T00:00Z");
            await DifferAsync(visitor, "sim-wrong", "gpu", "3");
            await visitor.Main.Locator("[data-run]").ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("nothing is recorded before");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("The simulation failed: it says below why.");
        });
    }

    [Fact]
    public async Task Each_variant_says_how_far_it_is_and_what_runs_or_waits_for_its_turn_is_cancelled()
    {
        await nexus.Server.PoolAsync("sim-cancel", 1);
        StringBuilder trace = new("time,owner,duration,gpu\n");
        for (int i = 0; i < 300_000; i++)
        {
            trace.Append(i).Append(",acme/a,1,1\n");
        }

        JsonElement other = await nexus.Server.CallAsync(
            HttpMethod.Post, "/api/v1/simulations", new { trace = trace.ToString(), variants = Enumerable.Range(0, 6).Select(i => new { name = $"v{i}" }) });

        // While the other runs, what is replayed for a pool waits for its turn.
        await nexus.VisitAsync("operator", "/pools/sim-cancel?open=strategy", async visitor =>
        {
            await visitor.Page.Locator("[data-replay]").ClickAsync();
            await visitor.Page.Locator("[data-replay-cancel]").ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-replay]")).ToBeVisibleAsync();
        });

        await nexus.VisitAsync("operator", "/simulator?last=24h", async visitor =>
        {
            await DifferAsync(visitor, "sim-cancel", "gpu", "3");
            await visitor.Main.Locator("[data-run]").ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("It waits for its turn");
            await visitor.Main.Locator("[data-cancel-run]").ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("It was cancelled");

            await visitor.GoAsync($"/simulator?run={other.GetProperty("id").GetString()}");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Listitem).Filter(new() { HasTextRegex = new Regex("events, .*/s, at ", RegexOptions.None, TimeSpan.FromSeconds(1)) })).ToHaveCountAsync(1);
            await Assertions.Expect(visitor.Main.Locator("[data-progress='v5']")).ToContainTextAsync("waits");
            await visitor.Main.Locator("[data-cancel-run]").ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("It was cancelled");
        });
    }

    [Fact]
    public async Task Who_may_only_look_cannot_run_one_and_a_narrow_window_fits()
    {
        await nexus.VisitAsync("viewer", "/simulator?from=2026-11-24T10:00Z", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator("[data-run]")).ToBeDisabledAsync();
            await Assertions.Expect(visitor.Main.GetByLabel("From (UTC)")).ToHaveValueAsync("2026-11-24T10:00");
            await visitor.Page.SetViewportSizeAsync(390, 844);
            await Assertions.Expect(visitor.Main).ToContainTextAsync("on a wider screen");
            await visitor.FitsItsWindowAsync();
        });
        await nexus.VisitAsync("operator", "/simulator", async visitor => await Assertions.Expect(visitor.Main.Locator(".empty")).ToBeVisibleAsync(), owner: "acme");
    }

    [Theory]
    [InlineData("light", 1440)]
    [InlineData("dark", 1440)]
    [InlineData("light", 390)]
    public async Task What_came_of_it_is_accessible_and_fits_its_window(string theme, int width)
    {
        await nexus.Server.PoolAsync("sim-look", 2);
        JsonElement begun = await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/simulations", new
        {
            trace = "time,owner,priority,duration,gpu\n0,acme/a,medium,10,2\n1,globex/b,high,30,2\n2,acme/c,low,5,1\n",
            variants = new object[] { new { name = "as it is" }, new { name = "roomier", pools = new Dictionary<string, object> { ["sim-look"] = new { resources = new { gpu = 4 } } } }, new { name = "fairly", strategy = "fairShare" } },
        });

        await nexus.VisitAsync(
            "operator",
            $"/simulator?theme={theme}&run={begun.GetProperty("id").GetString()}",
            async visitor =>
            {
                await Assertions.Expect(Compared(visitor)).ToContainTextAsync("fairly", new() { Timeout = 30_000 });
                await visitor.FitsItsWindowAsync();
                await visitor.IsAccessibleAsync();
                await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Tenants" }).ClickAsync();
                await Assertions.Expect(visitor.Main.Locator(".dumb")).ToHaveAttributeAsync("aria-label", new Regex("globex: .* as it is, .* roomier", RegexOptions.None, TimeSpan.FromSeconds(1)));
                await visitor.FitsItsWindowAsync();
                await visitor.IsAccessibleAsync();
                await visitor.Page.Keyboard.PressAsync("v");
                await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Table, new() { Name = "p95 wait by tenant" })).ToContainTextAsync("globex");
                await visitor.AddressHasAsync("tab=tenants");
            },
            new Look(Width: width, Height: width == 390 ? 844 : 900, BypassPolicy: true));
    }

    private static ILocator Compared(Visitor visitor) => visitor.Main.GetByRole(AriaRole.Table, new() { Name = "What would have differed" });

    private static async Task DifferAsync(Visitor visitor, string pool, string field, string value)
    {
        await visitor.Main.GetByLabel("What differs").SelectOptionAsync(new SelectOptionValue { Label = pool });
        await visitor.Main.GetByLabel("Which value").SelectOptionAsync(new SelectOptionValue { Label = field });
        await visitor.Main.GetByLabel("New value").And(visitor.Page.Locator("input")).FillAsync(value);
        await visitor.Main.Locator("[data-add-difference]").ClickAsync();
        await Assertions.Expect(visitor.Main.Locator("[data-variant]").First).ToContainTextAsync($"{pool} {field}");
    }

    private static async Task TraceAsync(Visitor visitor, string text)
    {
        await visitor.Main.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "day.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) });
        await Assertions.Expect(visitor.Main.Locator("pre")).ToContainTextAsync(text.Split('\n')[^2]);
    }

    private static async Task ChooseAsync(ILocator variant, string of, string field, string value, bool isTyped = false)
    {
        await variant.GetByLabel("What differs").SelectOptionAsync(new SelectOptionValue { Label = of });
        await variant.GetByLabel("Which value").SelectOptionAsync(new SelectOptionValue { Label = field });
        if (isTyped)
        {
            await variant.Locator("input[id$='-value']").FillAsync(value);
        }
        else
        {
            await variant.Locator("select[id$='-value']").SelectOptionAsync(value);
        }

        await variant.Locator("[data-add-difference]").ClickAsync();
    }

    private async Task<decimal> LimitAsync(string owner) =>
        (await nexus.Server.CallAsync(HttpMethod.Get, $"/api/v1/quotas/{owner}")).GetProperty("rules")[0].GetProperty("limit").GetDecimal();

    private async Task<decimal> GpusAsync(string pool) =>
        (await nexus.Server.CallAsync(HttpMethod.Get, $"/api/v1/pools/{pool}")).GetProperty("resources").GetProperty("gpu").GetDecimal();
}
