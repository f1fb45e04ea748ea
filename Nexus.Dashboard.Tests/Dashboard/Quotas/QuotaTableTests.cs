using Bunit;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

public sealed class QuotaTableTests : ComponentTest
{
    private static readonly QuotaChoice Gpu = new("gpu", QuotaPeriod.None);
    private static readonly IReadOnlyList<QuotaRow> Rows = QuotaRows.Of([Shown.Gpu("acme", 8, borrow: 4), Shown.Gpu("acme/lab", 4), Shown.Gpu("globex", 6)], Gpu, OwnerPath.Root, QuotaWaits.None);

    [Fact]
    public void It_is_a_tree_for_who_does_not_see_it()
    {
        IRenderedComponent<QuotaTable> tree = Draw();

        Assert.Equal("Quotas of gpu", tree.Find("[role=treegrid]").GetAttribute("aria-label"));
        Assert.Equal([("1", "true"), ("2", "true"), ("3", null), ("2", null)], tree.FindAll("tbody tr").Select(r => (r.GetAttribute("aria-level"), r.GetAttribute("aria-expanded"))));
        Assert.Single(tree.FindAll("tbody tr[tabindex='0']"));
    }

    [Fact]
    public void What_is_below_a_node_is_hidden_and_shown_again()
    {
        IRenderedComponent<QuotaTable> tree = Draw();

        tree.Find("[aria-label='Hide what is below acme']").Click();
        Assert.Equal(["All owners", "acme", "globex"], Names(tree));

        tree.Find("[aria-label='Show what is below acme']").Click();
        Assert.Equal(["All owners", "acme", "lab", "globex"], Names(tree));
    }

    [Fact]
    public void A_cell_that_was_changed_tells_where_and_to_what()
    {
        QuotaEdit? told = null;
        IRenderedComponent<QuotaTable> tree = Draw(p => p.Add(t => t.OnEdit, EventCallback.Factory.Create<QuotaEdit>(this, e => told = e)));

        tree.Find("[aria-label='Borrow of acme']").Change("6");

        Assert.Equal(new QuotaEdit(new QuotaPlace(OwnerPath.Parse("acme"), "gpu", QuotaField.Borrow), "6"), told);
    }

    [Fact]
    public void An_edited_cell_shows_what_it_was_and_a_wrong_one_says_why()
    {
        QuotaPlace limit = new(OwnerPath.Parse("acme"), "gpu", QuotaField.Limit);
        IRenderedComponent<QuotaTable> tree = Draw(p => p.Add(t => t.Edits, new Dictionary<QuotaPlace, string> { [limit] = "x" }).Add(t => t.Faults, new Dictionary<QuotaPlace, string> { [limit] = "must be a number" }));

        AngleSharp.Dom.IElement cell = tree.Find("td.chg");
        Assert.Equal(("8", "must be a number", "x", "true"), (cell.QuerySelector(".old")!.TextContent, cell.GetAttribute("title"), cell.QuerySelector("input")!.GetAttribute("value"), cell.QuerySelector("input")!.GetAttribute("aria-invalid")));
    }

    [Fact]
    public void Who_may_not_change_a_node_is_told_why_at_its_cells()
    {
        IRenderedComponent<QuotaTable> tree = Draw(p => p.Add(t => t.Locked, row => row.Name == "acme" ? "Not yours" : null));

        Assert.True(tree.Find("[aria-label='Limit of acme']").HasAttribute("disabled"));
        Assert.Equal("Not yours", tree.Find("[aria-label='Limit of acme']").ParentElement!.GetAttribute("title"));
        Assert.False(tree.Find("[aria-label='Limit of globex']").HasAttribute("disabled"));
    }

    [Fact]
    public void The_whole_system_has_a_limit_and_nobody_to_borrow_from()
    {
        IRenderedComponent<QuotaTable> tree = Render<QuotaTable>(p => p.Add(t => t.Choice, Gpu).Add(t => t.Rows, QuotaRows.Of([Shown.Gpu("~", 30)], Gpu, OwnerPath.Root, QuotaWaits.None)));

        Assert.Equal(["Limit of All owners"], tree.FindAll("input").Select(i => i.GetAttribute("aria-label")));
    }

    private static IEnumerable<string> Names(IRenderedComponent<QuotaTable> tree) => tree.FindAll("tbody tr td.n1 a").Select(a => a.TextContent);

    private IRenderedComponent<QuotaTable> Draw(Action<ComponentParameterCollectionBuilder<QuotaTable>>? more = null) => Render<QuotaTable>(p =>
    {
        p.Add(t => t.Choice, Gpu).Add(t => t.Rows, Rows);
        more?.Invoke(p);
    });
}
