using System.Text.Json;
using Nexus.Dashboard.Commands;

namespace Nexus.Dashboard.Tests.Dashboard.Commands;

/// <summary>What a command left behind: its exit code and what it wrote.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output, which must be one JSON object.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs the program's command line in this process.</summary>
    public static Task<CommandRun> OfAsync(params string[] args) => OfAsync(default(CancellationToken), args);

    public static async Task<CommandRun> OfAsync(CancellationToken stop, params string[] args)
    {
        await using StringWriter output = new();
        await using StringWriter error = new();
        int exitCode = await NexusCommandLine.RunAsync(args, _ => { }, _ => { }, TextWriter.Synchronized(output), TextWriter.Synchronized(error), stop);
        return new(exitCode, output.ToString(), error.ToString());
    }
}
