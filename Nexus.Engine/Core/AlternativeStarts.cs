using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Core;

/// <summary>Those who wait in the lines of one of their configurations and would take another: they are looked at in all of them whenever anything happened, each in its turn.</summary>
/// <remarks>
/// <para>Of those who ask for the same only the first is looked at: where it cannot start, none behind it can. While nobody who waits states several configurations it costs nothing.</para>
/// <para>Derived from the requests: made anew after recovery, never part of the state.</para>
/// </remarks>
internal sealed class AlternativeStarts(EngineState state, SubmitHandler submit, WaitingLines lines, Happens happens, Starts start)
{
    // So many firsts are looked at; the others when they stand before those, or when their line lets them start.
    private const int MostLookedAt = 1_000;

    private static readonly Comparer<Live> ByArrival = Comparer<Live>.Create(static (a, b) => a.Request.Arrival.CompareTo(b.Request.Arrival));

    private readonly AlternativeChoice _choice = new(state);
    private readonly Dictionary<Like, SortedSet<Live>> _waiting = [];
    private readonly Dictionary<Live, Like> _likes = [];
    private readonly Moment _again = new();

    // When nobody was found who can start: until anything happens, somebody comes to stand elsewhere or time passes nobody can.
    private (long Sequence, Instant At, long Moves)? _nobodyAt;

    /// <summary>True while somebody waits who would take another configuration.</summary>
    public bool Any => _likes.Count > 0;

    /// <summary>A request is another than before.</summary>
    public void Follow(Live live)
    {
        if (live.Request.Spec.Alternatives is null)
        {
            return;
        }

        if (_likes.Remove(live, out Like like) && _waiting[like] is var alike && alike.Remove(live) && alike.Count == 0)
        {
            _waiting.Remove(like);
        }

        if (live.Request is { Status: RequestStatus.Queued, Held: false })
        {
            like = Like.Of(live.Request);
            _likes.Add(live, like);
            if (!_waiting.TryGetValue(like, out SortedSet<Live>? others))
            {
                _waiting[like] = others = new SortedSet<Live>(ByArrival);
            }

            others.Add(live);
        }
    }

    /// <summary>Made anew, after events that came from the journal.</summary>
    public void Recover()
    {
        _likes.Clear();
        _waiting.Clear();
        _nobodyAt = null;
        _again.WakeAt = long.MaxValue;
        foreach (Live live in state.Requests.Values)
        {
            Follow(live);
        }
    }

    /// <summary>Starts the first who can start now in another configuration than the one in whose lines it stands.</summary>
    /// <param name="next">Who can start now of all that stand in lines: whoever comes after it there is not looked at yet; null where nobody can.</param>
    /// <param name="now">The moment.</param>
    /// <param name="batch">Takes what happens.</param>
    /// <returns>False where there is nobody.</returns>
    public bool Start(Live? next, Instant now, Batch batch)
    {
        if (_likes.Count == 0 || (next is null && _nobodyAt == (state.Sequence, now, lines.Room.Moves)))
        {
            return false;
        }

        _nobodyAt = null;
        long again = long.MaxValue;
        foreach (Live live in Firsts())
        {
            if (ChoiceOf(live, next, now, ref again) is { } chosen)
            {
                happens(AlternativeChoice.Chosen(live.Request, chosen.Spec)!, Actor.Engine, now, batch);
                start(live, chosen.Route, chosen.Pools, now, batch);
                return true;
            }
        }

        if (next is null)
        {
            _nobodyAt = (state.Sequence, now, lines.Room.Moves);
            if (again != long.MaxValue)
            {
                lines.Due.Schedule(_again, again);
            }
        }

        return false;
    }

    private Live[] Firsts() => [.. _waiting.Values.Select(alike => alike.Min!).OrderBy(l => PoolOrder.Usual.Place(state.StandingOf(l.Request)), Comparer<QueuePlace>.Create(QueuePlace.Compare)).Take(MostLookedAt)];

    // Null too where the one in whose lines it stands can start as well and is the better: then it does in its turn.
    private Way? ChoiceOf(Live live, Live? next, Instant now, ref long again)
    {
        Request request = live.Request;
        Standing standing = state.StandingOf(request);
        List<(Way What, AlternativeChoice.Place Where)> ways = [];
        foreach (RequestSpec configured in request.Spec.Configurations)
        {
            bool stands = configured.Alternatives!.Chosen == request.Spec.Alternatives!.Chosen;
            Request asks = stands ? request : AlternativeChoice.In(request, configured, state.KindOf);
            Route route = state.Router.Find(configured);
            Newcomer waits = new(configured, asks.Needs, standing);
            if ((stands && next is null) || (next is not null && next != live && route.Order.Compare(next, waits, now.Milliseconds) < 0) || submit.StartOf(asks, waits, now, ref again) is not { } pools)
            {
                continue;
            }

            ways.Add((new Way(configured, route, pools), new AlternativeChoice.Place(configured, SubmitHandler.PoolsOf(route, pools, asks.Needs, state), now)));
        }

        return _choice.BestOf(ways) is { } best && best.Spec.Alternatives!.Chosen != request.Spec.Alternatives!.Chosen ? best : null;
    }

    // A configuration in which somebody could start, and the pools.
    private sealed record Way(RequestSpec Spec, Route Route, RouteCandidate[] Pools);

    // What those have in common of whom only the first is looked at. Who says how much it may cost at most, or when it must be done, is looked at by itself.
    private readonly record struct Like(Alternatives Alternatives, int Chosen, OwnerPath Owner, string Priority, int Members, bool Preemptible, string? Reservation, TimeSpan Lease, Labels Labels, long Alone)
    {
        public static Like Of(Request request)
        {
            RequestSpec spec = request.Spec;
            bool alone = spec.MaxCost is not null || spec.Deadline is not null || request.Preempting is not null;
            return new Like(
                spec.Alternatives!, spec.Alternatives!.Chosen, spec.Owner, request.Priority, spec.Members, spec.Preemptible, spec.Reservation, spec.LeaseLength, request.Labels, alone ? request.Arrival : 0);
        }
    }
}
