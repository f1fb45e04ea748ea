using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Those whose wait is over and whose owner's rules let them give way: before they end it is looked once more whether they could start with less.</summary>
internal sealed class DegradeCourse(DegradeChoice choice, Happens happens, Starts start, Func<Request, Instant, EngineEvent> end)
{
    /// <summary>Lets a request whose wait is over start with less.</summary>
    /// <param name="live">The request, which waits.</param>
    /// <param name="now">The moment.</param>
    /// <param name="ways">What is kept for it is there for it.</param>
    /// <param name="batch">Takes what happens.</param>
    /// <returns>False where that does not help: then nothing happened.</returns>
    public bool Start(Live live, Instant now, WayMaker ways, Batch batch)
    {
        if (ways.As(live, () => choice.AtTheEndOfItsWait(live.Request, now)) is not { } less)
        {
            return false;
        }

        happens(less.Happens, Actor.Engine, now, batch);
        start(live, less.Route, less.Pools, now, batch);
        if (live.Request.Status == RequestStatus.Queued)
        {
            // What it costs stops it, even with less: it waits no longer for that.
            happens(end(live.Request, now), Actor.Engine, now, batch);
        }

        return true;
    }
}
