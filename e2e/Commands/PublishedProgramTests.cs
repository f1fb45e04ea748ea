using System.Diagnostics;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Commands;

public sealed class PublishedProgramTests
{
    [Fact]
    public async Task The_published_program_answers_from_any_working_directory()
    {
        ProcessStartInfo help = new("dotnet", [PublishedProgram.Path, "--help"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        using Process process = Process.Start(help)!;
        string text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("serve", text, StringComparison.Ordinal);
    }
}
