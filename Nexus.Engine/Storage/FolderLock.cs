using System.Globalization;

namespace Nexus.Engine.Storage;

/// <summary>Keeps a second engine off a data folder, for as long as it is held; the system lets go of it when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>The file that is held open.</summary>
    public const string FileName = "engine.lock";

    /// <summary>Who holds it, for people; means nothing while the lock is free.</summary>
    public const string HolderFileName = "engine.pid";

    private readonly FileStream _held;

    private FolderLock(FileStream held) => _held = held;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="JournalException">Another process, or another journal in this one, has it (<see cref="JournalFailure.Locked"/>), or the folder cannot be written.</exception>
    public static FolderLock Take(string folder)
    {
        try
        {
            FolderLock taken = new(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            File.WriteAllText(Path.Combine(folder, HolderFileName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return taken;
        }
        catch (IOException error) when (IsSharingViolation(error))
        {
            throw new JournalException(
                $"{folder} is in use by another Nexus{Holder(folder)}: stop it, or give this one a folder of its own with --data DIR.", JournalFailure.Locked, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw JournalErrors.From(error, folder);
        }
    }

    /// <summary>Lets go. The file stays: removing it would let two newcomers hold two different files of that name.</summary>
    public void Dispose() => _held.Dispose();

    // EAGAIN on Linux, EWOULDBLOCK on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsSharingViolation(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string Holder(string folder)
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path.Combine(folder, HolderFileName)), CultureInfo.InvariantCulture, out int process) ? $" (process {process})" : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
