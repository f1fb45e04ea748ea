using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Decides how grants end for the sake of others: told first where their pool grants a grace, withdrawn when it is not needed any more.</summary>
internal sealed class PreemptionHandler(EngineState state, LeaseHandler leases)
{
    /// <summary>What begins: with a grace, that both sides are told; without one, the victims' ends.</summary>
    public IEnumerable<EngineEvent> Begin(RequestKey key, OwnerPath owner, string[] pools, Victims victims, Instant now)
    {
        if (victims.At <= now.Milliseconds)
        {
            return victims.Taken.Select(v => EndOf(v.Grant.Request, v.Rule, owner, key.Id, now));
        }

        Instant at = new(victims.At);
        return
        [
            new PreemptionBegun(owner, key.Id, new Preempting(at, victims.Rule, pools, [.. victims.Taken.Select(v => v.Grant.Request.Key)])),
            .. victims.Taken.Select(v => new PreemptionNoticed(v.Grant.Request.Owner, v.Grant.Request.Spec.Id, new PreemptionNotice(at, v.Rule, owner, key.Id))),
        ];
    }

    /// <summary>The end of a grant that makes way: back to the queue where it was submitted to wait and had not yet run as long as it committed to, else for good.</summary>
    public EngineEvent EndOf(Request victim, PreemptionRule rule, OwnerPath forOwner, string forId, Instant at)
    {
        ReasonCode code = rule switch
        {
            PreemptionRule.Reclaim => ReasonCode.Reclaimed,
            PreemptionRule.Booking => ReasonCode.MadeWay,
            PreemptionRule.Quota => ReasonCode.QuotaEnforced,
            PreemptionRule.FairShare => ReasonCode.BorrowedMore,
            _ => ReasonCode.Preempted,
        };
        Reason reason = rule == PreemptionRule.Quota
            ? new(code, Kind: PreemptionNotice.KindOf(forId), Name: forOwner.IsRoot ? "~" : forOwner.ToString())
            : new(code, victim.Lease!.Pools[0], victim.Lease.Amounts[0].Kind, Name: $"{forOwner}:{forId}");
        RequestEnded ended = leases.End(victim, RequestStatus.Preempted, reason, at);
        bool hadItsTime = rule == PreemptionRule.Booking && Live.KnownEnd(victim) <= at.Milliseconds;
        return victim.Spec.Queue && !hadItsTime ? new RequestRequeued(victim.Owner, victim.Spec.Id, reason, ended.Settlement) : ended;
    }

    /// <summary>What is withdrawn: the notices that were given for a request.</summary>
    public IEnumerable<EngineEvent> Withdraw(RequestKey seeker, Preempting preempting) =>
        Pending(seeker, preempting).Select(v => new PreemptionWithdrawn(v.Owner, v.Spec.Id));

    /// <summary>The grants that still run and were told to end for a request.</summary>
    public IEnumerable<Request> Pending(RequestKey seeker, Preempting preempting) => preempting.Victims
        .Select(v => state.Requests.GetValueOrDefault(v)?.Request)
        .OfType<Request>()
        .Where(v => v.Status == RequestStatus.Allocated && v.Notice?.For == seeker);
}
