using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Bookings;

namespace Nexus.Engine.Core;

/// <summary>Those for whom there is enough now, but not for as long as they would run: set aside until a promise is gone or its time has come.</summary>
/// <remarks>Derived from the requests: made anew after recovery, never part of the state.</remarks>
internal sealed class Behind(EngineState state, Futures futures, WaitingRoom waiting, Stopped stopped, DueQueue due)
{
    private readonly Dictionary<RequestKey, Live> _aside = [];
    private readonly HashSet<Live> _stopped = [];
    private readonly HashSet<Live> _delayed = [];
    private readonly BookingSearch _search = new(state, futures);

    /// <summary>Sets somebody aside until it could start as things stand.</summary>
    public void Add(Live live, Instant now)
    {
        waiting.Leave(live, now.Milliseconds);
        live.IsBehind = true;
        _aside[live.Request.Key] = live;
        stopped.Stand(live);
        live.RetryAt = _search.Earliest(live.Request.Spec, live.Request.Needs, state.Router.Find(live.Request.Spec), now, live) is { } at && at > now ? at.Milliseconds : long.MaxValue;
        due.Schedule(live);
    }

    /// <summary>Sets somebody aside until a moment by its own wish: meanwhile it stands in nobody's way.</summary>
    public void AddUntil(Live live, Instant at, Instant now)
    {
        waiting.Leave(live, now.Milliseconds);
        (live.IsBehind, live.RetryAt) = (true, at.Milliseconds);
        _delayed.Add(live);
        due.Schedule(live);
    }

    /// <summary>Somebody does not wait any more, or elsewhere.</summary>
    public void Leave(Live live, Instant now)
    {
        if (live.IsBehind)
        {
            Remove(live);
        }
        else if (live.Shape is not null)
        {
            waiting.Leave(live, now.Milliseconds);
        }
    }

    /// <summary>Who is set aside joins the others again; of the others, somebody is asked whether grants can end for it.</summary>
    public void LookAgain(Live live, Instant now)
    {
        if (live.IsBehind)
        {
            Remove(live);
            waiting.Enter(live, state.StandingOf(live.Request), now.Milliseconds);
        }
        else
        {
            waiting.Asked.LookAt(live);
        }
    }

    /// <summary>Forgets everybody.</summary>
    public void Clear()
    {
        foreach (Live live in _aside.Values.Concat(_delayed))
        {
            live.IsBehind = false;
            live.RetryAt = long.MaxValue;
        }

        _aside.Clear();
        _delayed.Clear();
        _stopped.Clear();
    }

    /// <summary>True when nobody is set aside, and nobody's victims are.</summary>
    public bool IsEmpty => _aside.Count == 0 && _stopped.Count == 0;

    /// <summary>Only a promise kept others from ending for somebody: it is asked again when there is less of that.</summary>
    public void LookAtWhenFreed(Live live) => _stopped.Add(live);

    /// <summary>Those for whom there is not enough any more wait for capacity like the others: others may end for them.</summary>
    public void ReturnWhoDoesNotFit(Instant now)
    {
        foreach (Live live in _aside.Values.OrderBy(l => l.Place, Comparer<QueuePlace>.Create(QueuePlace.Compare)).ToArray())
        {
            RequestSpec spec = live.Request.Spec;
            if (QuotaAsk.Of(state.Quotas.Forest, spec, live.Request.Needs)?.Allowed(now.Milliseconds) == false || state.Router.Find(spec).Choose(live.Request.Needs, now.Milliseconds, live) is null)
            {
                LookAgain(live, now);
            }
        }
    }

    /// <summary>Lets those join the others who break no promise if they start now, be there enough or not. Of those who need the same for the same time only the first is looked at when it may not.</summary>
    public void LookAtWhoMayStart(Instant now)
    {
        foreach (Live live in _stopped.Where(l => l.Shape is not null).OrderBy(l => l.Request.Arrival))
        {
            waiting.Asked.LookAt(live);
        }

        _stopped.Clear();
        HashSet<(ResourceVector, OwnerPath, TimeSpan?, string?, RouteKey)> mayNot = [];
        foreach (Live live in _aside.Values.ToArray().OrderBy(l => l.Place, Comparer<QueuePlace>.Create(QueuePlace.Compare)))
        {
            RequestSpec spec = live.Request.Spec;
            RouteKey key = state.Router.KeyOf(spec);
            var like = (live.Request.Needs, spec.Owner, spec.Duration, spec.Reservation, key);
            if (!mayNot.Contains(like) && futures.Allows(spec, live.Request.Needs, state.Router.Find(key, spec), now.Milliseconds))
            {
                LookAgain(live, now);
            }
            else
            {
                mayNot.Add(like);
            }
        }
    }

    private void Remove(Live live)
    {
        live.IsBehind = false;
        live.RetryAt = long.MaxValue;
        if (_delayed.Remove(live))
        {
            return;
        }

        _aside.Remove(live.Request.Key);
        stopped.StandNoMore(live);
    }
}
