using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Nexus.Dashboard.Commands;

namespace Nexus.Dashboard.Tests.Dashboard.Commands;

/// <summary>What a command left behind: its exit code and what it wrote.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output, which must be one JSON object.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs the program's command line in this process.</summary>
    public static Task<CommandRun> OfAsync(params string[] args) => OfAsync(default(CancellationToken), args);

    /// <summary>The same, where the command serves a data directory for itself.</summary>
    public static Task<CommandRun> OfProgramAsync(params string[] args) => RunAsync(args, Program.AddNexus, Program.MapNexus, default);

    public static Task<CommandRun> OfAsync(CancellationToken stop, params string[] args) => RunAsync(args, static _ => { }, static _ => { }, stop);

    private static async Task<CommandRun> RunAsync(string[] args, Action<WebApplicationBuilder> services, Action<WebApplication> routes, CancellationToken stop)
    {
        await using StringWriter output = new();
        await using StringWriter error = new();
        int exitCode = await NexusCommandLine.RunAsync(args, services, routes, TextWriter.Synchronized(output), TextWriter.Synchronized(error), stop);
        return new(exitCode, output.ToString(), error.ToString());
    }
}
