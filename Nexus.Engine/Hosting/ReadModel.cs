using Nexus.Engine.Core;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>What readers see: committed facts only, and whatever a caller was answered is in it. Any thread may read; no read takes a lock or touches the core.</summary>
/// <remarks>
/// One immutable record for each request and pool, replaced when an event touches it. What memory no longer holds is looked up in the journal's index; while that cannot be
/// read, <see cref="EngineUnavailableException"/> says so, as not knowing is not the same as there being nothing.
/// </remarks>
public sealed class ReadModel
{
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly WaiterLimit _waiterLimit;
    private readonly Waiters<RequestKey> _requestWaiters;
    private readonly Waiters<string> _eventWaiters;
    private readonly Homes _homes = new();
    private readonly PoolWaits _waits = new();
    private readonly PoolTotals _totals = new();
    private readonly LearnedTimes _learned = new();
    private readonly StartPromises _promises;
    private volatile IJournal? _journal;
    private volatile RequestIndex _requests;
    private volatile EventRing _events;
    private volatile PoolIndex _pools = PoolIndex.Empty;
    private volatile QuotaIndex _quotas = QuotaIndex.Empty;
    private volatile SpendingIndex _spending = SpendingIndex.Empty;
    private volatile Configuration _configuration = Configuration.Initial;
    private volatile bool _closed;
    private long _sequence;

    internal ReadModel(EngineOptions options, EngineClock clock, TimeProvider time)
    {
        (_options, Clock, _time, _promises) = (options, clock, time, new StartPromises(clock.Now));
        _waiterLimit = new WaiterLimit(options.MaxWaiters);
        _requestWaiters = new Waiters<RequestKey>(time, _waiterLimit);
        _eventWaiters = new Waiters<string>(time, _waiterLimit);
        _requests = new RequestIndex(options.EndedInMemory, _homes);
        _events = new EventRing(options.EventsInMemory);
    }

    /// <summary>The last committed event; 0 before the first.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>False until the journal was read for the first time: till then nothing here means anything.</summary>
    public bool IsLoaded => _journal is not null;

    /// <summary>Engine time now: what is in a bucket, and what is due, depends on it.</summary>
    public Instant Now => Clock.Now;

    /// <summary>Kinds, classes and owners.</summary>
    public Configuration Configuration => _configuration;

    /// <summary>The pools, by name.</summary>
    public IReadOnlyList<PoolState> Pools => _pools.All;

    /// <summary>What is set for nodes of the owner path, by path.</summary>
    public IReadOnlyList<QuotaState> Quotas => _quotas.All;

    /// <summary>The budgets, by name.</summary>
    public IReadOnlyList<BudgetState> Budgets => _spending.Budgets.All;

    /// <summary>How much waits and runs, over all owners. Counted as it comes and goes: asking costs no count.</summary>
    public Counts Counts => _requests.Tally.ToCounts();

    /// <summary>How many calls wait for news.</summary>
    public int Waiters => _waiterLimit.Count;

    internal EngineClock Clock { get; }

    /// <summary>The starts that are planned; the engine's thread makes them.</summary>
    internal PlannedStarts Plans { get; } = new();

    internal RequestIndex Index => _requests;

    internal EventRing Events => _events;

    /// <summary>A pool, or null.</summary>
    public PoolState? Pool(string name) => _pools.Find(name);

    /// <summary>The allowances.</summary>
    public AllowanceIndex Allowances => _spending.Allowances;

    /// <summary>A budget, or null.</summary>
    public BudgetState? Budget(string id) => _spending.Budgets.Find(id);

    /// <summary>What the ledger has of a budget's scope before a moment of the past, by the beginning of its period or slot: what it would have begun with then.</summary>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public IReadOnlyList<BudgetStart> SpentBefore(BudgetDefinition budget, Instant at) => BudgetStarts.Until(budget, at, this);

    /// <summary>A request by its identity, also one that memory no longer holds; null when there never was one.</summary>
    /// <exception cref="EngineUnavailableException">It may lie in the index, which cannot be read.</exception>
    public Request? Find(RequestKey key) => _requests.Find(key) ?? FindArchived(key);

    /// <summary>What is set for the nodes within a path, and what is used there now, by path.</summary>
    public IReadOnlyList<QuotaShown> QuotasWithin(OwnerPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _quotas.Reading(_configuration).Show(path, Now.Milliseconds);
    }

    /// <summary>Who within a path waits for a kind, and whom its quotas of a period keep waiting; looks at each that waits.</summary>
    public QuotaWaits WaitsFor(string kind, QuotaPeriod period, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(within);
        return QuotaWaits.Of(_requests.Waiting.Select(s => s.Current), kind, period, within);
    }

    /// <summary>The requests of an id within a path, in every tenant there.</summary>
    /// <exception cref="EngineUnavailableException">The index cannot be read.</exception>
    public IReadOnlyList<Request> FindById(string id, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(within);
        if (!within.IsRoot)
        {
            return Find(new RequestKey(within.Tenant, id)) is { } one && one.Owner.IsWithin(within) ? [one] : [];
        }

        Request[] inMemory = [.. _requests.FindById(id)];
        IReadOnlyList<Request> archived = Archive(id, static (j, i) => j.FindArchivedById(i)) ?? [];
        return archived.Count == 0 ? inMemory : [.. inMemory, .. archived.Where(a => !Array.Exists(inMemory, m => m.Key == a.Key))];
    }

    /// <summary>The request that holds or held a lease, or null.</summary>
    /// <exception cref="EngineUnavailableException">It may lie in the index, which cannot be read.</exception>
    public Request? FindByLease(long number) => _requests.FindByLease(number) ?? Archive(number, static (j, n) => j.FindArchivedByLease(n));

    /// <summary>A page of the requests in memory: all that live, and the newest that ended.</summary>
    public RequestPage List(RequestQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return RequestListing.Page(_requests, _configuration, query);
    }

    /// <summary>How many requests in memory match; looks at each.</summary>
    public int Count(RequestQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return RequestListing.Count(_requests, query);
    }

    /// <summary>How much waits and runs within a path; for the root this costs no count.</summary>
    public Counts CountsWithin(OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(within);
        return within.IsRoot ? Counts : ScopedCounts.Of(_requests, within);
    }

    /// <summary>How many requests within a path ended since a moment.</summary>
    public EndedCounts EndedSince(Instant from, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(within);
        return ScopedCounts.Ended(_requests, from, within);
    }

    /// <summary>How many wait at home in a pool, over all owners.</summary>
    public int WaitingIn(string pool) => _requests.Tally.WaitingIn(pool);

    /// <summary>How long a share of the requests that a pool granted in the last hour had waited at most; null when it granted none.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="share">0 – 1, for example 0.95.</param>
    public TimeSpan? WaitIn(string pool, double share) => _waits.Percentile(pool, share, Now);

    /// <summary>What grants used of a Metered kind of a pool, added up as they ended, since the program started; in units.</summary>
    public decimal SettledIn(string pool, string kind) => _totals.Of(pool, kind) / 1000m;

    /// <summary>The pools in which a waiting request is at home: that could start it once they have enough. Empty when it does not wait.</summary>
    public IReadOnlyList<string> HomesOf(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Status == RequestStatus.Queued ? _requests.HomesOf(request.Key) : [];
    }

    /// <summary>All to whom capacity is promised, over all owners, in no order: those that run, and those whose start is booked.</summary>
    public IEnumerable<Request> Committed => _requests.Running.Concat(_requests.Booked).Select(s => s.Current).Where(r => r.Status is RequestStatus.Allocated or RequestStatus.Reserved);

    /// <summary>The events after a number that a reader may see: those of requests and settings of owners within the path, and for the root everything.</summary>
    /// <param name="sequence">The last event seen; 0 for the beginning of what is kept.</param>
    /// <param name="limit">How many at most; 1 – 1,000.</param>
    /// <param name="within">What the reader may see.</param>
    /// <exception cref="EngineUnavailableException">They are not in memory, and the journal cannot be read.</exception>
    public EventPage EventsAfter(long sequence, int limit, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(within);
        return EventReading.After(_events, _journal, sequence, Sequence, Math.Clamp(limit, 1, 1_000), within);
    }

    /// <summary>The events of one request, oldest first: all that are in memory, and of older ones its submission, its grant and the last.</summary>
    /// <exception cref="EngineUnavailableException">They are not in memory, and the journal cannot be read.</exception>
    public IReadOnlyList<EngineEvent> TimelineOf(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return EventReading.Of(_events, _journal, request);
    }

    /// <summary>Waits until a request is newer than the version seen, at most for a span; costs no thread.</summary>
    /// <returns>The request as it stands then, changed or not; null when there is none.</returns>
    /// <exception cref="EngineUnavailableException">More calls wait than <see cref="EngineOptions.MaxWaiters"/> allows, or the index cannot be read.</exception>
    public async Task<Request?> WaitForChangeAsync(RequestKey key, long seenVersion, TimeSpan atMost, CancellationToken cancellation = default)
    {
        await _requestWaiters.WaitAsync(key, () => _closed || _requests.Find(key) is not { } now || now.Version > seenVersion, atMost, cancellation);
        return Find(key);
    }

    /// <summary>Waits until an event after a number is committed, at most for a span; costs no thread.</summary>
    /// <exception cref="EngineUnavailableException">More calls wait than <see cref="EngineOptions.MaxWaiters"/> allows.</exception>
    public Task WaitForEventsAsync(long after, TimeSpan atMost, CancellationToken cancellation = default) =>
        _eventWaiters.WaitAsync("", () => _closed || Sequence > after, atMost, cancellation);

    /// <summary>Percentiles of the Measured kinds over the requests in memory.</summary>
    public TimesReport Times(TimesQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return TimesReport.Of(_requests, _configuration, query);
    }

    /// <summary>Why a request stands where it stands, who holds what it needs, and what would change that: computed now, against the present.</summary>
    /// <param name="request">The request; the reader may see it.</param>
    /// <param name="within">What else the reader may see: others are summed.</param>
    public Explanation Explain(Request request, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(within);
        return _promises.Tell(Explainer.Explain(request, within, Present(), TimelineOf(request)), _requests);
    }

    /// <summary>The start that the engine plans for a request that waits, as of half a second ago at most; null where it knows none. It costs no look at the others.</summary>
    public Instant? PlannedStart(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Plans.Of(request.Key, HomesOf(request));
    }

    /// <summary>When a waiting request should start, for a list: no interval is shown with it, so that none is scored.</summary>
    public Instant? EstimatedStart(Request request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Explainer.Start(request, Present()).At;
    }

    /// <summary>How promised starts held that came within a span.</summary>
    /// <param name="from">Not before; null: since they are known.</param>
    /// <param name="to">Before; null: until now.</param>
    /// <param name="within">Of requests within this path.</param>
    public StartCalibration Calibration(Instant? from, Instant? to, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(within);
        return _promises.Calibration(from, to, within);
    }

    /// <summary>Promises the start of who began to wait first since the last time; see <see cref="StartSampler"/>.</summary>
    internal void PromiseStart() => _promises.MakeOne(_requests, Present);

    /// <summary>What changes, one after the other, would do at once: decided now by an engine of its own, from the present.</summary>
    public ChangePreview Preview(params IReadOnlyList<Command> changes) => ChangePreview.Decided(Capture, present => ChangePreview.Of(changes, present, Now));

    /// <summary>The same, and whose planned starts they would move; it takes longer.</summary>
    public ChangePreview PreviewStarts(IReadOnlyList<Command> changes) => ChangePreview.Decided(Capture, present => ChangePreview.WithStarts(changes, present, Now));

    private EngineSnapshot Capture() => new(
        Sequence, Now, _configuration, [.. _pools.All.Select(PoolSnapshot.Of)],
        [.. _requests.Running.Concat(_requests.Booked).Concat(_requests.Waiting).Select(s => s.Current).Where(r => !r.HasEnded).OrderBy(r => r.Arrival)], [])
    {
        Quotas = _quotas.All,
        Budgets = _spending.Budgets.All,
        Allowances = _spending.Allowances.All,
    };

    internal Present Present() => new(_configuration, _pools.All, _requests.Running.Select(s => s.Current), _requests.Waiting.Select(s => s.Current), Now, Sequence)
    {
        Learned = _learned,
        Quotas = _quotas.Reading(_configuration),
        Budgets = _spending.Budgets.All,
        Allowance = _spending.Allowances.Find,
        PlannedStart = PlannedStart,
        ByLease = _requests.FindByLease,
        CostModels = _options.CostModels,
    };

    /// <summary>A request that memory no longer holds, or null.</summary>
    internal Request? FindArchived(RequestKey key) => Archive(key, static (j, k) => j.FindArchived(k));

    /// <summary>Shows what a batch did, once it is committed.</summary>
    internal void Apply(Batch batch, Core.Engine engine)
    {
        _pools = batch.Pools.Count > 0 ? _pools.With(batch.Pools, engine.Pool) : _pools;
        _quotas = batch.Owners.Count > 0 ? _quotas.With(batch.Owners, engine.Quota) : _quotas;
        _spending = _spending.With(batch, engine);
        bool poolsChanged = false;
        foreach (EngineEvent happened in batch.Events)
        {
            _events.Add(happened);
            poolsChanged |= happened is PoolSet or PoolDeleted or StrategySwitched or KindSet or KindDeleted;
        }

        _configuration = engine.Configuration;
        if (poolsChanged)
        {
            _homes.Configure(_configuration, _pools.All.Select(p => p.Definition));
        }

        RequestIndex requests = _requests;
        foreach (Request request in batch.Requests)
        {
            requests.Put(request);
            _learned.Learn(request);
            _promises.Changed(request, _configuration);
            if (request.Lease is { } lease && lease.Number > _sequence)
            {
                _waits.Record(request, _configuration);
            }
        }

        foreach (EngineEvent happened in batch.Events)
        {
            if (happened is RequestEnded ended && requests.Find(ended.Key)?.Lease is { } lease)
            {
                _totals.Add(ended, lease);
            }
        }

        foreach (Request archived in batch.Archived)
        {
            requests.Remove(archived);
        }

        if (poolsChanged)
        {
            requests.FindHomes();
            _waits.Keep(_pools.All);
            _totals.Keep(_pools.All);
        }

        requests.Tally.FindOldest();
        Plans.Follow(batch);
        Volatile.Write(ref _sequence, engine.Sequence);
        Wake(batch);
    }

    /// <summary>Starts anew from a recovered engine and the last events of the journal.</summary>
    internal void Reset(Core.Engine engine, EventRing events, IJournal journal)
    {
        _homes.Configure(engine.Configuration, engine.Pools.Select(p => p.Definition));
        RequestIndex requests = new(_options.EndedInMemory, _homes);
        _waits.Clear();
        _learned.Clear();
        _promises.Restart();
        Plans.Changed();
        foreach (Request request in engine.Requests)
        {
            requests.Put(request);
            _learned.Learn(request);
            _waits.Record(request, engine.Configuration);
        }

        requests.Tally.FindOldest();
        (_journal, _requests, _events, _pools, _quotas, _configuration) = (journal, requests, events, PoolIndex.Of(engine.Pools), QuotaIndex.Of(engine.Quotas), engine.Configuration);
        _spending = SpendingIndex.Of(engine);
        Volatile.Write(ref _sequence, engine.Sequence);
        _requestWaiters.WakeAll();
        _eventWaiters.WakeAll();
    }

    /// <summary>Lets everybody go who waits for news: none will come.</summary>
    internal void Close()
    {
        _closed = true;
        _requestWaiters.WakeAll();
        _eventWaiters.WakeAll();
    }

    private void Wake(Batch batch)
    {
        // Whoever counts itself in after this sees what was shown before it: nobody sleeps through the news.
        Interlocked.MemoryBarrier();
        if (batch.IsEmpty || _waiterLimit.Count == 0)
        {
            return;
        }

        foreach (Request request in batch.Requests)
        {
            _requestWaiters.Wake(request.Key);
        }

        _eventWaiters.Wake("");
    }

    /// <summary>Asks the journal.</summary>
    /// <exception cref="EngineUnavailableException">It cannot be read.</exception>
    internal T? Archive<TWhat, T>(TWhat what, Func<IJournal, TWhat, T?> look)
        where T : class => ArchiveLookup.In(_journal, what, look);
}
