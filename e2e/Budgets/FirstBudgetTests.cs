using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Xunit;

namespace Nexus.E2E.Budgets;

public sealed class FirstBudgetTests(Chromium chromium)
{
    [Fact]
    public async Task Without_budgets_the_page_says_what_that_means_and_how_to_begin()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);

        await nexus.VisitAsync("finance", "/", async visitor =>
        {
            await visitor.Page.Keyboard.PressAsync("g");
            await visitor.Page.Keyboard.PressAsync("b");
            await visitor.AddressIsAsync("/budgets");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No budgets: spending is recorded but never stopped. Start with one for everything.");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Start with one for everything" }).ClickAsync();
            await visitor.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("all-spending");
            await visitor.Page.GetByLabel("Amount, in USD").FillAsync("1,000");
            await visitor.Page.Locator("[data-apply]:not(:disabled)").ClickAsync();

            await Assertions.Expect(visitor.Main.Locator(".bstrip")).ToContainTextAsync("all-spending: all spending");
            await Assertions.Expect(visitor.Main.Locator(".head p")).ToContainTextAsync("The only budget is within what it has.");
            await visitor.FitsItsWindowAsync();
            await visitor.IsAccessibleAsync();
        });
    }
}
