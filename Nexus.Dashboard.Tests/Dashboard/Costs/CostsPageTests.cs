using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Features.Costs.Views;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

/// <summary>The page over a real engine: what its address shows, and where its controls lead. It is drawn anew when the ledger answers, so that what is found is used in one turn of the renderer.</summary>
public sealed class CostsPageTests : ComponentTest, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nexus-views-").FullName;
    private CostsScene _nexus = null!;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        _nexus = await CostsScene.StartAsync();
        await _nexus.UseAsync("a", "acme/ada/chat", "tokens.input", 1_000_000, "m");
        await _nexus.UseAsync("b", "globex/eve/search", "tokens.output", 1_000_000, "m");
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await _nexus.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void It_says_what_was_spent_and_shows_it_by_group()
    {
        IRenderedComponent<CostsPage> page = Visit("/costs?compare=none");

        page.WaitForAssertion(() => Assert.Equal(["Total", "globex", "search", "acme"], [.. page.FindAll(".ct tbody tr").Select(r => r.QuerySelector("td .el")!.TextContent)]));
        Assert.StartsWith("$18.00 this month.", page.Find(".head p").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_controls_stand_in_the_address()
    {
        IRenderedComponent<CostsPage> page = Visit("/costs");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[aria-label='Group by']")));

        await page.InvokeAsync(() => page.Find("[aria-label='Group by']").Change("model"));
        page.WaitForAssertion(() => Assert.EndsWith("?groupBy=model%2Cworkflow", Address, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.Find("[aria-label='Compare with']").Change("none"));
        page.WaitForAssertion(() => Assert.DoesNotContain("What changed", page.Markup, StringComparison.Ordinal));
        Assert.Contains("compare=none", Address, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.FindAll("[aria-label='Who bears idle capacity'] button").Single(b => b.TextContent == "Even").Click());
        page.WaitForAssertion(() => Assert.Contains("idle=even", Address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_filter_is_picked_from_what_there_is_and_removed_again()
    {
        IRenderedComponent<CostsPage> page = Visit("/costs?groupBy=tenant");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[aria-label='Filter by']")));

        await page.InvokeAsync(() => page.Find("[aria-label='Filter by']").Change("tenant"));
        page.WaitForAssertion(() => Assert.Equal(["which…", "globex", "acme"], [.. page.FindAll("[aria-label='Value of tenant'] option").Select(o => o.TextContent)]));
        await page.InvokeAsync(() => page.Find("[aria-label='Value of tenant']").Change("=acme"));

        page.WaitForAssertion(() => Assert.Equal(["Total", "acme"], [.. page.FindAll(".ct tbody tr").Select(r => r.QuerySelector("td .el")!.TextContent)]));
        await page.InvokeAsync(() => page.Find("[aria-label='Remove the filter tenant acme']").Click());
        page.WaitForAssertion(() => Assert.DoesNotContain("filter=", Address, StringComparison.Ordinal));
    }

    [Fact]
    public void A_row_opens_its_SKUs_and_records_exact()
    {
        IRenderedComponent<CostsPage> page = Visit($"/costs?groupBy=tenant&open={Uri.EscapeDataString("tenant:acme")}");

        page.WaitForAssertion(() => Assert.Contains("1000000 × 0.000003", page.Find("[aria-label='Records of acme']").TextContent, StringComparison.Ordinal));
        Assert.Contains("1\u00A0M tokens × $3.00 / 1 M", page.Find("[aria-label='SKUs of acme']").TextContent, StringComparison.Ordinal);
        Assert.Contains("filter=tenant%3Aacme", page.Find(".df a[download]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_asked_is_said_with_a_way_back()
    {
        IRenderedComponent<CostsPage> page = Visit("/costs?groupBy=colour");

        page.WaitForAssertion(() => Assert.Contains("'colour' is none of", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("/costs", page.Find(".empty a").GetAttribute("href"));
    }

    private string Address => Services.GetRequiredService<NavigationManager>().Uri;

    private IRenderedComponent<CostsPage> Visit(string address)
    {
        _nexus.Serve(Services);
        Services.AddDbContextFactory<AccessDb>(options => options.UseSqlite($"Data Source={Path.Combine(_folder, "access.db")}"));
        Services.AddSingleton<ViewStore>();
        Services.AddSingleton<ViewService>();
        using (AccessDb database = Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContext())
        {
            database.Database.Migrate();
        }

        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<CostsPage>();
    }
}
