using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Features.Overview;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>What the pages of the pools show: rows, figures, and what a change would do.</summary>
internal sealed class PoolPageService(EngineHost host, EngineFeed feed, PoolService pools, QueueService queue, TimelineService timeline, AuditTrail trail, PoolIdle idle, CapacityPast capacity, IOptions<EngineOptions> options)
{
    private const int MostRequests = 200;
    private const int MostDecisions = 50;
    private const int MostSwitches = 20;
    private static readonly (string Name, double Share)[] Shares = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];

    public Result<IReadOnlyList<PoolListRow>> List(Caller caller, PastRange past)
    {
        Result<IReadOnlyList<PoolState>> found = pools.List(caller);
        if (found.Problem is { } problem)
        {
            return problem;
        }

        (ReadModel read, Instant now) = (host.Read, host.Now);
        RequestPage running = read.List(new RequestQuery { Within = caller.Path, Statuses = new HashSet<RequestStatus> { RequestStatus.Allocated }, Limit = RequestQuery.MaxLimit });
        ILookup<string, Instant> ends = (running.Next is null ? running.Items : [])
            .SelectMany(r => r.Lease!.Pools.Distinct(StringComparer.Ordinal).Select(pool => (pool, End: EndOf(r)))).ToLookup(e => e.pool, e => e.End, StringComparer.Ordinal);
        IReadOnlyList<SeriesPoint> series = feed.Over(past.Span);

        // What is idle is everybody's: it is shown to who sees all owners.
        IReadOnlyDictionary<string, Money>? idled = caller.Path.IsRoot && found.Value!.Any(p => PoolCost.Of(p, read.Configuration, now) is not null) ? idle.Over(past.Span) : null;
        return found.Value!.Select(p => Row(p, read, series, now, ends[p.Name]) is var row && row.Row.Cost is not null ? row with { Idle = idled is null ? null : idled.GetValueOrDefault(p.Name) } : row).ToArray();
    }

    private static PoolListRow Row(PoolState pool, ReadModel read, IReadOnlyList<SeriesPoint> series, Instant now, IEnumerable<Instant> ends)
    {
        PoolRow row = PoolRows.Of(pool, read, series, now);
        MeterState fullest = pool.Of(row.Kind)!;
        return new PoolListRow(
            row, string.Join(", ", pool.Definition.Supplies.Select(s => $"{s.Kind} {Numbers.Count(s.Amount.Units)}")), [.. pool.Definition.Supplies.Select(s => s.Kind)],
            fullest.Behaviour == ResourceBehaviour.Limit ? "–" : Numbers.Amount(pool.StopsGrants ? default : fullest.FreeAt(now)),
            ends.Where(e => e > now).Order().Cast<Instant?>().FirstOrDefault()?.ToDateTimeOffset(), pool.Definition.Labels.ToString());
    }

    /// <summary>How often the past of adaptive pools is replayed.</summary>
    public TimeSpan TrialInterval => options.Value.StrategyTrialInterval;

    /// <summary>The currency of all amounts.</summary>
    public string Currency => host.Read.Configuration.Currency;

    /// <summary>True where something has a price.</summary>
    public bool IsPriced => !host.Read.Configuration.Prices.IsEmpty;

    /// <summary>When those who wait for a pool should start, as far as that is known.</summary>
    public IReadOnlyDictionary<RequestKey, Instant?> Starts(PoolDetail pool) => timeline.Starts(pool.Waiting);

    /// <summary>What a kind of a pool costs by the hour; null where that is not capacity, or has no price by the unit-hour.</summary>
    public PoolCost? CostOf(PoolDefinition pool, MeterState meter) => PoolCost.Of(pool, meter, host.Read.Configuration, host.Now);

    /// <summary>What a pool's capacity cost by the hour over time; null where nothing of it had a price, or that is not known yet.</summary>
    public PoolCostCourse? CostCourse(string name, PastRange past)
    {
        IReadOnlyList<SeriesPoint> series = feed.Over(past.Span);
        return !capacity.IsKnown || series.Count == 0 ? null
            : PoolCostCourse.Of(name, series, capacity.Spans(series[0].At, host.Now + TimeSpan.FromMilliseconds(1)), capacity.IsHeld, Currency);
    }

    public Result<PoolDetail> Get(Caller caller, string name, PastRange past)
    {
        Result<PoolState> found = pools.Get(caller, name);
        if (found.Problem is { } problem)
        {
            return problem;
        }

        ReadModel read = host.Read;
        IReadOnlyList<SeriesPoint> series = feed.Over(past.Span);
        RequestPage running = read.List(new RequestQuery { Within = caller.Path, Pool = name, Statuses = new HashSet<RequestStatus> { RequestStatus.Allocated }, Limit = MostRequests });
        RequestPage waiting = read.List(new RequestQuery { Within = caller.Path, Pool = name, Statuses = new HashSet<RequestStatus> { RequestStatus.Queued }, Limit = MostRequests });
        return new PoolDetail(
            found.Value!, PoolRows.Of(found.Value!, read, series, host.Now), host.Now, running.Items, waiting.Items,
            DecisionRows.Newest(read, caller.Path, MostDecisions, name),
            [.. Shares.Select(s => (s.Name, read.WaitIn(name, s.Share) is { } wait ? Numbers.Duration(wait) : "–"))],
            kind => read.SettledIn(name, kind),
            kind => [.. series.Select(p => (p.At, Meter: p.Meters.FirstOrDefault(m => m.Pool == name && m.Kind == kind))).Where(p => p.Meter.Pool is not null)
                .Select(p => new ChartPoint(p.At.Milliseconds, [(double)p.Meter.Used.Units, 0, (double)p.Meter.Capacity.Units]))]);
    }

    /// <summary>What holds a pool over time, and will; null where nothing of it is taken and given back.</summary>
    public Lane? Lane(Caller caller, PoolDetail pool)
    {
        IReadOnlyDictionary<RequestKey, Instant?> starts = timeline.Starts(pool.Waiting);
        return timeline.Lanes(caller, pool.Pool.Name, [.. pool.Waiting.Select(r => (r, Start: starts.GetValueOrDefault(r.Key))).Where(s => s.Start is not null).Select(s => (s.r, s.Start!.Value))]).FirstOrDefault();
    }

    /// <summary>When a pool got another strategy, the newest first; nothing for readers who may not see what is changed of the whole installation.</summary>
    public IReadOnlyList<StrategyChange> Switches(Caller caller, string name) =>
    [
        .. trail.Within(caller.Path).Select(c => c.Event).OfType<PoolSet>().Where(e => e.Pool.Name == name && e.Before?.Strategy != e.Pool.Strategy).Take(MostSwitches)
            .Select(e => new StrategyChange(e.At.ToDateTimeOffset(), e.Actor.Id, e.Before is null ? null : PoolRows.StrategyOf(e.Before), PoolRows.StrategyOf(e.Pool))),
    ];

    /// <summary>What the pools named have together, kind by kind: used of capacity.</summary>
    public string Sums(Caller caller, IReadOnlySet<string> names)
    {
        Instant now = host.Now;
        IEnumerable<MeterState> meters = (pools.List(caller).Value ?? []).Where(p => names.Contains(p.Definition.Name)).SelectMany(p => p.Meters).Where(m => m.Behaviour != ResourceBehaviour.Limit);
        return string.Join(" · ", meters.GroupBy(m => m.Supply.Kind, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key} {Numbers.Count(g.Sum(m => PoolRows.Used(m, now)))} of {Numbers.Count(g.Sum(m => m.Supply.Amount.Units))}"));
    }

    // What was committed to, else what the lease promises.
    private static Instant EndOf(Request request) => request.Spec.Duration is { } duration ? request.Lease!.GrantedAt + duration : request.Lease!.ExpiresAt;

    /// <summary>Ends somebody's grant at once; what was used is settled as last reported.</summary>
    public async Task<Problem?> ReleaseAsync(Caller caller, Request request, CancellationToken cancellation) =>
        (await queue.ReleaseAsync(caller, request.Lease!.Id, new ReleaseBody(), cancellation)).Problem;

    /// <summary>What a new configuration would do to what waits and runs now, by the engine's own rules over the committed state.</summary>
    public Result<IReadOnlyList<Effect>> Preview(Caller caller, string name, PoolBody body)
    {
        Result<PoolDefinition> wanted = body.ToDefinition(name);
        if (wanted.Problem is { } problem)
        {
            return problem;
        }

        foreach (Supply supply in wanted.Value!.Supplies)
        {
            ResourceKind? kind = host.Read.Configuration.Kind(supply.Kind);
            if (kind is null)
            {
                return Problem.Field("unknown-name", 422, $"$.resources['{supply.Kind}']", "there is no such kind; add it in Settings");
            }

            if (kind.Behaviour == ResourceBehaviour.Metered != (supply.Per > TimeSpan.Zero))
            {
                return Problem.Field("invalid-value", 422, $"$.resources['{supply.Kind}']", kind.Behaviour == ResourceBehaviour.Metered ? "it is metered: give a rate, a period and a burst" : "it is not metered: give an amount");
            }
        }

        return Effects(host.Read.Preview(new SetPool(wanted.Value) { Actor = caller.Actor }), caller).ToArray();
    }

    /// <summary>What changes would do, in words, of which at least one is a pool's.</summary>
    public static IEnumerable<Effect> Effects(ChangePreview preview, Caller caller)
    {
        if (preview.Fault is { } fault)
        {
            yield return new Effect(Signal.Bad, "It would be refused", fault.Detail);
            yield break;
        }

        yield return preview.Starts.Count == 0
            ? new Effect(Signal.Neutral, "Nothing that waits starts now", preview.Waiting == 0 ? "Nothing waits." : $"{Numbers.Count(preview.Waiting)} {(preview.Waiting == 1 ? "waits" : "wait")}.")
            : new Effect(Signal.Ok, $"{Numbers.Count(preview.Starts.Count)} waiting {(preview.Starts.Count == 1 ? "starts" : "start")} now", RequestNames.Of(preview.Starts, caller.Path));
        if (preview.Order is { } order)
        {
            yield return order.Waiting == 0
                ? new Effect(Signal.Neutral, "Grants keep running; nobody waits to be re-ordered")
                : new Effect(Signal.Info, $"Grants keep running; {Numbers.Count(order.Waiting)} waiting {(order.Waiting == 1 ? "is" : "are")} re-ordered", Heads(order, caller));
        }

        if (preview.Refused.Count > 0)
        {
            yield return new Effect(Signal.Bad, $"{Numbers.Count(preview.Refused.Count)} waiting {(preview.Refused.Count == 1 ? "is" : "are")} refused: no pool could ever serve {(preview.Refused.Count == 1 ? "it" : "them")}", RequestNames.Of(preview.Refused, caller.Path));
        }

        yield return preview.Told.Count == 0
            ? new Effect(Signal.Neutral, "Nothing is reclaimed")
            : new Effect(Signal.Warning, $"{Numbers.Count(preview.Told.Count)} running {(preview.Told.Count == 1 ? "is" : "are")} reclaimed", RequestNames.Of(preview.Told, caller.Path));
        if (preview.Excess.Count > 0)
        {
            yield return new Effect(Signal.Warning, $"More is held than there would be: {string.Join(", ", preview.Excess.Select(e => $"{e.Kind} of {e.Pool}"))}", "Nothing is revoked; nothing new is granted until it has come back.");
        }
    }

    private static string? Heads(NewOrder order, Caller caller) => (order.FirstNow, order.FirstThen) switch
    {
        ({ } now, { } then) when now.Key == then.Key => $"First in line stays {RequestNames.Of([now], caller.Path)}.",
        ({ } now, { } then) => $"First in line would be {RequestNames.Of([then], caller.Path)}; now it is {RequestNames.Of([now], caller.Path)}.",
        ({ } now, null) => $"First in line now: {RequestNames.Of([now], caller.Path)}.",
        (null, { } then) => $"First in line then: {RequestNames.Of([then], caller.Path)}.",
        _ => null,
    };

    public Task<Result<PoolState>> ApplyAsync(Caller caller, string name, PoolBody body, long? ifVersion, CancellationToken cancellation) =>
        pools.PutAsync(caller, name, body, ifVersion, cancellation);

    public Task<Result<PoolState>> DrainAsync(Caller caller, string name, CancellationToken cancellation) => pools.DrainAsync(caller, name, cancellation);

    /// <summary>Lets a pool whose grants failed grant all that it has again, and says so.</summary>
    public async Task ResetHealthAsync(Caller caller, string name, Toasts toasts, CancellationToken cancellation)
    {
        if ((await pools.ResetHealthAsync(caller, name, cancellation)).Problem is { } problem)
        {
            toasts.Fail(problem.Detail);
        }
        else
        {
            toasts.Say($"{name} grants all that it has again");
        }
    }

    public Task<Problem?> DeleteAsync(Caller caller, string name, long? ifVersion, CancellationToken cancellation) => pools.DeleteAsync(caller, name, ifVersion, cancellation);

    /// <summary>The kinds that a pool can supply.</summary>
    public IReadOnlyList<ResourceKind> Kinds => [.. host.Read.Configuration.Kinds.Where(k => k.Behaviour != ResourceBehaviour.Measured && k.PartOf is null)];
}

/// <summary>A pool got a strategy.</summary>
/// <param name="At">When.</param>
/// <param name="By">Whose change it was.</param>
/// <param name="From">The one before, by its title; null where the pool was new.</param>
/// <param name="To">The new one, by its title.</param>
internal sealed record StrategyChange(DateTimeOffset At, string By, string? From, string To);

/// <summary>A pool in the list.</summary>
/// <param name="Row">By its fullest kind.</param>
/// <param name="Kinds">All it supplies.</param>
/// <param name="KindNames">Their names.</param>
/// <param name="Free">What is free of the fullest kind.</param>
/// <param name="Labels">Its labels, <c>name=value</c>.</param>
/// <param name="NextFree">When the next grant that the reader may see ends or must be renewed; null when none runs, or too many to look at.</param>
internal sealed record PoolListRow(PoolRow Row, string Kinds, IReadOnlyList<string> KindNames, string Free, DateTimeOffset? NextFree, string Labels)
{
    /// <summary>What it cost over the range that nobody held; null where its capacity has no price, it is not known yet, or it is not the reader's to see.</summary>
    public Money? Idle { get; init; }
}

/// <summary>A pool's page.</summary>
internal sealed record PoolDetail(
    PoolState Pool, PoolRow Row, Instant Now, IReadOnlyList<Request> Running, IReadOnlyList<Request> Waiting, IReadOnlyList<DecisionRow> Decisions,
    IReadOnlyList<(string Share, string Wait)> Waits, Func<string, decimal> Settled, Func<string, IReadOnlyList<ChartPoint>> Points);
