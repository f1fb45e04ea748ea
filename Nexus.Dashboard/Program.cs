using Nexus.Dashboard.Commands;

return await NexusCommandLine.RunAsync(args, AddServices, MapRoutes);

static void AddServices(WebApplicationBuilder builder)
{
    builder.Services.AddHealthChecks();
}

static void MapRoutes(WebApplication app)
{
    app.MapHealthChecks("/health/live");
}

/// <summary>The program; tests start it through this type.</summary>
internal partial class Program;
