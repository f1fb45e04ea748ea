using System.Security.Cryptography;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation.Trials;

namespace Nexus.Engine.Simulation;

/// <summary>A workload under one variant: hands the engine what comes next at its time, and sees what it decides.</summary>
/// <remarks>What comes next is the earliest of the next input, the next step of a request that runs, and what is due in the engine itself.</remarks>
internal sealed class SimulationRun(Workload workload, Variant variant, Action<Batch>? decided, Action<long, long, Instant>? progress, CancellationToken cancellation)
{
    private const int InputsBetweenReports = 1_000;

    // Nothing comes any more and nothing runs: whoever waits now waits for a bucket to fill, and for nothing else.
    private const int MostTicksInVain = 100_000;

    // The order of a renewal that is not a step of the request's own.
    private const long Implied = long.MaxValue;

    private static readonly Tick Tick = new() { Actor = Actor.Engine };

    private readonly Core.Engine _engine = workload.Begin();
    private readonly Batch _batch = new();
    private readonly Dictionary<RequestKey, Simulated> _live = [];
    private readonly PriorityQueue<Due, (long At, long Order)> _steps = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private SimulationTally _tally = null!;
    private TrialsBeside? _trials;
    private Input _input;
    private long _inputs;
    private long _events;
    private int _running;

    private readonly record struct Due(Simulated Request, LifeStep Step, long Lease);

    /// <summary>The engine time that it has come to.</summary>
    public Instant Now => _engine.Now;

    /// <summary>Simulates it; once.</summary>
    public SimulationReport Report()
    {
        using (_hash)
        {
            _tally = new SimulationTally(() => _engine.Configuration);
            Begin();
            Run();
            return _tally.Report(variant, workload.To, _live.Values, _events, Convert.ToHexStringLower(_hash.GetHashAndReset()));
        }
    }

    private void Begin()
    {
        _trials = variant.Learns ? TrialsBeside.Of(_engine, cancellation) : null;
        foreach (PoolState pool in _engine.Pools)
        {
            _tally.Configured(pool.Name, pool.Definition, workload.From);
        }

        if (workload.To is not null)
        {
            _tally.Begin(workload.From);
        }

        foreach (Request request in _engine.Requests.Where(r => !r.HasEnded))
        {
            Resume(request);
        }

        foreach (Command change in variant.Changes(_engine).ToArray())
        {
            if (Handle(change, workload.From) is Fault fault)
            {
                throw new SimulationException($"variant '{variant.Name}': {fault.Detail}");
            }
        }
    }

    // A request that lived before the simulation began goes on.
    private void Resume(Request request)
    {
        bool runs = request.Lease is not null && request.Status == RequestStatus.Allocated;
        Simulated simulated = Simulated.Of(request, LifeOf(request), _tally, request.SubmittedAt, counts: !runs);
        _live.Add(request.Key, simulated);
        _tally.Came(simulated);
        if (runs)
        {
            simulated.Lease = request.Lease;
            simulated.FirstStart = request.Lease!.GrantedAt;
            _running++;
            _tally.Takes(simulated, request.Lease.Amounts, workload.From);
            Plan(simulated, workload.From);
        }
        else
        {
            _tally.Waits(simulated, workload.From);
        }
    }

    private void Run()
    {
        using IEnumerator<Input> inputs = workload.Inputs().GetEnumerator();
        bool more = inputs.MoveNext();
        (int inVain, long ticked) = (0, long.MinValue);
        while (inVain < MostTicksInVain)
        {
            (long At, long Order) input = more ? (BeginOf(inputs.Current), inputs.Current.Order) : (long.MaxValue, long.MaxValue);
            (long At, long Order) step = _steps.TryPeek(out _, out (long At, long Order) due) ? due : (long.MaxValue, long.MaxValue);
            long engine = _engine.NextDue?.Milliseconds ?? long.MaxValue;
            long next = Math.Min(engine, Math.Min(input.At, step.At));
            if (next == long.MaxValue || next > (workload.To?.Milliseconds ?? long.MaxValue) || workload.IsOver?.Invoke(new Instant(next)) == true)
            {
                break;
            }

            if (_trials?.NextDue < next)
            {
                Try(new Instant(_trials.NextDue));
                continue;
            }

            if (engine < Math.Min(input.At, step.At) || (engine == next && engine > ticked && !(more && inputs.Current.Command is JumpClock)))
            {
                // Whoever starts at this very moment may have something to do at it, too: what comes first of that is known once it has started.
                ticked = engine;
                Handle(Tick, new Instant(engine));
                inVain = _batch.IsEmpty && !more && _running == 0 ? inVain + 1 : 0;
            }
            else if (step.CompareTo(input) < 0)
            {
                Do(_steps.Dequeue(), new Instant(Math.Max(step.At, _engine.Now.Milliseconds)));
            }
            else
            {
                _input = inputs.Current;
                Take();
                more = inputs.MoveNext();
            }
        }

        if (workload.To is { } to && to > _engine.Now && workload.IsOver is null)
        {
            Handle(Tick, to);
        }
    }

    // As a server does beside the loop.
    private void Try(Instant now)
    {
        foreach (RecordTrial trial in _trials!.Try(now, _live.Count > _running && _running > 0))
        {
            Handle(trial, now);
        }
    }

    // Where time jumped nothing happened in between: what falls there comes after it.
    private static long BeginOf(Input input) => input.Command is JumpClock jump ? jump.From.Milliseconds : input.At.Milliseconds;

    private void Take()
    {
        if (_inputs++ % InputsBetweenReports == 0)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(_tally.Requests, _events, _input.At);
        }

        _tally.Begin(_input.At);
        Command? command = _input.Command switch
        {
            Submit or SetPriority or Requeue or Hold or Release or JumpClock => _input.Command,
            RecordTrial recorded => variant.Learns ? null : recorded,
            Cancel cancel => _live.TryGetValue(cancel.Key, out Simulated? waits) && waits.Lease is null ? cancel : null,
            Command change => variant.Rewrite is { } rewrite ? rewrite(change) : change,
        };
        Reply? reply = command is null ? null : Handle(command, _input.At);
        if (reply is Fault or RequestReply { Duplicate: true } or null)
        {
            _tally.NotApplied++;
            if (_input.Where is { } where)
            {
                throw new SimulationException(reply is Fault fault ? $"{where}: {fault.Detail}" : $"{where}: its id stands twice; give every request an id of its own");
            }
        }
    }

    private void Do(Due due, Instant now)
    {
        Simulated request = due.Request;
        if (request.Lease?.Number != due.Lease && due.Step is not ReleaseStep { Late: true })
        {
            return;
        }

        if (due.Step.Order == Implied && request.Lease!.ExpiresAt.Milliseconds - 1 > now.Milliseconds)
        {
            // Meanwhile it was prolonged otherwise.
            Plan(request, now);
            return;
        }

        Command command = due.Step switch
        {
            RenewStep s => new Renew(request.Key, due.Lease, s.Extend, s.Usage, AnyUsage: true) { Actor = s.Actor },
            ReleaseStep s => new Release(request.Key, due.Lease, s.Usage, s.Labels, s.Outcome, AnyUsage: true, s.Prior) { Actor = s.Actor },
            CancelStep s => new Cancel(request.Key) { Actor = s.Actor },
            _ => throw new InvalidOperationException($"a step {due.Step.GetType().Name} is not known"),
        };
        request.NextStep += due.Step.Order == Implied || request.Lease?.Number != due.Lease ? 0 : 1; // A late release of a lease before is not a step of the one that runs.
        if (Handle(command, now) is Fault fault)
        {
            _tally.NotApplied += workload.LifeOf is not null ? 1 : throw new InvalidOperationException($"request {request.Key} cannot go on: {fault.Detail}");
        }

        if (request.Lease?.Number == due.Lease)
        {
            Plan(request, now);
        }
    }

    // Files the next step of a request that runs; before it, a renewal where the lease would end too early.
    private void Plan(Simulated request, Instant now)
    {
        Lease lease = request.Lease!;
        IReadOnlyList<LifeStep> steps = request.Life.StepsOf(request.Attempt);
        if (request.NextStep >= steps.Count)
        {
            return;
        }

        LifeStep step = steps[request.NextStep];
        Instant at = lease.GrantedAt + request.Life.TimeOf(step, request.Attempt, request.Duration);
        bool late = step is ReleaseStep { Late: true };
        bool cutThen = request.Life.Cuts.TryGetValue(request.Attempt, out TimeSpan cut) && lease.GrantedAt + cut == lease.ExpiresAt;
        if (!late && !cutThen && at >= lease.ExpiresAt && lease.ExpiresAt.Milliseconds > request.KeptAliveFor)
        {
            request.KeptAliveFor = lease.ExpiresAt.Milliseconds;
            step = new RenewStep(default, Implied, step.Actor, ResourceVector.Empty, ResourceVector.Empty);
            at = new Instant(lease.ExpiresAt.Milliseconds - 1);
        }

        _steps.Enqueue(new Due(request, step, lease.Number), (Math.Max(at.Milliseconds, now.Milliseconds), step.Order));
    }

    private Reply Handle(Command command, Instant at)
    {
        _batch.Clear();
        Reply reply = _engine.Handle(command, at, _batch);
        if (!_batch.IsEmpty)
        {
            _hash.AppendData(_batch.Encoded.Written.Span);
            _events += _batch.Events.Count;
            for (int i = 0; i < _batch.Events.Count; i++)
            {
                See(_batch.Events[i]);
            }

            _tally.Posted(_batch.Ledger);
            _trials?.Saw(_batch);
            decided?.Invoke(_batch);
        }

        return reply;
    }

    private void See(EngineEvent happened)
    {
        switch (happened)
        {
            case RequestSubmitted e:
                Came(e);
                break;
            case RequestStarted e:
                Start(_live[e.Key], e.Lease, e.At);
                break;
            case AmountChosen or AlternativeChosen when _live.TryGetValue(((RequestEvent)happened).Key, out Simulated? sized):
                sized.Duration = (happened as AmountChosen)?.Duration ?? (happened as AlternativeChosen)?.Duration;
                break;
            case RequestEnded e when _live.Remove(e.Key, out Simulated? ended):
                bool done = e.Reason?.Code is ReasonCode.MadeWay or ReasonCode.LeaseExpired && ended.ReleasesAfter(e.Settlement!.Held);
                if (ended.Lease is not null)
                {
                    Stop(ended, e.Settlement!, e.At);
                    CountPreemption(e.Status == RequestStatus.Preempted && !done, e.Settlement!);
                }

                _tally.Ended(ended, done ? RequestStatus.Released : e.Status, e.Reason, e.At);
                break;
            case RequestRequeued e:
                Requeued(e);
                break;
            case LeaseRenewed e when _live.TryGetValue(e.Key, out Simulated? renewed):
                if (e.Extended.Count > 0)
                {
                    _tally.Takes(renewed, e.Extended, e.At);
                }

                renewed.Lease = renewed.Lease! with { ExpiresAt = e.ExpiresAt, Amounts = renewed.Lease.Amounts.Plus(e.Extended) };
                break;
            case ClockJumped e:
                foreach (Simulated runs in _live.Values.Where(r => r.Lease is not null))
                {
                    runs.Lease = runs.Lease! with { ExpiresAt = e.At + runs.LeaseLength };
                }

                break;
            case PriorityChanged e:
                _live[e.Key].Class = _tally.Class(e.To);
                break;
            case PoolSet e:
                _tally.Configured(e.Pool.Name, e.Pool, e.At);
                break;
            case PoolDeleted e:
                _tally.Configured(e.Before.Name, null, e.At);
                break;
        }
    }

    private void Came(RequestSubmitted e)
    {
        Simulated request = new()
        {
            Key = e.Key,
            Life = _input.Life!,
            Tenant = _tally.Tenant(e.Owner),
            SubmittedAt = e.At,
            Deadline = e.Spec.AskedDeadline,
            Duration = e.Spec.Duration,
            LeaseLength = e.Spec.LeaseLength,
            Class = _tally.Class(e.Priority),
        };
        _tally.Came(request);
        switch (e.Status)
        {
            case RequestStatus.Allocated:
                _live.Add(e.Key, request);
                Start(request, e.Lease!, e.At);
                break;
            case RequestStatus.Rejected:
                _tally.Ended(request, e.Status, e.Reason, e.At);
                break;
            default:
                _live.Add(e.Key, request);
                _tally.Waits(request, e.At);
                break;
        }
    }

    // Back into the queue: from a grant, or, where somebody wants it done again, from its end.
    private void Requeued(RequestRequeued e)
    {
        if (!_live.TryGetValue(e.Key, out Simulated? request))
        {
            Revive(_batch.Requests.First(r => r.Key == e.Key));
            return;
        }

        Stop(request, e.Settlement!, e.At);
        CountPreemption(e.Actor.Kind == ActorKind.Engine, e.Settlement!);
        request.Attempt++;
        _tally.Waits(request, e.At);
    }

    private void Revive(Request again)
    {
        Simulated request = Simulated.Of(again, LifeOf(again), _tally, again.RequeuedAt!.Value);
        _live.Add(again.Key, request);
        _tally.Came(request);
        _tally.Waits(request, again.RequeuedAt!.Value);
    }

    private Life LifeOf(Request request) =>
        workload.LifeOf?.Invoke(request) ?? throw new InvalidOperationException("an engine in which requests live needs to know what they do");

    private void CountPreemption(bool preempted, Settlement settlement)
    {
        if (preempted)
        {
            _tally.Preempted(settlement.Held);
        }
    }

    private void Start(Simulated request, Lease lease, Instant at)
    {
        (request.Lease, request.NextStep, request.KeptAliveFor) = (lease, 0, 0);
        _running++;
        _tally.Starts(request, at);
        Plan(request, at);
    }

    private void Stop(Simulated request, Settlement settlement, Instant at)
    {
        _running--;
        _tally.Returns(request, settlement, at);
        (Lease lease, request.Lease) = (request.Lease!, null);
        if (request.Life.StepsOf(request.Attempt) is { } steps && steps.Count > 0 && steps[^1] is ReleaseStep { Late: true } late)
        {
            _steps.Enqueue(new Due(request, late, lease.Number), (Math.Max((lease.GrantedAt + late.After).Milliseconds, at.Milliseconds), late.Order));
        }
    }
}
