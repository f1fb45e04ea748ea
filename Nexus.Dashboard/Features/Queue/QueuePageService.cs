using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What the queue's page shows and does, by the same rules of access as the API.</summary>
internal sealed class QueuePageService(EngineHost host, QueueService queue)
{
    private const int MostShown = RequestQuery.MaxLimit;
    private const int MostBlocks = 400;

    // Each estimate looks at all who wait: the first rows get theirs while the queue is short, the others what was known when they came.
    private const int MostEstimates = 50;
    private const int MostWaitingToEstimate = 2_000;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly RequestStatus[] Ended = [RequestStatus.Released, RequestStatus.Expired, RequestStatus.Cancelled, RequestStatus.Preempted];

    /// <summary>The classes, highest first.</summary>
    public IReadOnlyList<string> Classes => [.. queue.Configuration.Classes.Select(c => c.Name)];

    /// <summary>Where a class stands in the order; the highest is the smallest.</summary>
    public int Rank(string priority)
    {
        IReadOnlyList<string> classes = Classes;
        for (int i = 0; i < classes.Count; i++)
        {
            if (classes[i] == priority)
            {
                return i;
            }
        }

        return classes.Count;
    }

    /// <summary>The pools that the caller may ask for.</summary>
    public IReadOnlyList<string> Pools(Caller caller) => [.. host.Read.Pools.Where(p => PoolService.Visible(caller, p)).Select(p => p.Name)];

    public Result<QueueView> Get(Caller caller, QueueFilter filter)
    {
        RequestStatus[] statuses = filter.Segment switch
        {
            "allocated" => [RequestStatus.Allocated],
            "ended" => Ended,
            "rejected" => [RequestStatus.Rejected],
            _ => [RequestStatus.Queued],
        };
        Result<RequestPage> page = queue.List(caller, new RequestQuery
        {
            Within = caller.Path, Statuses = statuses.ToHashSet(), Pool = filter.Pool, Priority = filter.Priority, Text = filter.Text, Limit = MostShown,
        });
        if (page.Problem is { } problem)
        {
            return problem;
        }

        ReadModel read = host.Read;
        Counts counts = read.CountsWithin(caller.Path);
        EndedCounts ended = read.EndedSince(host.Now - Day, caller.Path);
        IReadOnlyDictionary<RequestKey, Instant?> starts = statuses[0] == RequestStatus.Queued ? Starts(page.Value!.Items, read, caller) : new Dictionary<RequestKey, Instant?>();
        Instant? next = starts.Values.Where(e => e > host.Now).Min();
        return new QueueView(
            page.Value!, starts, host.Now, counts.Waiting, counts.Running, ended.Released + ended.Expired + ended.Cancelled, ended.Rejected,
            counts.OldestWaitingSince is { } since ? host.Now - since : null,
            counts.WaitingByPool.OrderByDescending(p => p.Value).Select(p => p.Key).FirstOrDefault(),
            next is { } at ? at - host.Now : null,
            Math.Max(0, read.Counts.Waiting - counts.Waiting),
            filter.Segment is "queued" or "" ? Lanes(caller) : []);
    }

    private static Dictionary<RequestKey, Instant?> Starts(IReadOnlyList<Request> waiting, ReadModel read, Caller caller)
    {
        int estimated = read.Counts.Waiting <= MostWaitingToEstimate ? MostEstimates : 0;
        return waiting.Select((r, i) => (r.Key, Start: i < estimated ? read.EstimatedStart(r, caller.Path) : r.Reason?.Earliest)).ToDictionary(s => s.Key, s => s.Start);
    }

    /// <summary>How many wait that the caller may see.</summary>
    public int Waiting(Caller caller) => caller.Allows(Scope.Read) ? host.Read.CountsWithin(caller.Path).Waiting : 0;

    public Result<Explanation> Explain(Caller caller, string id, string? tenant)
    {
        Result<Request> found = queue.Find(caller, id, tenant);
        return found.Problem is { } problem ? problem : host.Read.Explain(found.Value!, caller.Path);
    }

    public TimesReport? Times(Caller caller, string groupBy) =>
        TimesDimension.TryParse(groupBy, out TimesDimension? dimension, out _) ? queue.Times(caller, new TimesQuery(caller.Path, dimension)).Value : null;

    public Task<Result<Request>> CancelAsync(Caller caller, Request request, CancellationToken cancellation) =>
        queue.CancelAsync(caller, request.Spec.Id, request.Owner.ToString(), cancellation);

    /// <summary>Cancels several; those that ended meanwhile are left.</summary>
    /// <returns>How many are cancelled now.</returns>
    public async Task<int> CancelAsync(Caller caller, IReadOnlyList<RequestKey> keys, CancellationToken cancellation)
    {
        int done = 0;
        foreach (RequestKey key in keys)
        {
            Result<Request> answer = await queue.CancelAsync(caller, key.Id, key.Tenant, cancellation);
            done += answer.Value?.Status == RequestStatus.Cancelled ? 1 : 0;
        }

        return done;
    }

    public Task<Result<Request>> HoldAsync(Caller caller, Request request, bool held, CancellationToken cancellation) =>
        queue.HoldAsync(caller, request.Spec.Id, request.Owner.ToString(), held, cancellation);

    public Task<Result<Request>> RequeueAsync(Caller caller, Request request, CancellationToken cancellation) =>
        queue.RequeueAsync(caller, request.Spec.Id, request.Owner.ToString(), cancellation);

    public Task<Result<Request>> SetPriorityAsync(Caller caller, Request request, string priority, CancellationToken cancellation) =>
        queue.SetPriorityAsync(caller, request.Spec.Id, request.Owner.ToString(), priority, cancellation);

    // What runs, by pool, for the time line: only pools of Held kinds have a height.
    private Lane[] Lanes(Caller caller)
    {
        IReadOnlyList<Request> running = host.Read.List(new RequestQuery { Within = caller.Path, Statuses = new HashSet<RequestStatus> { RequestStatus.Allocated }, Limit = MostBlocks }).Items;
        return [.. host.Read.Pools.Select(pool =>
        {
            MeterState? meter = pool.Meters.FirstOrDefault(m => m.Behaviour == ResourceBehaviour.Held && m.Supply.Kind == "gpu") ?? pool.Meters.FirstOrDefault(m => m.Behaviour == ResourceBehaviour.Held);
            return meter is null ? null : new Lane(pool.Name, meter.Supply.Kind, meter.Used.Units, meter.Supply.Amount.Units,
            [
                .. running.Where(r => r.Lease!.Pools.Contains(pool.Name, StringComparer.Ordinal) && !r.Lease.Amounts[meter.Supply.Kind].IsZero)
                    .OrderBy(r => r.Lease!.GrantedAt.Milliseconds)
                    .Select(r => new Block(
                        r.Spec.Id, r.Owner.ToString(), r.Owner.Tenant, r.Lease!.Amounts[meter.Supply.Kind].Units, r.Lease.GrantedAt,
                        r.Spec.Duration is { } duration ? r.Lease.GrantedAt + duration : r.Lease.ExpiresAt, r.Spec.Duration is not null)),
            ]);
        }).OfType<Lane>().Where(l => l.Blocks.Count > 0).OrderByDescending(l => l.Capacity == 0 ? 0 : l.Used / l.Capacity).Take(4)];
    }
}

/// <summary>Which requests the page shows.</summary>
internal sealed record QueueFilter(string Segment, string? Pool, string? Priority, string? Text);

/// <summary>What the page shows at one moment.</summary>
internal sealed record QueueView(
    RequestPage Page, IReadOnlyDictionary<RequestKey, Instant?> Starts, Instant Now, int Waiting, int Running, int Ended, int Refused, TimeSpan? Oldest, string? MostBlocked, TimeSpan? NextStart, int OthersAhead, IReadOnlyList<Lane> Lanes);

/// <summary>A pool on the time line.</summary>
public sealed record Lane(string Pool, string Kind, decimal Used, decimal Capacity, IReadOnlyList<Block> Blocks);

/// <summary>A grant on the time line; its end is known where the request committed to a duration, else it is the lease's.</summary>
public sealed record Block(string Id, string Owner, string Tenant, decimal Amount, Instant From, Instant To, bool EndIsKnown);
