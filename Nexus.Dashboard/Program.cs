using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Demo;
using Nexus.Dashboard.Hubs;
using Nexus.Dashboard.Shared;

return await NexusCommandLine.RunAsync(args, AddNexus, MapNexus);

/// <summary>The program; tests start it through this type.</summary>
internal partial class Program
{
    /// <summary>What it is made of.</summary>
    internal static void AddNexus(WebApplicationBuilder builder)
    {
        DataDirectory data = DataDirectory.Of(builder.Configuration);
        builder.AddNexusAccess(data);
        builder.AddNexusApi(data);
        builder.AddNexusHub();
        builder.AddNexusPages();
        builder.AddNexusDemo();
    }

    /// <summary>What it answers.</summary>
    internal static void MapNexus(WebApplication app)
    {
        app.UseNexusApi();
        app.UseNexusAccess();
        app.MapNexusAccess();
        app.MapNexusApi();
        app.MapNexusHub();
        app.MapNexusPages();
    }
}
