using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage;

/// <summary>Measures a journal with a few dozen short questions, however large it is.</summary>
internal static class JournalMeasure
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>Measures the journal of a folder.</summary>
    public static JournalFigures Of(string folder, JournalOptions options, JournalReader reader)
    {
        ChainLink trimmed = reader.Trimmed();
        ChainLink end = reader.End();
        ChainLink? oldest = end.Last > trimmed.Last ? reader.EndOfBatchWith(trimmed.Last + 1) : null;
        long used = reader.UsedBytes();
        (long Sequence, string Path)? snapshot = new SnapshotFolder(folder).Files() is [var newest, ..] ? newest : null;
        return new(
            trimmed.Last + 1,
            end.Last,
            oldest?.At,
            oldest is null ? null : end.At,
            FilesOf(folder).Sum(file => file.Length),
            used,
            snapshot?.Sequence,
            snapshot is { Path: var path } ? new DateTimeOffset(File.GetLastWriteTimeUtc(path)) : null,
            PerDay(reader, trimmed, end, used),
            new DriveInfo(folder).AvailableFreeSpace,
            options.KeepFor,
            options.KeepBytes);
    }

    // Each batch carries the bytes written since the beginning, so a day's bytes are a difference; what indexes and requests take comes on top in proportion.
    private static long? PerDay(JournalReader reader, ChainLink trimmed, ChainLink end, long used)
    {
        if (end.Last == trimmed.Last || reader.EndOfBatchWith(trimmed.Last + 1) is not { } oldest)
        {
            return null;
        }

        ChainLink start = end.At - oldest.At <= Window ? oldest : LastBefore(reader, end.At - Window, oldest, end);
        TimeSpan span = end.At - start.At;
        return span < Least ? null : (long)((end.Total - start.Total) * (Window / span) * ((double)used / Math.Max(1, end.Total - trimmed.Total)));
    }

    // Times never go backwards along the journal: halve the sequence numbers.
    private static ChainLink LastBefore(JournalReader reader, Instant at, ChainLink low, ChainLink high)
    {
        (long from, long to) = (low.Last, high.Last);
        while (from < to)
        {
            long middle = from + ((to - from + 1) / 2);
            ChainLink link = reader.EndOfBatchWith(middle) ?? low;
            if (link.At < at)
            {
                low = link;
                from = Math.Max(middle, link.Last);
            }
            else
            {
                to = middle - 1;
            }
        }

        return low;
    }

    private static IEnumerable<FileInfo> FilesOf(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles(JournalDatabase.FileName + "*").Concat(
            new DirectoryInfo(Path.Combine(folder, SnapshotFolder.Name)) is { Exists: true } snapshots ? snapshots.EnumerateFiles() : []);
}
