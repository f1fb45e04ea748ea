using System.Globalization;

namespace Nexus.Engine.Storage;

/// <summary>The snapshots of a data folder: files beside the journal, so that tens of megabytes of state never stand in a commit's way.</summary>
internal sealed class SnapshotFolder(string folder)
{
    /// <summary>The folder's name in the data folder.</summary>
    public const string Name = "snapshots";

    private const string Extension = ".snapshot";

    /// <summary>How many are kept: the newest to start from, and the one before it to recompute the newest, or to fall back on.</summary>
    private const int Kept = 2;

    private readonly string _path = Path.Combine(folder, Name);

    /// <summary>The files with the number of the last event in each, newest first, whether or not they are sound.</summary>
    public IReadOnlyList<(long Sequence, string Path)> Files() => !Directory.Exists(_path) ? [] :
    [
        .. Directory.EnumerateFiles(_path, "*" + Extension)
            .Select(file => (Sequence: SequenceOf(file), file))
            .Where(file => file.Sequence >= 0)
            .OrderByDescending(file => file.Sequence),
    ];

    /// <summary>The sound ones that belong to a chain, newest first, each read only when it is asked for.</summary>
    /// <param name="atMost">The last event that may be in them.</param>
    /// <param name="chainAt">The chain's hash where a batch ends at that event, else null.</param>
    /// <param name="unsound">Told of each that cannot be used, and why.</param>
    public IEnumerable<Snapshot> Sound(long atMost, Func<long, byte[]?> chainAt, Action<string, string> unsound)
    {
        foreach ((long sequence, string path) in Files())
        {
            if (sequence > atMost)
            {
                continue;
            }

            if (!SnapshotFile.TryRead(path, out Snapshot? snapshot, out byte[]? chain, out string? fault))
            {
                unsound(path, fault);
            }
            else if (snapshot.Sequence != sequence || chainAt(sequence) is not { } expected || !chain.AsSpan().SequenceEqual(expected))
            {
                unsound(path, "it does not belong to this journal");
            }
            else
            {
                yield return snapshot;
            }
        }
    }

    /// <summary>Keeps a snapshot, then removes what it makes superfluous: those beyond the newest two, and those of events that this journal does not have.</summary>
    public void Save(Snapshot snapshot, ReadOnlySpan<byte> chain)
    {
        Directory.CreateDirectory(_path);
        SnapshotFile.Write(Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{snapshot.Sequence:D19}{Extension}")), snapshot, chain);
        foreach ((long _, string superfluous) in Files().Where(file => file.Sequence > snapshot.Sequence).Concat(Files().Where(file => file.Sequence <= snapshot.Sequence).Skip(Kept)))
        {
            File.Delete(superfluous);
        }

        foreach (string left in Directory.EnumerateFiles(_path, "*.tmp"))
        {
            File.Delete(left);
        }
    }

    private static long SequenceOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long sequence) ? sequence : -1;
}
