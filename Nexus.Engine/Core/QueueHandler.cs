using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Decides what people and clients want of requests that wait or run: cancel, another class.</summary>
internal sealed class QueueHandler(EngineState state, LeaseHandler leases)
{
    public Decision Decide(Cancel command, Instant now)
    {
        if (!state.Requests.TryGetValue(command.Key, out Live? live))
        {
            return NotFound(command.Key);
        }

        Request request = live.Request;
        Reason reason = new(ReasonCode.Cancelled, Name: command.Actor.Id);
        return request.Status switch
        {
            RequestStatus.Queued or RequestStatus.Reserved => new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Cancelled, reason, null, Labels.None),
            RequestStatus.Allocated => leases.End(request, RequestStatus.Cancelled, reason, now),
            _ => new RequestReply(request, Duplicate: true),
        };
    }

    public Decision Decide(Requeue command, Instant now)
    {
        if (!state.Requests.TryGetValue(command.Key, out Live? live))
        {
            return NotFound(command.Key);
        }

        Request request = live.Request;
        Reason reason = new(ReasonCode.Requeued, Name: command.Actor.Id);
        return request.Status is RequestStatus.Queued or RequestStatus.Reserved
            ? new Fault(FaultCode.Invalid, "the request waits already")
            : request.Status == RequestStatus.Allocated
                ? new RequestRequeued(request.Owner, request.Spec.Id, reason, leases.End(request, RequestStatus.Preempted, reason, now).Settlement)
                : new RequestRequeued(request.Owner, request.Spec.Id, reason, null);
    }

    public Decision Decide(Hold command)
    {
        if (!state.Requests.TryGetValue(command.Key, out Live? live))
        {
            return NotFound(command.Key);
        }

        Request request = live.Request;
        return request.Status is not (RequestStatus.Queued or RequestStatus.Reserved)
            ? new Fault(FaultCode.Ended, $"only what waits can be held back or let go: the request is {request.Status.ToString().ToLowerInvariant()}")
            : request.Held == command.Held
                ? new RequestReply(request, Duplicate: true)
                : new RequestHeld(request.Owner, request.Spec.Id, command.Held);
    }

    public Decision Decide(SetPriority command)
    {
        if (!state.Requests.TryGetValue(command.Key, out Live? live))
        {
            return NotFound(command.Key);
        }

        Request request = live.Request;
        if (state.Configuration.Class(command.Priority) is not { } wanted)
        {
            return new Fault(FaultCode.UnknownName, $"priority '{command.Priority}' is not a class; there are {string.Join(", ", state.Configuration.Classes.Select(c => c.Name))}", "$.priority");
        }

        foreach (string? highest in (string?[])[state.Configuration.EffectiveFor(request.Owner).MaxPriority, command.MaxPriority])
        {
            if (highest is not null && (state.Configuration.Class(highest) is not { } most || wanted.Value > most.Value))
            {
                return new Fault(FaultCode.Invalid, $"priority '{command.Priority}' is above '{highest}', the highest that this owner or key may ask for", "$.priority");
            }
        }

        return request.Status is not (RequestStatus.Queued or RequestStatus.Reserved)
            ? new Fault(FaultCode.Ended, $"the request does not wait any more: it is {request.Status.ToString().ToLowerInvariant()}")
            : request.Priority == command.Priority
                ? new RequestReply(request, Duplicate: true)
                : new PriorityChanged(request.Owner, request.Spec.Id, request.Priority, command.Priority);
    }

    private static Fault NotFound(RequestKey key) => new(FaultCode.NotFound, $"there is no request '{key.Id}'");
}
