using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Nexus.Dashboard.Tests.Engine.Storage;

/// <summary>
/// SQLite's own door to the disk, watched for one folder: it counts what is synced and answers as a failing disk would, when told to. Once in the process
/// it takes the place of the default file system layer (https://www.sqlite.org/vfs.html) and passes through whatever concerns other folders.
/// </summary>
/// <remarks>Killing a process proves nothing about fsync, as the page cache outlives it; tracing system calls needs tools and rights that a machine may not give. This needs neither.</remarks>
internal sealed class WatchedDisk : IDisposable
{
    public const int FullDisk = 13;
    public const int WriteError = 10 | (3 << 8);
    public const int SyncError = 10 | (4 << 8);

    // Places of members in sqlite3_vfs and sqlite3_io_methods on 64-bit systems.
    private const int VfsSize = 168;
    private const int VfsNext = 16;
    private const int VfsName = 24;
    private const int VfsOpen = 40;
    private const int MethodsSize = 152;
    private const int MethodsWrite = 24;
    private const int MethodsSync = 40;

    private static readonly ConcurrentDictionary<string, WatchedDisk> Watched = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<nint, (string Path, WatchedDisk Disk)> Files = [];
    private static readonly ConcurrentDictionary<nint, Methods> Replaced = [];
    private static readonly ConcurrentDictionary<nint, nint> ByOriginal = [];
    private static readonly OpenFile OnOpen = Open;
    private static readonly WriteFile OnWrite = Write;
    private static readonly SyncFile OnSync = Sync;
    private static readonly Lazy<OpenFile> OriginalOpen = new(Install);

    private readonly string _folder;
    private readonly ConcurrentDictionary<string, int> _syncs = new(StringComparer.Ordinal);

    public WatchedDisk(string folder)
    {
        _ = OriginalOpen.Value;
        _folder = folder + Path.DirectorySeparatorChar;
        Watched[_folder] = this;
    }

    /// <summary>What every write answers, or 0 to let it through.</summary>
    public int WritesAnswer { get; set; }

    /// <summary>What every sync answers, or 0 to let it through.</summary>
    public int SyncsAnswer { get; set; }

    /// <summary>How often a file was synced, by the end of its name.</summary>
    public int Syncs(string suffix) => _syncs.Where(file => file.Key.EndsWith(suffix, StringComparison.Ordinal)).Sum(file => file.Value);

    public void Dispose() => Watched.TryRemove(_folder, out _);

    private static OpenFile Install()
    {
        // The static constructor of the connection loads and starts the library.
        new SqliteConnection().Dispose();
        nint original = FindVfs(0);
        nint ours = Marshal.AllocHGlobal(VfsSize);
        byte[] bytes = new byte[VfsSize];
        Marshal.Copy(original, bytes, 0, VfsSize);
        Marshal.Copy(bytes, 0, ours, VfsSize);
        Marshal.WriteIntPtr(ours, VfsNext, 0);
        Marshal.WriteIntPtr(ours, VfsName, Marshal.StringToCoTaskMemUTF8("watched"));
        OpenFile open = Marshal.GetDelegateForFunctionPointer<OpenFile>(Marshal.ReadIntPtr(original, VfsOpen));
        Marshal.WriteIntPtr(ours, VfsOpen, Marshal.GetFunctionPointerForDelegate(OnOpen));
        Assert.Equal(0, RegisterVfs(ours, makeDefault: 1));
        return open;
    }

    private static int Open(nint vfs, nint name, nint file, int flags, nint flagsOut)
    {
        int answer = OriginalOpen.Value(vfs, name, file, flags, flagsOut);
        string? path = name == 0 ? null : Marshal.PtrToStringUTF8(name);
        WatchedDisk? disk = path is null ? null : Watched.FirstOrDefault(folder => path.StartsWith(folder.Key, StringComparison.Ordinal)).Value;
        if (answer == 0 && disk is not null)
        {
            Files[file] = (path!, disk);
            Marshal.WriteIntPtr(file, Replacement(Marshal.ReadIntPtr(file)));
        }

        return answer;
    }

    private static nint Replacement(nint original) => ByOriginal.GetOrAdd(original, static methods =>
    {
        byte[] bytes = new byte[MethodsSize];
        Marshal.Copy(methods, bytes, 0, MethodsSize);
        nint ours = Marshal.AllocHGlobal(MethodsSize);
        Marshal.Copy(bytes, 0, ours, MethodsSize);
        Marshal.WriteIntPtr(ours, MethodsWrite, Marshal.GetFunctionPointerForDelegate(OnWrite));
        Marshal.WriteIntPtr(ours, MethodsSync, Marshal.GetFunctionPointerForDelegate(OnSync));
        Replaced[ours] = new Methods(
            Marshal.GetDelegateForFunctionPointer<WriteFile>(Marshal.ReadIntPtr(methods, MethodsWrite)),
            Marshal.GetDelegateForFunctionPointer<SyncFile>(Marshal.ReadIntPtr(methods, MethodsSync)));
        return ours;
    });

    private static int Write(nint file, nint bytes, int count, long offset) =>
        Files[file].Disk.WritesAnswer is not 0 and int answer ? answer : Replaced[Marshal.ReadIntPtr(file)].Write(file, bytes, count, offset);

    private static int Sync(nint file, int flags)
    {
        (string path, WatchedDisk disk) = Files[file];
        if (disk.SyncsAnswer is not 0 and int answer)
        {
            return answer;
        }

        disk._syncs.AddOrUpdate(path, 1, static (_, count) => count + 1);
        return Replaced[Marshal.ReadIntPtr(file)].Sync(file, flags);
    }

    private sealed record Methods(WriteFile Write, SyncFile Sync);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int OpenFile(nint vfs, nint name, nint file, int flags, nint flagsOut);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int WriteFile(nint file, nint bytes, int count, long offset);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SyncFile(nint file, int flags);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find", CallingConvention = CallingConvention.Cdecl)]
    private static extern nint FindVfs(nint name);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register", CallingConvention = CallingConvention.Cdecl)]
    private static extern int RegisterVfs(nint vfs, int makeDefault);
}
