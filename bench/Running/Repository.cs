using System.Diagnostics;

namespace Nexus.Bench.Running;

/// <summary>Where the sources lie, and programs published from them as an operator would install them.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The published program: the folder named by NEXUS_PUBLISHED, else published now.</summary>
    public static string Nexus() =>
        Environment.GetEnvironmentVariable("NEXUS_PUBLISHED") is { Length: > 0 } folder
            ? Path.Combine(Path.GetFullPath(folder), "Nexus.Dashboard.dll")
            : Publish("Nexus.Dashboard");

    /// <summary>Publishes a project of the repository into <c>artifacts/bench</c>.</summary>
    /// <returns>The program's path.</returns>
    public static string Publish(string project)
    {
        string name = Path.GetFileName(Directory.GetFiles(Path.Combine(Root, project), "*.csproj")[0])[..^".csproj".Length];
        string target = Path.Combine(Root, "artifacts", "bench", name);
        Console.WriteLine($"publishing {project} …");
        using Process publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", Path.Combine(Root, project), "-c", "Release", "-v", "q", "-tl:off", "-o", target])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        string output = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        return publish.ExitCode == 0 ? Path.Combine(target, name + ".dll") : throw new InvalidOperationException($"{project} could not be published:\n{output}");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Nexus.Dashboard.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("bench runs from a build inside the repository, and no Nexus.Dashboard.sln lies above it");
    }
}
