using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Core;

/// <summary>What a request gets that would be refused, where its owner's rules let it give way: each way by itself in the order in which it is stated; then the first two together, the first three, and so on.</summary>
/// <remarks>One decision for each way that is refused, two where a later start may also move a deadline; where one goes and amounts are lowered, eight more to find how much. Fifteen ways at most; asked for what would be refused alone.</remarks>
internal sealed class DegradeChoice(EngineState state, SubmitHandler submit)
{
    /// <summary>What becomes of a request that would be refused, from one way to the next: with the first that is not refused it goes. Decided one by one, as they are asked for.</summary>
    /// <param name="asked">The submission.</param>
    /// <param name="refused">What would become of it.</param>
    /// <param name="now">The moment.</param>
    public IEnumerable<RequestSubmitted> Outcomes(Submit asked, RequestSubmitted refused, Instant now)
    {
        if (refused.Reason is not { Gate: not Gate.Access } why || RulesFor(asked.Spec) is not { } owner)
        {
            yield break;
        }

        RequestSpec spec = asked.Spec;
        foreach (IReadOnlyList<DegradeStep> steps in Together(owner.Degrade!.Steps))
        {
            foreach (RequestSpec starts in Starts(spec, steps))
            {
                RequestSpec basis = starts with { Pools = PoolsOf(spec, steps) };
                RequestSubmitted? Decided(int scale) => In(basis, spec, spec.Resources, steps, scale, owner.Path, why) is { } less
                    ? submit.Decide(asked with { Spec = less }, now).Happens as RequestSubmitted : null;
                if (Best(Decided, steps.Any(s => s is LowerAmounts)) is { } outcome)
                {
                    yield return outcome;
                }
            }
        }
    }

    /// <summary>With what a request starts whose wait is over, where its owner's rules let it give way in its amounts or pools; null where they do not, or that does not help.</summary>
    /// <param name="request">The request, which waits.</param>
    /// <param name="now">The moment.</param>
    public (RequestDegraded Happens, Route Route, RouteCandidate[] Pools)? AtTheEndOfItsWait(Request request, Instant now)
    {
        if (request is not { Status: RequestStatus.Queued, Held: false } || RulesFor(request.Spec) is not { } owner)
        {
            return null;
        }

        (RequestSpec spec, RequestSpec asked) = (request.Spec, request.Spec.AsAsked());
        Standing standing = state.StandingOf(request);
        foreach (IReadOnlyList<DegradeStep> steps in Together([.. owner.Degrade!.Steps.Where(s => s is not LaterStart)]))
        {
            RequestSpec basis = spec with { Pools = PoolsOf(spec, steps) };
            Way? Started(int scale) => In(basis, spec, asked.Resources, steps, scale, owner.Path, new Reason(ReasonCode.WaitedTooLong)) is { } less ? StartOf(request, less, standing, now) : null;
            if (Largest(Started, way => way is not null, steps.Any(s => s is LowerAmounts)) is { } way)
            {
                return (new RequestDegraded(request.Owner, spec.Id, way.Spec.Resources, way.Spec.Pools, way.Spec.Degraded!), way.Route, way.Pools);
            }
        }

        return null;
    }

    /// <summary>The request after it gave way.</summary>
    public static Request Made(Request request, RequestDegraded happened, Func<string, ResourceKind?> kindOf)
    {
        RequestSpec spec = request.Spec with { Resources = happened.Resources, Pools = happened.Pools, Degraded = happened.Degraded };
        return request with { Spec = spec, Needs = Gang.Needs(spec, kindOf), Version = happened.Sequence };
    }

    // Who states how it gives way itself, or is judged for a whole run, does not give way by the rules.
    private OwnerSettings? RulesFor(RequestSpec spec) =>
        spec is { MayDegrade: true, Work: null, Alternatives: null, Sizing: null, Allowance: null, Reservation: null } ? state.Configuration.EffectiveFor(spec.Owner).Degrading : null;

    private static IEnumerable<IReadOnlyList<DegradeStep>> Together(IReadOnlyList<DegradeStep> steps) =>
        steps.Select(s => (IReadOnlyList<DegradeStep>)[s]).Concat(Enumerable.Range(2, Math.Max(0, steps.Count - 1)).Select(n => (IReadOnlyList<DegradeStep>)[.. steps.Take(n)]));

    // The largest that starts now; else the largest that waits or is promised a start; else what becomes of the least.
    private static RequestSubmitted? Best(Func<int, RequestSubmitted?> decided, bool lowers)
    {
        if (!lowers)
        {
            return decided(DegradedAmounts.Scales);
        }

        RequestSubmitted? least = decided(0);
        return least is null || least.Status == RequestStatus.Rejected ? least
            : least.Lease is not null ? Largest(decided, o => o?.Lease is not null, lowers)
            : Largest(decided, o => o is { Status: not RequestStatus.Rejected }, lowers);
    }

    // What goes with more goes with less.
    private static T? Largest<T>(Func<int, T?> at, Func<T?, bool> goes, bool lowers)
        where T : class
    {
        (int known, int most) = (lowers ? 0 : DegradedAmounts.Scales, DegradedAmounts.Scales + 1);
        T? best = at(known);
        if (!goes(best))
        {
            return null;
        }

        while (most - known > 1)
        {
            int middle = (known + most) / 2;
            if (at(middle) is { } more && goes(more))
            {
                (known, best) = (middle, more);
            }
            else
            {
                most = middle;
            }
        }

        return best;
    }

    // Null where that is what it is already.
    private RequestSpec? In(RequestSpec basis, RequestSpec before, ResourceVector asked, IReadOnlyList<DegradeStep> steps, int scale, OwnerPath by, Reason why)
    {
        LowerAmounts[] lower = [.. steps.OfType<LowerAmounts>()];
        RequestSpec less = lower.Length == 0 ? basis : basis with { Resources = DegradedAmounts.At(asked, before.Resources, lower, scale, state.KindOf) };
        HashSet<DegradeKind> given = [.. before.Degraded?.Steps ?? []];
        int known = given.Count;
        AddIf(DegradeKind.Amount, !less.Resources.Equals(before.Resources));
        AddIf(DegradeKind.Pool, less.Pools?.Count != before.Pools?.Count);
        AddIf(DegradeKind.Start, less.Queue != before.Queue || less.MaxWait != before.MaxWait || less.Deadline != before.Deadline);
        if (less.Resources.Equals(before.Resources) && given.Count == known)
        {
            return null;
        }

        DegradeKind[] inOrder = [.. (before.Degraded?.Steps ?? []).Concat(steps.Select(s => s.Kind)).Where(given.Contains).Distinct()];
        return less with { Degraded = before.Degraded is { } already ? already with { Steps = inOrder } : Degraded.Of(before, by, inOrder, why) };

        void AddIf(DegradeKind kind, bool gaveWay)
        {
            if (gaveWay)
            {
                given.Add(kind);
            }
        }
    }

    private IReadOnlyList<string>? PoolsOf(RequestSpec spec, IReadOnlyList<DegradeStep> steps)
    {
        List<string>? pools = null;
        foreach (string pool in spec.Pools is null ? [] : steps.OfType<MorePools>().SelectMany(s => s.Pools))
        {
            // What its owner may not use, or gives nothing of what it asks for, is none of its pools.
            if (state.Pools.TryGetValue(pool, out Pool? more) && more.Definition.Allows(spec.Owner) && spec.Resources.Any(a => more.Node(a.Kind) is not null) && !(pools ?? spec.Pools!).Contains(pool, StringComparer.Ordinal))
            {
                (pools ??= [.. spec.Pools!]).Add(pool);
            }
        }

        return pools ?? spec.Pools;
    }

    // Willing to wait, where it was not; and with a deadline a later one, where that alone does not help.
    private static IEnumerable<RequestSpec> Starts(RequestSpec spec, IReadOnlyList<DegradeStep> steps)
    {
        LaterStart[] later = [.. steps.OfType<LaterStart>()];
        if (later.Length == 0)
        {
            yield return spec;
            yield break;
        }

        TimeSpan within = later.Max(s => s.Within);
        RequestSpec waits = spec.Queue ? spec : spec with { Queue = true, MaxWait = within };
        yield return waits;
        if (spec.Deadline is { } deadline)
        {
            yield return waits with { Deadline = deadline + within };
        }
    }

    private Way? StartOf(Request request, RequestSpec less, Standing standing, Instant now)
    {
        Request asks = request with { Spec = less, Needs = Gang.Needs(less, state.KindOf) };
        long again = long.MaxValue;
        return submit.StartOf(asks, new Newcomer(less, asks.Needs, standing), now, ref again) is { } pools ? new Way(less, state.Router.Find(less), pools) : null;
    }

    // With what a request that waits could start, and where.
    private sealed record Way(RequestSpec Spec, Route Route, RouteCandidate[] Pools);
}
