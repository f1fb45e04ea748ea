using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What the queue's page shows and does, by the same rules of access as the API.</summary>
internal sealed class QueuePageService(EngineHost host, QueueService queue, TimelineService timeline, ReservationPageService reservations)
{
    private const int MostShown = RequestQuery.MaxLimit;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly RequestStatus[] Ended = [RequestStatus.Released, RequestStatus.Expired, RequestStatus.Cancelled, RequestStatus.Preempted];

    /// <summary>The classes, highest first.</summary>
    public IReadOnlyList<string> Classes => [.. queue.Configuration.Classes.Select(c => c.Name)];

    /// <summary>The installation's currency.</summary>
    public string Currency => queue.Configuration.Currency;

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
            "reserved" => [RequestStatus.Reserved],
            "ended" => Ended,
            "rejected" => [RequestStatus.Rejected],
            _ => [RequestStatus.Queued],
        };
        if (filter.Segment == "reservations" && reservations.Refused(caller) is { } hidden)
        {
            return hidden;
        }

        Result<RequestPage> page = queue.List(caller, new RequestQuery
        {
            Within = caller.Path, Statuses = statuses.ToHashSet(), Pool = filter.Pool, Priority = filter.Priority, Gate = filter.StoppedBy, Text = filter.Text, Limit = MostShown,
        });
        if (page.Problem is { } problem)
        {
            return problem;
        }

        if (filter.IsOfNoGate)
        {
            page = new RequestPage([], null);
        }

        ReadModel read = host.Read;
        Counts counts = read.CountsWithin(caller.Path);
        EndedCounts ended = read.EndedSince(host.Now - Day, caller.Path);
        IReadOnlyDictionary<RequestKey, Instant?> starts = statuses[0] == RequestStatus.Queued ? timeline.Starts(page.Value!.Items) : new Dictionary<RequestKey, Instant?>();
        Instant? next = starts.Values.Where(e => e > host.Now).Min();
        return new QueueView(
            page.Value!, starts, host.Now, counts.Waiting, read.Count(new RequestQuery { Within = caller.Path, Statuses = new HashSet<RequestStatus> { RequestStatus.Reserved } }), counts.Running, ended.Released + ended.Expired + ended.Cancelled, ended.Rejected,
            counts.OldestWaitingSince is { } since ? host.Now - since : null,
            counts.WaitingByPool.OrderByDescending(p => p.Value).Select(p => p.Key).FirstOrDefault(),
            next is { } at ? at - host.Now : null,
            Math.Max(0, read.Counts.Waiting - counts.Waiting),
            filter.Segment is "ended" or "rejected" ? [] : timeline.Lanes(caller, filter.Pool, [.. page.Value!.Items.Select(r => (r, Start: starts.GetValueOrDefault(r.Key))).Where(s => s.Start is not null).Select(s => (s.r, s.Start!.Value))]),
            reservations.Rows(caller, filter.Pool))
        {
            Costs = new WaitingCosts(read),
            Aged = request => QueueText.Aged(request, read.HomesOf(request) is [var home, ..] ? read.Pool(home)?.Definition : null, host.Now),
            Held = Held(caller),
            IsUnread = read.Sequence == 0,
        };
    }

    // Of the kind that most is of: what is in use and what is free, over the pools that the caller may ask for.
    private string? Held(Caller caller)
    {
        (PoolState Pool, MeterState Meter)[] drawn = [.. host.Read.Pools.Where(p => PoolService.Visible(caller, p)).Select(p => (p, Meter: TimelineService.Drawn(p))).Where(d => d.Meter is not null).Select(d => (d.p, d.Meter!))];
        if (drawn.Length == 0)
        {
            return null;
        }

        string kind = drawn.GroupBy(d => d.Meter.Supply.Kind, StringComparer.Ordinal).OrderByDescending(g => g.Key == TimelineService.Foremost).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
        (PoolState Pool, MeterState Meter)[] of = [.. drawn.Where(d => d.Meter.Supply.Kind == kind)];
        decimal used = of.Sum(d => d.Meter.Used.Units);
        decimal free = of.Where(d => !d.Pool.StopsGrants).Sum(d => d.Meter.FreeAt(host.Now).Units);
        return $"{Numbers.Count(used)} {kind} {(used == 1 ? "is" : "are")} in use, {Numbers.Count(free)} {(free == 1 ? "is" : "are")} free.";
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
}

/// <summary>Which requests the page shows.</summary>
/// <param name="Segment">In which state.</param>
/// <param name="Pool">At which pool; null: any.</param>
/// <param name="Priority">Of which class; null: any.</param>
/// <param name="Gate">Stopped by which gate, as <see cref="Gates"/> names them; null: any. A name that is none of them finds nothing.</param>
/// <param name="Text">What the id, owner or a label contains; null: anything.</param>
internal sealed record QueueFilter(string Segment, string? Pool, string? Priority, string? Gate, string? Text)
{
    /// <summary>The gates by name, in their order.</summary>
    public static IReadOnlyList<string> Gates { get; } = [.. Enum.GetNames<Gate>().Select(n => n.ToLowerInvariant())];

    /// <summary>The gate; null: any.</summary>
    public Gate? StoppedBy => Gates.Contains(Gate, StringComparer.Ordinal) ? Enum.Parse<Gate>(Gate!, ignoreCase: true) : null;

    /// <summary>True where the name is no gate's.</summary>
    public bool IsOfNoGate => Gate is not null && StoppedBy is null;
}

/// <summary>What the page shows at one moment.</summary>
internal sealed record QueueView(
    RequestPage Page, IReadOnlyDictionary<RequestKey, Instant?> Starts, Instant Now, int Waiting, int Booked, int Running, int Ended, int Refused, TimeSpan? Oldest, string? MostBlocked, TimeSpan? NextStart, int OthersAhead, IReadOnlyList<Lane> Lanes,
    IReadOnlyList<ReservationRow> Reservations)
{
    /// <summary>What those who wait are expected to cost.</summary>
    public required WaitingCosts Costs { get; init; }

    /// <summary>How many points a request's class has for its wait.</summary>
    public required Func<Request, long> Aged { get; init; }

    /// <summary>True where nothing has happened yet, or nothing of it was read.</summary>
    public bool IsUnread { get; init; }

    /// <summary>What is in use and what is free, in a sentence; null where nothing is taken and given back.</summary>
    public string? Held { get; init; }
}
