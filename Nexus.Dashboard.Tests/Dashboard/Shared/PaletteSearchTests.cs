using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class PaletteSearchTests : ComponentTest
{
    private readonly LiveEngine _engine = new();

    [Fact]
    public async Task Nothing_typed_offers_every_page_and_action()
    {
        PaletteItem[] found = await FindAsync("");

        Assert.Equal(NavPage.All.Select(p => p.Title), found.Where(i => i.Group == "Go to" && i.Hint != "pool").Select(i => i.Text));
        Assert.Contains(found, i => i is { Group: "Do", Act: "theme", Hint: "Shift D" });
    }

    [Theory]
    [InlineData("pools", "Pools")]
    [InlineData("POOLS", "Pools")]
    [InlineData("pls", "Pools")]
    [InlineData("  queue ", "Queue")]
    [InlineData("gh1", "gpu-h100")]
    [InlineData("swthm", "Switch theme")]
    public async Task Letters_in_their_order_are_enough(string typed, string wanted) => Assert.Contains(await FindAsync(typed), i => i.Text == wanted);

    [Theory]
    [InlineData("slop")]
    [InlineData("poolsx")]
    public async Task Letters_out_of_order_or_too_many_find_no_page(string typed) => Assert.DoesNotContain(await FindAsync(typed), i => i.Text == "Pools");

    [Fact]
    public async Task A_request_is_found_by_its_id_and_asks_why_it_stands_there()
    {
        PaletteItem why = Assert.Single(await FindAsync("triage"), i => i.Group == "Ask");

        Assert.Equal("Why is triage-44 waiting", why.Text);
        Assert.Equal("/queue?open=triage-44&tenant=acme", why.Href);
    }

    [Fact]
    public async Task The_groups_stand_in_the_order_of_going_doing_and_asking()
    {
        PaletteItem[] found = await FindAsync("");

        Assert.Equal(["Go to", "Do"], found.Select(i => i.Group).Distinct());
    }

    [Fact]
    public async Task Another_tenants_requests_are_not_offered() => Assert.DoesNotContain(await FindAsync("triage", owner: "globex"), i => i.Group == "Ask");

    private async Task<PaletteItem[]> FindAsync(string text, string owner = "")
    {
        await _engine.InitializeAsync();
        _engine.Serve(Services, owner: owner);
        await _engine.Running.PoolAsync("gpu-h100", ("gpu", 1));
        await _engine.Running.SubmitAsync("running-1", ("gpu", 1));
        await _engine.Running.QueueAsync("triage-44", ("gpu", 1));
        try
        {
            return [.. await Services.GetRequiredService<PaletteSearch>().FindAsync(text)];
        }
        finally
        {
            await _engine.DisposeAsync();
        }
    }
}
