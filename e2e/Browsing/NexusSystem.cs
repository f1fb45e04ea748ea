using System.Collections.Concurrent;
using Microsoft.Playwright;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Browsing;

/// <summary>A running server with people who can sign in, and visits to its pages. A visit fails when anything went wrong behind the page, too.</summary>
public class NexusSystem(Chromium chromium, Workload workload, params string[] more) : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<SignedIn>>> _people = new(StringComparer.Ordinal);

    /// <summary>The server.</summary>
    public NexusServer Server { get; private set; } = null!;

    /// <summary>Starts a system for one test alone, which may stop and break it.</summary>
    public static async Task<NexusSystem> StartAsync(Chromium chromium, Workload workload = Workload.None)
    {
        NexusSystem system = new(chromium, workload);
        await system.InitializeAsync();
        return system;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Server = await NexusServer.StartAsync(workload, more);
        await Server.AuthorizeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
    }

    /// <summary>Somebody with this role for this owner path; the same person at every call.</summary>
    public async Task<Person> PersonAsync(string role, string owner = "/") => (await SignedInAsync(role, owner)).Person;

    /// <summary>Visits as somebody who is signed in with <paramref name="role"/>, beginning at <paramref name="path"/>.</summary>
    public async Task VisitAsync(string role, string path, Func<Visitor, Task> visit, Look? look = null, string owner = "/")
    {
        SignedIn person = await SignedInAsync(role, owner);
        await VisitAsync(Server.Url, person.Cookies, look ?? Look.Desk, async visitor =>
        {
            await visitor.GoAsync(path);
            await visit(visitor);
        });
    }

    /// <summary>Visits as a stranger, or over another line than the server's own.</summary>
    public Task VisitAsStrangerAsync(Func<Visitor, Task> visit, Look? look = null, Uri? line = null) =>
        VisitAsync(line ?? Server.Url, cookies: null, look ?? Look.Desk, visit);

    private async Task VisitAsync(Uri url, string? cookies, Look look, Func<Visitor, Task> visit)
    {
        await using IBrowserContext context = await chromium.Browser.NewContextAsync(new()
        {
            BypassCSP = look.BypassPolicy,
            ColorScheme = look.Scheme,
            Locale = "en-GB",
            Permissions = ["clipboard-read", "clipboard-write"],
            StorageState = cookies,
            TimezoneId = "Europe/Berlin",
            ViewportSize = new() { Width = look.Width, Height = look.Height },
        });
        Troubles troubles = new(context, url);
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(10_000);
        try
        {
            await visit(new Visitor(page, url, troubles));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new VisitFailedException(failure, await ShootAsync(page), troubles.Seen, Server.Log);
        }

        Assert.True(troubles.Seen.Count == 0, string.Join("\n", troubles.Seen));
    }

    private static async Task<string> ShootAsync(IPage page)
    {
        string name = TestContext.Current.TestMethod?.MethodName ?? "visit";
        string file = Path.Combine(PublishedProgram.Root, "artifacts", "e2e", $"{name}.png");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await page.ScreenshotAsync(new() { Path = file });
        return file;
    }

    // Each person signs in through the form once; later visits bring the cookie, so that the limit on attempts is not met by accident.
    private Task<SignedIn> SignedInAsync(string role, string owner) =>
        _people.GetOrAdd($"{role} {owner}", _ => new(() => SignInAsync(role, owner))).Value;

    private async Task<SignedIn> SignInAsync(string role, string owner)
    {
        string name = owner == "/" ? role : $"{role}-{owner.Replace('/', '-')}";
        Person person = await Server.AddPersonAsync(name, role, owner);
        string? cookies = null;
        await VisitAsStrangerAsync(async visitor =>
        {
            await visitor.Page.GotoAsync(new Uri(Server.Url, "/sign-in").ToString());
            await visitor.SignInAsync(person);
            await visitor.AddressLacksAsync("/sign-in");
            cookies = await visitor.Page.Context.StorageStateAsync();
        });
        return new SignedIn(person, cookies!);
    }

    private sealed record SignedIn(Person Person, string Cookies);
}
