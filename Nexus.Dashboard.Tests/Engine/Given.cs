using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine;

/// <summary>Sets the scene: a real engine under a virtual clock that starts on 1 January 2026.</summary>
internal static class Given
{
    public static Scene Nothing() => new();

    public static Scene Pool(string name, params (string Kind, double Amount)[] held) => new Scene().Pool(name, held);

    public static Scene Bucket(string name, string kind, double rate, TimeSpan per, double burst) => new Scene().Bucket(name, kind, rate, per, burst);
}

/// <summary>An engine, what it is asked, and what it answers.</summary>
internal sealed class Scene
{
    public static readonly Actor Somebody = new(ActorKind.Key, "key-1", "api");

    private readonly Batch _batch = new();

    public Scene(EngineLimits? limits = null) => Engine = new Nexus.Engine.Core.Engine(limits ?? new EngineLimits());

    public Nexus.Engine.Core.Engine Engine { get; private set; }

    public Instant Now { get; private set; } = Instant.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public List<EngineEvent> Events { get; } = [];

    public List<Request> Archived { get; } = [];

    /// <summary>What the last command touched.</summary>
    public Batch Last => _batch;

    /// <summary>What was written into the ledger.</summary>
    public List<LedgerEntry> Ledger { get; } = [];

    public Scene Pool(string name, params (string Kind, double Amount)[] held) =>
        Pool(Definition(name, held));

    public Scene Pool(PoolDefinition pool)
    {
        Assert.IsType<PoolReply>(Send(new SetPool(pool) { Actor = Somebody }));
        return this;
    }

    public Scene Bucket(string name, string kind, double rate, TimeSpan per, double burst) =>
        Pool(new PoolDefinition(name, [new Supply(kind, Amount(burst), Amount(rate), per)], Labels.None, PurchaseOption.OnDemand, null));

    public Scene Quota(string owner, params QuotaRule[] rules)
    {
        Assert.IsType<QuotaReply>(Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse(owner), QuotaDefinition.OneShare, rules)) { Actor = Somebody }));
        return this;
    }

    /// <summary>What counts under a node's first rule, in the kind's unit.</summary>
    public decimal QuotaUsed(string owner) => Figures(owner).Used / 1000m;

    /// <summary>What is shown of a node's first rule.</summary>
    public QuotaFigures Figures(string owner)
    {
        QuotaReading reading = new([.. Engine.Quotas], Engine.Configuration.Kind);
        QuotaRule rule = Engine.Quota(OwnerPath.Parse(owner))!.Definition.Rules[0];
        QuotaTree tree = reading.Forest.Tree(new QuotaTreeKey(rule.Resource, rule.Period))!;
        return QuotaFigures.Of(tree, Now.Milliseconds)[tree.Node(OwnerPath.Parse(owner))!];
    }

    public static PoolDefinition Definition(string name, params (string Kind, double Amount)[] held) =>
        new(name, [.. held.OrderBy(h => h.Kind, StringComparer.Ordinal).Select(h => new Supply(h.Kind, Amount(h.Amount)))], Labels.None, PurchaseOption.OnDemand, null);

    public static Quantity Amount(double units) => Quantity.FromThousandths((long)Math.Round(units * 1000));

    public static ResourceVector Vector(params (string Kind, double Amount)[] amounts) =>
        ResourceVector.Of(amounts.Select(a => new ResourceAmount(a.Kind, Amount(a.Amount))));

    public static RequestSpec Spec(
        string id, (string Kind, double Amount)[] needs, string owner = "acme/alice", string? priority = null, string[]? pools = null, Labels? poolLabels = null,
        TimeSpan? duration = null, bool queue = false, TimeSpan? maxWait = null, TimeSpan? lease = null, Labels? labels = null) => new(
        id, OwnerPath.Parse(owner), Vector(needs), priority, pools, poolLabels ?? Labels.None, duration, queue, maxWait, lease ?? RequestSpec.DefaultLeaseLength, labels ?? Labels.None);

    public Request Submit(RequestSpec spec, string? maxPriority = null) => ((RequestReply)Send(new Submit(spec, maxPriority) { Actor = Somebody })).Request;

    public Request Submit(string id, params (string Kind, double Amount)[] needs) => Submit(Spec(id, needs));

    public Request Queue(string id, string? priority = null, params (string Kind, double Amount)[] needs) => Submit(Spec(id, needs, priority: priority, queue: true));

    public Reply Release(string id, params (string Kind, double Amount)[] usage) =>
        Send(new Release(new RequestKey("acme", id), Request(id).Lease!.Number, Vector(usage), Labels.None, null) { Actor = Somebody });

    public Reply Renew(string id, (string Kind, double Amount)[]? extend = null, (string Kind, double Amount)[]? usage = null) =>
        Send(new Renew(new RequestKey("acme", id), Request(id).Lease!.Number, Vector(extend ?? []), Vector(usage ?? [])) { Actor = Somebody });

    public Reply Cancel(string id) => Send(new Cancel(new RequestKey("acme", id)) { Actor = Somebody });

    public Reply Send(Command command)
    {
        _batch.Clear();
        Reply reply = Engine.Handle(command, Now, _batch);
        Events.AddRange(_batch.Events);
        Archived.AddRange(_batch.Archived);
        Ledger.AddRange(_batch.Ledger);
        return reply;
    }

    /// <summary>Time passes, and what is due in it happens.</summary>
    public Scene Advance(TimeSpan span)
    {
        Now += span;
        Send(new Tick { Actor = Actor.Engine });
        return this;
    }

    /// <summary>The clock was found to be ahead by a span at once.</summary>
    public void Jump(TimeSpan span, Instant from)
    {
        Now += span;
        Send(new JumpClock(from) { Actor = Actor.Engine });
    }

    public Request Request(string id, string tenant = "acme") => Engine.Requests.Single(r => r.Key == new RequestKey(tenant, id));

    public RequestStatus Status(string id) => Request(id).Status;

    public decimal Free(string pool, string kind) => Engine.Pool(pool)!.Of(kind)!.FreeAt(Now).Units;

    public decimal Used(string pool, string kind) => Engine.Pool(pool)!.Of(kind)!.Used.Units;

    public decimal Owed(string pool, string kind) => Engine.Pool(pool)!.Of(kind)!.OwedAt(Now).Units;

    /// <summary>The price book is this.</summary>
    public Scene Prices(params Sku[] skus)
    {
        Assert.IsType<PricesReply>(Send(new SetPrices(skus, Replaces: true) { Actor = Somebody }));
        return this;
    }

    /// <summary>A budget of an owner that halts at a part of its amount.</summary>
    public Scene Budget(string id, string owner, long amount, double halt, string period = "month", string? zone = null) => Set(
        new BudgetDefinition(id, new BudgetScope(owner == "/" ? OwnerPath.Root : OwnerPath.Parse(owner)), Money.Of(amount), Period(period, zone)) { Thresholds = [new((int)Math.Round(halt * 1_000_000), BudgetAction.Halt)] });

    public Scene Set(BudgetDefinition budget)
    {
        Assert.IsType<BudgetReply>(Send(new SetBudget(budget) { Actor = Somebody }));
        return this;
    }

    public BudgetFigures BudgetNow(string id) => Engine.Budget(id)!.At(Now);

    public static BudgetPeriod Period(string text, string? zone = null) =>
        BudgetPeriod.TryParse(text, zone, out BudgetPeriod? period, out _, out string? reason) ? period : throw new FormatException(reason);

    /// <summary>The engine that a snapshot of this moment makes.</summary>
    public Nexus.Engine.Core.Engine Restored() => Nexus.Engine.Core.Engine.Restore(Engine.Capture().Encode().State.Span, new EngineLimits());

    /// <summary>The engine that the events so far make, read back from their bytes.</summary>
    public Nexus.Engine.Core.Engine Replayed()
    {
        EventBuffer bytes = new();
        Events.ForEach(e => EventCodec.Write(bytes, e));
        Nexus.Engine.Core.Engine replayed = new(new EngineLimits());
        foreach (EngineEvent happened in EventCodec.ReadAll(bytes.Written))
        {
            replayed.Apply(happened);
        }

        return replayed;
    }
}
