using System.CommandLine;

namespace Nexus.Dashboard.Commands;

/// <summary>What appsettings.json, the environment and the arguments say, for commands that open a data directory without serving.</summary>
/// <param name="Values">The same keys as the server's.</param>
/// <param name="Development">Whether this is the Development environment.</param>
internal sealed record CommandConfiguration(IConfiguration Values, bool Development)
{
    /// <summary>Reads it as the server does.</summary>
    /// <param name="settings">Overrides given as arguments, <c>--SECTION:KEY=VALUE</c>.</param>
    public static CommandConfiguration Load(string[] settings)
    {
        string environment = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddCommandLine(settings).Build()["environment"]
            ?? Environments.Production;
        IConfiguration values = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environment}.json", optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(settings)
            .Build();
        return new(values, string.Equals(environment, Environments.Development, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The directory that <c>--data</c>, else the configuration names.</summary>
    public DataDirectory Data(ParseResult parsed) => DataDirectory.Choose(parsed.GetValue(CommonOptions.Data), Values, Development);
}
