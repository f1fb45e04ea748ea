using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Nexus.Engine.Storage;

/// <summary>How far a backup is.</summary>
/// <param name="File">The file that is copied, relative to the data folder; <c>check</c> while the copy's chain is read.</param>
/// <param name="Done">The bytes of it copied, or read again, so far.</param>
/// <param name="All">All of them.</param>
public sealed record BackupProgress(string File, long Done, long All);

/// <summary>What was backed up.</summary>
/// <param name="Path">The backup: a data folder that a server can be started on.</param>
/// <param name="Files">How many files it holds.</param>
/// <param name="Bytes">How large they are together.</param>
/// <param name="LastSequence">The newest event in it.</param>
public sealed record BackupResult(string Path, int Files, long Bytes, long LastSequence);

/// <summary>Copies a data folder while a server runs on it: every database as it stood at one moment, the snapshots, and whatever else a restore needs.</summary>
/// <remarks>It is written beside its place under a name of its own, made durable, checked, and only then renamed: there is never half a backup under its name.</remarks>
public static class JournalBackup
{
    private const int Attempts = 3;
    private const string DatabaseExtension = ".db";

    /// <summary>Makes a backup.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="target">The folder to make; it must not exist, or be empty.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Stops it and removes what was written.</param>
    /// <exception cref="JournalException">The data folder cannot be read, or the target not be written.</exception>
    /// <exception cref="ArgumentException">The target holds something, or lies within the data folder.</exception>
    public static BackupResult Create(string folder, string target, IProgress<BackupProgress>? progress = null, CancellationToken cancellation = default)
    {
        (folder, target) = (Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)));
        CheckTarget(folder, target);
        string parent = Path.GetDirectoryName(target) ?? throw new ArgumentException("the root of a file system cannot be a backup", nameof(target));
        string temporary = $"{target}.partial-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(parent);
            CreatePrivate(temporary);
            BackupResult result = Fill(folder, temporary, progress, cancellation) with { Path = target };
            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            Directory.Move(temporary, target);
            DirectorySync.Flush(parent);
            return result;
        }
        catch (SqliteException error)
        {
            throw JournalErrors.From(error, folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(
                $"The backup {target} could not be written: {error.Message}", error is IOException { HResult: 28 } ? JournalFailure.Full : JournalFailure.InputOutput, error);
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private static void CheckTarget(string folder, string target)
    {
        if (!File.Exists(JournalDatabase.PathIn(folder)))
        {
            throw new JournalException($"There is no journal in {folder}: name the data folder with --data DIR.", JournalFailure.InputOutput);
        }

        if (target == folder || target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{target} lies within the data folder: name a place outside of it", nameof(target));
        }

        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new ArgumentException($"{target} exists and is not empty: name a folder that does not exist yet", nameof(target));
        }
    }

    private static BackupResult Fill(string folder, string temporary, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        foreach (string file in FilesOf(folder))
        {
            cancellation.ThrowIfCancellationRequested();
            string name = Path.GetRelativePath(folder, file);
            string copy = Path.Combine(temporary, name);
            CreatePrivate(Path.GetDirectoryName(copy)!);
            if (Path.GetExtension(file) == DatabaseExtension)
            {
                DatabaseCopy.Write(file, copy, (done, all) => progress?.Report(new(name, done, all)), cancellation);
            }
            else
            {
                CopyFile(file, copy);
            }
        }

        // The server may replace its snapshots while the journal is copied: take those that belong to the copy, until there is one to start from.
        for (int attempt = 1; !CopySnapshots(folder, temporary); attempt++)
        {
            if (attempt == Attempts)
            {
                throw new IOException("its snapshots were replaced faster than they could be copied; try again");
            }

            DatabaseCopy.Write(JournalDatabase.PathIn(folder), JournalDatabase.PathIn(temporary), (done, all) => progress?.Report(new(JournalDatabase.FileName, done, all)), cancellation);
        }

        FlushAll(temporary);
        long last = Check(temporary, progress, cancellation);
        FileInfo[] files = [.. new DirectoryInfo(temporary).EnumerateFiles("*", SearchOption.AllDirectories)];
        return new(temporary, files.Length, files.Sum(file => file.Length), last);
    }

    // Reads the copy's whole chain: damage that the original has, or that the copying did, is found now and not on the day of the restore.
    private static long Check(string temporary, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        using JournalReaderPool readers = new(temporary);
        (ChainLink trimmed, ChainLink end) = readers.Ask(reader => (reader.Trimmed(), reader.End()));
        long read = 0;
        foreach (ChainedBatch batch in JournalWalk.From(trimmed.Last, temporary, readers))
        {
            cancellation.ThrowIfCancellationRequested();
            read += batch.Batch.Events.Length;
            progress?.Report(new("check", read, end.Total - trimmed.Total));
        }

        return end.Last;
    }

    // False when the copy could not be started from: retention took the first events, and no snapshot of its own is there.
    private static bool CopySnapshots(string folder, string temporary)
    {
        using JournalReaderPool readers = new(temporary);
        (ChainLink trimmed, ChainLink end) = readers.Ask(reader => (reader.Trimmed(), reader.End()));
        foreach ((long sequence, string path) in new SnapshotFolder(folder).Files())
        {
            string copy = Path.Combine(temporary, SnapshotFolder.Name, Path.GetFileName(path));
            if (sequence <= end.Last && File.Exists(path))
            {
                CreatePrivate(Path.GetDirectoryName(copy)!);
                CopyFile(path, copy);
            }
        }

        return trimmed.Last == 0 || new SnapshotFolder(temporary).Files().Any(file => file.Sequence >= trimmed.Last);
    }

    // Locks, sockets and unfinished files belong to the running server, a WAL to its database; snapshots are copied after the journal.
    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => Path.GetFileName(file) is not (FolderLock.FileName or FolderLock.HolderFileName)
                && !Path.GetRelativePath(folder, file).StartsWith(SnapshotFolder.Name + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                && Path.GetExtension(file) is not (".db-wal" or ".db-shm" or ".db-journal" or ".sock" or ".tmp"))
            .Order(StringComparer.Ordinal);

    private static void CopyFile(string from, string to)
    {
        try
        {
            File.Copy(from, to, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // Replaced by its owner since it was listed: what replaced it is copied, or not part of this backup.
        }
    }

    private static void FlushAll(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using SafeFileHandle open = File.OpenHandle(file, FileMode.Open, OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read);
            RandomAccess.FlushToDisk(open);
        }

        foreach (string inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Append(folder))
        {
            DirectorySync.Flush(inner);
        }
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
