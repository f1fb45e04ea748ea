using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Commands;

namespace Nexus.Dashboard.Tests.Dashboard;

/// <summary>The whole program on a port and in a data folder of its own, without the demo.</summary>
public sealed class NexusServer : IAsyncLifetime
{
    public const string Administrator = "root";
    public const string Password = "correct horse battery";

    private readonly string _environment;
    private readonly int _signInsPerMinute;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nexus-server-");
    private WebApplication? _app;

    public NexusServer()
        : this("Production")
    {
    }

    internal NexusServer(string environment, int signInsPerMinute = 1000) => (_environment, _signInsPerMinute) = (environment, signInsPerMinute);

    public IServiceProvider Services => _app!.Services;

    public Uri Address => new(_app!.Urls.First());

    public string Folder => _folder.FullName;

    /// <summary>What time it is for the program.</summary>
    internal MovableClock Clock { get; } = new();

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(Caller).Assembly.GetName().Name,
            EnvironmentName = _environment,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration[DataDirectory.ConfigurationKey] = Folder;
        builder.Configuration[AccessExtensions.TriesAMinuteKey] = _signInsPerMinute.ToString(System.Globalization.CultureInfo.InvariantCulture);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton(new DataDirectory(Folder));
        builder.Services.AddSingleton(new DemoChoice(Runs: false));
        Program.AddNexus(builder);
        _app = builder.Build();
        Program.MapNexus(_app);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>A browser that nobody is signed in with.</summary>
    internal Browser Browser() => new(Address);

    /// <summary>A token of a link that the program prints once.</summary>
    internal string Link(string purpose) => Services.GetRequiredService<OneTimeLinks>().Make(purpose);

    /// <summary>A browser of the first administrator, who is made by the set-up link when nobody exists.</summary>
    internal async Task<Browser> AdministratorAsync()
    {
        Browser browser = Browser();
        HttpResponseMessage page = await browser.GetAsync($"/setup?token={Link(SetUpEndpoints.Purpose)}");
        HttpResponseMessage answer = page.IsSuccessStatusCode
            ? await browser.PostAsync(page, "/setup", ("username", Administrator), ("password", Password), ("again", Password))
            : await browser.SignInAsync(Administrator, Password);
        Assert.Equal(page.IsSuccessStatusCode ? "/setup/installation" : "/", answer.Headers.Location?.OriginalString);
        return browser;
    }

    /// <summary>A browser of somebody new, signed in.</summary>
    internal async Task<Browser> PersonAsync(string name, string role, string owner = "/")
    {
        using Browser administrator = await AdministratorAsync();
        HttpResponseMessage created = await administrator.SendAsync(HttpMethod.Put, $"/api/v1/users/{name}", new { role, owner, password = Password });
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync());
        Browser browser = Browser();
        Assert.Equal("/", (await browser.SignInAsync(name, Password)).Headers.Location?.OriginalString);
        return browser;
    }

    /// <summary>A new key, as its creator is shown it.</summary>
    internal async Task<(string Id, string Key)> KeyAsync(string owner, string[] scopes, DateTimeOffset? expiresAt = null)
    {
        using Browser administrator = await AdministratorAsync();
        HttpResponseMessage created = await administrator.SendAsync(HttpMethod.Post, "/api/v1/keys", new { owner, scopes, expiresAt });
        JsonElement key = await created.Content.ReadFromJsonAsync<JsonElement>();
        return (key.GetProperty("id").GetString()!, key.GetProperty("key").GetString()!);
    }

    /// <summary>A program that sends a key.</summary>
    internal HttpClient Client(string key) => new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };
}

/// <summary>The system's clock, set ahead.</summary>
internal sealed class MovableClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
