using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Holds back who may be delayed and costs less later: it is set aside until then, with the start and the saving told.</summary>
internal sealed class DelayCourse(EngineState state, Behind behind, Happens happens)
{
    private readonly CheaperStarts _starts = new(state);

    /// <summary>Sets somebody aside who could start now, where it costs less later.</summary>
    /// <returns>False where it does not.</returns>
    public bool Delays(Live live, Route route, RouteCandidate[] pools, Instant now, Batch batch)
    {
        Request request = live.Request;
        // Who has a deadline waits for no price without a promise, and for whom others were told to end starts.
        if (request is { Spec.MaxDelay: null } or { Spec.Deadline: not null } or { Preempting: not null } || _starts.Find(request.Spec, request.Needs, route, SubmitHandler.PoolsOf(route, pools, request.Needs, state), request.SubmittedAt, now) is not { } later)
        {
            return false;
        }

        behind.AddUntil(live, later.Earliest!.Value, now);

        // The saving as it was first stated stands, as long as the start does.
        if (request.Reason is not { Code: ReasonCode.CheaperLater } known || known.Earliest != later.Earliest || known.Pool != later.Pool)
        {
            happens(new RequestDelayed(request.Owner, request.Spec.Id, later), Actor.Engine, now, batch);
        }

        return true;
    }
}
