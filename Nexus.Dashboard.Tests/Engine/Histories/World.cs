using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>An engine, its journal, and clients that lose, repeat and reorder their messages.</summary>
internal sealed class World
{
    private static readonly string[] Classes = ["critical", "high", "medium", "low"];
    private static readonly string[] Names = ["a", "b", "llm"];
    private static readonly string[] ReservationNames = ["r1", "r2"];
    private static readonly Actor Client = new(ActorKind.Key, "k", "api");

    /// <summary>The pools that there can be.</summary>
    public static IReadOnlyList<string> PoolNames => Names;

    /// <summary>What orders those who wait for them.</summary>
    public static IReadOnlyList<string> Strategies { get; } = [.. KnownStrategies.All.Select(s => s.Name)];

    /// <summary>Little is remembered, so that much is forgotten.</summary>
    public static readonly EngineLimits Limits = new(EndedInMemory: 40) { MetersHeld = true };

    private readonly Batch _batch = new();
    private readonly List<EngineEvent> _journal = [];
    private readonly List<RequestSpec> _sent = [];
    private readonly List<Command> _delayed = [];
    private readonly Dictionary<RequestKey, Request> _archive = [];
    private readonly Dictionary<RequestKey, long> _leases = [];
    private Instant _now = new(1_767_225_600_000);
    private (byte[] State, int Events)? _snapshot;
    private int _ids;

    private readonly Action<Nexus.Engine.Core.Engine, Batch>? _decided;
    private readonly long _scale;
    private readonly EngineLimits _limits;
    private readonly bool _learning;
    private readonly bool _degrading;

    /// <param name="decided">Sees each batch before the next is decided.</param>
    /// <param name="scale">What all amounts are multiplied by; 10¹⁰ leads to the largest that there can be.</param>
    /// <param name="borrowers">True to begin with owners who borrow from each other, in pools that even that out.</param>
    /// <param name="stepsAtOnce">After how many steps the engine leaves the rest to a tick.</param>
    /// <param name="learning">True where pools may choose their strategy by themselves.</param>
    /// <param name="degrading">True where owners let their requests give way before they are refused.</param>
    public World(Action<Nexus.Engine.Core.Engine, Batch>? decided = null, long scale = 1, bool borrowers = false, long stepsAtOnce = long.MaxValue, bool learning = false, bool degrading = false)
    {
        (_decided, _scale, _learning, _degrading, _limits) = (decided, scale, learning, degrading, Limits with { StepsAtOnce = stepsAtOnce });
        Engine = new Nexus.Engine.Core.Engine(_limits);
        Do(new Step(Deed.SetPool, 0, 7, 0));
        Do(new Step(Deed.SetPool, 1, 3, 0));
        Do(new Step(Deed.SetPool, 2, 5, 0));
        Do(new Step(Deed.SetPrices, 0, 0, 0));
        if (borrowers)
        {
            Borrow();
        }

        foreach (OwnerSettings owner in degrading ? Degrades.Owners : [])
        {
            Send(new SetOwner(owner) { Actor = Client });
        }
    }

    // Of ten GPUs one owner has most, and the others take them while it does not want them.
    private void Borrow()
    {
        foreach (string name in (string[])["a", "b"])
        {
            Send(new SetPool(Pool(new Step(Deed.SetPool, name == "a" ? 0 : 1, 7, 0)) with { Strategy = "fairShare", Preemption = new PreemptionSettings(TimeSpan.FromSeconds(2), TimeSpan.Zero, BetweenBorrowers.FinalThenInitialShare) }) { Actor = Client });
        }

        Set("acme", new QuotaRule("gpu") { Extra = Units(2) });
        Set("acme/x", new QuotaRule("gpu") { Extra = Quantity.Zero, Borrow = QuotaBound.Unbounded });
        foreach (string leaf in (string[])["acme/x/w", "acme/x/v", "acme/z"])
        {
            Set(leaf, new QuotaRule("gpu") { Limit = Units(leaf == "acme/z" ? 3 : 1), Borrow = QuotaBound.Unbounded });
        }

        void Set(string owner, QuotaRule rule) => Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse(owner), QuotaDefinition.OneShare, [rule])) { Actor = Client });
    }

    public Nexus.Engine.Core.Engine Engine { get; private set; }

    public Instant Now => _now;

    /// <summary>True once a class got another value: who was told to end before may rank otherwise now.</summary>
    public bool ClassesChanged => _journal.Exists(e => e is PriorityClassSet);

    /// <summary>What the last step made happen.</summary>
    public IReadOnlyList<EngineEvent> Happened { get; private set; } = [];

    public IReadOnlyList<EngineEvent> Journal => _journal;

    /// <summary>What the ledger says.</summary>
    public Costs Costs { get; } = new();

    /// <summary>What the budgets allow.</summary>
    public Budgets Budgets { get; } = new(Limits);

    /// <summary>What runs allow.</summary>
    public Allowances Allowances { get; } = new(Limits);

    /// <summary>The numbers of all leases that were ever granted.</summary>
    public HashSet<long> Grants { get; } = [];

    /// <summary>Every grant that ever ended, by lease number: how often.</summary>
    public Dictionary<long, int> Ends { get; } = [];

    public void Do(Step step)
    {
        Happened = [];
        switch (step.Deed)
        {
            case Deed.Submit: Submit(step, queue: false); break;
            case Deed.SubmitQueued: Submit(step, queue: true); break;
            case Deed.SubmitAgain when _sent.Count > 0: Again(_sent[step.A % _sent.Count]); break;
            case Deed.DryRun: Send(new Submit(Spec(step, queue: step.A % 3 == 0), DryRun: true) { Actor = Client }); break;
            case Deed.Release: WithLease(step, r => new Release(r.Key, r.Lease!.Number, Usage(r, step), Labels.None, OutcomeOf(step), AnyUsage: _scale > 1) { Actor = Client }); break;
            case Deed.ReleaseAgain: WithEnded(step, r => new Release(r.Key, r.Lease!.Number, Usage(r, step), Labels.None, null, Prior: _archive.GetValueOrDefault(r.Key)) { Actor = Client }); break;
            case Deed.Renew: WithLease(step, r => new Renew(r.Key, r.Lease!.Number, ResourceVector.Empty, Usage(r, step)) { Actor = Client }); break;
            case Deed.Extend: WithLease(step, r => new Renew(r.Key, r.Lease!.Number, More(r, step), ResourceVector.Empty) { Actor = Client }); break;
            case Deed.Cancel: WithLive(step, r => new Cancel(r.Key) { Actor = Client }); break;
            case Deed.SetPriority: WithLive(step, r => new SetPriority(r.Key, Classes[step.B % 4]) { Actor = Client }); break;
            case Deed.Requeue: WithAny(step, r => new Requeue(r.Key) { Actor = Client }); break;
            case Deed.Hold: WithLive(step, r => new Hold(r.Key, step.B % 2 == 0) { Actor = Client }); break;
            case Deed.SetPool: Send(new SetPool(Pool(step)) { Actor = Client }); break;
            case Deed.DrainPool: Send(new DrainPool(PoolNames[step.A % 3]) { Actor = Client }); break;
            case Deed.ResetHealth: Send(new ResetPoolHealth(PoolNames[step.A % 3]) { Actor = Client }); break;
            case Deed.Reserve: Send(Reservation(step)); break;
            case Deed.GiveUp: Send(new DeleteReservation(ReservationNames[step.A % 2]) { Actor = Client }); break;
            case Deed.DeletePool: Send(new DeletePool(PoolNames[step.A % 3]) { Actor = Client }); break;
            case Deed.SetClass: Send(new SetPriorityClass(new PriorityClass(Classes[step.A % 4], (step.B % 5) * 250)) { Actor = Client }); break;
            case Deed.SetQuota: Send(new SetQuota(Quotas.Of(step, _scale, _now)) { Actor = Client }); break;
            case Deed.SetPrices: Send(Costs.Prices(step)); break;
            case Deed.SetBudget: Send(Budgets.Set(step)); break;
            case Deed.ChangeBudget: Send(Budgets.Change(step, _now)); break;
            case Deed.DeleteQuota: Send(new DeleteQuota(Quotas.Owner(step)) { Actor = Client }); break;
            case Deed.Pass:
                _now += TimeSpan.FromMilliseconds(step.B % 20_000);
                Send(new Tick { Actor = Actor.Engine });
                break;
            case Deed.Jump:
                Instant before = _now;
                _now += TimeSpan.FromHours(2);
                Send(new JumpClock(before) { Actor = Actor.Engine });
                break;
            case Deed.Crash:
                Crash(step);
                Send(new Tick { Actor = Actor.Engine });
                break;
            case Deed.TakeSnapshot:
                _snapshot = (Engine.Capture().Encode().State.ToArray(), _journal.Count);
                break;
            case Deed.RestoreSnapshot when _snapshot is { } snapshot:
                Recover(Nexus.Engine.Core.Engine.Restore(snapshot.State, _limits), _journal.Skip(snapshot.Events));
                Send(new Tick { Actor = Actor.Engine });
                break;
            case Deed.CloseMonth: Send(Costs.Close(step, ref _now)); break;
            case Deed.OpenAllowance: Send(Allowances.Open(step, _ids++, Engine, _now)); break;
            case Deed.CancelAllowance when Allowances.Cancel(step, Engine) is { } cancel: Send(cancel); break;
            case Deed.EnterCharge: Send(Costs.Charge(step, _now)); break;
            case Deed.TryStrategies: Send(Trials.Of(step, PoolNames[step.A % 3], Engine, _now)); break;
            case Deed.ArriveLate when _delayed.Count > 0:
                Command late = _delayed[step.A % _delayed.Count];
                _delayed.RemoveAt(step.A % _delayed.Count);
                Send(late);
                break;
        }
    }

    /// <summary>The engine that the journal makes.</summary>
    public Nexus.Engine.Core.Engine Replayed()
    {
        Nexus.Engine.Core.Engine replayed = new(Limits);
        foreach (EngineEvent happened in ReadBack(_journal))
        {
            replayed.Apply(happened);
        }

        return replayed;
    }

    private void Submit(Step step, bool queue)
    {
        RequestSpec spec = Spec(step, queue);
        _sent.Add(spec);
        Send(new Submit(spec) { Actor = Client });
    }

    private RequestSpec Spec(Step step, bool queue)
    {
        List<ResourceAmount> needs = [];
        Need("gpu", step.A % 4);
        Need("memory", step.B % 3 == 0 ? (step.B % 7) : 0);
        Need("llm.calls", step.C % 3 == 0 ? 1 : 0);
        Need("tokens.output", step.C % 3 == 0 ? step.B % 90 : 0);
        Need("tokens.output.reasoning", step.C % 3 == 0 ? step.B % 90 / 2 : 0);
        Need("tokens.context", step.C % 9 == 0 ? step.B % 60 : 0);
        if (needs.Count == 0)
        {
            Need("gpu", 1);
        }

        RequestSpec spec = new(
            $"r{_ids++}", OwnerPath.Parse(step.A % 2 == 1 ? "globex/y" : (step.C % 4) switch { 0 => "acme/x", 1 => "acme/x/w", 2 => "acme/x/v", _ => "acme/z" }), ResourceVector.Of(needs), step.C % 5 == 4 ? null : Classes[step.C % 4],
            step.C % 7 == 0 ? ["b", "a", "llm"] : null, Labels.None, step.B % 4 == 0 ? TimeSpan.FromSeconds(1 + (step.B % 30)) : null,
            queue, step.B % 5 == 0 ? TimeSpan.FromMilliseconds(1 + (step.B % 9_000)) : null, TimeSpan.FromSeconds(1 + (step.C % 40)), Labels.None)
        {
            Members = step.B % 6 == 5 ? 2 : 1,
            Preemptible = step.B % 3 == 1,
            Deadline = step.C % 4 == 1 ? _now + TimeSpan.FromSeconds(5 + (step.B % 90)) : null,
            Reservation = step.C % 13 == 1 ? Engine.Configuration.Reservations.FirstOrDefault(r => OwnerPath.Parse(step.A % 2 == 0 ? "acme/x" : "globex/y").IsWithin(r.Owner))?.Id : null,
        };
        spec = step.B % 8 == 3 && queue ? spec with { MaxDelay = TimeSpan.FromSeconds(1 + (step.C % 90)) } : spec;
        spec = spec with { Allowance = Allowances.Of(step, spec.Owner, Engine) };
        spec = step.B % 7 == 2 ? spec with { MaxCost = new Nexus.Engine.Costs.Money((Int128)(1 + step.C) * 1_000_000_000) } : spec;
        spec = step.A % 5 < 3 && spec.Members == 1 ? spec with { Mergeable = true } : spec;
        spec = step.C % 3 == 0 && step.A % 3 != 0 ? spec.Learned() : spec;
        spec = step.C % 6 == 1 && spec.Resources.Has("gpu") ? Open(spec, step) : spec;
        spec = _degrading ? Degrades.Asked(spec, step) : spec;
        spec = spec.Pools is not null && spec.Pools.Any(p => Engine.Pool(p) is null) ? spec with { Pools = null } : spec;
        return step.B % 3 == 0 && !(_degrading && step.C % 2 == 0) && spec is { Work: null, Sizing: null, MaxDelay: null, Allowance: null } ? spec.Or([.. Others(spec, step)]) : spec;

        void Need(string kind, long units)
        {
            if (units > 0)
            {
                needs.Add(new ResourceAmount(kind, Units(units)));
            }
        }
    }

    // The same with the devices left open, and in every second memory that keeps them company.
    private RequestSpec Open(RequestSpec spec, Step step)
    {
        AmountRange gpu = new("gpu", Units(1), Units(1 + (step.B % 5)), Units(1 + (step.B % 60)));
        AmountRange[] ranges = step.B % 2 == 0 ? [gpu] : [gpu, new("memory", Units(1), Units(1 + (step.A % 4)), Quantity.Zero)];
        return (spec with { Resources = ResourceVector.Of(spec.Resources.Where(a => Array.TrueForAll(ranges, r => r.Kind != a.Kind))), Duration = null }).With(new MoldableWork(ranges));
    }

    // A configuration that takes longer with less, one of another kind, and one in a pool that it names.
    private IEnumerable<Alternative> Others(RequestSpec spec, Step step)
    {
        TimeSpan? longer = spec.Duration is { } duration ? duration * (1 + (step.A % 3)) : step.A % 4 == 0 ? TimeSpan.FromSeconds(1 + (step.B % 30)) : null;
        yield return new Alternative(ResourceVector.Of([new ResourceAmount("gpu", Units(1 + (step.C % 2)))]), null, Labels.None, longer);
        if (step.A % 3 != 0)
        {
            yield return new Alternative(ResourceVector.Of([new ResourceAmount("llm.calls", Units(1 + (step.C % 3)))]), null, Labels.None, spec.Duration);
        }

        if (step.A % 3 == 2 && Engine.Pool("b") is not null)
        {
            yield return new Alternative(ResourceVector.Of([new ResourceAmount("gpu", Units(1 + (step.B % 5)))]), ["b"], Labels.None, spec.Duration);
        }
    }

    private void Again(RequestSpec spec)
    {
        Request? known = Engine.Requests.FirstOrDefault(r => r.Key == spec.Key) ?? _archive.GetValueOrDefault(spec.Key);
        long before = Engine.Sequence;
        Reply reply = Send(new Submit(spec, Prior: _archive.GetValueOrDefault(spec.Key)) { Actor = Client });
        if (known is not null && reply is RequestReply answer && answer.Request.Arrival != known.Arrival)
        {
            throw new InvalidOperationException($"{spec.Key} was decided twice: {before} and {Engine.Sequence}");
        }
    }

    /// <summary>The pool that a step sets.</summary>
    public PoolDefinition Pool(Step step)
    {
        Quantity some = Units(1 + (step.B % 8));
        Supply[] supplies = (step.A % 3) switch
        {
            0 => [new("gpu", some), new("memory", Units(6))],
            1 => [new("gpu", some)],
            _ => [new("llm.calls", some, some, TimeSpan.FromSeconds(1)), new("tokens.context", Units(20 + (step.B % 30))), new("tokens.output", Units(100), Units(7), TimeSpan.FromMilliseconds(1 + (step.B % 900)))],
        };
        OwnerPath[]? allow = step.C % 6 == 5 ? [OwnerPath.Parse("acme")] : null;
        return new PoolDefinition(PoolNames[step.A % 3], supplies, Labels.None, step.B % 5 == 2 ? PurchaseOption.Spot : PurchaseOption.OnDemand, allow, Strategies[step.C / 6 % (_learning ? Strategies.Count : Strategies.Count - 1)])
        {
            AgingInterval = TimeSpan.FromMilliseconds(1 + (step.C % 3 * 5_000)),
            HalfLife = TimeSpan.FromMinutes(1 + (step.B % 2)),
            Prices = step.B % 4 == 3 ? [new PoolPrice(supplies[0].Kind, Nexus.Engine.Costs.Money.Of(1 + (step.C % 5)))] : [],
            Preemption = new PreemptionSettings(TimeSpan.FromMilliseconds(step.C % 4 * 2_000), TimeSpan.FromMilliseconds(step.B % 3 * 1_500), (BetweenBorrowers)(step.B % 4)),
            Health = step.C % 3 == 0 ? null : HealthOf(step),
            Objective = !_learning || step.B % 3 == 0 ? null : Trials.Objective(step),
            Adaptive = !_learning || step.B % 7 == 0 ? null : Trials.Settings(step),
        };
    }

    // So few that they open and heal within a history.
    private static HealthSettings HealthOf(Step step) =>
        new(TimeSpan.FromSeconds(1 + (step.B % 60)), 1 + (step.A % 4), 1 + (step.C % 4 * 333_333), TimeSpan.FromMilliseconds(500 + (step.B % 8_000)), 1 + (step.B % 3));

    // It fails, it succeeds, or nobody says.
    private static Outcome? OutcomeOf(Step step) => (step.C % 5) switch { 0 or 1 => Outcome.Failed, 4 => null, _ => Outcome.Succeeded };

    private SetReservation Reservation(Step step)
    {
        Occurrence time = new(_now + TimeSpan.FromSeconds(step.B % 40), _now + TimeSpan.FromSeconds((step.B % 40) + 1 + (step.C % 60)));
        Reservation reservation = new(
            ReservationNames[step.A % 2], OwnerPath.Parse(step.C % 2 == 0 ? "acme" : "globex/y"), PoolNames[step.B % 2], ResourceVector.Of([new ResourceAmount("gpu", Units(1 + (step.C % 4)))]), time.Start, time.End);
        return new SetReservation(reservation, [time]) { Actor = Client };
    }

    // Nothing, something of everything, or of one kind alone.
    private ResourceVector Usage(Request request, Step step) => step.C % 3 == 0 ? ResourceVector.Empty : ResourceVector.Of(request.Lease!.Amounts
        .Where((_, i) => step.C % 3 == 1 || i == step.A % request.Lease.Amounts.Count)
        .Select(a => a with { Quantity = Quantity.FromThousandths(Math.Min(Quantity.MaxThousandths, a.Quantity.Thousandths * (step.B % 5) / 2)) }));

    private ResourceVector More(Request request, Step step) =>
        ResourceVector.Of([new ResourceAmount(request.Lease!.Amounts[step.B % request.Lease.Amounts.Count].Kind, Units(1 + (step.C % 3)))]);

    private Quantity Units(long units) => Quantity.FromThousandths(Math.Min(Quantity.MaxThousandths, units * 1_000 * _scale));

    private void WithLease(Step step, Func<Request, Command> command) => With(step, r => r.Status == RequestStatus.Allocated, command);

    private void WithEnded(Step step, Func<Request, Command> command) => With(step, r => r.HasEnded && r.Lease is not null, command, _archive.Values);

    private void WithAny(Step step, Func<Request, Command> command) => With(step, _ => true, command);

    private void WithLive(Step step, Func<Request, Command> command) => With(step, r => !r.HasEnded, command);

    private void With(Step step, Func<Request, bool> which, Func<Request, Command> command, IEnumerable<Request>? more = null)
    {
        Request[] found = [.. Engine.Requests.Concat(more ?? []).Where(which)];
        if (found.Length == 0)
        {
            return;
        }

        Command send = command(found[step.A % found.Length]);
        if (step.C % 11 == 10)
        {
            // The network keeps this one for a while.
            _delayed.Add(send);
        }
        else
        {
            Send(send);
        }
    }

    private Reply Send(Command command)
    {
        _batch.Clear();
        Reply reply = Engine.Handle(command, _now, _batch);
        while (Engine.IsUnfinished)
        {
            Engine.Handle(new Tick { Actor = Actor.Engine }, _now, _batch);
        }

        _decided?.Invoke(Engine, _batch);
        Happened = [.. _batch.Events];
        if (reply is Fault or RequestReply { Duplicate: true } or AllowanceReply { Duplicate: true } || command is Submit { DryRun: true })
        {
            // 7: what is refused, known or only imagined changes nothing; what was due may have happened.
            Must(Happened.All(e => e.Actor.Kind == ActorKind.Engine), $"{command.GetType().Name} was answered {reply.GetType().Name} and changed something");
        }

        if (reply is ReleaseReply { Late: false } released && Happened.OfType<RequestEnded>().Any(e => e.Key == released.Request.Key))
        {
            Must(Settles((Release)command, released.Request), $"{released.Request.Key} did not settle at what was stated, else at its estimate");
        }

        _journal.AddRange(Happened);
        Costs.Take(Happened, _batch.Ledger, Engine.Configuration);
        foreach (Request archived in _batch.Archived)
        {
            _archive[archived.Key] = archived;
        }

        Grants.UnionWith(Happened.Select(e => e switch { RequestSubmitted { Lease: { } lease } => lease.Number, RequestStarted started => started.Lease.Number, _ => 0 }).Where(n => n > 0));
        foreach (RequestEvent happened in Happened.OfType<RequestEvent>())
        {
            if (happened switch { RequestSubmitted { Lease: { } l } => l, RequestStarted s => s.Lease, _ => null } is { } granted)
            {
                _leases[happened.Key] = granted.Number;
            }
            else if (happened is RequestEnded { Settlement: not null } or RequestRequeued { Settlement: not null })
            {
                long lease = _leases[happened.Key];
                Ends[lease] = Ends.GetValueOrDefault(lease) + 1;
            }
        }

        return reply;
    }

    // What was not committed is lost: a command is decided, never written, and the engine comes back from the journal. Its client, who got no answer, sends it again.
    private void Crash(Step step)
    {
        Request? running = Engine.Requests.FirstOrDefault(r => r.Status == RequestStatus.Allocated);
        Command lost = (step.A % 3) switch
        {
            0 when running is not null => new Release(running.Key, running.Lease!.Number, Usage(running, step), Labels.None, null) { Actor = Client },
            1 => new SetPool(Pool(step)) { Actor = Client },
            _ => new Submit(Spec(step, queue: true)) { Actor = Client },
        };
        byte[] before = Engine.StateHash();
        _batch.Clear();
        Engine.Handle(lost, _now, _batch);
        _delayed.Add(lost);
        Recover(new Nexus.Engine.Core.Engine(_limits), _journal);
        Must(before.AsSpan().SequenceEqual(Engine.StateHash()), "what was acknowledged did not survive, or what was not did");
    }

    // 5
    private void Recover(Nexus.Engine.Core.Engine engine, IEnumerable<EngineEvent> tail)
    {
        foreach (EngineEvent happened in ReadBack(tail))
        {
            engine.Apply(happened);
        }

        Engine = engine;
        Must(engine.StateHash().AsSpan().SequenceEqual(Replayed().StateHash()), "the engine came back as another than its journal makes");
    }

    private static IEnumerable<EngineEvent> ReadBack(IEnumerable<EngineEvent> events)
    {
        EventBuffer bytes = new();
        foreach (EngineEvent happened in events)
        {
            EventCodec.Write(bytes, happened);
        }

        return [.. EventCodec.ReadAll(bytes.Written)];
    }

    // 3: each Metered kind at its stated usage, else at its estimate; a part that was not stated has what is left of its whole at most.
    private bool Settles(Release release, Request request) => request.Settlement!.Metered.All(settled =>
        release.Usage.Has(settled.Kind) ? settled.Quantity == release.Usage[settled.Kind]
        : Engine.Configuration.Kind(settled.Kind)!.PartOf is null ? settled.Quantity == request.Lease!.Amounts[settled.Kind]
        : settled.Quantity <= request.Lease!.Amounts[settled.Kind]);

    private static void Must(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
