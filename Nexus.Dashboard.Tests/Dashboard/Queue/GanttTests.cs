using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Gallery;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

/// <summary>What the server tells the drawing, and what it does of what is done there; the drawing itself is looked at in a browser.</summary>
public sealed class GanttTests : ComponentTest
{
    private static readonly Instant Now = Instant.From(Story.Noted);

    private readonly BunitJSModuleInterop _drawing;

    public GanttTests()
    {
        BunitJSModuleInterop script = JSInterop.SetupModule("/js/gantt.js");
        _drawing = script.SetupModule(i => i.Identifier == "create");
        _drawing.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void A_bar_is_told_with_its_place_and_the_colour_of_its_tenant()
    {
        Draw(Of("gpus", 8, Bar("a", "acme/x", 4), Bar("b", "globex/y", 2)));

        Assert.Equal(
            ["0 0 a acme/x 4000 -60 360 1 0 1", "1 0 b globex/y 2000 -60 360 1 4000 2"],
            Put(Told(0), 0).Select(b => string.Join(' ', b.EnumerateArray().Select((v, i) => i is 5 or 6 ? $"{(v.GetInt64() - Now.Milliseconds) / 1000}" : v.ToString()))));
    }

    [Fact]
    public void Only_what_changed_is_told_again_and_nothing_where_nothing_did()
    {
        IRenderedComponent<Gantt> gantt = Draw(Of("gpus", 8, Bar("a", "acme/x", 4)));

        gantt.Render(p => p.Add(g => g.Lanes, [Of("gpus", 8, Bar("a", "acme/x", 4))]));
        gantt.Render(p => p.Add(g => g.Lanes, [Of("gpus", 8, Bar("a", "acme/x", 4), Bar("b", "acme/x", 1)), Of("more", 2)]));
        gantt.Render(p => p.Add(g => g.Lanes, [Of("more", 2)]));

        Assert.Equal(3, _drawing.Invocations["update"].Count);
        Assert.Equal("b", Assert.Single(Put(Told(1), 0))[2].GetString());
        Assert.Equal("""["gpus"]""", Told(2).GetProperty("gone").ToString());
    }

    [Fact]
    public void A_tenant_keeps_its_colour_and_the_seventh_has_none_of_its_own()
    {
        IRenderedComponent<Gantt> gantt = Draw(Of("gpus", 9, Bar("z", "zeta/x", 1)));

        gantt.Render(p => p.Add(g => g.Lanes, [Of("gpus", 9, [Bar("z", "zeta/x", 1), .. "abcdef".Select(t => Bar($"r-{t}", $"{t}/x", 1))])]));

        Assert.Equal(["zeta", "a", "b", "c", "d", "e", "other"], gantt.FindAll(".key").Select(k => k.TextContent));
        Assert.Equal([2, 3, 4, 5, 6, 0], Put(Told(1), 0).Select(b => b[9].GetInt32()));
    }

    [Fact]
    public void The_legend_names_what_else_there_is_to_see() =>
        Assert.Equal(
            ["acme", "booking", "reservation", "estimated start"],
            Draw(Of("gpus", 8, Bar("a", "acme/x", 1, BarKind.Booking), Bar("b", "acme/x", 1, BarKind.Reservation), Bar("c", "acme/x", 1, BarKind.Plan))).FindAll(".key").Select(k => k.TextContent));

    [Theory]
    [InlineData(5, 8)]
    [InlineData(20, 28)]
    [InlineData(90, 100)]
    public void The_window_is_the_first_that_holds_nearly_all_ends_whatever_is_reserved(int ends, int after)
    {
        Draw(Of("gpus", 8, Bar("a", "acme/x", 1) with { To = Now + TimeSpan.FromMinutes(ends) }, Bar("r", "acme", 1, BarKind.Reservation) with { To = Now + TimeSpan.FromDays(9) }));

        JSRuntimeInvocation created = JSInterop.Invocations.Single(i => i.Identifier == "create");
        Assert.Equal(after * 60_000, JsonSerializer.SerializeToElement(created.Arguments[2]).GetProperty("after").GetDouble());
    }

    [Fact]
    public void Everything_is_there_as_a_table_too()
    {
        IRenderedComponent<Gantt> gantt = Draw(Of("gpus", 8, Bar("a", "acme/x", 4) with { EndIsKnown = false }, Bar("r", "acme", 2, BarKind.Reservation) with { Owner = OwnerPath.Root }));

        gantt.Find("[data-as-table]").Click();

        Assert.Empty(gantt.FindAll("[data-gantt]"));
        Assert.Equal(["gpus runs acme/x a 4 gpu", "gpus reserved everybody r 2 gpu"], gantt.FindAll("tbody tr").Select(r => string.Join(' ', r.Children.Take(5).Select(c => c.TextContent))));
        Assert.EndsWith("unless renewed", gantt.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Assert.Single(_drawing.Invocations["destroy"]);
    }

    [Fact]
    public void It_can_be_hidden_and_is_told_everything_when_it_is_shown_again()
    {
        IRenderedComponent<Gantt> gantt = Draw(Of("gpus", 8, Bar("a", "acme/x", 4)));

        gantt.Find("button.hide-n").Click();
        Assert.Empty(gantt.FindAll(".gantt"));

        gantt.Find("button.hide-n").Click();
        Assert.Equal("a", Assert.Single(Put(Told(1), 0))[2].GetString());
    }

    [Fact]
    public void More_pools_than_it_begins_with_are_shown_when_they_are_asked_for()
    {
        IRenderedComponent<Gantt> gantt = Draw([.. Enumerable.Range(0, 6).Select(i => Of($"pool-{i}", 8))]);
        Assert.Equal(Gantt.MostLanes, gantt.FindAll("[data-lane]").Count);

        gantt.FindAll("button").Single(b => b.TextContent == "Show all 6 pools").Click();

        Assert.Equal(6, gantt.FindAll("[data-lane]").Count);
    }

    [Fact]
    public async Task What_is_marked_is_told_with_its_pool_and_times()
    {
        TimelineSpot? marked = null;
        IRenderedComponent<Gantt> gantt = Render<Gantt>(p => p.Add(g => g.Lanes, [Of("gpus", 8)]).Add(g => g.Now, Now).Add(g => g.OnReserve, spot => marked = spot));

        await gantt.InvokeAsync(() => gantt.Instance.ReserveAsync("gpus", Now.Milliseconds, Now.Milliseconds + 60_000, "Europe/Berlin"));

        Assert.Equal(new TimelineSpot("gpus", Story.Noted, Story.Noted.AddMinutes(1), "Europe/Berlin"), marked);
    }

    [Fact]
    public async Task A_moved_reservation_is_told_with_where_it_was_and_goes_back_when_refused()
    {
        List<(string, Occurrence, Occurrence)> moved = [];
        Bar bar = Bar("r", "acme", 2, BarKind.Reservation);
        IRenderedComponent<Gantt> gantt = Render<Gantt>(p => p
            .Add(g => g.Lanes, [Of("gpus", 8, bar, Bar("runs", "acme/x", 1))]).Add(g => g.Now, Now)
            .Add(g => g.OnMove, (id, from, to) =>
            {
                moved.Add((id, from, to));
                return Task.FromResult(moved.Count == 1);
            }));
        int of(string id) => Put(Told(0), 0).Single(b => b[2].GetString() == id)[0].GetInt32();

        Assert.True(await gantt.InvokeAsync(() => gantt.Instance.MoveAsync("gpus", of("r"), Now.Milliseconds, Now.Milliseconds + 1_000)));
        Assert.False(await gantt.InvokeAsync(() => gantt.Instance.MoveAsync("gpus", of("r"), Now.Milliseconds, Now.Milliseconds + 1_000)));
        Assert.False(await gantt.InvokeAsync(() => gantt.Instance.MoveAsync("gpus", of("runs"), Now.Milliseconds, Now.Milliseconds + 1_000)));
        Assert.Equal(("r", new Occurrence(bar.From, bar.To), new Occurrence(Now, Now + TimeSpan.FromSeconds(1))), moved[0]);
        Assert.Equal(2, moved.Count);
    }

    [Fact]
    public async Task Who_edits_or_gives_up_a_bar_means_its_reservation()
    {
        List<string> asked = [];
        IRenderedComponent<Gantt> gantt = Render<Gantt>(p => p
            .Add(g => g.Lanes, [Of("gpus", 8, Bar("r", "acme", 2, BarKind.Reservation))]).Add(g => g.Now, Now)
            .Add(g => g.OnEdit, id => asked.Add($"edit {id}")).Add(g => g.OnCancel, id => asked.Add($"cancel {id}")));

        await gantt.InvokeAsync(() => gantt.Instance.EditAsync("gpus", 0));
        await gantt.InvokeAsync(() => gantt.Instance.CancelAsync("gpus", 0));
        await gantt.InvokeAsync(() => gantt.Instance.EditAsync("elsewhere", 0));

        Assert.Equal(["edit r", "cancel r"], asked);
    }

    [Fact]
    public void A_window_that_the_address_names_is_the_one_that_is_drawn()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/queue?from=2026-11-24T13:00:00Z&to=2026-11-24T15:00:00Z");

        Draw(Of("gpus", 8));

        JsonElement created = Created();
        Assert.Equal(("2026-11-24T13:00:00Z", "2026-11-24T15:00:00Z"), (Moment(created, "from"), Moment(created, "to")));
        Assert.Equal(JsonValueKind.Null, created.GetProperty("zoom").ValueKind);
    }

    [Theory]
    [InlineData("zoom=90m", 5_400_000d)]
    [InlineData("zoom=0m", null)]
    [InlineData("zoom=-5m", null)]
    [InlineData("zoom=a+lot", null)]
    [InlineData("from=yesterday&to=tomorrow", null)]
    public void How_much_is_drawn_is_in_the_address_and_what_cannot_be_meant_is_left_out(string query, double? milliseconds)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/queue?{query}");

        Draw(Of("gpus", 8));

        JsonElement created = Created();
        Assert.Equal((milliseconds, JsonValueKind.Null), (created.GetProperty("zoom") is { ValueKind: JsonValueKind.Number } zoom ? zoom.GetDouble() : (double?)null, created.GetProperty("from").ValueKind));
    }

    [Fact]
    public async Task What_somebody_looks_at_is_written_into_the_address_beside_what_stands_there()
    {
        NavigationManager nav = Services.GetRequiredService<NavigationManager>();
        nav.NavigateTo("/queue?pool=gpus");
        IRenderedComponent<Gantt> gantt = Draw(Of("gpus", 8));

        await gantt.InvokeAsync(() => gantt.Instance.Look("2026-11-24T13:00:00Z", "2026-11-24T15:00:00Z", null));
        Assert.EndsWith("/queue?pool=gpus&from=2026-11-24T13%3A00%3A00Z&to=2026-11-24T15%3A00%3A00Z", nav.Uri, StringComparison.Ordinal);

        await gantt.InvokeAsync(() => gantt.Instance.Look(null, null, "90m"));
        Assert.EndsWith("/queue?pool=gpus&zoom=90m", nav.Uri, StringComparison.Ordinal);
        Assert.Equal("&zoom=90m", Gantt.Kept(null, null, "90m"));
    }

    private JsonElement Created() => JsonSerializer.SerializeToElement(JSInterop.Invocations["create"].Single().Arguments[2]);

    private static string Moment(JsonElement created, string name) => DateTimeOffset.FromUnixTimeMilliseconds((long)created.GetProperty(name).GetDouble()).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private IRenderedComponent<Gantt> Draw(params Lane[] lanes) => Render<Gantt>(p => p.Add(g => g.Lanes, lanes).Add(g => g.Now, Now).Add(g => g.WhyNot, null));

    private JsonElement Told(int time) => JsonSerializer.SerializeToElement(_drawing.Invocations["update"][time].Arguments[0]);

    private static JsonElement[] Put(JsonElement told, int lane) => [.. told.GetProperty("lanes")[lane].GetProperty("put").EnumerateArray()];

    private static Lane Of(string pool, decimal capacity, params Bar[] bars) => new(pool, "gpu", 0, capacity, bars);

    private static Bar Bar(string id, string owner, int amount, BarKind kind = BarKind.Grant) =>
        new(id, kind, id, OwnerPath.Parse(owner), Quantity.Of(amount), Now - TimeSpan.FromMinutes(1), Now + TimeSpan.FromMinutes(6), EndIsKnown: true);
}
