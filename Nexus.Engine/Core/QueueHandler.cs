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
            RequestStatus.Queued => new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Cancelled, reason, null, Labels.None),
            RequestStatus.Allocated => leases.End(request, RequestStatus.Cancelled, reason, now),
            _ => new RequestReply(request, Duplicate: true),
        };
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

        return request.Status != RequestStatus.Queued
            ? new Fault(FaultCode.Ended, $"the request does not wait any more: it is {request.Status.ToString().ToLowerInvariant()}")
            : request.Priority == command.Priority
                ? new RequestReply(request, Duplicate: true)
                : new PriorityChanged(request.Owner, request.Spec.Id, request.Priority, command.Priority);
    }

    private static Fault NotFound(RequestKey key) => new(FaultCode.NotFound, $"there is no request '{key.Id}'");
}
