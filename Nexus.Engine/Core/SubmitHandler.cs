using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Decides a submission: known already, malformed, or through the gates in their order.</summary>
internal sealed class SubmitHandler(EngineState state, Router router)
{
    // Access, quota, capacity. Budget stands between access and quota once it exists.
    private readonly IGate[] _gates = [new AccessGate(), new QuotaGate(), new CapacityGate()];

    public Decision Decide(Submit command, Instant now)
    {
        RequestSpec spec = command.Spec;
        if (Known(command) is { } known)
        {
            return SameMeaning(known, spec)
                ? new RequestReply(known, Duplicate: true)
                : new Fault(FaultCode.IdReused, $"id '{spec.Id}' was used for another request: send the same body again, or choose another id", "$.id");
        }

        if (Misnamed(spec) is { } fault)
        {
            return fault;
        }

        EffectiveOwner effective = state.Configuration.EffectiveFor(spec.Owner);
        ResourceVector needs = Gang.Needs(spec, state.Kinds.GetValueOrDefault);
        Submission submission = new(
            spec, needs, spec.Priority ?? effective.DefaultPriority ?? PriorityClass.Default, command.MaxPriority, effective, state.Configuration,
            router.Find(spec), QuotaAsk.Of(state.Quotas.Forest, spec, needs), now.Milliseconds);

        return Stops(submission) is { } reason
            ? WaitOrRefuse(submission, reason)
            : Submitted(submission, RequestStatus.Allocated, Grant(submission.Route, submission.Needs, spec.LeaseLength, now), null);
    }

    /// <summary>The lease that the chosen pools give.</summary>
    public Lease Grant(Route route, ResourceVector resources, TimeSpan length, Instant now) =>
        Grant(route, route.Choose(resources, now.Milliseconds) ?? throw new InvalidOperationException("what passed the gates must fit"), resources, length, now);

    /// <summary>The lease that these pools give.</summary>
    public Lease Grant(Route route, RouteCandidate[] chosen, ResourceVector resources, TimeSpan length, Instant now)
    {
        return new Lease(state.Sequence + 1, resources, PoolsOf(route, chosen, resources, state), now, now + length, ResourceVector.Empty);
    }

    /// <summary>The pool of each amount, where each group comes from the chosen one.</summary>
    public static string[] PoolsOf(Route route, RouteCandidate[] chosen, ResourceVector resources, EngineState state)
    {
        string[] pools = new string[resources.Count];
        for (int g = 0; g < chosen.Length; g++)
        {
            foreach (int amount in route.Groups[g].Amounts)
            {
                pools[amount] = chosen[g].Pool;
            }
        }

        for (int i = 0; i < pools.Length; i++)
        {
            // A part comes from where its whole comes from.
            pools[i] ??= pools[IndexOf(resources, state.Kinds[resources[i].Kind].PartOf!)];
        }

        return pools;
    }

    /// <summary>The class that a request gets.</summary>
    public string PriorityOf(RequestSpec spec) => spec.Priority ?? state.Configuration.EffectiveFor(spec.Owner).DefaultPriority ?? PriorityClass.Default;

    private Reason? Stops(Submission submission)
    {
        Reason? reason = null;
        for (int i = 0; reason is null && i < _gates.Length; i++)
        {
            reason = _gates[i].Never(submission);
        }

        for (int i = 0; reason is null && i < _gates.Length; i++)
        {
            reason = _gates[i].Now(submission);
        }

        return reason;
    }

    private Request? Known(Submit command) =>
        state.Requests.TryGetValue(command.Spec.Key, out Live? live) ? live.Request : command.Prior;

    private static RequestSubmitted WaitOrRefuse(Submission submission, Reason reason)
    {
        bool waits = submission.Spec.Queue && reason.MayPass;
        return Submitted(submission, waits ? RequestStatus.Queued : RequestStatus.Rejected, null, reason);
    }

    private static RequestSubmitted Submitted(Submission submission, RequestStatus status, Lease? lease, Reason? reason) =>
        new(submission.Spec, submission.Priority, submission.Effective.Labels.With(submission.Spec.Labels), status, lease, reason);

    // A priority that was left out means the same as the one it got by default then.
    private static bool SameMeaning(Request known, RequestSpec spec) =>
        known.Spec.Equals(spec)
        || (known.Spec.Priority != spec.Priority
            && (known.Spec.Priority ?? known.Priority) == (spec.Priority ?? known.Priority)
            && known.Spec.Equals(spec with { Priority = known.Spec.Priority }));

    private Fault? Misnamed(RequestSpec spec)
    {
        if (spec.Priority is { } priority && state.Configuration.Class(priority) is null)
        {
            return new Fault(FaultCode.UnknownName, $"priority '{priority}' is not a class; there are {string.Join(", ", state.Configuration.Classes.Select(c => c.Name))}", "$.priority");
        }

        for (int i = 0; i < spec.Pools?.Count; i++)
        {
            if (!state.Pools.ContainsKey(spec.Pools[i]))
            {
                return new Fault(FaultCode.UnknownName, $"pool '{spec.Pools[i]}' does not exist; leave pools out to accept any", $"$.pools[{i}]");
            }
        }

        if (Gang.TooMuch(spec) is { } tooMuch)
        {
            return new Fault(FaultCode.Invalid, $"{spec.Members} members would need more than 10¹² units of '{tooMuch}'", "$.members");
        }

        foreach (ResourceAmount amount in spec.Resources.AsSpan())
        {
            if (!state.Kinds.TryGetValue(amount.Kind, out ResourceKind? kind))
            {
                return new Fault(FaultCode.UnknownName, $"resource kind '{amount.Kind}' does not exist; GET /api/v1/kinds lists what does", $"$.resources['{amount.Kind}']");
            }

            if (kind.Behaviour == ResourceBehaviour.Measured)
            {
                return new Fault(FaultCode.Invalid, $"'{amount.Kind}' is measured with every grant and never requested", $"$.resources['{amount.Kind}']");
            }

            if (kind.PartOf is { } whole && PartsExceed(spec.Resources, whole))
            {
                return new Fault(FaultCode.Invalid, $"'{amount.Kind}' is a part of '{whole}', which must include it: ask for at least as much of '{whole}' as of its parts together", $"$.resources['{amount.Kind}']");
            }
        }

        return null;
    }

    private bool PartsExceed(ResourceVector amounts, string whole)
    {
        Int128 parts = 0;
        foreach (ResourceAmount amount in amounts.AsSpan())
        {
            parts += state.Kinds[amount.Kind].PartOf == whole ? amount.Quantity.Thousandths : 0;
        }

        return parts > amounts[whole].Thousandths;
    }

    private static int IndexOf(ResourceVector resources, string kind)
    {
        for (int i = 0; i < resources.Count; i++)
        {
            if (resources[i].Kind == kind)
            {
                return i;
            }
        }

        throw new InvalidOperationException($"{kind} is not among the amounts");
    }
}
