using Nexus.Engine.Charges;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Bookings;

namespace Nexus.Engine.Core;

/// <summary>Decides what becomes of a lease: renewed, extended, released, expired. It settles exactly once, whatever races.</summary>
internal sealed class LeaseHandler(EngineState state, Futures futures)
{
    private const int MostTimesTheEstimate = 100;

    public Decision Decide(Renew command, Instant now)
    {
        if (Find(command.Key, command.Lease, null) is not { } request)
        {
            return Unknown(command.Key, command.Lease);
        }

        if (request.HasEnded)
        {
            return new Fault(FaultCode.Ended, $"the lease has ended: the request is {request.Status.ToString().ToLowerInvariant()}; submit a new one");
        }

        Lease lease = request.Lease!;
        if ((Misnamed(command.Extend, lease, "$.extend", known: false) ?? TooMuch(command.Extend, request) ?? PartsExceed(lease.Amounts.Plus(command.Extend), lease.Amounts.Plus(command.Extend), lease.Amounts, command.Extend, "$.extend")) is { } extendFault)
        {
            return extendFault;
        }

        // What a client reports so far can only grow: a report that arrives late must not take back a later one.
        ResourceVector soFar = lease.Usage.OrMore(command.Usage);
        if ((Misnamed(command.Usage, lease, "$.usage", known: true) ?? Excessive(command.Usage, request, command.AnyUsage)
            ?? PartsExceed(command.Usage, command.Usage, lease.Amounts.OrMore(lease.Usage), command.Usage, "$.usage")
            ?? PartsExceed(soFar, lease.Amounts.OrMore(soFar), lease.Amounts, command.Usage, "$.usage")) is { } usageFault)
        {
            return usageFault;
        }

        Instant expiresAt = futures.ExpiryOf(request.Spec, lease.Amounts, lease.Pools, lease.GrantedAt, now);
        (expiresAt, Reason? over) = WithinBudget(request, expiresAt, ResourceVector.Empty, now);
        (expiresAt, Reason? spent) = WithinAllowance(request, expiresAt, ResourceVector.Empty, now);
        over = spent ?? over;
        Reason? refusal = command.Extend.Count == 0 ? null : over ?? WithinAllowance(request, expiresAt, command.Extend, now).Over ?? WithinBudget(request, expiresAt, command.Extend, now).Over ?? OverQuota(request, command.Extend, now) ?? Blocked(request, command.Extend, now.Milliseconds);
        return new LeaseRenewed(request.Owner, request.Spec.Id, expiresAt, refusal is null ? command.Extend : ResourceVector.Empty, soFar, refusal ?? over)
        {
            Wanted = refusal is null ? ResourceVector.Empty : command.Extend,
        };
    }

    // What is paid for by the hour is paid up to the new end, or the lease ends when it would have; where a coming period's budget has too little it reaches to the boundary.
    private (Instant ExpiresAt, Reason? Over) WithinBudget(Request request, Instant expiresAt, ResourceVector extend, Instant now)
    {
        if (request.Spec.MaxCost is not null && PastItsMost(request, state.Estimates.RenewedAtMost(request, expiresAt, extend)) is { } dear)
        {
            return (Earlier(request.Lease!.ExpiresAt, expiresAt), dear);
        }

        if (state.Budgets.IsEmpty || state.Configuration.Prices.IsEmpty
            || state.Budgets.Ask(request.Owner, request.Labels, state.Estimates.RenewedAtMost(request, expiresAt, extend)) is not { } ask)
        {
            return (expiresAt, null);
        }

        if (ask.Stop(now.Milliseconds, request.Estimate ?? CostEstimate.None) is { } stop)
        {
            return (Earlier(request.Lease!.ExpiresAt, expiresAt), stop.Reason(now.Milliseconds));
        }

        long reach = ask.Reach(now.Milliseconds, request.Estimate);
        return reach < expiresAt.Milliseconds && reach > now.Milliseconds ? WithinBudget(request, new Instant(reach), extend, now) : (expiresAt, null);
    }

    // Whatever its run has not is not prolonged: the grant lives to the end that it had.
    private (Instant ExpiresAt, Reason? Over) WithinAllowance(Request request, Instant expiresAt, ResourceVector extend, Instant now)
    {
        if (state.Allowances.Of(request.Spec) is not { } allowance)
        {
            return (expiresAt, null);
        }

        Instant before = request.Lease!.ExpiresAt;
        Instant within = expiresAt < allowance.ExpiresAt ? expiresAt : allowance.ExpiresAt;
        return state.Estimates.AskAllowance(request, within, extend)!.OwnStop(now.Milliseconds) is { } stop
            ? (Earlier(before, expiresAt), stop.Reason(now.Milliseconds))
            : (within, null);
    }

    // What costs no more than was expected already goes on, whatever came of it.
    private static Reason? PastItsMost(Request request, CostEstimate? renewed) =>
        renewed is not null && renewed.Total > (request.Estimate?.Total ?? Money.Zero) ? Estimator.TooDear(request.Spec, request.Cost, renewed) : null;

    private static Instant Earlier(Instant a, Instant b) => a < b ? a : b;

    public Decision Decide(Release command, Instant now)
    {
        if (Find(command.Key, command.Lease, command.Prior) is not { } request)
        {
            return Unknown(command.Key, command.Lease);
        }

        Lease lease = request.Lease!;
        if (request.HasEnded && (request.Status == RequestStatus.Released || request.Settlement!.Late))
        {
            return new ReleaseReply(request, request.Settlement!.Late);
        }

        ResourceVector otherwise = request.HasEnded ? request.Settlement!.Metered : Estimates(lease);
        if ((Misnamed(command.Usage, lease, "$.usage", known: true) ?? Excessive(command.Usage, request, command.AnyUsage)
            ?? PartsExceed(command.Usage, command.Usage, otherwise, command.Usage, "$.usage")) is { } fault)
        {
            return fault;
        }

        if (request.HasEnded)
        {
            Settlement corrected = request.Settlement! with
            {
                Metered = Metered(otherwise, command.Usage),
                Peaks = Peaks(command.Usage),
                Outcome = command.Outcome,
                Late = true,
            };
            return new SettlementCorrected(
                request.Owner, request.Spec.Id, corrected, command.Labels, state.Requests.ContainsKey(request.Key) ? null : request);
        }

        Settlement settlement = new(Metered(otherwise, command.Usage), now - lease.GrantedAt, Peaks(command.Usage), command.Outcome, Late: false);
        return new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Released, null, settlement, command.Labels) { Unstated = Unstated(request, command.Usage) };
    }

    private static string[] Unstated(Request request, ResourceVector stated) => request.Spec.Sizing is null ? []
        : [.. request.Lease!.Amounts.Where(a => request.Spec.Sizing.Of(a.Kind) is not null && !stated.Has(a.Kind)).Select(a => a.Kind)];

    /// <summary>Ends a running grant that its client did not end: Held kinds to that instant, Metered kinds at the larger of what was reported and the estimate.</summary>
    public RequestEnded End(Request request, RequestStatus status, Reason reason, Instant at)
    {
        Lease lease = request.Lease!;
        ResourceVector metered = Fitted(Estimates(lease).OrMore(OnlyMetered(lease.Usage)), lease.Usage);
        return new RequestEnded(
            request.Owner, request.Spec.Id, status, reason, new Settlement(metered, at - lease.GrantedAt, Peaks(lease.Usage), null, Late: false), Labels.None);
    }

    private Request? Find(RequestKey key, long lease, Request? prior)
    {
        Request? request = state.Requests.TryGetValue(key, out Live? live) ? live.Request : prior;
        return request?.Lease?.Number == lease ? request : null;
    }

    private Fault Unknown(RequestKey key, long lease) => state.Requests.GetValueOrDefault(key)?.Request is { Lost.Lease: var lost, Attempt: var attempt } && lost == lease
        ? new Fault(FaultCode.Ended, $"the lease was ended and settled for the sake of others; the request is in its attempt {attempt}: read it, and wait for its next lease")
        : new Fault(FaultCode.NotFound, $"there is no lease 'lease-{lease}'");

    private ResourceVector Estimates(Lease lease) => OnlyMetered(lease.Amounts);

    private ResourceVector OnlyMetered(ResourceVector amounts)
    {
        int metered = 0;
        foreach (ResourceAmount amount in amounts.AsSpan())
        {
            metered += IsMetered(amount) ? 1 : 0;
        }

        if (metered == 0 || metered == amounts.Count)
        {
            return metered == 0 ? ResourceVector.Empty : amounts;
        }

        ResourceAmount[] only = new ResourceAmount[metered];
        foreach (ResourceAmount amount in amounts.AsSpan())
        {
            if (IsMetered(amount))
            {
                only[^metered--] = amount;
            }
        }

        return ResourceVector.Of(only);
    }

    private bool IsMetered(ResourceAmount amount) => state.Kinds.GetValueOrDefault(amount.Kind)?.Behaviour == ResourceBehaviour.Metered;

    private ResourceVector Peaks(ResourceVector usage) =>
        usage.Count == 0 ? usage : ResourceVector.Of(usage.Where(a => state.Kinds[a.Kind].Behaviour != ResourceBehaviour.Metered));

    /// <summary>Each Metered kind at what was stated, else at what it was.</summary>
    private ResourceVector Metered(ResourceVector estimates, ResourceVector stated) =>
        stated.Count == 0 ? estimates : Stated(estimates, stated);

    private ResourceVector Stated(ResourceVector estimates, ResourceVector stated) =>
        Fitted(ResourceVector.Of(estimates.Where(a => !stated.Has(a.Kind)).Concat(OnlyMetered(stated))), stated);

    /// <summary>Cuts what of parts was only estimated, so that with what was stated they fit into their whole together.</summary>
    private ResourceVector Fitted(ResourceVector settled, ResourceVector stated)
    {
        foreach (ResourceAmount amount in settled.AsSpan())
        {
            if (WholeOf(amount.Kind) is not null)
            {
                return FittedParts(settled, stated);
            }
        }

        return settled;
    }

    private ResourceVector FittedParts(ResourceVector settled, ResourceVector stated)
    {
        Dictionary<string, Quantity> left = new(StringComparer.Ordinal);
        foreach (ResourceAmount part in settled.Where(a => WholeOf(a.Kind) is not null))
        {
            string whole = WholeOf(part.Kind)!;
            Quantity before = left.GetValueOrDefault(whole, settled[whole]);
            left[whole] = before > stated[part.Kind] ? before - stated[part.Kind] : Quantity.Zero;
        }

        return ResourceVector.Of(settled.Select(a =>
        {
            if (WholeOf(a.Kind) is not { } whole)
            {
                return a;
            }

            Quantity estimated = a.Quantity - stated[a.Kind];
            Quantity fits = estimated < left[whole] ? estimated : left[whole];
            left[whole] -= fits;
            return a with { Quantity = stated[a.Kind] + fits };
        }));
    }

    private string? WholeOf(string kind) => state.Kinds.GetValueOrDefault(kind)?.PartOf;

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

    private static Fault? TooMuch(ResourceVector extend, Request request)
    {
        Lease lease = request.Lease!;
        foreach (ResourceAmount amount in extend.AsSpan())
        {
            if (request.Spec.Sizing?.Of(amount.Kind) is { Maximum: var maximum } && lease.Amounts[amount.Kind].Thousandths + amount.Quantity.Thousandths > maximum.Thousandths)
            {
                Quantity left = Quantity.FromThousandths(maximum.Thousandths - lease.Amounts[amount.Kind].Thousandths);
                return new Fault(FaultCode.Invalid, $"with the {lease.Amounts[amount.Kind]} that the lease holds it would be more than its maximum of {maximum}: {(left.IsZero ? "there is nothing left to take" : $"take at most {left}")}", $"$.extend['{amount.Kind}']");
            }

            if (lease.Amounts[amount.Kind].Thousandths + amount.Quantity.Thousandths > Quantity.MaxThousandths)
            {
                return new Fault(FaultCode.Invalid, $"with the {lease.Amounts[amount.Kind]} that the lease holds it would be more than 10¹² units", $"$.extend['{amount.Kind}']");
            }
        }

        return null;
    }

    private static Fault? Excessive(ResourceVector usage, Request request, bool anyUsage)
    {
        foreach (ResourceAmount amount in anyUsage ? [] : usage.AsSpan())
        {
            // Of what is taken in steps the client's own estimate is the maximum.
            Quantity estimate = request.Spec.Sizing?.Of(amount.Kind)?.Maximum ?? request.Lease!.Amounts[amount.Kind];
            if (!estimate.IsZero && (Int128)amount.Quantity.Thousandths > (Int128)estimate.Thousandths * MostTimesTheEstimate)
            {
                return new Fault(FaultCode.ExcessUsage, $"usage of '{amount.Kind}' is more than 100 × its estimate of {estimate}; correct it, or use a key with the scope 'usage'", $"$.usage['{amount.Kind}']");
            }
        }

        return null;
    }

    /// <summary>Why the parts of which something was said do not fit into their wholes, or null.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="wholes">The wholes.</param>
    /// <param name="otherwise">The wholes that are not among those.</param>
    /// <param name="said">What was said now.</param>
    /// <param name="field">Where.</param>
    private Fault? PartsExceed(ResourceVector parts, ResourceVector wholes, ResourceVector otherwise, ResourceVector said, string field)
    {
        foreach (ResourceAmount amount in said.AsSpan())
        {
            if (WholeOf(amount.Kind) is not { } whole)
            {
                continue;
            }

            Int128 together = 0;
            foreach (ResourceAmount part in parts.AsSpan())
            {
                together += WholeOf(part.Kind) == whole ? part.Quantity.Thousandths : 0;
            }

            if (together > (wholes.Has(whole) ? wholes[whole] : otherwise[whole]).Thousandths)
            {
                return new Fault(FaultCode.Invalid, $"the parts of '{whole}' are more than '{whole}' itself, which includes them", $"{field}['{amount.Kind}']");
            }
        }

        return null;
    }

    // An extension passes the quotas as a grant does: what it adds must be there.
    private Reason? OverQuota(Request request, ResourceVector extend, Instant now)
    {
        foreach (QuotaStep step in state.Quotas.Forest.Find(request.Owner, request.Lease!.Amounts)?.Steps ?? [])
        {
            QuotaUse use = QuotaAsk.UseOf(request.Spec);
            long more = step.Extended(request, extend, now);
            if (more > 0 && step.Tree.Blocks(step.Leaf, more, use, now.Milliseconds) is { } block)
            {
                bool never = step.Tree.NeverAllows(step.Leaf, more, use, now.Milliseconds) is not null;
                long? earliest = never ? null : QuotaOutlook.Earliest(step.Tree, step.Leaf, more, use, now.Milliseconds);
                return new QuotaStop(step, block, more).Reason(never ? ReasonCode.ExceedsQuota : ReasonCode.OverQuota, earliest is { } at ? new Instant(at) : null);
            }
        }

        return null;
    }

    private Reason? Blocked(Request request, ResourceVector extend, long now)
    {
        Lease lease = request.Lease!;
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            string kind = lease.Amounts[i].Kind;
            long wanted = extend[kind].Thousandths;
            if (wanted == 0 || state.Kinds[kind].PartOf is not null)
            {
                continue;
            }

            ChargeNode? node = state.Pools.GetValueOrDefault(lease.Pools[i])?.Node(kind);
            long together = node?.Behaviour == ResourceBehaviour.Metered ? wanted : wanted + lease.Amounts[i].Quantity.Thousandths;
            if (node is not null && together > node.Capacity)
            {
                return new Reason(
                    node.Behaviour == ResourceBehaviour.Limit ? ReasonCode.ExceedsCeiling : ReasonCode.ExceedsPools,
                    lease.Pools[i], kind, Quantity.FromThousandths(together), Quantity.FromThousandths(node.Capacity));
            }

            if (node is null || node.AvailableToHolders(now) < (node.Behaviour == ResourceBehaviour.Limit ? together : wanted))
            {
                return new Reason(
                    node?.Draining == true ? ReasonCode.PoolDraining : node?.Behaviour == ResourceBehaviour.Metered ? ReasonCode.RateExhausted : ReasonCode.NotEnoughFree,
                    lease.Pools[i], kind, Quantity.FromThousandths(wanted), Quantity.FromThousandths(node?.AvailableToHolders(now) ?? 0),
                    node?.EarliestFor(wanted, now) is { } at ? new Instant(at) : null);
            }
        }

        return futures.StopsExtension(request, extend, now);
    }
}
