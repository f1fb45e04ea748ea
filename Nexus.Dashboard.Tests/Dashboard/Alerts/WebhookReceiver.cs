using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

/// <summary>A real HTTP server of somebody else, which keeps what it is sent.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>What it was sent.</summary>
    public ConcurrentQueue<(IHeaderDictionary Headers, string Body)> Taken { get; } = new();

    /// <summary>What it answers, by the number of the call.</summary>
    public Func<int, int> Status { get; set; } = static _ => 200;

    public Uri Url => new(new Uri(_app.Urls.First()), "/hook");

    public static async Task<WebhookReceiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        WebhookReceiver receiver = new(app);
        app.MapPost("/hook", receiver.TakeAsync);
        app.MapPost("/moved", static () => Results.Redirect("/hook"));
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using StreamReader reader = new(http.Request.Body);
        Taken.Enqueue((new HeaderDictionary(http.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)), await reader.ReadToEndAsync()));
        http.Response.StatusCode = Status(Taken.Count);
    }
}
