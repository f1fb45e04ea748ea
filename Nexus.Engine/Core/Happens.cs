using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Lets an event happen, with all that follows from it.</summary>
internal delegate Live? Happens(EngineEvent happens, Actor actor, Instant at, Batch batch);

/// <summary>Several events.</summary>
internal static class HappensExtensions
{
    /// <summary>Lets events happen one after another, of the engine's own accord.</summary>
    public static void All(this Happens happens, IEnumerable<EngineEvent> events, Instant at, Batch batch)
    {
        foreach (EngineEvent happened in events.ToArray())
        {
            happens(happened, Actor.Engine, at, batch);
        }
    }
}
