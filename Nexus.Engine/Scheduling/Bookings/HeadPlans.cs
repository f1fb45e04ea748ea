using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Bookings;

/// <summary>Backfill: whoever could start is looked at beside the planned starts of all who go before it, so that it runs ahead only where it delays none.</summary>
/// <remarks>Nothing is planned ahead of time: while nobody who could start stands behind somebody who cannot, it costs a look at the firsts of the queues. The same queue, grants and promises give the same plan.</remarks>
internal sealed class HeadPlans(EngineState state, Futures futures, Stopped stopped)
{
    /// <summary>Looks at the futures with the planned starts of all who go before somebody at the pools of its route.</summary>
    /// <param name="route">The pools that could serve it.</param>
    /// <param name="asks">Who; null: somebody who need not wait for others.</param>
    /// <param name="now">The moment.</param>
    /// <param name="look">What is looked for.</param>
    /// <param name="byForce">True where others would end for it.</param>
    public T With<T>(Route route, IClaimant? asks, Instant now, Func<T> look, bool byForce = false)
    {
        List<PlanSketch>? sketches = null;
        foreach (string name in asks is null ? [] : route.HeldHomes)
        {
            Pool pool = state.Pools[name];
            if (GoesSomebodyBefore(pool, asks!, now) && MayHaveStarts(pool, now))
            {
                PlanSketch sketch = new(state, futures, pool, stopped.LineOf(pool, now), now);
                (sketches ??= []).Add(sketch);
                sketch.PlanBefore(asks!, byForce);
            }
        }

        T seen = look();
        sketches?.ForEach(s => s.Dispose());
        return seen;
    }

    /// <summary>Looks at the futures with those starts.</summary>
    public void With(Route route, IClaimant asks, Instant now, Action look) => With(route, asks, now, () =>
    {
        look();
        return true;
    });

    /// <summary>True when a plan could keep somebody from starting at the pools of a route.</summary>
    public bool Concerns(Route route, IClaimant asks, Instant now)
    {
        foreach (string name in route.HeldHomes)
        {
            Pool pool = state.Pools[name];
            if (GoesSomebodyBefore(pool, asks, now) && MayHaveStarts(pool, now))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Lets those whom only a plan stopped be looked at again, one after the other in the order of their homes, each beside what is planned there for those before it.</summary>
    /// <param name="firsts">Who, in an order that all of the homes have.</param>
    /// <param name="homes">The homes.</param>
    /// <param name="now">The moment.</param>
    /// <param name="look">Looks at one.</param>
    public void LookAgain(IEnumerable<Live> firsts, string[] homes, Instant now, Action<Live> look)
    {
        PlanSketch[] sketches = Array.ConvertAll(homes, name => new PlanSketch(state, futures, state.Pools[name], stopped.LineOf(state.Pools[name], now), now));
        foreach (Live live in firsts)
        {
            Array.ForEach(sketches, sketch => sketch.PlanBefore(live));
            look(live);
        }

        Array.ForEach(sketches, sketch => sketch.Dispose());
    }

    /// <summary>The start that is planned for somebody who waits, the earliest of those in its pools' queues; null where none is known, or so many go before it that nobody plans for it.</summary>
    public Instant? StartOf(Live live, Instant now)
    {
        Instant? first = null;
        foreach (string name in (live.Shape?.Route ?? state.Router.Find(live.Request.Spec)).HeldHomes)
        {
            using PlanSketch sketch = new(state, futures, state.Pools[name], stopped.LineOf(state.Pools[name], now), now);
            sketch.PlanBefore(live);
            first = sketch.StartOf(live) is { } at && (first is null || at < first) ? at : first;
        }

        return first;
    }

    /// <summary>The starts that are planned for the first of those who wait at a pool, as many as the planning depth allows.</summary>
    public IReadOnlyDictionary<RequestKey, Instant> StartsAt(Pool pool, Instant now)
    {
        Dictionary<RequestKey, Instant> starts = [];
        if (MayHaveStarts(pool, now))
        {
            using PlanSketch sketch = new(state, futures, pool, stopped.LineOf(pool, now), now);
            foreach ((Live live, Instant start) in sketch.PlanAll())
            {
                starts[live.Request.Key] = start;
            }
        }

        return starts;
    }

    private bool GoesSomebodyBefore(Pool pool, IClaimant asks, Instant now)
    {
        foreach (ChargeNode node in pool.Nodes)
        {
            if (!node.Waiting.IsEmpty && node.Waiting.Find(long.MaxValue, now.Milliseconds) is { } first && pool.Order.GoesBefore(first, asks, now.Milliseconds))
            {
                return true;
            }
        }

        return stopped.GoesBefore(pool, asks, now);
    }

    // Where no end is known and nothing comes back by itself, nobody has a start to be delayed, but what is kept.
    private bool MayHaveStarts(Pool pool, Instant now)
    {
        foreach (ChargeNode node in pool.Nodes)
        {
            if (node.HasKnownEnds || node.IsInTurn
                || (!node.Waiting.IsEmpty && node.Waiting.Find(long.MaxValue, now.Milliseconds) is { } first && now - first.Shape.First.Request.SubmittedAt >= pool.Definition.KeepAfter))
            {
                return true;
            }
        }

        return stopped.IsAnybodyAt(pool) || futures.Of(pool.Name) is { IsIdle: false };
    }
}
