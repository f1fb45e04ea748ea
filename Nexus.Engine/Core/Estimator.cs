using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Says what grants are expected to cost, by the prices that hold: what is Metered by its amount, what is held until the lease ends.</summary>
internal sealed class Estimator(EngineState state, Biller biller)
{
    private readonly PricedAmounts _priced = new(state, biller);
    private readonly List<EstimateLine> _lines = [];
    private (Lease Lease, CostEstimate? Estimate)? _cut;
    private Asked _asked;

    /// <summary>Says what an event's request is expected to cost from then on.</summary>
    /// <param name="happens">The event; stamped.</param>
    /// <param name="before">The request as it was.</param>
    /// <param name="at">When.</param>
    public void Expect(EngineEvent happens, Request? before, Instant at)
    {
        if (state.Configuration.Prices.IsEmpty)
        {
            return;
        }

        CostEstimate? estimate = happens switch
        {
            RequestSubmitted { Lease: { } lease } e => Granted(e.Spec, e.Labels, lease),
            RequestSubmitted { Booking: { } booking } e => Booked(e.Spec, Gang.Needs(e.Spec, state.KindOf), e.Labels, booking),
            RequestStarted e => Granted(before!.Spec, before.Labels, e.Lease),
            RequestBooked e => Booked(before!.Spec, before.Needs, before.Labels, e.Booking),
            BookingMoved { To: { } booking } e => Booked(before!.Spec, before.Needs, before.Labels, booking),
            // One that could not be prolonged goes on as it was paid for.
            LeaseRenewed { Extended.Count: 0 } e when e.ExpiresAt <= before!.Lease!.ExpiresAt => before.Estimate,
            LeaseRenewed e => Renewed(before!, e.ExpiresAt, e.Extended, HeldUntil(before!, e, at)),
            _ => null,
        };
        if (estimate is not null)
        {
            happens.Expect(estimate);
        }
    }

    /// <summary>What a lease costs from a moment on. One that joined a grant in which somebody else runs is expected to pay no minimum: what settles it tells.</summary>
    public CostEstimate? Of(RequestSpec spec, Labels labels, Lease lease, Instant heldFrom) => Of(spec, labels, lease, heldFrom, state.Merged.HasOthers(lease));

    private CostEstimate? Of(RequestSpec spec, Labels labels, Lease lease, Instant heldFrom, bool joins)
    {
        // Whoever is granted something from the only pool that could serve it was asked about just that.
        if (!joins && _asked.IsOf(spec, labels, lease, heldFrom, state.Sequence))
        {
            return _asked.Estimate;
        }

        List<EstimateLine> lines = Anew();
        long? prompt = Biller.PromptOf(lease.Amounts);
        IReadOnlyList<ResourceAmount> amounts = biller.Apart(lease.Amounts);
        for (int i = 0; i < amounts.Count; i++)
        {
            ResourceAmount amount = amounts[i];
            Add(lines, labels, amount, biller.PoolOf(lease, amount.Kind), prompt, lease.GrantedAt, heldFrom, lease.ExpiresAt, joins);
        }

        AddMeasured(lines, spec, labels, lease.Pools[0], lease.GrantedAt, joins);
        return lines.Count == 0 ? null : new CostEstimate(lines);
    }

    /// <summary>The most that a lease costs if it is prolonged, as the gates ask: whoever pays the minimum of its grant now may be gone by then.</summary>
    public CostEstimate? RenewedAtMost(Request request, Instant expiresAt, ResourceVector extended) =>
        Of(request.Spec, request.Labels, Prolonged(request.Lease!, expiresAt, extended), request.HeldUntil ?? request.Lease!.GrantedAt, joins: false);

    private CostEstimate? Renewed(Request request, Instant expiresAt, ResourceVector extended, Instant? heldUntil) =>
        Of(request.Spec, request.Labels, Prolonged(request.Lease!, expiresAt, extended), heldUntil ?? request.HeldUntil ?? request.Lease!.GrantedAt);

    private static Lease Prolonged(Lease lease, Instant expiresAt, ResourceVector extended) => lease with { ExpiresAt = expiresAt, Amounts = lease.Amounts.Plus(extended) };

    /// <summary>The most that a request costs if it starts at a moment, whichever of its pools serves it, and whatever grant it may share: that may be over before it pays.</summary>
    public CostEstimate? AtMost(RequestSpec spec, ResourceVector needs, Labels labels, Route route, Instant at)
    {
        if (state.Configuration.Prices.IsEmpty)
        {
            return null;
        }

        List<EstimateLine> lines = Anew();
        Instant until = at + spec.LeaseLength;
        long? prompt = Biller.PromptOf(needs);
        string home = route.Home;
        IReadOnlyList<ResourceAmount> amounts = biller.Apart(needs);
        for (int i = 0; i < amounts.Count; i++)
        {
            AddDearest(lines, labels, amounts[i], PoolsFor(route, needs, amounts[i].Kind), prompt, at, until, home);
        }

        AddMeasured(lines, spec, labels, home, at);
        CostEstimate? most = lines.Count == 0 ? null : new CostEstimate(lines);
        if (route.Groups is [{ Candidates: [{ } only] }])
        {
            _asked = new Asked(spec, needs, labels, only.Pool, at, until, state.Sequence, most);
        }

        return most;
    }

    /// <summary>What a request asks of its budgets and its allowance if it starts at a moment; null where none is concerned.</summary>
    /// <param name="spec">What it asks.</param>
    /// <param name="needs">What it needs.</param>
    /// <param name="labels">Its labels, with those inherited.</param>
    /// <param name="route">The pools that could serve it.</param>
    /// <param name="at">The moment.</param>
    /// <param name="known">The request as it stands, where it is known already: what it draws from its allowance would be replaced.</param>
    public ISpendingAsk? Ask(RequestSpec spec, ResourceVector needs, Labels labels, Route route, Instant at, Request? known = null)
    {
        AllowanceNode? allowance = state.Allowances.Of(spec);
        if (allowance is null && state.Budgets.IsEmpty)
        {
            return null;
        }

        CostEstimate? estimate = AtMost(spec, needs, labels, route, at);
        BudgetAsk? budgets = state.Budgets.Ask(spec.Owner, labels, estimate);
        return allowance is null ? budgets
            : new AllowanceAsk(allowance, AllowanceAmount.Of(estimate?.Total ?? default, needs, spec.LeaseLength, state.KindOf), AllowanceAmount.Of(known, state.KindOf), budgets);
    }

    /// <summary>The same of one that is known.</summary>
    public ISpendingAsk? Ask(Request request, Route route, Instant at) => Ask(request.Spec, request.Needs, request.Labels, route, at, request);

    /// <summary>What a grant that is to be prolonged asks of its allowance; null where it draws from none.</summary>
    public AllowanceAsk? AskAllowance(Request request, Instant expiresAt, ResourceVector extended) => state.Allowances.Of(request.Spec) is not { } allowance ? null
        : new AllowanceAsk(
            allowance,
            AllowanceAmount.Of(RenewedAtMost(request, expiresAt, extended)?.Total ?? default, request.Lease!.Amounts.Plus(extended), expiresAt - request.Lease.GrantedAt, state.KindOf),
            AllowanceAmount.Of(request, state.KindOf), null);

    /// <summary>Why a request may not start at a moment: it would cost more in all than it accepts, in the dearest of the pools that could serve it. Null where it would not, or accepts whatever it costs.</summary>
    /// <param name="spec">What is asked.</param>
    /// <param name="spent">What it cost so far.</param>
    /// <param name="needs">What all its members need together.</param>
    /// <param name="labels">Its labels, inherited ones included.</param>
    /// <param name="route">The pools that could serve it.</param>
    /// <param name="at">The moment.</param>
    public Reason? TooDear(RequestSpec spec, Money spent, ResourceVector needs, Labels labels, Route route, Instant at) =>
        spec.MaxCost is null ? null : TooDear(spec, spent, AtMost(spec, needs, labels, route, at));

    /// <summary>The same of one that is known.</summary>
    public Reason? TooDear(Request request, Route route, Instant at) => TooDear(request.Spec, request.Cost, request.Needs, request.Labels, route, at);

    /// <summary>Why what costs so much more may not be, or null.</summary>
    public static Reason? TooDear(RequestSpec spec, Money spent, CostEstimate? estimate) => spec.MaxCost is { } most && estimate is not null && spent + estimate.Total > most
        ? new Reason(ReasonCode.ExceedsMaxCost) { Budget = new BudgetShortfall(estimate.Total, most - spent, null) }
        : null;

    /// <summary>A lease of some pools as far as its allowance and the budgets of coming periods let it reach: to the first boundary behind which one refuses.</summary>
    public Lease Within(RequestSpec spec, Labels labels, Lease lease, Instant now)
    {
        if (state.Allowances.Of(spec) is { } allowance && allowance.ExpiresAt < lease.ExpiresAt)
        {
            lease = lease with { ExpiresAt = allowance.ExpiresAt };
        }

        // What ends within the periods that run asks nothing of coming ones.
        if (state.Budgets.IsEmpty || state.Configuration.Prices.IsEmpty || lease.ExpiresAt.Milliseconds <= state.Budgets.NextEnd(now.Milliseconds)
            || state.Budgets.Ask(spec.Owner, labels, Of(spec, labels, lease, lease.GrantedAt, joins: false)) is not { } ask || ask.Reach(now.Milliseconds) is var reach && reach >= lease.ExpiresAt.Milliseconds)
        {
            return lease;
        }

        Lease cut = lease with { ExpiresAt = new Instant(reach) };
        _cut = (cut, (lease.MergedWith is null ? ask.Estimate : Of(spec, labels, lease, lease.GrantedAt))?.UpTo(cut.ExpiresAt));
        return cut;
    }

    // What is cut off leaves of the whole its share, as the budgets were asked: priced by itself it could be more, where a price has a minimum or is rounded.
    private CostEstimate? Granted(RequestSpec spec, Labels labels, Lease lease) =>
        _cut is { } cut && ReferenceEquals(cut.Lease, lease) ? cut.Estimate : Of(spec, labels, lease, lease.GrantedAt);

    private CostEstimate? Booked(RequestSpec spec, ResourceVector needs, Labels labels, Booking booking) =>
        Of(spec, labels, new Lease(0, needs, booking.Pools, booking.StartsAt, booking.StartsAt + spec.LeaseLength, ResourceVector.Empty), booking.StartsAt);

    // What was held before an extension is metered with it.
    private Instant? HeldUntil(Request before, LeaseRenewed renewed, Instant at) => state.Holds(renewed.Extended) ? at : before.HeldUntil;

    // One at a time is worked out.
    private List<EstimateLine> Anew()
    {
        _lines.Clear();
        return _lines;
    }

    private void Add(List<EstimateLine> lines, Labels labels, ResourceAmount amount, string pool, long? prompt, Instant at, Instant heldFrom, Instant until, bool joins = false)
    {
        ResourceBehaviour? behaviour = state.Kinds.GetValueOrDefault(amount.Kind)?.Behaviour;
        if (amount.Quantity.IsZero || behaviour is not (ResourceBehaviour.Held or ResourceBehaviour.Metered))
        {
            return;
        }

        (Instant from, Instant to) = behaviour == ResourceBehaviour.Held ? (heldFrom, until) : (at, at);
        if (behaviour == ResourceBehaviour.Held && to <= from)
        {
            return;
        }

        Add(lines, amount.Kind, from, to, _priced.CostOf(labels, amount, pool, prompt, from, to, joins));
    }

    // Of its pools the dearest counts.
    private void AddDearest(List<EstimateLine> lines, Labels labels, ResourceAmount amount, RouteCandidate[] pools, long? prompt, Instant at, Instant until, string home)
    {
        int first = lines.Count;
        Add(lines, labels, amount, pools.Length == 0 ? home : pools[0].Pool, prompt, at, at, until);
        for (int i = 1; i < pools.Length; i++)
        {
            Add(lines, labels, amount, pools[i].Pool, prompt, at, at, until);
            if (lines.Count - first > 1)
            {
                lines.RemoveAt(lines[first].Cost < lines[first + 1].Cost ? first : first + 1);
            }
        }
    }

    private static void Add(List<EstimateLine> lines, string kind, Instant from, Instant to, Money cost)
    {
        if (cost > Money.Zero)
        {
            lines.Add(new EstimateLine(kind, from, to, cost < CostEstimate.Most ? cost : CostEstimate.Most));
        }
    }

    private void AddMeasured(List<EstimateLine> lines, RequestSpec spec, Labels labels, string pool, Instant at, bool joins = false)
    {
        if (spec.Duration is not { } duration)
        {
            return;
        }

        foreach (string kind in (string[])["time.processing", "time.latency"])
        {
            if (state.Configuration.Prices.Has(kind))
            {
                Add(lines, kind, at, at, biller.CostOf(labels, new ResourceAmount(kind, Quantity.FromThousandths((long)duration.TotalMilliseconds)), pool, null, at, at, joins));
            }
        }
    }

    private RouteCandidate[] PoolsFor(Route route, ResourceVector needs, string kind)
    {
        string whole = state.Kinds.GetValueOrDefault(kind)?.PartOf ?? kind;
        foreach (RouteGroup group in route.Groups)
        {
            foreach (int amount in group.Amounts)
            {
                if (needs[amount].Kind == whole)
                {
                    return group.Candidates;
                }
            }
        }

        return [];
    }

    /// <summary>What was last asked about, where one pool could serve it all. Prices, tiers and pools change with events alone: after each it is not known any more.</summary>
    private readonly record struct Asked(RequestSpec Spec, ResourceVector Needs, Labels Labels, string Pool, Instant At, Instant Until, long Sequence, CostEstimate? Estimate)
    {
        public bool IsOf(RequestSpec spec, Labels labels, Lease lease, Instant heldFrom, long sequence) =>
            ReferenceEquals(Spec, spec) && Sequence == sequence && lease.GrantedAt == At && heldFrom == At && lease.ExpiresAt == Until
            && ReferenceEquals(Needs, lease.Amounts) && ReferenceEquals(Labels, labels) && IsFrom(lease.Pools);

        private bool IsFrom(IReadOnlyList<string> pools)
        {
            for (int i = 0; i < pools.Count; i++)
            {
                if (pools[i] != Pool)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
