using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>What changed since the frame before, for whoever watches a topic. The first frame of a subscription is full: it holds everything.</summary>
/// <param name="Sequence">The last event in it.</param>
/// <param name="At">The engine time at which it was made.</param>
/// <param name="Full">True when it replaces all that came before, instead of adding to it.</param>
public abstract record Frame(long Sequence, Instant At, bool Full);

/// <summary>Topic <c>overview</c>.</summary>
/// <param name="Sequence">The last event in it.</param>
/// <param name="At">The engine time at which it was made.</param>
/// <param name="Full">True when it replaces all that came before.</param>
/// <param name="Queue">The queue's figures; null: as before.</param>
/// <param name="Speed">How the engine does; null: as before.</param>
/// <param name="Pools">The pools whose figures changed.</param>
/// <param name="RemovedPools">Pools that are no longer there.</param>
/// <param name="Points">New points of the live series, oldest first.</param>
/// <param name="Decisions">New decisions, the newest first, at most <see cref="Decision.MostInFrame"/>.</param>
/// <param name="Health">How the engine is; null: as before.</param>
public sealed record OverviewFrame(
    long Sequence, Instant At, bool Full, QueueFigures? Queue, SpeedFigures? Speed, IReadOnlyList<PoolFigures> Pools, IReadOnlyList<string> RemovedPools,
    IReadOnlyList<SeriesPoint> Points, IReadOnlyList<Decision> Decisions, HealthFigures? Health) : Frame(Sequence, At, Full);

/// <summary>Topic <c>pools</c>.</summary>
/// <param name="Sequence">The last event in it.</param>
/// <param name="At">The engine time at which it was made.</param>
/// <param name="Full">True when it replaces all that came before.</param>
/// <param name="Pools">The pools whose figures changed.</param>
/// <param name="RemovedPools">Pools that are no longer there.</param>
/// <param name="Points">New points of the live series, oldest first.</param>
public sealed record PoolsFrame(
    long Sequence, Instant At, bool Full, IReadOnlyList<PoolFigures> Pools, IReadOnlyList<string> RemovedPools, IReadOnlyList<SeriesPoint> Points) : Frame(Sequence, At, Full);

/// <summary>Topic <c>pools/NAME</c>.</summary>
/// <param name="Sequence">The last event in it.</param>
/// <param name="At">The engine time at which it was made.</param>
/// <param name="Full">True when it replaces all that came before.</param>
/// <param name="Pool">Its figures; null: as before, or, in a full frame, there is no such pool.</param>
/// <param name="Removed">True when it is no longer there.</param>
/// <param name="Points">New points of the live series, oldest first, with this pool's meters only.</param>
/// <param name="Changed">The requests of this pool that the subscriber may see and that changed, at most <see cref="QueueFrame.MostChanged"/>.</param>
/// <param name="More">True when more changed than are named: read the list again.</param>
public sealed record PoolFrame(
    long Sequence, Instant At, bool Full, PoolFigures? Pool, bool Removed, IReadOnlyList<SeriesPoint> Points, IReadOnlyList<Request> Changed, bool More) : Frame(Sequence, At, Full);

/// <summary>Topic <c>queue</c>.</summary>
/// <param name="Sequence">The last event in it.</param>
/// <param name="At">The engine time at which it was made.</param>
/// <param name="Full">True when it replaces all that came before.</param>
/// <param name="Queue">The queue's figures; null: as before.</param>
/// <param name="Changed">The requests that the subscriber may see and that changed, as they stand now, at most <see cref="MostChanged"/>. None in a full frame: read the list.</param>
/// <param name="More">True when more changed than are named: read the list again.</param>
public sealed record QueueFrame(long Sequence, Instant At, bool Full, QueueFigures? Queue, IReadOnlyList<Request> Changed, bool More) : Frame(Sequence, At, Full)
{
    /// <summary>The most requests named in one frame.</summary>
    public const int MostChanged = 100;
}
