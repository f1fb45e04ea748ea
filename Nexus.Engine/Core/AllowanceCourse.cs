using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What follows from what is drawn from allowances: who waits is looked at when something comes back, and refused when nothing can; what is under a closed one ends.</summary>
internal sealed class AllowanceCourse(EngineState state, WaitingRoom waiting, DueQueue due, SubmitHandler submit, LeaseHandler leases, Happens happens)
{
    private readonly HashSet<AllowanceNode> _inVain = [];

    /// <summary>What follows from an event for those who wait.</summary>
    public void Tell(EngineEvent happened, Live? live, Instant at, Batch batch)
    {
        if (state.Allowances.IsEmpty)
        {
            return;
        }

        if (happened is AllowanceEvent e)
        {
            Follow(e, at, batch);
        }
        else if (live?.Request is { HasEnded: false, Lease: null } request && state.Allowances.Of(request.Spec) is not null)
        {
            (state.Estimates.Ask(request, state.Router.Find(request.Spec), at) as AllowanceAsk)?.Want();
        }

        foreach (AllowanceNode node in state.Allowances.TakeTouched())
        {
            batch.TouchAllowance(node.Spec.Key);
            bool inVain = false;
            if (state.Allowances.Find(node.Spec.Key) != node)
            {
                continue;
            }

            foreach (AllowanceTally tally in node.Tallies)
            {
                waiting.MarkMore(tally);
                inVain |= tally.Limit - tally.Used < tally.MostWanted;
            }

            if (inVain)
            {
                // Not at once: who caused it may still have something to say of the same requests.
                _inVain.Add(node);
            }
        }
    }

    /// <summary>Refuses those who wait for what cannot come back any more.</summary>
    public void RefuseInVain(Instant at, Batch batch)
    {
        while (_inVain.Count > 0)
        {
            AllowanceNode[] nodes = [.. _inVain.OrderBy(n => n.Number)];
            _inVain.Clear();
            foreach (AllowanceNode node in nodes)
            {
                RefuseWhoWaitsInVain(node, at, batch);
            }
        }
    }

    /// <summary>Another price, kind or pool holds: what those who wait ask for may be more.</summary>
    public void Ask()
    {
        foreach (AllowanceTally tally in state.Allowances.All.SelectMany(n => n.Tallies))
        {
            tally.MostWanted = Int128.MaxValue;
        }
    }

    /// <summary>What is derived is made anew, after events that came from the journal.</summary>
    public void Index()
    {
        state.Allowances.TakeTouched();
        _inVain.Clear();
        _inVain.UnionWith(state.Allowances.All.Where(n => n.Live.Count > 0));
        Ask();
        foreach (AllowanceNode node in state.Allowances.All)
        {
            node.End.WakeAt = long.MaxValue;
            if (node.IsOpen)
            {
                due.Schedule(node.End, node.ExpiresAt.Milliseconds);
            }

            foreach (AllowanceTally tally in node.Tallies)
            {
                tally.WakeAt = long.MaxValue;
            }
        }
    }

    /// <summary>The time of some is over: the branches close before what they were carved out of.</summary>
    public void Expire(IEnumerable<AllowanceEnd> ends, Instant at, Batch batch)
    {
        foreach (AllowanceNode node in ends.Select(e => e.Node).OrderByDescending(n => n.Depth).ThenBy(n => n.Number))
        {
            if (node.IsOpen)
            {
                happens(new AllowanceClosed(node.Spec.Owner, node.Spec.Id, AllowanceStatus.Expired), Actor.Engine, at, batch);
            }
        }
    }

    private void Follow(AllowanceEvent happened, Instant at, Batch batch)
    {
        AllowanceNode node = state.Allowances.Find(happened.Key)!;
        if (happened is not AllowanceClosed closed)
        {
            due.Schedule(node.End, node.ExpiresAt.Milliseconds);
            return;
        }

        due.Forget(node.End);
        foreach (AllowanceNode child in node.Children.Where(c => c.IsOpen).ToArray())
        {
            happens(new AllowanceClosed(child.Spec.Owner, child.Spec.Id, closed.How, closed.Reason), closed.Actor, at, batch);
        }

        foreach (Live live in node.Live.Values.ToArray())
        {
            if (End(live.Request, closed.How, at) is { } end)
            {
                happens(end, closed.Actor, at, batch);
            }
        }
    }

    // What runs when the time is over ends with its lease, which reaches no further.
    private RequestEnded? End(Request request, AllowanceStatus how, Instant at)
    {
        Reason reason = new(how == AllowanceStatus.Cancelled ? ReasonCode.AllowanceCancelled : ReasonCode.AllowanceExpired, Name: request.Spec.Allowance);
        return (request.Status, how) switch
        {
            (RequestStatus.Allocated, AllowanceStatus.Cancelled) => leases.End(request, RequestStatus.Cancelled, reason, at),
            (RequestStatus.Queued or RequestStatus.Reserved, AllowanceStatus.Cancelled) => new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Cancelled, reason, null, Labels.None),
            (RequestStatus.Queued or RequestStatus.Reserved, _) => new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Rejected, reason, null, Labels.None),
            _ => null,
        };
    }

    // What is used does not come back. What those who stay ask for is kept, so that they are not looked at again before it matters.
    private void RefuseWhoWaitsInVain(AllowanceNode node, Instant at, Batch batch)
    {
        foreach (AllowanceTally tally in node.Tallies)
        {
            tally.MostWanted = 0;
        }

        foreach (Live live in node.Branch.SelectMany(n => n.Live.Values).Where(l => l.Request.Status == RequestStatus.Queued).OrderBy(l => l.Request.Arrival).ToArray())
        {
            Request request = live.Request;
            if (request.Status != RequestStatus.Queued || state.Allowances.Of(request.Spec)?.Path.All(n => n.IsOpen) != true || state.Estimates.Ask(request, state.Router.Find(request.Spec), at) is not AllowanceAsk ask)
            {
                // What draws from a closed one is ended with it.
                continue;
            }

            if (ask.OwnStop(at.Milliseconds) is { IsNever: true } && submit.Never(request, at) is { } reason)
            {
                happens(new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Rejected, reason, null, Labels.None), Actor.Engine, at, batch);
            }
            else
            {
                ask.Want();
            }
        }
    }
}
