using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Demo;
using Nexus.Dashboard.Hubs;
using Nexus.Dashboard.Shared;

return await NexusCommandLine.RunAsync(args, AddServices, MapRoutes);

static void AddServices(WebApplicationBuilder builder)
{
    DataDirectory data = DataDirectory.Of(builder.Configuration);
    builder.AddNexusAccess(data);
    builder.AddNexusApi(data);
    builder.AddNexusHub();
    builder.AddNexusPages();
    builder.AddNexusDemo();
}

static void MapRoutes(WebApplication app)
{
    app.UseNexusApi();
    app.UseNexusAccess();
    app.MapNexusAccess();
    app.MapNexusApi();
    app.MapNexusHub();
    app.MapNexusPages();
}

/// <summary>The program; tests start it through this type.</summary>
internal partial class Program;
