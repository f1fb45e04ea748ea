using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage;

/// <summary>What the journal takes on disk and how that grows.</summary>
/// <param name="FirstSequence">The oldest event kept.</param>
/// <param name="LastSequence">The newest event.</param>
/// <param name="FirstAt">When the oldest batch ended; null when there is none.</param>
/// <param name="LastAt">When the newest batch ended; null when there is none.</param>
/// <param name="Bytes">What all its files take, in bytes.</param>
/// <param name="UsedBytes">What of <c>engine.db</c> holds something; the rest is used again.</param>
/// <param name="SnapshotSequence">The last event in the newest snapshot; null when there is none.</param>
/// <param name="SnapshotAt">When the newest snapshot was written, by the wall clock; null when there is none.</param>
/// <param name="BytesPerDay">How much a day writes, from the last 24 hours or what there is of them; null before there is a minute of it.</param>
/// <param name="DiskFreeBytes">What is free on that disk for this user.</param>
/// <param name="KeepFor">How long events are kept.</param>
/// <param name="KeepBytes">How large <c>engine.db</c> may grow.</param>
public sealed record JournalFigures(
    long FirstSequence,
    long LastSequence,
    Instant? FirstAt,
    Instant? LastAt,
    long Bytes,
    long UsedBytes,
    long? SnapshotSequence,
    DateTimeOffset? SnapshotAt,
    long? BytesPerDay,
    long DiskFreeBytes,
    TimeSpan KeepFor,
    long KeepBytes)
{
    /// <summary>The size at which retention lets it grow no further, at the present pace; null while the pace is not known.</summary>
    public long? SettlesAtBytes => BytesPerDay is { } pace ? (long)Math.Min(KeepBytes, pace * KeepFor.TotalDays) : null;

    /// <summary>After how many days the disk is full at the present pace; null when retention comes first, or the pace is not known.</summary>
    public double? DaysUntilFull => BytesPerDay is > 0 and { } pace && SettlesAtBytes - UsedBytes > DiskFreeBytes ? (double)DiskFreeBytes / pace : null;
}
