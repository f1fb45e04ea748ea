using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Overview;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>What the pages of the pools show: rows, figures, and what a change would do.</summary>
internal sealed class PoolPageService(EngineHost host, EngineFeed feed, PoolService pools, QueueService queue)
{
    private const int MostRequests = 200;
    private const int MostDecisions = 50;
    private static readonly (string Name, double Share)[] Shares = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];

    public Result<IReadOnlyList<PoolListRow>> List(Caller caller)
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
        return found.Value!.Select(p => Row(p, read, now, ends[p.Name])).ToArray();
    }

    private PoolListRow Row(PoolState pool, ReadModel read, Instant now, IEnumerable<Instant> ends)
    {
        PoolRow row = PoolRows.Of(pool, read, feed.Series, now);
        MeterState fullest = pool.Of(row.Kind)!;
        return new PoolListRow(
            row, string.Join(", ", pool.Definition.Supplies.Select(s => $"{s.Kind} {Numbers.Count(s.Amount.Units)}")), [.. pool.Definition.Supplies.Select(s => s.Kind)],
            fullest.Behaviour == ResourceBehaviour.Limit ? "–" : Numbers.Amount(pool.Draining ? default : fullest.FreeAt(now)),
            ends.Where(e => e > now).Order().Cast<Instant?>().FirstOrDefault()?.ToDateTimeOffset());
    }

    public Result<PoolDetail> Get(Caller caller, string name)
    {
        Result<PoolState> found = pools.Get(caller, name);
        if (found.Problem is { } problem)
        {
            return problem;
        }

        ReadModel read = host.Read;
        RequestPage running = read.List(new RequestQuery { Within = caller.Path, Pool = name, Statuses = new HashSet<RequestStatus> { RequestStatus.Allocated }, Limit = MostRequests });
        RequestPage waiting = read.List(new RequestQuery { Within = caller.Path, Pool = name, Statuses = new HashSet<RequestStatus> { RequestStatus.Queued }, Limit = MostRequests });
        return new PoolDetail(
            found.Value!, PoolRows.Of(found.Value!, read, feed.Series, host.Now), host.Now, running.Items, waiting.Items,
            DecisionRows.Newest(read, caller.Path, MostDecisions, name),
            [.. Shares.Select(s => (s.Name, read.WaitIn(name, s.Share) is { } wait ? Numbers.Duration(wait) : "–"))],
            kind => [.. feed.Series.Select(p => (p.At, Meter: p.Meters.FirstOrDefault(m => m.Pool == name && m.Kind == kind))).Where(p => p.Meter.Pool is not null)
                .Select(p => new ChartPoint(p.At.Milliseconds, [(double)p.Meter.Used.Units, 0, (double)p.Meter.Capacity.Units]))]);
    }

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
    public Result<PoolPreview> Preview(Caller caller, string name, PoolBody body)
    {
        Result<PoolDefinition> wanted = body.ToDefinition(name);
        if (wanted.Problem is { } problem)
        {
            return problem;
        }

        ReadModel read = host.Read;
        PoolState? now = read.Pool(name);
        foreach (Supply supply in wanted.Value!.Supplies)
        {
            ResourceKind? kind = read.Configuration.Kind(supply.Kind);
            if (kind is null)
            {
                return Problem.Field("unknown-name", 422, $"$.resources['{supply.Kind}']", "there is no such kind; add it in Settings");
            }

            if (kind.Behaviour == ResourceBehaviour.Metered != (supply.Per > TimeSpan.Zero))
            {
                return Problem.Field("invalid-value", 422, $"$.resources['{supply.Kind}']", kind.Behaviour == ResourceBehaviour.Metered ? "it is metered: give a rate, a period and a burst" : "it is not metered: give an amount");
            }
        }

        IReadOnlyList<Request> waiting = read.List(new RequestQuery { Within = caller.Path, Pool = now is null ? null : name, Statuses = new HashSet<RequestStatus> { RequestStatus.Queued }, Limit = RequestQuery.MaxLimit }).Items;
        int starts = 0;
        Dictionary<string, decimal> free = wanted.Value.Supplies.ToDictionary(s => s.Kind, s => s.Amount.Units - (now?.Of(s.Kind) is { Behaviour: ResourceBehaviour.Held } held ? held.Used.Units : 0), StringComparer.Ordinal);
        int refused = 0;
        foreach (Request request in waiting.Where(r => wanted.Value.Allows(r.Owner) && (r.Spec.Pools is null || r.Spec.Pools.Contains(name)) && wanted.Value.Labels.Match(r.Spec.PoolLabels)))
        {
            ResourceAmount[] here = [.. request.Spec.Resources.Where(a => free.ContainsKey(a.Kind))];
            if (here.Length == 0)
            {
                continue;
            }

            bool never = here.Any(a => a.Quantity > wanted.Value.Of(a.Kind)!.Amount) && read.Pools.Where(p => p.Name != name).All(p => here.Any(a => p.Of(a.Kind) is not { } m || m.Supply.Amount < a.Quantity));
            if (never)
            {
                refused++;
            }
            else if (here.Length == request.Spec.Resources.Count && here.All(a => free[a.Kind] >= a.Quantity.Units))
            {
                starts++;
                foreach (ResourceAmount amount in here)
                {
                    free[amount.Kind] -= amount.Quantity.Units;
                }
            }
        }

        string[] excess = [.. wanted.Value.Supplies.Where(s => now?.Of(s.Kind) is { Behaviour: ResourceBehaviour.Held } held && held.Used > s.Amount).Select(s => s.Kind)];
        return new PoolPreview(starts, refused, excess, waiting.Count);
    }

    public Task<Result<PoolState>> ApplyAsync(Caller caller, string name, PoolBody body, long? ifVersion, CancellationToken cancellation) =>
        pools.PutAsync(caller, name, body, ifVersion, cancellation);

    public Task<Result<PoolState>> DrainAsync(Caller caller, string name, CancellationToken cancellation) => pools.DrainAsync(caller, name, cancellation);

    public Task<Problem?> DeleteAsync(Caller caller, string name, long? ifVersion, CancellationToken cancellation) => pools.DeleteAsync(caller, name, ifVersion, cancellation);

    /// <summary>The kinds that a pool can supply.</summary>
    public IReadOnlyList<ResourceKind> Kinds => [.. host.Read.Configuration.Kinds.Where(k => k.Behaviour != ResourceBehaviour.Measured && k.PartOf is null)];
}

/// <summary>A pool in the list.</summary>
/// <param name="Row">By its fullest kind.</param>
/// <param name="Kinds">All it supplies.</param>
/// <param name="KindNames">Their names.</param>
/// <param name="Free">What is free of the fullest kind.</param>
/// <param name="NextFree">When the next grant that the reader may see ends or must be renewed; null when none runs, or too many to look at.</param>
internal sealed record PoolListRow(PoolRow Row, string Kinds, IReadOnlyList<string> KindNames, string Free, DateTimeOffset? NextFree);

/// <summary>A pool's page.</summary>
internal sealed record PoolDetail(
    PoolState Pool, PoolRow Row, Instant Now, IReadOnlyList<Request> Running, IReadOnlyList<Request> Waiting, IReadOnlyList<DecisionRow> Decisions,
    IReadOnlyList<(string Share, string Wait)> Waits, Func<string, IReadOnlyList<ChartPoint>> Points);

/// <summary>What a change of a pool would do.</summary>
/// <param name="StartsNow">How many that wait would start.</param>
/// <param name="IsRefused">How many that wait could never be served any more.</param>
/// <param name="Excess">The kinds of which more is held than there would be; nothing is revoked.</param>
/// <param name="LookedAt">How many that wait were looked at.</param>
internal sealed record PoolPreview(int StartsNow, int IsRefused, IReadOnlyList<string> Excess, int LookedAt);
