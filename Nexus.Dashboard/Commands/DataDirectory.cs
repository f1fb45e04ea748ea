namespace Nexus.Dashboard.Commands;

/// <summary>Where this system's journal, access data and local socket live. Absolute; created when it is opened.</summary>
internal sealed record DataDirectory(string Path)
{
    /// <summary>The key of appsettings.json; after start it holds the directory that was chosen.</summary>
    public const string ConfigurationKey = "Nexus:Data";

    /// <summary><c>--data</c>, else <c>Nexus:Data</c>, else <c>data</c>: in Development that of the repository, elsewhere the one beside the program.</summary>
    public static DataDirectory Choose(string? option, IConfiguration configuration, bool development) =>
        option is { Length: > 0 } ? new(System.IO.Path.GetFullPath(option))
        : configuration[ConfigurationKey] is { Length: > 0 } configured ? new(System.IO.Path.GetFullPath(configured, AppContext.BaseDirectory))
        : new(System.IO.Path.Combine(Home(development), "data"));

    /// <summary>The directory that was chosen at start.</summary>
    public static DataDirectory Of(IConfiguration configuration) =>
        new(configuration[ConfigurationKey] ?? throw new InvalidOperationException($"{ConfigurationKey} is not set"));

    /// <summary>Makes the directory, for this user alone: it holds the hashes of keys and what protects cookies.</summary>
    public void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // A debug build lies deep under bin; a developer expects the data where the solution is.
    private static string Home(bool development)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); development && folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Nexus.Dashboard.sln")))
            {
                return folder.FullName;
            }
        }

        return AppContext.BaseDirectory;
    }
}
