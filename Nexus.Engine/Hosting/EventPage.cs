using System.Collections;
using Nexus.Engine.Core;

namespace Nexus.Engine.Hosting;

/// <summary>Events in the order in which they happened, as far as was looked.</summary>
/// <param name="items">Those that the reader may see.</param>
/// <param name="lookedTo">The last event looked at: where to go on, also when none was to be seen.</param>
/// <param name="trimmedTo">The last event that is no longer kept; 0 when all are.</param>
public sealed class EventPage(IReadOnlyList<EngineEvent> items, long lookedTo, long trimmedTo) : IReadOnlyList<EngineEvent>
{
    /// <summary>The last event looked at: the <c>after</c> of the next page.</summary>
    public long LookedTo { get; } = lookedTo;

    /// <summary>The last event that is no longer kept; 0 when all are. Who asks for what lies before it gets what follows it.</summary>
    public long TrimmedTo { get; } = trimmedTo;

    /// <inheritdoc/>
    public int Count => items.Count;

    /// <inheritdoc/>
    public EngineEvent this[int index] => items[index];

    /// <inheritdoc/>
    public IEnumerator<EngineEvent> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
