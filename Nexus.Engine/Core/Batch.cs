using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What a run of commands decided and has not yet been committed: a value of its own, so that a second one can be filled while the first is written.</summary>
public sealed class Batch
{
    private readonly List<EngineEvent> _events = [];
    private readonly Dictionary<RequestKey, Request> _requests = [];
    private readonly Dictionary<string, PoolState?> _pools = new(StringComparer.Ordinal);
    private readonly HashSet<OwnerPath> _owners = [];
    private readonly HashSet<string> _budgets = new(StringComparer.Ordinal);
    private readonly HashSet<AllowanceKey> _allowances = [];
    private BudgetNode[] _lastBudgets = [];
    private readonly List<Request> _archived = [];
    private readonly List<LedgerEntry> _ledger = [];
    private readonly HashSet<(string Tenant, string Id)> _records = [];

    /// <summary>Empty.</summary>
    public Batch() => Archive = _archived.Add;

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<EngineEvent> Events => _events;

    /// <summary>The events' encoding, back to back.</summary>
    public EventBuffer Encoded { get; } = new();

    /// <summary>Every request that was touched, as it stands at the end of the batch.</summary>
    public IReadOnlyCollection<Request> Requests => _requests.Values;

    /// <summary>The names of the pools that were touched.</summary>
    public IReadOnlyCollection<string> Pools => _pools.Keys;

    /// <summary>The owners whose quotas were touched, or whose use of them.</summary>
    public IReadOnlyCollection<OwnerPath> Owners => _owners;

    /// <summary>The names of the budgets that were touched.</summary>
    public IReadOnlyCollection<string> Budgets => _budgets;

    /// <summary>The allowances that were touched, or of which something was drawn.</summary>
    public IReadOnlyCollection<AllowanceKey> Allowances => _allowances;

    /// <summary>Ended requests that memory no longer holds after this batch: the journal's index must.</summary>
    public IReadOnlyList<Request> Archived => _archived;

    /// <summary>What goes into the ledger, in order.</summary>
    public IReadOnlyList<LedgerEntry> Ledger => _ledger;

    /// <summary>The usage records that were accepted, by tenant and id.</summary>
    public IReadOnlySet<(string Tenant, string Id)> Records => _records;

    /// <summary>True when kinds, classes or owners changed.</summary>
    public bool ConfigurationChanged { get; private set; }

    /// <summary>True when there is nothing to write.</summary>
    public bool IsEmpty => _events.Count == 0;

    /// <summary>Makes it ready for the next run.</summary>
    public void Clear()
    {
        _events.Clear();
        Encoded.Clear();
        _requests.Clear();
        _pools.Clear();
        _owners.Clear();
        _budgets.Clear();
        _allowances.Clear();
        _lastBudgets = [];
        _archived.Clear();
        _ledger.Clear();
        _records.Clear();
        ConfigurationChanged = false;
    }

    internal void Add(EngineEvent happened)
    {
        _events.Add(happened);
        EventCodec.Write(Encoded, happened);
        ConfigurationChanged |= happened is ConfigurationEvent and not (PoolSet or PoolDrained or PoolHealthReset or PoolDeleted or QuotaSet or QuotaDeleted or BudgetSet or BudgetDeleted or BudgetRaised or BudgetPaused);
    }

    internal void Post(LedgerEntry entry) => _ledger.Add(entry);

    internal void Post(UsageRecord record, IReadOnlyList<CostLine> lines, ClosedMonths closed)
    {
        _records.Add((record.Owner.Tenant, record.Id));
        for (int i = 0; i < lines.Count; i++)
        {
            _ledger.Add(closed.Entering(new LedgerEntry(lines[i], record.Owner, record.Labels) { Record = record.Id, NamedSku = record.Sku }));
        }
    }

    internal void Touch(Request request) => _requests[request.Key] = request;

    internal void TouchOwner(OwnerPath owner) => _owners.Add(owner);

    internal void TouchBudget(string id) => _budgets.Add(id);

    internal void TouchAllowance(AllowanceKey key) => _allowances.Add(key);

    // Requests of one owner touch the same ones.
    internal void TouchBudgets(BudgetNode[] budgets)
    {
        if (ReferenceEquals(budgets, _lastBudgets))
        {
            return;
        }

        _lastBudgets = budgets;
        foreach (BudgetNode budget in budgets)
        {
            _budgets.Add(budget.Definition.Id);
        }
    }

    internal void TouchPool(string name) => _pools[name] = null;

    /// <summary>Takes a request that memory no longer holds. One delegate for all events.</summary>
    internal Action<Request> Archive { get; }
}
