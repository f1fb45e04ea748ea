using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Overview;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>What the pages of the pools show: rows, figures, and what a change would do.</summary>
internal sealed class PoolPageService(EngineHost host, EngineFeed feed, PoolService pools)
{
    private const int MostRequests = 200;

    public Result<IReadOnlyList<PoolListRow>> List(Caller caller)
    {
        Result<IReadOnlyList<PoolState>> found = pools.List(caller);
        return found.Problem is { } problem ? problem : found.Value!.Select(p => new PoolListRow(
            PoolRows.Of(p, host.Read, feed.Series, host.Now),
            string.Join(", ", p.Definition.Supplies.Select(s => $"{s.Kind} {Numbers.Count(s.Amount.Units)}")))).ToArray();
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
            kind => [.. feed.Series.Select(p => (p.At, Meter: p.Meters.FirstOrDefault(m => m.Pool == name && m.Kind == kind))).Where(p => p.Meter.Pool is not null)
                .Select(p => new ChartPoint(p.At.Milliseconds, [(double)p.Meter.Used.Units, 0, (double)p.Meter.Capacity.Units]))]);
    }

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
internal sealed record PoolListRow(PoolRow Row, string Kinds);

/// <summary>A pool's page.</summary>
internal sealed record PoolDetail(
    PoolState Pool, PoolRow Row, Instant Now, IReadOnlyList<Request> Running, IReadOnlyList<Request> Waiting, Func<string, IReadOnlyList<ChartPoint>> Points);

/// <summary>What a change of a pool would do.</summary>
/// <param name="StartsNow">How many that wait would start.</param>
/// <param name="IsRefused">How many that wait could never be served any more.</param>
/// <param name="Excess">The kinds of which more is held than there would be; nothing is revoked.</param>
/// <param name="LookedAt">How many that wait were looked at.</param>
internal sealed record PoolPreview(int StartsNow, int IsRefused, IReadOnlyList<string> Excess, int LookedAt);
