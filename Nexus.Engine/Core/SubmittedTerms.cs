using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Says what is wrong with a submission in itself: what it names is not there, or what it says cannot be meant.</summary>
internal sealed class SubmittedTerms(EngineState state)
{
    /// <summary>The first fault; null where there is none.</summary>
    public Fault? Misnamed(RequestSpec spec) => spec.Alternatives is null ? MisnamedIn(spec) : MisnamedAmong(spec);

    private Fault? MisnamedAmong(RequestSpec spec)
    {
        string? beside = spec.Work is not null ? "work" : spec.Sizing is not null ? "sizing" : spec.MaxDelay is not null ? "maxDelay" : spec.Allowance is not null ? "allowance" : null;
        if (beside is not null)
        {
            return new Fault(FaultCode.Invalid, "cannot stand beside alternatives: leave it out, or state one configuration", $"$.{beside}");
        }

        foreach (RequestSpec configured in spec.Configurations)
        {
            if (MisnamedIn(configured) is { } fault)
            {
                return configured.Alternatives!.Chosen is var chosen and > 0 ? fault with { Field = $"$.alternatives[{chosen - 1}]{fault.Field?[1..]}" } : fault;
            }
        }

        return null;
    }

    private Fault? MisnamedIn(RequestSpec spec)
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

        if (spec.Reservation is { } id && (state.Configuration.Reservation(id) is not { } reserved || !spec.Owner.IsWithin(reserved.Owner)))
        {
            return new Fault(FaultCode.UnknownName, $"there is no reservation '{id}' for {spec.Owner}; leave it out to draw from whatever is reserved for this owner", "$.reservation");
        }

        if (spec.Allowance is { } allowance && !(state.Allowances.Of(spec) is { } node && spec.Owner.IsWithin(node.Spec.Owner)))
        {
            return new Fault(FaultCode.UnknownName, $"there is no allowance '{allowance}' for {spec.Owner}; open one with POST /api/v1/allowances, or leave it out", "$.allowance");
        }

        if (Gang.TooMuch(spec.Largest) is { } tooMuch)
        {
            return new Fault(FaultCode.Invalid, $"{spec.Members} members would need more than 10¹² units of '{tooMuch}'", "$.members");
        }

        if (spec is { Mergeable: true, Members: > 1 })
        {
            return new Fault(FaultCode.Invalid, "cannot stand beside members: a gang is one grant already, and shares it with nobody; leave it out, or submit the members one by one", "$.mergeable");
        }

        if (spec.Sizing is not null && Unlearnable(spec) is { } unlearnable)
        {
            return new Fault(FaultCode.Invalid, unlearnable, "$.sizing");
        }

        foreach (ResourceAmount amount in spec.Resources.AsSpan())
        {
            bool open = spec.Work?.RangeOf(amount.Kind) is not null;
            if (!state.Kinds.TryGetValue(amount.Kind, out ResourceKind? kind))
            {
                return new Fault(FaultCode.UnknownName, $"resource kind '{amount.Kind}' does not exist; GET /api/v1/kinds lists what does", Field(amount.Kind, open));
            }

            if (kind.Behaviour == ResourceBehaviour.Measured)
            {
                return new Fault(FaultCode.Invalid, $"'{amount.Kind}' is measured with every grant and never requested", Field(amount.Kind, open));
            }

            if (open && kind.Behaviour != ResourceBehaviour.Held)
            {
                return new Fault(FaultCode.Invalid, $"'{amount.Kind}' is not held while the work lasts: only of what is held can the amount be left open; state a fixed one under resources", Field(amount.Kind, open));
            }

            if (kind.PartOf is { } whole && PartsExceed(spec.Resources, whole))
            {
                return new Fault(FaultCode.Invalid, $"'{amount.Kind}' is a part of '{whole}', which must include it: ask for at least as much of '{whole}' as of its parts together", Field(amount.Kind, open));
            }
        }

        return null;
    }

    private string? Unlearnable(RequestSpec spec) =>
        spec.Members > 1 ? "sizes are learned of single requests, not of all members of a gang together: leave members out, or state the amounts"
        : spec.Resources.All(a => state.Kinds.GetValueOrDefault(a.Kind) is { Behaviour: not ResourceBehaviour.Metered }) ? "there is no size to learn: name an amount of what is metered under resources, such as tokens.output, or leave sizing out"
        : null;

    private static string Field(string kind, bool open) => $"$.{(open ? "amounts" : "resources")}['{kind}']";

    private bool PartsExceed(ResourceVector amounts, string whole)
    {
        Int128 parts = 0;
        foreach (ResourceAmount amount in amounts.AsSpan())
        {
            parts += state.Kinds[amount.Kind].PartOf == whole ? amount.Quantity.Thousandths : 0;
        }

        return parts > amounts[whole].Thousandths;
    }
}
