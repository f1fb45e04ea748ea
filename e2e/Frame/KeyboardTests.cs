using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Frame;

/// <summary>Everything below is done with the keyboard alone: no locator is clicked or filled.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class KeyboardTests(QuietSystem nexus)
{
    // Each row of a list is a stop, and other tests make pools.
    private const int MostTabs = 200;

    [Fact]
    public async Task A_person_signs_in_reads_why_a_request_waits_cancels_it_and_makes_a_pool_without_a_mouse()
    {
        Person quinn = await nexus.Server.AddPersonAsync("quinn", "operator");
        await nexus.Server.PoolAsync("keys", 1);
        await nexus.Server.RequestAsync("keys-1", "acme/keys", "keys");
        await nexus.Server.RequestAsync("keys-2", "acme/keys", "keys");

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            IKeyboard keyboard = visitor.Page.Keyboard;
            await visitor.GoAsync("/sign-in");
            await keyboard.TypeAsync(quinn.Name);
            await keyboard.PressAsync("Tab");
            await keyboard.TypeAsync(quinn.Password);
            await keyboard.PressAsync("Enter");
            await visitor.AddressLacksAsync("/sign-in");
            await visitor.ReadyAsync();

            await GoToAsync(visitor, 'q', "Queue");
            await keyboard.PressAsync("/");
            await keyboard.TypeAsync("keys-2");
            await keyboard.PressAsync("Enter");
            await Assertions.Expect(visitor.Main.Locator("tbody tr")).ToHaveCountAsync(1);
            await TabToAsync(visitor, "e => e.matches('tr[tabindex]')");
            await keyboard.PressAsync("j");
            await keyboard.PressAsync("Enter");
            ILocator drawer = visitor.Page.Locator("[data-drawer]");
            await Assertions.Expect(drawer.GetByRole(AriaRole.Heading, new() { Name = "Why it waits" })).ToBeVisibleAsync();
            await Assertions.Expect(drawer).ToContainTextAsync("Pool keys has 0 gpu free");

            await keyboard.PressAsync("Escape");
            await Assertions.Expect(drawer).ToHaveCountAsync(0);
            // Closing the drawer returns the focus to the row.
            await FocusesAsync(visitor, "e => e.matches('tr[data-href]') && e.innerText.includes('keys-2')");

            await keyboard.PressAsync("Enter");
            await Assertions.Expect(drawer).ToBeVisibleAsync();
            await TabToAsync(visitor, "e => e.matches('button') && e.innerText.trim() === 'Cancel request'");
            await keyboard.PressAsync("Enter");
            await Assertions.Expect(visitor.Page.GetByText("keys-2 cancelled")).ToBeVisibleAsync();
            Assert.Equal("cancelled", await nexus.Server.StatusAsync("keys-2"));
            await keyboard.PressAsync("Escape");

            await GoToAsync(visitor, 'p', "Pools");
            await keyboard.PressAsync("e");
            await Assertions.Expect(drawer).ToBeVisibleAsync();
            await TabToAsync(visitor, "e => e.id === 'pool-name'");
            await keyboard.TypeAsync("typed");
            await TabToAsync(visitor, "e => e.getAttribute('aria-label') === 'Amount of gpu'");
            await keyboard.TypeAsync("8");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" })).ToBeEnabledAsync();
            await keyboard.PressAsync("Control+Enter");
            await Assertions.Expect(visitor.Page.GetByText("Pool typed created")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("typed");
        });
    }

    [Fact]
    public async Task Rows_are_walked_and_with_the_drawer_open_it_follows()
    {
        await nexus.Server.PoolAsync("walk", 1);
        foreach (string id in (string[])["walk-0", "walk-1", "walk-2"])
        {
            await nexus.Server.RequestAsync(id, "acme/walk", "walk");
        }

        await nexus.VisitAsync("viewer", "/queue?pool=walk", async visitor =>
        {
            IKeyboard keyboard = visitor.Page.Keyboard;
            ILocator drawer = visitor.Page.Locator("[data-drawer]");
            await keyboard.PressAsync("j");
            await keyboard.PressAsync("w");
            await Assertions.Expect(drawer).ToContainTextAsync("walk-1");
            await keyboard.PressAsync("j");
            await Assertions.Expect(drawer).ToContainTextAsync("walk-2");
            await keyboard.PressAsync("k");
            await Assertions.Expect(drawer).ToContainTextAsync("walk-1");
        });
    }

    [Fact]
    public async Task The_palette_goes_to_pages_and_pools_and_asks_why()
    {
        await nexus.Server.PoolAsync("palette-pool", 1);
        await nexus.Server.RequestAsync("palette-1", "acme/palette", "palette-pool");
        await nexus.Server.RequestAsync("palette-2", "acme/palette", "palette-pool");

        await nexus.VisitAsync("viewer", "/", async visitor =>
        {
            IKeyboard keyboard = visitor.Page.Keyboard;
            ILocator palette = visitor.Page.Locator("#palette");
            await keyboard.PressAsync("Control+k");
            await Assertions.Expect(palette).ToBeVisibleAsync();
            await keyboard.PressAsync("Escape");
            await Assertions.Expect(palette).ToBeHiddenAsync();

            await keyboard.PressAsync("Control+k");
            await keyboard.TypeAsync("palette-pool");
            await Assertions.Expect(palette.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
            await keyboard.PressAsync("Enter");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("palette-pool");

            await keyboard.PressAsync("Control+k");
            await keyboard.TypeAsync("palette-2");
            await Assertions.Expect(palette.GetByRole(AriaRole.Option)).ToContainTextAsync(["Why is palette-2 waiting"]);
            await keyboard.PressAsync("Enter");
            await Assertions.Expect(visitor.Page.Locator("[data-drawer]")).ToContainTextAsync("Why it waits");
        });
    }

    [Fact]
    public async Task Who_types_faster_than_the_palette_answers_goes_where_the_text_leads()
    {
        await nexus.Server.PoolAsync("swift-pool", 1);

        await nexus.VisitAsync("viewer", "/", async visitor =>
        {
            await visitor.Page.Keyboard.PressAsync("Control+k");
            // In one go: no answer of the server can come in between.
            await visitor.Page.EvaluateAsync("""
                const field = document.querySelector('#palette input');
                field.value = 'swift-pool';
                field.dispatchEvent(new Event('input', { bubbles: true }));
                field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
                """);
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("swift-pool");
        });
    }

    [Fact]
    public async Task Who_closes_a_drawer_and_leaves_at_once_is_not_fetched_back()
    {
        await nexus.Server.PoolAsync("leave", 1);
        await nexus.Server.RequestAsync("leave-1", "acme/leave", "leave");

        await nexus.VisitAsync("viewer", "/queue?status=allocated&open=leave-1&tenant=acme", async visitor =>
        {
            await Assertions.Expect(visitor.Page.Locator("[data-drawer]")).ToBeVisibleAsync();
            await visitor.Page.EvaluateAsync("""
                for (const key of ['Escape', 'g', 'p']) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
                """);
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Pools");
            // Whatever the server sent after the closing has come before the answer to this.
            await visitor.Page.Keyboard.PressAsync("Control+k");
            await visitor.Page.Keyboard.TypeAsync("leave");
            await Assertions.Expect(visitor.Page.Locator("#palette-list")).ToHaveAttributeAsync("data-for", "leave");
            await visitor.AddressIsAsync("/pools");
        });
    }

    [Fact]
    public async Task Keys_filter_pause_switch_the_theme_fold_the_navigation_and_list_themselves()
    {
        await nexus.Server.PoolAsync("keys-list", 1);

        await nexus.VisitAsync("viewer", "/pools", async visitor =>
        {
            IKeyboard keyboard = visitor.Page.Keyboard;
            await keyboard.PressAsync("/");
            await FocusesAsync(visitor, "e => e.hasAttribute('data-filter')");
            await visitor.Page.EvaluateAsync("document.activeElement.blur()");

            await keyboard.PressAsync("?");
            ILocator help = visitor.Page.Locator("#keys");
            await Assertions.Expect(help).ToContainTextAsync("Pause or resume live");
            await keyboard.PressAsync("Escape");
            await Assertions.Expect(help).ToBeHiddenAsync();

            await keyboard.PressAsync(".");
            await Assertions.Expect(visitor.Page.GetByText("Paused", new() { Exact = false }).First).ToBeVisibleAsync();
            await nexus.Server.PoolAsync("keys-unseen", 1);
            await keyboard.PressAsync(".");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Link, new() { Name = "keys-unseen" })).ToBeVisibleAsync();

            await keyboard.PressAsync("Shift+D");
            await Assertions.Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
            await keyboard.PressAsync("[");
            await Assertions.Expect(visitor.Page.Locator("body")).ToHaveClassAsync("rail");
            foreach ((char key, string page) in ((char, string)[])[('u', "Audit"), (',', "Settings"), ('o', "Overview")])
            {
                await GoToAsync(visitor, key, page);
            }
        });
    }

    [Fact]
    public async Task A_page_begins_at_its_heading_and_whoever_goes_back_to_the_frame_may_skip_it() =>
        await nexus.VisitAsync("viewer", "/queue", async visitor =>
        {
            await FocusesAsync(visitor, "e => e.matches('h1')");
            await visitor.Page.Locator("a.skip").FocusAsync();
            await visitor.Page.Keyboard.PressAsync("Enter");
            await FocusesAsync(visitor, "e => e.id === 'main'");
        });

    private static async Task GoToAsync(Visitor visitor, char key, string page)
    {
        await visitor.Page.Keyboard.PressAsync("g");
        await visitor.Page.Keyboard.PressAsync(key.ToString());
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(page);
        await visitor.ReadyAsync();
    }

    private static async Task TabToAsync(Visitor visitor, string isIt)
    {
        for (int tabs = 0; tabs < MostTabs; tabs++)
        {
            await visitor.Page.Keyboard.PressAsync("Tab");
            if (await FocusAsync(visitor, isIt))
            {
                return;
            }
        }

        Assert.Fail($"{MostTabs} presses of Tab do not lead to {isIt}");
    }

    // The page's policy forbids Playwright's own way of waiting for an expression.
    private static async Task FocusesAsync(Visitor visitor, string isIt)
    {
        for (int tries = 0; !await FocusAsync(visitor, isIt); tries++)
        {
            Assert.True(tries < 50, $"the focus is not on {isIt}");
            await Task.Delay(100);
        }
    }

    private static Task<bool> FocusAsync(Visitor visitor, string isIt) => visitor.Page.EvaluateAsync<bool>($"({isIt})(document.activeElement)");
}
