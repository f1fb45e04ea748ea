using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Simulation.Trials;

/// <summary>Counts what becomes of the requests of a stretch: of each pool those that it could serve, under whichever strategy.</summary>
internal sealed class TrialTally
{
    private readonly Dictionary<RequestKey, TriedRequest> _requests = [];
    private readonly Homes _homes = new();
    private readonly Func<string, ResourceKind?> _kindOf;
    private readonly string[] _pools;
    private readonly Instant _from;
    private readonly Instant _to;
    private int _waiting;

    /// <summary>Counts from the beginning of a stretch.</summary>
    /// <param name="engine">The engine as it stands there.</param>
    /// <param name="pools">The pools that are asked about.</param>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end: what comes later does not count.</param>
    public TrialTally(Core.Engine engine, IReadOnlyList<string> pools, Instant from, Instant to)
    {
        (_pools, _from, _to, _kindOf) = ([.. pools], from, to, engine.Configuration.Kind);

        // What a strategy keeps from a request is its doing: it counts for the pool all the same.
        _homes.Configure(engine.Configuration, engine.Pools.Select(p => p.Definition with { Strategy = Scheduling.Strategies.KnownStrategies.Default }));
        foreach (Request request in engine.Requests.Where(r => r is { Status: RequestStatus.Queued or RequestStatus.Reserved, Held: false }))
        {
            Came(request.Spec, request.Needs, from);
        }
    }

    /// <summary>True when the stretch is over, and nobody waits any more who counts.</summary>
    public bool IsOver(Instant now) => now > _to && _waiting == 0;

    /// <summary>Takes in what was decided.</summary>
    public void See(Batch batch)
    {
        for (int i = 0; i < batch.Events.Count; i++)
        {
            if (batch.Events[i] is RequestEvent happened)
            {
                See(happened, batch);
            }
        }
    }

    /// <summary>What became of those that a pool could serve.</summary>
    /// <param name="pool">The pool's number.</param>
    /// <param name="strategy">The strategy that it followed.</param>
    /// <param name="end">The end of the replay.</param>
    /// <param name="fairness">Jain's index, 0 – 1.</param>
    /// <returns>The figures, and how many were refused.</returns>
    public (StrategyFigures Figures, long Refused) FiguresOf(int pool, string strategy, Instant end, double fairness)
    {
        (long requests, long waited, long deadlines, long missed, long granted, long refused) = (0, 0, 0, 0, 0, 0);
        Money cost = Money.Zero;
        foreach (TriedRequest request in _requests.Values.Where(r => r.Pools.Contains(pool)))
        {
            requests++;
            waited += request.WaitedBy(end);
            deadlines += request.HasDeadline ? 1 : 0;
            missed += request.HasDeadline && !request.Meets ? 1 : 0;
            granted += request.WasGranted ? 1 : 0;
            refused += request.WasRefused ? 1 : 0;
            cost += request.Cost;
        }

        return (new StrategyFigures(strategy, requests, waited, deadlines, missed, (int)Math.Round((1 - fairness) * StrategyRule.Million), granted, cost), refused);
    }

    /// <summary>Who waited in the stretch itself for what a pool could serve, on average.</summary>
    public PoolLoad LoadOf(int pool)
    {
        long length = Math.Max(1, _to.Milliseconds - _from.Milliseconds);
        (Int128 waited, Int128 deadlines) = (0, 0);
        HashSet<string> tenants = new(StringComparer.Ordinal);
        foreach (TriedRequest request in _requests.Values.Where(r => r.Pools.Contains(pool)))
        {
            long wait = request.WaitedBy(_to);
            waited += wait;
            deadlines += request.HasDeadline ? wait : 0;
            if (wait > 0)
            {
                tenants.Add(request.Tenant);
            }
        }

        return new PoolLoad((long)(waited * PoolLoad.One / length), (long)(deadlines * PoolLoad.One / length), tenants.Count);
    }

    private void See(RequestEvent happened, Batch batch)
    {
        if (happened is RequestSubmitted submitted)
        {
            if (submitted.At <= _to && Came(submitted.Spec, NeedsOf(submitted, batch), submitted.At) is { } came)
            {
                if (submitted.Lease is not null)
                {
                    Changed(came, r => r.Start(submitted.At, submitted.Estimate));
                }
                else if (submitted.Status == RequestStatus.Rejected)
                {
                    Changed(came, r => r.End(submitted.At, refused: true));
                }
            }

            return;
        }

        if (!_requests.TryGetValue(happened.Key, out TriedRequest? request))
        {
            return;
        }

        switch (happened)
        {
            case RequestStarted e: Changed(request, r => r.Start(e.At, e.Estimate)); break;
            case RequestRequeued e: Changed(request, r => r.Cut(e.At)); break;
            case RequestEnded { Status: RequestStatus.Preempted } e:
                request.Cut(e.At);
                Changed(request, r => r.End(e.At, refused: false));
                break;
            case RequestEnded e: Changed(request, r => r.End(e.At, e.Status is RequestStatus.Rejected or RequestStatus.Expired)); break;
            case AmountChosen e: request.Duration = e.Duration; break;
            case AlternativeChosen e: request.Duration = e.Duration; break;
            case RequestHeld { Held: true } e:
                // What somebody holds back waits under every strategy.
                Changed(request, r => r.End(e.At, refused: false));
                _requests.Remove(e.Key);
                break;
        }
    }

    private void Changed(TriedRequest request, Action<TriedRequest> change)
    {
        bool waited = request.Waits;
        change(request);
        _waiting += (request.Waits ? 1 : 0) - (waited ? 1 : 0);
    }

    private TriedRequest? Came(RequestSpec spec, ResourceVector needs, Instant at)
    {
        // Of several configurations those that any could be served by: which is chosen is the strategy's doing.
        IReadOnlyList<string> homes = spec.Alternatives is null ? _homes.Of(spec, needs) : [.. spec.Configurations.SelectMany(c => _homes.Of(c, c.Members == 1 ? c.Resources : Gang.Needs(c, _kindOf)))];
        int[] pools = [.. Enumerable.Range(0, _pools.Length).Where(i => homes.Contains(_pools[i], StringComparer.Ordinal))];
        if (pools.Length == 0)
        {
            return null;
        }

        _waiting++;
        return _requests[new RequestKey(spec.Owner.Tenant, spec.Id)] = new TriedRequest(spec, at, pools);
    }

    private static ResourceVector NeedsOf(RequestSubmitted submitted, Batch batch) =>
        submitted.Spec.Members == 1 ? submitted.Spec.Resources : batch.Requests.First(r => r.Key == submitted.Key).Needs;
}
