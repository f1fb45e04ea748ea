using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage;

/// <summary>What one commit may trim.</summary>
/// <param name="Last">The last event that may go: the older of the two kept snapshots still needs what follows.</param>
/// <param name="Before">Batches that ended before this time go.</param>
/// <param name="MakeRoom">True when the file is above its size: the oldest go whatever their age.</param>
/// <param name="Trimmed">The last event that has gone already.</param>
internal sealed record TrimLimit(long Last, Instant Before, bool MakeRoom, long Trimmed);

/// <summary>What one commit trimmed.</summary>
/// <param name="Last">The last event that has gone.</param>
/// <param name="Oldest">When the oldest batch that is left ended, or a time before that; null where nothing more may go.</param>
internal sealed record Trimming(long Last, Instant? Oldest);

/// <summary>When the oldest batches go. They go a few with each commit, so that retention costs no fsync of its own and no pause; an idle journal keeps what it has.</summary>
internal sealed class JournalRetention(JournalOptions options)
{
    private static readonly TimeSpan SizeInterval = TimeSpan.FromSeconds(5);

    private Instant _nextSize;
    private bool _tooLarge;

    /// <summary>What may go with a commit at <paramref name="now"/>, or null, which costs nothing to find out.</summary>
    /// <param name="now">The commit's engine time.</param>
    /// <param name="trimmed">What has gone already.</param>
    /// <param name="oldest">When the oldest batch ended.</param>
    /// <param name="safe">The last event that may go.</param>
    /// <param name="usedBytes">Asks for the size of the file.</param>
    public TrimLimit? LimitAt(Instant now, long trimmed, Instant oldest, long safe, Func<long> usedBytes)
    {
        if (safe <= trimmed)
        {
            return null;
        }

        if (now >= _nextSize || _tooLarge)
        {
            _nextSize = now + SizeInterval;
            _tooLarge = usedBytes() > options.KeepBytes;
        }

        Instant before = now - options.KeepFor;
        return _tooLarge || oldest < before ? new(safe, before, _tooLarge, trimmed) : null;
    }
}
