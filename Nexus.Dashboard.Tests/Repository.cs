namespace Nexus.Dashboard.Tests;

/// <summary>The sources that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["obj", "bin", "node_modules", "Migrations", "lib", "data"];

    public static string Root { get; } = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The files below a folder that people write, as paths from the root.</summary>
    public static IEnumerable<string> Sources(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(file => extensions.Contains(Path.GetExtension(file)) && !file.Split(Path.DirectorySeparatorChar).Intersect(NotOurs, StringComparer.Ordinal).Any())
            .Order(StringComparer.Ordinal);

    private static string Find()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Nexus.Dashboard.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("the tests run from a build inside the repository");
        }

        return folder.FullName;
    }
}
