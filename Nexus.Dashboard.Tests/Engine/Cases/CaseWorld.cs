using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>An engine that is set up in a case's own names: its kinds, classes and pool come into being as they are named.</summary>
internal sealed class CaseWorld
{
    public const string PoolName = "pool";

    /// <summary>More than any case asks for: where quotas alone decide, the pool never does.</summary>
    public const decimal Plenty = 1_000_000_000;

    // A class counts alone, however long others wait, and nothing is kept for whoever waits long.
    private static readonly TimeSpan Never = TimeSpan.FromDays(366);

    private readonly Scene _nexus;
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _classes = new(StringComparer.Ordinal);

    /// <summary>A world whose cases' times count from a moment.</summary>
    public CaseWorld(Instant? zero = null, EngineLimits? limits = null)
    {
        _nexus = new Scene(limits);
        Zero = zero ?? _nexus.Now;
        AdvanceTo(Zero);
    }

    public Nexus.Engine.Core.Engine Engine => _nexus.Engine;

    /// <summary>The time 0 of the case.</summary>
    public Instant Zero { get; }

    public Instant Now => _nexus.Now;

    /// <summary>The engine time in the case's units, of which each is a second.</summary>
    public decimal Time => TimeOf(Now);

    /// <summary>Amounts in the case's names, without those that are nothing.</summary>
    public ResourceVector Amounts(IReadOnlyDictionary<string, decimal> amounts) =>
        ResourceVector.Of(amounts.Where(a => a.Value > 0).Select(a => new ResourceAmount(KindOf(a.Key), Amount(a.Value))));

    public static Quantity Amount(decimal units)
    {
        decimal thousandths = units * 1000;
        return thousandths == decimal.Truncate(thousandths) ? Quantity.FromThousandths((long)thousandths) : throw new InvalidDataException($"{units} is finer than a thousandth");
    }

    public Instant At(decimal time) => Zero + TimeSpan.FromMilliseconds((double)(time * 1000));

    public decimal TimeOf(Instant at) => (at.Milliseconds - Zero.Milliseconds) / 1000m;

    /// <summary>The Held kind of a resource. A flavour of a resource is a kind of its own, since a quota is for a kind.</summary>
    public string KindOf(string resource) => KindOf(resource, ResourceBehaviour.Held);

    public string KindOf(string resource, ResourceBehaviour behaviour)
    {
        string name = resource.Replace('/', '.');
        if (_kinds.Add(name) && ResourceKind.All.All(k => k.Name != name || k.Behaviour != behaviour))
        {
            Done(new SetKind(new ResourceKind(name, ResourceFamily.Compute, "unit", behaviour)) { Actor = Scene.Somebody });
        }

        return name;
    }

    /// <summary>The class that counts as much as a number.</summary>
    public string ClassOf(decimal priority)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"class{priority}");
        if (_classes.Add(name))
        {
            Done(new SetPriorityClass(new PriorityClass(name, decimal.ToInt32(priority))) { Actor = Scene.Somebody });
        }

        return name;
    }

    /// <summary>Sets what the pool has, and how it decides.</summary>
    public void Supply(IReadOnlyDictionary<string, decimal> capacity, string strategy = "priority", Func<PoolDefinition, PoolDefinition>? more = null)
    {
        Supply[] supplies = [.. capacity.Select(c => new Supply(KindOf(c.Key), Amount(c.Value))).OrderBy(s => s.Kind, StringComparer.Ordinal)];
        PoolDefinition pool = new(PoolName, supplies, Labels.None, PurchaseOption.OnDemand, null, strategy)
        {
            AgingInterval = Never,
            KeepAfter = Never,
            Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero),
        };
        Assert.IsType<PoolReply>(Send(new SetPool(more?.Invoke(pool) ?? pool) { Actor = Scene.Somebody }));
    }

    /// <summary>Sets a pool that has plenty of what is used up.</summary>
    public void Bucket(string resource)
    {
        Supply supply = new(KindOf(resource, ResourceBehaviour.Metered), Amount(Plenty), Amount(Plenty), TimeSpan.FromSeconds(1));
        Assert.IsType<PoolReply>(Send(new SetPool(new PoolDefinition(PoolName, [supply], Labels.None, PurchaseOption.OnDemand, null)) { Actor = Scene.Somebody }));
    }

    /// <summary>Grants nothing until the pool is set again: so those come in together who come at the same time.</summary>
    public void Gather() => Assert.IsType<PoolReply>(Send(new DrainPool(PoolName) { Actor = Scene.Somebody }));

    /// <summary>Grants again.</summary>
    public void Decide() => Assert.IsType<PoolReply>(Send(new SetPool(Engine.Pool(PoolName)!.Definition) { Actor = Scene.Somebody }));

    public void Quota(OwnerPath owner, decimal weight, IReadOnlyList<QuotaRule> rules) =>
        Assert.IsType<QuotaReply>(Send(new SetQuota(new QuotaDefinition(owner, decimal.ToInt32(weight * QuotaDefinition.OneShare), rules)) { Actor = Scene.Somebody }));

    public RequestSpec Spec(string id, OwnerPath owner, ResourceVector needs, decimal priority = 0, decimal? duration = null) => new(
        id, owner, needs, ClassOf(priority), null, Labels.None, duration is { } d ? TimeSpan.FromMilliseconds((double)(d * 1000)) : null, Queue: true, null, TimeSpan.FromDays(1), Labels.None);

    public Request Submit(RequestSpec spec) => Assert.IsType<RequestReply>(Send(new Submit(spec) { Actor = Scene.Somebody })).Request;

    /// <summary>Of a request that is still there as it was.</summary>
    public Request Present(Request request) => Engine.Requests.Single(r => r.Key == request.Key);

    /// <summary>When a request started for the first time; null where it never did.</summary>
    public decimal? FirstStart(string id)
    {
        foreach (EngineEvent happened in _nexus.Events)
        {
            Lease? lease = happened switch
            {
                RequestSubmitted submitted when submitted.Spec.Id == id => submitted.Lease,
                RequestStarted started when started.Id == id => started.Lease,
                _ => null,
            };
            if (lease is not null)
            {
                return TimeOf(lease.GrantedAt);
            }
        }

        return null;
    }

    public void Release(Request running) =>
        Assert.IsType<ReleaseReply>(Send(new Release(running.Key, running.Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Scene.Somebody }));

    public void Cancel(Request request) => Assert.IsType<RequestReply>(Send(new Cancel(request.Key) { Actor = Scene.Somebody }));

    public Reply Send(Command command) => _nexus.Send(command);

    public void Done(Command command) => Assert.IsType<DoneReply>(Send(command));

    public void AdvanceTo(Instant time)
    {
        Assert.True(time >= Now, "time does not go back: virtual time starts on 1 January 2026");
        if (time > Now)
        {
            _nexus.Advance(time - Now);
        }
    }

    /// <summary>What is due at this moment happens.</summary>
    public void Settle()
    {
        while (Engine.NextDue is { } due && due <= Now)
        {
            Done(new Tick { Actor = Actor.Engine });
        }
    }

    /// <summary>Time passes, and everybody who runs does so for as long as was said.</summary>
    public void AdvanceRunning(Instant to)
    {
        while (NextEnd() is { } end && end < to)
        {
            Step(end);
        }

        Step(to);
    }

    /// <summary>The same, until nobody runs and nobody will start any more.</summary>
    public void RunOut()
    {
        while (NextEnd() is { } end)
        {
            Step(end);
        }
    }

    /// <summary>The tree of a kind as readers find it: made of the nodes' states.</summary>
    public QuotaTree Tree(string resource, QuotaPeriod? period = null) =>
        new QuotaReading([.. Engine.Quotas], Engine.Configuration.Kind).Forest.Tree(new QuotaTreeKey(resource.Replace('/', '.'), period ?? QuotaPeriod.None))
        ?? throw new InvalidDataException($"no quota is set for {resource}");

    /// <summary>What is shown of a node's rule.</summary>
    public QuotaFigures Figures(string resource, OwnerPath owner, QuotaPeriod? period = null)
    {
        QuotaTree tree = Tree(resource, period);
        return QuotaFigures.Of(tree, Now.Milliseconds)[tree.Node(owner) ?? throw new InvalidDataException($"no quota of {resource} is set for {owner}")];
    }

    /// <summary>What quotas say to amounts that an owner might ask for.</summary>
    public QuotaCheckReply Check(OwnerPath owner, ResourceVector amounts, bool preemptible) =>
        Assert.IsType<QuotaCheckReply>(Send(new CheckQuota(owner, amounts, preemptible, null) { Actor = Scene.Somebody }));

    // When somebody ends or, where nobody runs, something else happens; null when nobody is left.
    private Instant? NextEnd()
    {
        Request[] living = [.. Engine.Requests.Where(r => !r.HasEnded)];
        Instant? end = living.Where(r => r is { Status: RequestStatus.Allocated, Spec.Duration: not null }).Min(EndOf);
        return living.Length == 0 ? null : end is { } ends && !(Engine.NextDue < ends) ? ends : Engine.NextDue ?? end;
    }

    // Whoever has to make room for a promise at that very moment was done by then.
    private void Step(Instant to)
    {
        Request[] done = [.. Engine.Requests.Where(r => r is { Status: RequestStatus.Allocated, Spec.Duration: not null } && EndOf(r) <= to)];
        AdvanceTo(to);
        foreach (Request ended in done.Select(Present).Where(r => !r.HasEnded))
        {
            Release(ended);
        }
    }

    private static Instant? EndOf(Request running) => running.Lease!.GrantedAt + running.Spec.Duration!.Value;
}
