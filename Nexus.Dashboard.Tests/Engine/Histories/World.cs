using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>An engine, its journal, and clients that lose, repeat and reorder their messages.</summary>
internal sealed class World
{
    private static readonly string[] Classes = ["critical", "high", "medium", "low"];
    private static readonly string[] PoolNames = ["a", "b", "llm"];
    private static readonly Actor Client = new(ActorKind.Key, "k", "api");

    private readonly EngineLimits _limits = new(EndedInMemory: 40);
    private readonly Batch _batch = new();
    private readonly List<EngineEvent> _journal = [];
    private readonly List<RequestSpec> _sent = [];
    private readonly List<Command> _delayed = [];
    private readonly Dictionary<RequestKey, Request> _archive = [];
    private Instant _now = new(1_767_225_600_000);
    private int _ids;

    private readonly Action<Nexus.Engine.Core.Engine, Batch>? _decided;

    /// <param name="decided">Sees each batch before the next is decided.</param>
    public World(Action<Nexus.Engine.Core.Engine, Batch>? decided = null)
    {
        _decided = decided;
        Engine = new Nexus.Engine.Core.Engine(_limits);
        Do(new Step(Deed.SetPool, 0, 7, 0));
        Do(new Step(Deed.SetPool, 1, 3, 0));
        Do(new Step(Deed.SetPool, 2, 5, 0));
    }

    public Nexus.Engine.Core.Engine Engine { get; private set; }

    public Instant Now => _now;

    /// <summary>What the last step made happen.</summary>
    public IReadOnlyList<EngineEvent> Happened { get; private set; } = [];

    public IReadOnlyList<EngineEvent> Journal => _journal;

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
            case Deed.Release: WithLease(step, r => new Release(r.Key, r.Lease!.Number, Usage(r, step), Labels.None, null) { Actor = Client }); break;
            case Deed.ReleaseAgain: WithEnded(step, r => new Release(r.Key, r.Lease!.Number, Usage(r, step), Labels.None, null, Prior: _archive.GetValueOrDefault(r.Key)) { Actor = Client }); break;
            case Deed.Renew: WithLease(step, r => new Renew(r.Key, r.Lease!.Number, ResourceVector.Empty, Usage(r, step)) { Actor = Client }); break;
            case Deed.Extend: WithLease(step, r => new Renew(r.Key, r.Lease!.Number, More(r, step), ResourceVector.Empty) { Actor = Client }); break;
            case Deed.Cancel: WithLive(step, r => new Cancel(r.Key) { Actor = Client }); break;
            case Deed.SetPriority: WithLive(step, r => new SetPriority(r.Key, Classes[step.B % 4]) { Actor = Client }); break;
            case Deed.SetPool: Send(new SetPool(Pool(step)) { Actor = Client }); break;
            case Deed.DrainPool: Send(new DrainPool(PoolNames[step.A % 3]) { Actor = Client }); break;
            case Deed.DeletePool: Send(new DeletePool(PoolNames[step.A % 3]) { Actor = Client }); break;
            case Deed.SetClass: Send(new SetPriorityClass(new PriorityClass(Classes[step.A % 4], (step.B % 5) * 250)) { Actor = Client }); break;
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
                Crash();
                Send(new Tick { Actor = Actor.Engine });
                break;
            case Deed.RestoreSnapshot:
                Engine = Nexus.Engine.Core.Engine.Restore(Engine.Capture().Encode().State.Span, _limits);
                Send(new Tick { Actor = Actor.Engine });
                break;
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
        EventBuffer bytes = new();
        _journal.ForEach(e => EventCodec.Write(bytes, e));
        Nexus.Engine.Core.Engine replayed = new(_limits);
        foreach (EngineEvent happened in EventCodec.ReadAll(bytes.Written))
        {
            replayed.Apply(happened);
        }

        return replayed;
    }

    private void Submit(Step step, bool queue)
    {
        List<ResourceAmount> needs = [];
        Need("gpu", step.A % 4);
        Need("memory", step.B % 3 == 0 ? (step.B % 7) : 0);
        Need("llm.calls", step.C % 3 == 0 ? 1 : 0);
        Need("tokens.output", step.C % 3 == 0 ? step.B % 90 : 0);
        if (needs.Count == 0)
        {
            Need("gpu", 1);
        }

        RequestSpec spec = new(
            $"r{_ids++}", OwnerPath.Parse(step.A % 2 == 0 ? "acme/x" : "globex/y"), ResourceVector.Of(needs), step.C % 5 == 4 ? null : Classes[step.C % 4],
            step.C % 7 == 0 ? ["b", "a", "llm"] : null, Labels.None, step.B % 4 == 0 ? TimeSpan.FromSeconds(1 + (step.B % 30)) : null,
            queue, step.B % 5 == 0 ? TimeSpan.FromMilliseconds(1 + (step.B % 9_000)) : null, TimeSpan.FromSeconds(1 + (step.C % 40)), Labels.None);
        if (spec.Pools is not null && spec.Pools.Any(p => Engine.Pool(p) is null))
        {
            spec = spec with { Pools = null };
        }

        _sent.Add(spec);
        Send(new Submit(spec) { Actor = Client });

        void Need(string kind, long units)
        {
            if (units > 0)
            {
                needs.Add(new ResourceAmount(kind, Quantity.Of(units)));
            }
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
    public static PoolDefinition Pool(Step step)
    {
        Quantity some = Quantity.Of(1 + (step.B % 8));
        Supply[] supplies = (step.A % 3) switch
        {
            0 => [new("gpu", some), new("memory", Quantity.Of(6))],
            1 => [new("gpu", some)],
            _ => [new("llm.calls", some, some, TimeSpan.FromSeconds(1)), new("tokens.output", Quantity.Of(100), Quantity.Of(7), TimeSpan.FromMilliseconds(1 + (step.B % 900)))],
        };
        OwnerPath[]? allow = step.C % 6 == 5 ? [OwnerPath.Parse("acme")] : null;
        return new PoolDefinition(PoolNames[step.A % 3], supplies, Labels.None, PurchaseOption.OnDemand, allow);
    }

    private static ResourceVector Usage(Request request, Step step) => step.C % 3 == 0 ? ResourceVector.Empty : ResourceVector.Of(request.Lease!.Amounts.Select(a =>
        a with { Quantity = Quantity.FromThousandths(a.Quantity.Thousandths * (step.B % 5) / 2) }));

    private static ResourceVector More(Request request, Step step) =>
        ResourceVector.Of([new ResourceAmount(request.Lease!.Amounts[step.B % request.Lease.Amounts.Count].Kind, Quantity.Of(1 + (step.C % 3)))]);

    private void WithLease(Step step, Func<Request, Command> command) => With(step, r => r.Status == RequestStatus.Allocated, command);

    private void WithEnded(Step step, Func<Request, Command> command) => With(step, r => r.HasEnded && r.Lease is not null, command, _archive.Values);

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
        _decided?.Invoke(Engine, _batch);
        Happened = [.. _batch.Events];
        _journal.AddRange(Happened);
        foreach (Request archived in _batch.Archived)
        {
            _archive[archived.Key] = archived;
        }

        foreach (RequestEnded ended in Happened.OfType<RequestEnded>().Where(e => e.Settlement is not null))
        {
            long lease = LeaseOf(ended.Key);
            Ends[lease] = Ends.GetValueOrDefault(lease) + 1;
        }

        return reply;
    }

    private long LeaseOf(RequestKey key) =>
        (Engine.Requests.FirstOrDefault(r => r.Key == key) ?? _archive[key]).Lease!.Number;

    // What was not committed is lost: the last command is decided, never written, and the engine comes back from the journal.
    private void Crash()
    {
        _batch.Clear();
        RequestSpec lost = new(
            "lost", OwnerPath.Parse("acme/x"), ResourceVector.Of([new ResourceAmount("gpu", Quantity.Of(1))]), null, null, Labels.None, null, true, null, TimeSpan.FromSeconds(5), Labels.None);
        Engine.Handle(new Submit(lost) { Actor = Client }, _now, _batch);
        Engine = Replayed();
    }
}
