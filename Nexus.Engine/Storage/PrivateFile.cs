namespace Nexus.Engine.Storage;

/// <summary>Files that nobody but their owner may open, whatever the folder allows. SQLite gives what it writes beside a database the database's mode.</summary>
internal static class PrivateFile
{
    /// <summary>Makes an empty file if there is none.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder belongs to somebody else.</exception>
    public static void Create(string path)
    {
        if (!OperatingSystem.IsWindows() && !File.Exists(path))
        {
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
    }
}
