using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Browsing;

/// <summary>Somebody at a browser: one page, what it shows, and what went wrong on it.</summary>
public sealed class Visitor
{
    private const string WhatReachesOut = """
        (() => {
          const inside = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible') return false; return true; };
          return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > window.innerWidth && inside(e)).slice(-3).map(e => e.outerHTML.slice(0, 200)).join('\n');
        })()
        """;

    private readonly Uri _server;

    internal Visitor(IPage page, Uri server, Troubles troubles)
    {
        Page = page;
        _server = server;
        Troubles = troubles;
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>What went wrong behind it so far.</summary>
    public Troubles Troubles { get; }

    /// <summary>The page's <c>main</c>.</summary>
    public ILocator Main => Page.GetByRole(AriaRole.Main);

    /// <summary>The path and query in the address bar.</summary>
    public string Address => new Uri(Page.Url).PathAndQuery;

    /// <summary>Asserts that the address bar comes to have each of these parts: what a page shows may be there before its address is.</summary>
    public async Task AddressHasAsync(params string[] parts)
    {
        foreach (string part in parts)
        {
            await Assertions.Expect(Page).ToHaveURLAsync(Part(part));
        }
    }

    /// <summary>Asserts that the address bar comes to lack a part.</summary>
    public Task AddressLacksAsync(string part) => Assertions.Expect(Page).Not.ToHaveURLAsync(Part(part));

    /// <summary>Asserts that the address bar comes to be this path and query.</summary>
    public Task AddressIsAsync(string path) => Assertions.Expect(Page).ToHaveURLAsync(new Uri(_server, path).ToString());

    /// <summary>Opens an address of the server and waits until its live data has arrived.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(new Uri(_server, path).ToString());
        await ReadyAsync();
    }

    /// <summary>Waits until the present page's live data has arrived, and what hands do is heard by every part of it that lives in the browser.</summary>
    public async Task ReadyAsync()
    {
        await Assertions.Expect(Page.Locator("main[data-ready=true]")).ToHaveCountAsync(1, new() { Timeout = 15_000 });
        await Assertions.Expect(Page.Locator("[data-hands=off]")).ToHaveCountAsync(0);
    }

    /// <summary>Fills in the sign-in form and sends it.</summary>
    public async Task SignInAsync(Person person)
    {
        await Page.Locator("[name=username]").FillAsync(person.Name);
        await Page.Locator("[name=password]").FillAsync(person.Password);
        await Page.Locator("form button[type=submit]").ClickAsync();
    }

    /// <summary>Asserts that the page cannot be scrolled sideways.</summary>
    public async Task FitsItsWindowAsync()
    {
        int over = await Page.EvaluateAsync<int>("Math.max(0, document.scrollingElement.scrollWidth - window.innerWidth)");
        Assert.True(over == 0, $"{Address} is {over} pixels too wide, by one of:\n{(over == 0 ? "" : await Page.EvaluateAsync<string>(WhatReachesOut))}");
    }

    /// <summary>Asserts that axe finds nothing serious or critical. The visit must bypass the policy.</summary>
    public async Task IsAccessibleAsync()
    {
        AxeResult result = await Page.RunAxe();
        string findings = string.Join("\n", result.Violations
            .Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{Address}: {violation.Id}: {violation.Help} ({string.Join("; ", violation.Nodes.Take(3).Select(node => node.Html))})"));
        Assert.True(findings.Length == 0, findings);
    }

    private static Regex Part(string text) => new(Regex.Escape(text), RegexOptions.None, TimeSpan.FromSeconds(1));
}
