using System.Diagnostics;

namespace Nexus.E2E.Running;

/// <summary>The published program, as an operator installs it: the folder named by NEXUS_PUBLISHED, else published once for this run.</summary>
internal static class PublishedProgram
{
    private static readonly Lazy<string> Published = new(FindOrPublish);

    /// <summary>Full path of <c>Nexus.Dashboard.dll</c> in a published folder: static assets are found nowhere else in Production.</summary>
    public static string Path => Published.Value;

    /// <summary>The repository's root, where the solution lies.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindOrPublish()
    {
        if (Environment.GetEnvironmentVariable("NEXUS_PUBLISHED") is { Length: > 0 } folder)
        {
            string given = System.IO.Path.Combine(folder, "Nexus.Dashboard.dll");
            return File.Exists(given) ? given : throw new FileNotFoundException($"NEXUS_PUBLISHED names '{folder}', which holds no published program.", given);
        }

        string target = System.IO.Path.Combine(Root, "artifacts", "published");
        ProcessStartInfo publish = new("dotnet", ["publish", "-c", "Release", "-v", "q", "--nologo", "-o", target, System.IO.Path.Combine(Root, "Nexus.Dashboard")])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(publish) ?? throw new InvalidOperationException("dotnet publish could not be started.");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? System.IO.Path.Combine(target, "Nexus.Dashboard.dll")
            : throw new InvalidOperationException($"dotnet publish failed:\n{output}");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Nexus.Dashboard.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests run from a build inside the repository, and no Nexus.Dashboard.sln lies above them.");
    }
}
