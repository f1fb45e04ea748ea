using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation.Recorded;

/// <summary>Makes a workload of what was recorded: from what the engine decided, what must have been asked of it.</summary>
/// <remarks>
/// <para>Submissions, cancels of what waits, and changes of the configuration come at their recorded times. What a request did while it ran (renewals, its release with
/// what it used, being cancelled, or falling silent) comes as long after its start as it did, whenever that is.</para>
/// <para>Where other amounts are chosen for work that left them open, all of that comes so much sooner or later as the work takes another time.</para>
/// <para>What never ran, or was not done when the record ends, runs for the duration that it commits to, else for the median of its owner's workflow, else of all.</para>
/// <para>Under unchanged rules the engine decides what it decided, event for event: the same commands in the same order at the same times.</para>
/// </remarks>
public sealed class RecordedPast
{
    private const int WorkflowSegments = 3;

    private readonly Instant _from;
    private readonly Instant _to;
    private readonly Dictionary<RequestKey, Request> _before;
    private readonly Dictionary<RequestKey, Trail> _trails = [];
    private readonly List<(Instant At, long Order, Command Command, Trail? Trail)> _inputs = [];
    private Instant _end;
    private int _open;

    /// <summary>A record that begins with an engine's state.</summary>
    /// <param name="state">The engine as it stood at <paramref name="from"/>; read, not kept.</param>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end: nothing is asked after it. What is recorded later only tells how long things ran.</param>
    public RecordedPast(Core.Engine state, Instant from, Instant to)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_from, _to, _end) = (from, to, from);
        _before = state.Requests.ToDictionary(r => r.Key);
        foreach (Request request in _before.Values.Where(r => !r.HasEnded))
        {
            Trail trail = _trails[request.Key] = new Trail(request.Spec, request.Arrival, request.Attempt);
            _open++;
            if (request is { Status: RequestStatus.Allocated, Lease: { } lease })
            {
                trail.Begin(lease.GrantedAt, lease.Usage);
            }
        }
    }

    /// <summary>Events taken in so far.</summary>
    public long Events { get; private set; }

    /// <summary>True when nothing that is recorded later can matter: the end is passed, and what was asked for before it has ended.</summary>
    public bool IsComplete => _end > _to && _open == 0;

    /// <summary>Takes in the next event after <c>from</c>.</summary>
    public void Add(EngineEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        Events++;
        _end = happened.At > _end ? happened.At : _end;
        if (happened is RequestSubmitted submitted)
        {
            Submitted(submitted);
        }
        else if (happened is RequestEvent of)
        {
            Followed(of);
        }

        if (happened.At <= _to && RecordedCommands.Of(happened) is { } command && !(happened is RequestEnded && IsOfOneThatRuns))
        {
            _inputs.Add((happened.At, happened.Sequence, command, null));
        }
    }

    // Set by Followed: a cancel of what ran is a step of its life, not an input.
    private bool IsOfOneThatRuns { get; set; }

    /// <summary>The workload.</summary>
    /// <param name="begin">Makes the engine as it stood at the beginning; called once for each variant.</param>
    public Workload ToWorkload(Func<Core.Engine> begin)
    {
        Medians medians = new(_trails.Values);
        Instant end = _end > _to ? _end : _to;
        Dictionary<Trail, Life> lives = _trails.Values.Concat(_inputs.Select(i => i.Trail).OfType<Trail>()).Distinct()
            .ToDictionary(trail => trail, trail => trail.ToLife(end, trail.Spec.Duration ?? medians.Of(trail.Spec)));
        Input[] inputs = [.. _inputs.Select(i => new Input(i.At, i.Order, i.Command, i.Trail is { } trail ? lives[trail] : null))];
        return new Workload(
            begin, () => inputs, request => _trails.TryGetValue(request.Key, out Trail? trail) ? lives[trail] : new Trail(request.Spec, request.Arrival, 1).ToLife(end, request.Spec.Duration ?? medians.Of(request.Spec)),
            _from, _to);
    }

    private void Submitted(RequestSubmitted e)
    {
        if (e.At > _to)
        {
            return;
        }

        Trail trail = _trails[e.Key] = new Trail(e.Spec, e.Sequence, 1);
        _inputs.Add((e.At, e.Sequence, RecordedCommands.Of(e), trail));
        _open += e.Status == RequestStatus.Rejected ? 0 : 1;
        if (e.Lease is not null)
        {
            trail.Begin(e.At, ResourceVector.Empty);
        }
    }

    private void Followed(RequestEvent happened)
    {
        _trails.TryGetValue(happened.Key, out Trail? trail);
        IsOfOneThatRuns = trail?.Runs == true;
        switch (happened)
        {
            case RequestStarted e when trail is not null:
                trail.Begin(e.At, ResourceVector.Empty);
                break;
            case AmountChosen e:
                trail?.Sized(e);
                break;
            case AlternativeChosen e:
                trail?.Sized(e);
                break;
            case LeaseRenewed e when trail is not null:
                trail.Renewed(e);
                break;
            case RequestEnded e when trail is not null:
                _open--;
                Ended(trail, e);
                break;
            case RequestRequeued e:
                Requeued(e, trail);
                break;
            case SettlementCorrected e when trail is not null:
                trail.CorrectedAfter(e);
                break;
            case SettlementCorrected e when e.At <= _to && (e.Prior ?? _before.GetValueOrDefault(e.Key))?.Lease is { } lease:
                _inputs.Add((e.At, e.Sequence, RecordedCommands.Of(e, lease.Number), null));
                break;
        }
    }

    private void Requeued(RequestRequeued e, Trail? trail)
    {
        if (trail is { Runs: true })
        {
            trail.Cut(e.At);
        }
        else
        {
            _open++;
        }

        if (trail is not null)
        {
            trail.Again();
        }
        else if (_before.TryGetValue(e.Key, out Request? ended))
        {
            _trails[e.Key] = new Trail(ended.Spec, ended.Arrival, ended.Attempt + 1);
        }
    }

    private static void Ended(Trail trail, RequestEnded e)
    {
        if (!trail.Runs)
        {
            return;
        }

        if (e.Status == RequestStatus.Preempted)
        {
            trail.Cut(e.At);
            return;
        }

        trail.End(e.At, e.Status switch
        {
            RequestStatus.Released => length => new ReleaseStep(length, e.Sequence, e.Actor, Trail.Stated(e), e.Labels, e.Settlement!.Outcome),
            RequestStatus.Cancelled => length => new CancelStep(length, e.Sequence, e.Actor),
            _ => null,
        });
    }

    /// <summary>How long requests usually run.</summary>
    private sealed class Medians
    {
        private readonly Dictionary<string, TimeSpan> _byWorkflow;
        private readonly TimeSpan? _ofAll;

        public Medians(IEnumerable<Trail> trails)
        {
            (string Workflow, TimeSpan Ran)[] ran = [.. trails.Where(t => t.RanFor is not null).Select(t => (Workflow(t.Spec), t.RanFor!.Value))];
            _byWorkflow = ran.GroupBy(r => r.Workflow, StringComparer.Ordinal).ToDictionary(g => g.Key, g => Median([.. g.Select(r => r.Ran)]), StringComparer.Ordinal);
            _ofAll = ran.Length == 0 ? null : Median([.. ran.Select(r => r.Ran)]);
        }

        public TimeSpan Of(RequestSpec spec) => _byWorkflow.TryGetValue(Workflow(spec), out TimeSpan median) ? median : _ofAll ?? spec.LeaseLength;

        private static string Workflow(RequestSpec spec) => spec.Owner.AtMost(WorkflowSegments).ToString();

        private static TimeSpan Median(TimeSpan[] ran)
        {
            Array.Sort(ran);
            return ran[(ran.Length - 1) / 2];
        }
    }
}
