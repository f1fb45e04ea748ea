using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Budgets;

/// <summary>The page over a real engine. A GPU-hour costs 3,600: a second of one costs 1.</summary>
public sealed class BudgetsPageTests : ComponentTest, IAsyncLifetime
{
    private readonly LiveEngine _engine = new();

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await _engine.InitializeAsync();
        await _engine.Running.PoolAsync("gpus", ("gpu", 8));
        await _engine.Running.SendAsync(new SetPrices([new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(3600) }], Replaces: true) { Actor = Scene.Somebody });
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Without_budgets_the_page_says_what_that_means_and_how_to_begin()
    {
        IRenderedComponent<BudgetsPage> page = Visit("/budgets");
        page.WaitForAssertion(() => Assert.Contains("No budgets: spending is recorded but never stopped. Start with one for everything.", page.Markup, StringComparison.Ordinal));

        await page.InvokeAsync(() => page.FindAll("button").Single(b => b.TextContent == "Start with one for everything").Click());

        Assert.EndsWith("edit=~new", Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_spent_and_reserved_stands_in_the_row_and_in_the_totals()
    {
        await SetAsync("acme", 1_000);
        Nexus.Engine.Scheduling.Request request = await _engine.Running.SubmitAsync("r", ("gpu", 1));
        await _engine.Running.AdvanceAsync(TimeSpan.FromSeconds(100));
        await _engine.Running.ReleaseAsync(request);

        IRenderedComponent<BudgetsPage> page = Visit("/budgets");

        page.WaitForAssertion(() => Assert.Equal(["Spent$100.00", "Reserved$0.00", "Left$900.00", "Forecast–", "Budget$1,000"], page.FindAll(".b-n").Select(n => n.TextContent)));
        Assert.Contains("10\u00A0% spent", page.Find(".b-oc").TextContent, StringComparison.Ordinal);
        Assert.Equal(["$1,000", "$100", "$0.00", "$900"], page.FindAll(".bstrip .val").Select(v => v.TextContent));
    }

    [Fact]
    public async Task The_detail_tells_the_thresholds_who_spent_it_and_the_periods()
    {
        await SetAsync("acme", 1_000);
        Nexus.Engine.Scheduling.Request request = ((RequestReply)await _engine.Running.SubmitAsync(Scene.Spec("r", [("gpu", 1)], lease: TimeSpan.FromSeconds(950)))).Request;
        await _engine.Running.AdvanceAsync(TimeSpan.FromSeconds(900));
        await _engine.Running.ReleaseAsync(request);

        IRenderedComponent<BudgetsPage> page = Visit("/budgets?open=acme");

        page.WaitForAssertion(() => Assert.Contains("$900.00", page.Find("[aria-label='Who spent it']").TextContent, StringComparison.Ordinal));
        Assert.Equal(["Reached", "Not reached"], page.FindAll("[aria-label=Thresholds] li > span:last-child").Select(s => s.TextContent));
        Assert.Contains("$1,000.00", page.Find("[aria-label='Its periods']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_is_seen_with_its_effect_applied_and_undone()
    {
        await SetAsync("acme", 1_000);
        Nexus.Engine.Scheduling.Request request = await _engine.Running.SubmitAsync("r", ("gpu", 1));
        await _engine.Running.AdvanceAsync(TimeSpan.FromSeconds(100));
        await _engine.Running.ReleaseAsync(request);
        IRenderedComponent<BudgetsPage> page = Visit("/budgets?edit=acme");
        page.WaitForAssertion(() => Assert.Equal("1000", page.Find("#budget-amount").GetAttribute("value")));
        Assert.Contains("Matches 1 owner, $100.00 this month.", page.Markup, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find("#budget-amount").Input("50"));

        page.WaitForAssertion(() => Assert.Contains("It halts at once", page.Find(".tray").TextContent, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.Find("[data-apply]").Click());
        page.WaitForAssertion(() => Assert.Equal(Money.Of(50), Budget("acme").Amount));
        await UndoAsync(page);
        page.WaitForAssertion(() => Assert.Equal(Money.Of(1_000), Budget("acme").Amount));
    }

    [Fact]
    public async Task What_is_wrong_stands_at_its_field_and_is_not_applied()
    {
        await SetAsync("acme", 1_000);
        IRenderedComponent<BudgetsPage> page = Visit("/budgets?edit=acme");
        page.WaitForElement("#budget-amount");
        await page.InvokeAsync(() => page.Find("#budget-amount").Input("a lot"));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("#budget-amount + .err")));
        await page.InvokeAsync(() => page.Find("#budget-amount").Input("100"));
        await page.InvokeAsync(() => page.Find("#budget-kinds").Input("unheard.of"));

        page.WaitForAssertion(() => Assert.Contains("there is no kind 'unheard.of'", page.Find("#budget-kinds + .err").TextContent, StringComparison.Ordinal));
        Assert.True(page.Find("[data-apply]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_budget_is_paused_for_a_reason_and_holds_again()
    {
        await SetAsync("acme", 1_000);
        IRenderedComponent<BudgetsPage> page = Visit("/budgets?open=acme");
        page.WaitForElement(".bacts");
        await page.InvokeAsync(() => Button(page, "Pause…").Click());
        page.WaitForElement("#budget-pause");
        await page.InvokeAsync(() => page.Find("#budget-pause").Input(_engine.Running.Host.Now.ToDateTimeOffset().AddHours(2).ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture)));
        await page.InvokeAsync(() => page.Find("#budget-pause-why").Input("incident"));
        await page.InvokeAsync(() => page.Find("form[aria-label='Pause enforcement']").Submit());

        page.WaitForAssertion(() => Assert.Equal("incident", State("acme").Pause?.Reason));
        page.WaitForAssertion(() => Assert.Contains("Paused until", page.Find(".drawer").TextContent, StringComparison.Ordinal));
        await page.InvokeAsync(() => Button(page, "Resume").Click());
        page.WaitForAssertion(() => Assert.Null(State("acme").Pause));
    }

    [Fact]
    public async Task A_raise_is_given_for_a_reason()
    {
        await SetAsync("acme", 1_000);
        IRenderedComponent<BudgetsPage> page = Visit("/budgets?open=acme");
        page.WaitForElement(".bacts");
        await page.InvokeAsync(() => Button(page, "Raise once…").Click());
        page.WaitForElement("#budget-raise");
        await page.InvokeAsync(() => page.Find("#budget-raise").Input("250"));
        await page.InvokeAsync(() => page.Find("#budget-raise-why").Input("launch"));
        await page.InvokeAsync(() => page.Find("form[aria-label='Raise once']").Submit());

        page.WaitForAssertion(() => Assert.Equal("$1,250", page.Find(".b-n:last-child").TextContent.Replace("Budget", "", StringComparison.Ordinal)));
        Assert.Contains("+$250.00", page.Find("[aria-label=Raises]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_is_deleted_once_its_name_is_typed_and_comes_back()
    {
        await SetAsync("acme", 1_000);
        IRenderedComponent<BudgetsPage> page = Visit("/budgets?open=acme");
        page.WaitForElement(".bacts");
        await page.InvokeAsync(() => Button(page, "Delete…").Click());
        Assert.True(page.WaitForElement("form[aria-label=Delete] button[type=submit]").HasAttribute("disabled"));
        await page.InvokeAsync(() => page.Find("#budget-delete").Input("acme"));
        await page.InvokeAsync(() => page.Find("form[aria-label=Delete]").Submit());

        page.WaitForAssertion(() => Assert.Empty(_engine.Running.Read.Budgets));
        page.WaitForAssertion(() => Assert.Contains("No budgets", page.Markup, StringComparison.Ordinal));
        await UndoAsync(page);
        Assert.Equal(Money.Of(1_000), Budget("acme").Amount);
    }

    [Fact]
    public async Task Who_may_not_set_budgets_sees_them_and_why_nothing_can_be_changed()
    {
        await SetAsync("acme", 1_000);
        IRenderedComponent<BudgetsPage> page = Visit("/budgets?open=acme", "viewer");
        page.WaitForElement(".bacts");

        Assert.All(page.FindAll(".bacts button"), b => Assert.Contains("finance", b.GetAttribute("title"), StringComparison.Ordinal));
        Assert.True(page.Find("[data-add]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task The_address_filters_by_state_and_owner_and_shows_cards()
    {
        await SetAsync("acme", 1_000);
        await SetAsync("globex", 500);

        IRenderedComponent<BudgetsPage> page = Visit("/budgets?owner=globex&view=cards");
        page.WaitForAssertion(() => Assert.Equal("globex", page.Find(".bcards a").TextContent));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/budgets?state=halted");
        page.WaitForAssertion(() => Assert.Contains("No budget matches.", page.Markup, StringComparison.Ordinal));
    }

    private string Uri => Services.GetRequiredService<NavigationManager>().Uri;

    private IRenderedComponent<BudgetsPage> Visit(string address, string role = "finance")
    {
        _engine.Serve(Services, role);
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<BudgetsPage>();
    }

    private Task<Reply> SetAsync(string owner, long amount) => _engine.Running.SendAsync(
        new SetBudget(new BudgetDefinition(owner, new BudgetScope(OwnerPath.Parse(owner)), Money.Of(amount), Scene.Period("month")) { Thresholds = [new(800_000, BudgetAction.Alert), new(1_000_000, BudgetAction.Halt)] }) { Actor = Scene.Somebody });

    private BudgetState State(string id) => _engine.Running.Read.Budget(id)!;

    private BudgetDefinition Budget(string id) => State(id).Definition;

    private Task UndoAsync(IRenderedComponent<BudgetsPage> page)
    {
        Nexus.Dashboard.Shared.Toasts toasts = Services.GetRequiredService<Nexus.Dashboard.Shared.Toasts>();
        page.WaitForAssertion(() => Assert.NotNull(toasts.Last));
        return page.InvokeAsync(() => toasts.UndoAsync(toasts.Last!));
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<BudgetsPage> page, string text) => page.FindAll("button").Single(b => b.TextContent == text);
}
