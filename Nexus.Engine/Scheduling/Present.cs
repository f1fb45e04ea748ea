using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>The world as a reader finds it, for whoever computes something about it.</summary>
/// <param name="Configuration">Kinds, classes and owners.</param>
/// <param name="Pools">The pools, by name.</param>
/// <param name="Running">The requests that hold a lease, in any order.</param>
/// <param name="Waiting">The requests that wait, in any order.</param>
/// <param name="Now">The engine time.</param>
/// <param name="Sequence">The last event in it.</param>
internal sealed record Present(
    Configuration Configuration, IReadOnlyList<PoolState> Pools, IEnumerable<Request> Running, IEnumerable<Request> Waiting, Instant Now, long Sequence)
{
    /// <summary>What owners may use and do use.</summary>
    public QuotaReading Quotas { get; init; } = QuotaReading.None;

    /// <summary>What may be spent, and what is.</summary>
    public IReadOnlyList<BudgetState> Budgets { get; init; } = [];

    /// <summary>Finds an allowance.</summary>
    public Func<AllowanceKey, AllowanceState?> Allowance { get; init; } = static _ => null;

    /// <summary>How long grants of each workflow ran so far.</summary>
    public LearnedTimes Learned { get; init; } = new();

    /// <summary>The cost functions that formulas of prices may name.</summary>
    public IReadOnlyDictionary<string, ICostModel> CostModels { get; init; } = new Dictionary<string, ICostModel>();

    /// <summary>The start that the engine plans for one that waits; null where it knows none.</summary>
    public Func<Request, Instant?> PlannedStart { get; init; } = static _ => null;

    /// <summary>Finds the request that has or had a lease, by the lease's number, as far as memory holds it.</summary>
    public Func<long, Request?> ByLease { get; init; } = static _ => null;

    private readonly Dictionary<string, PoolOrder> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PoolState> _pools = Pools.ToDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>True where a request runs in a grant that it joined, and somebody else does too.</summary>
    public bool SharesNow(Request request) => request is { HasEnded: false, Lease: { MergedWith: not null } lease }
        && Running.Any(r => r is { Status: RequestStatus.Allocated, Lease: { } other } && other.Grant == lease.Grant && other.Number != lease.Number);

    /// <summary>A pool.</summary>
    public PoolState Pool(string name) => _pools[name];

    /// <summary>What a grant could take of a kind in a pool now.</summary>
    public Quantity Free(string pool, string kind) => Pool(pool) is { StopsGrants: false } open && open.Of(kind) is { } meter ? meter.FreeAt(Now) : Quantity.Zero;

    /// <summary>Where a class stands; 0 for one that was removed.</summary>
    public int ValueOf(string priority) => Configuration.Class(priority)?.Value ?? 0;

    /// <summary>True when one that waits goes before another for what a pool has. Under fair shares that is told by what grants hold now: past use is known to the engine alone.</summary>
    /// <param name="pool">The pool; null for what several have in common, where the usual order tells.</param>
    /// <param name="one">One that waits.</param>
    /// <param name="other">Another.</param>
    /// <param name="value">The value of the other's class, or what it would be.</param>
    public bool GoesBefore(string? pool, Request one, Request other, int value)
    {
        PoolOrder order = pool is null ? PoolOrder.Usual : OrderOf(pool);
        int shares = order.Tree?.Compare(one.Owner, one.Needs, other.Owner, other.Needs, Now.Milliseconds) ?? 0;
        return (shares != 0 ? shares : QueuePlace.Compare(Place(one, ValueOf(one.Priority)), Place(other, value))) < 0;

        QueuePlace Place(Request request, int of) => order.Place(new Standing(of, request.Arrival, request.SubmittedAt, request.Spec.Deadline));
    }

    private PoolOrder OrderOf(string pool)
    {
        if (!_orders.TryGetValue(pool, out PoolOrder? order))
        {
            PoolDefinition definition = Pool(pool).Definition;
            _orders[pool] = order = PoolOrder.Of(definition, definition.Follows == FairShareStrategy.Name ? SharesOf(definition) : null);
        }

        return order;
    }

    private FairTree SharesOf(PoolDefinition pool)
    {
        FairTree tree = new(o => Quotas.Weights.TryGetValue(o, out int weight) ? weight : FairNode.UsualWeight, pool.HalfLife, Now.Milliseconds);
        tree.Configure(pool.Supplies, k => Configuration.Kind(k)!.Behaviour, pool.HalfLife, Now.Milliseconds);
        foreach (Request request in Running.Where(r => r is { Status: RequestStatus.Allocated, Lease: not null }).OrderBy(r => r.Lease!.Number))
        {
            Lease lease = request.Lease!;
            tree.Charge(request.Owner, ResourceVector.Of(lease.Amounts.Where((_, i) => lease.Pools[i] == pool.Name)), Now.Milliseconds);
        }

        return tree;
    }
}
