using Bunit;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

/// <summary>The parts of the page of costs, without a browser.</summary>
public sealed class CostComponentsTests : ComponentTest
{
    private static readonly Instant First = Instant.From(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_total_stands_on_top_and_what_is_shown_of_its_parts_adds_up_to_it()
    {
        CostsView view = View([Row("a", "33.333333333333"), Row("b", "33.333333333333"), Row("c", "33.333333333334")]);

        IRenderedComponent<CostTable> table = Table(view);

        Assert.Equal(["Total", "a", "b", "c"], [.. table.FindAll("tbody tr").Select(r => r.QuerySelector("td .el")!.TextContent)]);
        Assert.Equal(["$100.00", "$33.33", "$33.33", "$33.34"], [.. table.FindAll("tbody tr td:nth-child(2)").Select(c => c.TextContent)]);
        Assert.Equal("33.333333333334 USD", table.FindAll("tbody tr td:nth-child(2)")[3].GetAttribute("title"));
    }

    [Fact]
    public void Groups_within_groups_are_opened_and_closed()
    {
        CostsView view = View([Row("a", "3") with { Rows = [Row("a|x", "2"), Row("a|y", "1")] }, Row("b", "2") with { Rows = [Row("b|z", "2")] }]);
        IRenderedComponent<CostTable> table = Table(view);
        Assert.Equal(5, table.FindAll("tbody tr").Count);

        table.Find("[aria-label='Show what is within b']").Click();
        Assert.Equal(6, table.FindAll("tbody tr").Count);
        table.Find("[aria-label='Hide what is within a']").Click();

        Assert.Equal(["Total", "a", "b", "b|z"], [.. table.FindAll("tbody tr").Select(r => r.QuerySelector("td .el")!.TextContent)]);
    }

    [Fact]
    public void A_large_change_has_a_colour_a_small_one_has_none()
    {
        CostsView view = View([Row("a", "20") with { Before = Money.Of(10) }, Row("b", "11") with { Before = Money.Of(10) }]) with { Before = (First, First + TimeSpan.FromDays(1)) };

        IRenderedComponent<CostTable> table = Table(view);

        string[] tones = [.. table.FindAll("tbody tr td:nth-child(5)").Select(c => $"{c.TextContent} {(c.ClassList.Contains("bad") ? "bad" : "plain")}")];
        Assert.Equal(["▲ 55.0\u00A0% bad", "▲ 100.0\u00A0% bad", "▲ 10.0\u00A0% plain"], tones);
    }

    [Fact]
    public void What_changed_adds_up_as_it_is_shown()
    {
        CostsView view = View([Row("a", "10") with { Before = Money.Of(4) }]) with
        {
            Before = (First, First + TimeSpan.FromDays(1)),
            Changes = [new CostChange("a", "gpus", Money.Parse("6.666666666667"), Money.Parse("-1"))],
            OtherChanges = new CostChange("", "", Money.Zero, Money.Parse("0.333333333333")),
            OtherCount = 3,
        };

        IRenderedComponent<CostChangeList> list = Render<CostChangeList>(p => p.Add(c => c.Of, view));

        Assert.Equal(["+$5.67", "+$0.33"], [.. list.FindAll("li .row:first-child > .num").Select(n => n.TextContent)]);
        Assert.Equal("+$6.00", list.Find(".ch b").TextContent);
        Assert.Contains("volume +$6.67, price −$1.00", list.Markup, StringComparison.Ordinal);
        Assert.Contains("3 others", list.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_has_its_groups_and_what_was_idle_on_top_and_leads_to_its_step()
    {
        CostsView view = View([Row("a", "3"), Row("b", "1")]) with { Idle = new IdleView(Money.Of(4), [Money.Of(4)], null, null, []) };

        IRenderedComponent<CostChart> chart = Render<CostChart>(p => p.Add(c => c.Of, view).Add(c => c.HrefOf, r => $"/only/{r.Name}").Add(c => c.HrefOfStep, (from, to) => $"/{CostTime.Text(from)}/{CostTime.Text(to)}"));

        Assert.Equal(["0%", "37.5%", "50%"], [.. chart.FindAll("a.col i").Select(i => Style(i, "bottom"))]);
        Assert.Equal(["37.5%", "12.5%", "50%"], [.. chart.FindAll("a.col i").Select(i => Style(i, "height"))]);
        Assert.Contains("hat", chart.FindAll("a.col i")[2].ClassList);
        Assert.Equal("/2026-11-01/2026-11-02", chart.Find("a.col").GetAttribute("href"));
        chart.FindAll("[aria-label='Form of the chart'] button")[2].Click();
        Assert.Equal(["0 %", "25 %", "50 %", "75 %", "100 %"], [.. chart.FindAll(".yl").Select(l => l.TextContent)]);
        chart.Find("[data-as-table]").Click();
        Assert.Equal(["Day", "Cost", "Idle", "a", "b"], [.. chart.FindAll("th").Select(h => h.TextContent)]);
    }

    private static string Style(AngleSharp.Dom.IElement element, string name) =>
        element.GetAttribute("style")!.Split(';').Single(s => s.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..];

    private IRenderedComponent<CostTable> Table(CostsView view) => Render<CostTable>(p => p.Add(t => t.Of, view).Add(t => t.Href, r => $"/costs?open={r.Key}"));

    [Fact]
    public void Too_many_groups_stand_together_and_all_adds_up()
    {
        CostsAsked asked = CostsAsked.Read(new CostsAddress { From = "2026-11-01", To = "2026-11-02", GroupBy = "tenant" }, First + TimeSpan.FromDays(5), null).Value!;
        CostRow[] direct = [.. Enumerable.Range(1, CostRows.Most + 50).Select(i => Row($"t{i}", "1"))];

        CostRow total = new CostRows(asked, null, null, null, comparesDirect: false).Total(direct, 1);

        Assert.Equal(CostRows.Most + 1, total.Rows.Count);
        Assert.Equal(("50 others", "50", false), (total.Rows[^1].Name, total.Rows[^1].Cost.ToString(), total.Rows[^1].IsGroup));
        Assert.Equal(("250", "250"), (total.Cost.ToString(), total.Trend[0].ToString()));
    }

    private static CostRow Row(string name, string cost) => new(name, name, [new CostFilter(new CostDimension("tenant"), name)]) { Direct = Money.Parse(cost), Trend = [Money.Parse(cost)] };

    private static CostsView View(CostRow[] rows)
    {
        CostsAsked asked = CostsAsked.Read(new CostsAddress { From = "2026-11-01", To = "2026-11-02", GroupBy = "tenant", Interval = "day" }, First + TimeSpan.FromDays(5), null).Value!;
        Money total = rows.Aggregate(Money.Zero, (sum, r) => sum + r.Direct);
        Money? before = rows.Any(r => r.Before is not null) ? rows.Aggregate(Money.Zero, (sum, r) => sum + r.Before!.Value) : null;
        return new CostsView(asked, "USD", First + TimeSpan.FromDays(5), new CostRow("", "Total", []) { Direct = total, Before = before, Rows = rows, Trend = [total] }, [First]) { Until = asked.To };
    }
}
