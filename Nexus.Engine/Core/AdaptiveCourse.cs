using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Core;

/// <summary>What follows for adaptive pools: they change their strategy when what they learned says so, or a rule.</summary>
internal sealed class AdaptiveCourse(EngineState state, DueQueue due, Happens happens)
{
    private const long MillisecondsAMinute = 60_000;

    private readonly Moment _look = new();
    private bool _ruled;

    /// <summary>What follows from an event.</summary>
    public void Tell(EngineEvent happened, Instant at, Batch batch)
    {
        if (happened is StrategyTried tried)
        {
            batch.TouchPool(tried.Pool);
            Pool pool = state.Pools[tried.Pool];
            if (pool.Adaptive!.Verdict(SettingsOf(pool), at) is { } verdict && (SettingsOf(pool).Rules.Count == 0 || RuleFor(pool, LoadsOf([pool])[0]) is null))
            {
                Switch(pool, pool.Adaptive.Leader!, verdict, at, batch);
            }
        }
        else if (happened is PoolSet or PoolDeleted)
        {
            _ruled = Ruled().Any();
            Watch(at);
        }
        else if (_ruled && _look.WakeAt == long.MaxValue && (happened is RequestSubmitted { Status: RequestStatus.Queued or RequestStatus.Reserved } or RequestRequeued or RequestHeld { Held: false }))
        {
            Watch(at);
        }
    }

    /// <summary>A full minute has come: rules are looked at.</summary>
    public void Look(IEnumerable<WaitPoint> points, Instant at, Batch batch)
    {
        if (!points.Contains(_look))
        {
            return;
        }

        Pool[] ruled = [.. Ruled()];
        PoolLoad[] loads = LoadsOf(ruled);
        for (int i = 0; i < ruled.Length; i++)
        {
            Look(ruled[i], loads[i], at, batch);
        }

        Watch(at);
    }

    /// <summary>Makes anew what is derived, after events that came from the journal.</summary>
    public void Index()
    {
        _look.WakeAt = long.MaxValue;
        _ruled = Ruled().Any();
        Watch(state.At);
    }

    private void Look(Pool pool, PoolLoad load, Instant at, Batch batch)
    {
        AdaptiveState adaptive = pool.Adaptive!;
        StrategyRule? rule = RuleFor(pool, load);
        if (rule?.Strategy == adaptive.InForce || (adaptive.Rule is not null && adaptive.RestsUntil(SettingsOf(pool)) > at))
        {
            return;
        }

        if (rule is not null)
        {
            Switch(pool, rule.Strategy, adaptive.Evidence(SwitchCause.Rule, rule, load), at, batch);
        }
        else if (adaptive.Rule is { } over)
        {
            Switch(pool, adaptive.Learned, adaptive.Evidence(SwitchCause.RuleOver, over, load), at, batch);
        }
    }

    private void Switch(Pool pool, string strategy, SwitchEvidence evidence, Instant at, Batch batch) =>
        happens(new StrategySwitched(pool.Name, pool.Adaptive!.InForce, strategy, evidence), Actor.Engine, at, batch);

    private void Watch(Instant at)
    {
        due.Forget(_look);
        if (_ruled && (state.Pools.Values.Any(p => p.Adaptive?.Rule is not null) || state.Requests.Values.Any(l => Waits(l.Request))))
        {
            due.Schedule(_look, ((at.Milliseconds / MillisecondsAMinute) + 1) * MillisecondsAMinute);
        }
    }

    private static bool Waits(Request request) => request is { Status: RequestStatus.Queued or RequestStatus.Reserved, Held: false };

    private IEnumerable<Pool> Ruled() => state.Pools.Values.Where(p => p.Adaptive is { } adaptive && (adaptive.Rule is not null || SettingsOf(p).Rules.Count > 0));

    private static StrategyRule? RuleFor(Pool pool, PoolLoad load) => SettingsOf(pool).Rules.FirstOrDefault(r => r.Holds(load));

    private static AdaptiveSettings SettingsOf(Pool pool) => pool.Definition.Adaptive ?? AdaptiveSettings.Default;

    // Looks at each request, once for all pools; once a minute.
    private PoolLoad[] LoadsOf(Pool[] pools)
    {
        PoolLoad[] loads = new PoolLoad[pools.Length];
        HashSet<(int Pool, string Tenant)> tenants = [];
        foreach (Request request in state.Requests.Values.Select(l => l.Request).Where(Waits))
        {
            Route route = state.Router.Find(request.Spec);
            for (int i = 0; i < pools.Length; i++)
            {
                if (route.Serves(pools[i].Name))
                {
                    loads[i] = new(loads[i].Waiting + PoolLoad.One, loads[i].Deadlines + (request.Spec.Deadline is null ? 0 : PoolLoad.One), loads[i].Tenants + (tenants.Add((i, request.Owner.Tenant)) ? 1 : 0));
                }
            }
        }

        return loads;
    }
}
