using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Decides what becomes of a lease: renewed, extended, released, expired. It settles exactly once, whatever races.</summary>
internal sealed class LeaseHandler(EngineState state)
{
    private const int MostTimesTheEstimate = 100;

    public Decision Decide(Renew command, Instant now)
    {
        if (Find(command.Key, command.Lease, null) is not { } request)
        {
            return Unknown(command.Lease);
        }

        if (request.HasEnded)
        {
            return new Fault(FaultCode.Ended, $"the lease has ended: the request is {request.Status.ToString().ToLowerInvariant()}; submit a new one");
        }

        Lease lease = request.Lease!;
        if (Misnamed(command.Extend, lease, "$.extend", known: false) is { } extendFault)
        {
            return extendFault;
        }

        if ((Misnamed(command.Usage, lease, "$.usage", known: true) ?? Excessive(command.Usage, lease, command.AnyUsage)) is { } usageFault)
        {
            return usageFault;
        }

        Reason? refusal = command.Extend.Count == 0 ? null : Blocked(lease, command.Extend, now.Milliseconds);
        return new LeaseRenewed(
            request.Owner, request.Spec.Id, now + request.Spec.LeaseLength, refusal is null ? command.Extend : ResourceVector.Empty, Later(lease.Usage, command.Usage), refusal);
    }

    public Decision Decide(Release command, Instant now)
    {
        if (Find(command.Key, command.Lease, command.Prior) is not { } request)
        {
            return Unknown(command.Lease);
        }

        Lease lease = request.Lease!;
        if (request.HasEnded && (request.Status == RequestStatus.Released || request.Settlement!.Late))
        {
            return new ReleaseReply(request, request.Settlement!.Late);
        }

        if ((Misnamed(command.Usage, lease, "$.usage", known: true) ?? Excessive(command.Usage, lease, command.AnyUsage) ?? PartsExceed(command.Usage, lease)) is { } fault)
        {
            return fault;
        }

        if (request.HasEnded)
        {
            Settlement corrected = request.Settlement! with
            {
                Metered = Metered(request.Settlement.Metered, command.Usage),
                Peaks = Peaks(command.Usage),
                Outcome = command.Outcome,
                Late = true,
            };
            return new SettlementCorrected(
                request.Owner, request.Spec.Id, corrected, command.Labels, state.Requests.ContainsKey(request.Key) ? null : request);
        }

        Settlement settlement = new(Metered(Estimates(lease), command.Usage), now - lease.GrantedAt, Peaks(command.Usage), command.Outcome, Late: false);
        return new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Released, null, settlement, command.Labels);
    }

    /// <summary>Ends a running grant that its client did not end: Held kinds to that instant, Metered kinds at the larger of what was reported and the estimate.</summary>
    public RequestEnded End(Request request, RequestStatus status, Reason reason, Instant at)
    {
        Lease lease = request.Lease!;
        ResourceVector metered = ResourceVector.Of(Estimates(lease)
            .Plus(OnlyMetered(lease.Usage, unlessIn: lease.Amounts))
            .Select(a => a.Quantity < lease.Usage[a.Kind] ? a with { Quantity = lease.Usage[a.Kind] } : a));
        return new RequestEnded(
            request.Owner, request.Spec.Id, status, reason, new Settlement(metered, at - lease.GrantedAt, Peaks(lease.Usage), null, Late: false), Labels.None);
    }

    private Request? Find(RequestKey key, long lease, Request? prior)
    {
        Request? request = state.Requests.TryGetValue(key, out Live? live) ? live.Request : prior;
        return request?.Lease?.Number == lease ? request : null;
    }

    private static Fault Unknown(long lease) => new(FaultCode.NotFound, $"there is no lease 'lease-{lease}'");

    // What a client reports so far can only grow: a report that arrives late must not take back a later one.
    private static ResourceVector Later(ResourceVector before, ResourceVector reported) =>
        reported.Count == 0 ? before : ResourceVector.Of(before.Plus(reported).Select(a =>
            a with { Quantity = before[a.Kind] > reported[a.Kind] ? before[a.Kind] : reported[a.Kind] }));

    private ResourceVector Estimates(Lease lease) => OnlyMetered(lease.Amounts, unlessIn: null);

    private ResourceVector OnlyMetered(ResourceVector amounts, ResourceVector? unlessIn) =>
        ResourceVector.Of(amounts.Where(a => state.Kinds.GetValueOrDefault(a.Kind)?.Behaviour == ResourceBehaviour.Metered && unlessIn?.Has(a.Kind) != true));

    private ResourceVector Peaks(ResourceVector usage) =>
        usage.Count == 0 ? usage : ResourceVector.Of(usage.Where(a => state.Kinds[a.Kind].Behaviour != ResourceBehaviour.Metered));

    /// <summary>Each Metered kind at what was stated, else at what it was; a part that was not stated is cut to its whole.</summary>
    private ResourceVector Metered(ResourceVector estimates, ResourceVector stated)
    {
        if (stated.Count == 0)
        {
            return estimates;
        }

        ResourceVector settled = ResourceVector.Of(estimates.Where(a => !stated.Has(a.Kind)).Concat(OnlyMetered(stated, unlessIn: null)));
        return ResourceVector.Of(settled.Select(a =>
            state.Kinds.GetValueOrDefault(a.Kind)?.PartOf is { } whole && !stated.Has(a.Kind) && a.Quantity > settled[whole] ? a with { Quantity = settled[whole] } : a));
    }

    private Fault? Misnamed(ResourceVector amounts, Lease lease, string field, bool known)
    {
        foreach (ResourceAmount amount in amounts.AsSpan())
        {
            string path = $"{field}['{amount.Kind}']";
            if (!state.Kinds.TryGetValue(amount.Kind, out ResourceKind? kind))
            {
                return new Fault(FaultCode.UnknownName, $"resource kind '{amount.Kind}' does not exist; GET /api/v1/kinds lists what does", path);
            }

            bool granted = lease.Amounts.Has(amount.Kind) || (known && kind.PartOf is { } whole && lease.Amounts.Has(whole));
            if (!granted || kind.Behaviour == ResourceBehaviour.Measured)
            {
                return new Fault(FaultCode.Invalid, $"'{amount.Kind}' is not part of this lease, which holds {string.Join(", ", lease.Amounts.Select(a => a.Kind))}", path);
            }
        }

        return null;
    }

    private static Fault? Excessive(ResourceVector usage, Lease lease, bool anyUsage)
    {
        foreach (ResourceAmount amount in anyUsage ? [] : usage.AsSpan())
        {
            Quantity estimate = lease.Amounts[amount.Kind];
            if (!estimate.IsZero && (Int128)amount.Quantity.Thousandths > (Int128)estimate.Thousandths * MostTimesTheEstimate)
            {
                return new Fault(FaultCode.ExcessUsage, $"usage of '{amount.Kind}' is more than 100 × its estimate of {estimate}; correct it, or use a key with the scope 'usage'", $"$.usage['{amount.Kind}']");
            }
        }

        return null;
    }

    private Fault? PartsExceed(ResourceVector usage, Lease lease)
    {
        foreach (ResourceAmount amount in usage.AsSpan())
        {
            if (state.Kinds[amount.Kind].PartOf is not { } whole)
            {
                continue;
            }

            Quantity all = usage.Has(whole) ? usage[whole] : lease.Amounts[whole];
            Int128 parts = 0;
            foreach (ResourceAmount other in usage.AsSpan())
            {
                parts += state.Kinds[other.Kind].PartOf == whole ? other.Quantity.Thousandths : 0;
            }

            if (parts > all.Thousandths)
            {
                return new Fault(FaultCode.Invalid, $"the parts of '{whole}' are more than '{whole}' itself, which includes them", $"$.usage['{amount.Kind}']");
            }
        }

        return null;
    }

    private Reason? Blocked(Lease lease, ResourceVector extend, long now)
    {
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            string kind = lease.Amounts[i].Kind;
            long wanted = extend[kind].Thousandths;
            if (wanted == 0 || state.Kinds[kind].PartOf is not null)
            {
                continue;
            }

            ChargeNode? node = state.Pools.GetValueOrDefault(lease.Pools[i])?.Node(kind);
            bool isLimit = node?.Behaviour == ResourceBehaviour.Limit;
            long needed = isLimit ? wanted + lease.Amounts[i].Quantity.Thousandths : wanted;
            if (node is null || node.Available(now) < needed)
            {
                return new Reason(
                    isLimit ? ReasonCode.ExceedsCeiling : node?.Closed == true ? ReasonCode.PoolDraining
                        : node?.Behaviour == ResourceBehaviour.Metered ? ReasonCode.RateExhausted : ReasonCode.NotEnoughFree,
                    lease.Pools[i], kind, Quantity.FromThousandths(needed), Quantity.FromThousandths(node?.Available(now) ?? 0),
                    node?.EarliestFor(needed, now) is { } at ? new Instant(at) : null);
            }
        }

        return null;
    }
}
