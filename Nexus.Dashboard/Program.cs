using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands;

return await NexusCommandLine.RunAsync(args, AddServices, MapRoutes);

static void AddServices(WebApplicationBuilder builder, DataDirectory data)
{
    builder.AddNexusAccess(data);
    builder.AddNexusApi(data);
}

static void MapRoutes(WebApplication app)
{
    app.UseNexusApi();
    app.UseNexusAccess();
    app.MapNexusAccess();
    app.MapNexusApi();
}

/// <summary>The program; tests start it through this type.</summary>
internal partial class Program;
