using MudBlazor.Services;
using Nexus.Bench.Empty;

// What a Blazor Server program with MudBlazor is before it does anything: the measure for Nexus' start and first page.
WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddMudServices();
WebApplication app = builder.Build();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapGet("/health/ready", () => Results.Text("ready"));
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
app.Run();
