using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Bookings;

namespace Nexus.Engine.Core;

/// <summary>Decides a submission: known already, malformed, or through the gates in their order.</summary>
internal sealed class SubmitHandler(EngineState state, Futures futures, WaitingLines lines, SizeChoice maxima)
{
    private readonly CheaperStarts _cheaper = new(state);
    private readonly BookingSearch _bookings = new(state, futures, lines.Plans);
    private readonly AmountChoice _amounts = new(state);
    private readonly AlternativeChoice _alternatives = new(state);
    private readonly SubmittedTerms _terms = new(state);

    private readonly IGate[] _gates = [new AccessGate(), new BudgetGate(), new QuotaGate(), new CapacityGate()];

    public Decision Decide(Submit command, Instant now) => Decide(command, now, hasMadeWay: false);

    /// <summary>Decides one for whose sake grants have just ended: it takes what they gave.</summary>
    public Decision DecideFreed(Submit command, Instant now) => Decide(command, now, hasMadeWay: true);

    private Decision Decide(Submit command, Instant now, bool hasMadeWay)
    {
        RequestSpec spec = command.Spec;
        if (Known(command) is { } known)
        {
            return SameMeaning(known, spec)
                ? new RequestReply(known, Duplicate: true) { Next = maxima.Next(known) }
                : new Fault(FaultCode.IdReused, $"id '{spec.Id}' was used for another request: send the same body again, or choose another id", "$.id");
        }

        if (_terms.Misnamed(spec) is { } fault)
        {
            return fault;
        }

        if (spec.Alternatives is not null)
        {
            // What others ended for is one configuration.
            return hasMadeWay ? Decide(command, spec, now, hasMadeWay) : _alternatives.Best([.. spec.Configurations.Select(c => Decide(command, c, now, hasMadeWay))], now);
        }

        spec = maxima.Chosen(spec);
        return spec.Work is null
            ? Decide(command, spec, now, hasMadeWay)
            : DecideSizes(command, _amounts.SizesOf(spec, now), now, hasMadeWay);
    }

    private RequestSubmitted DecideSizes(Submit command, IReadOnlyList<RequestSpec> sizes, Instant now, bool hasMadeWay)
    {
        // What a quota stops it stops in every larger size too, whatever the pools have.
        Submission least = SubmissionOf(command, sizes[0], now, hasMadeWay);
        return AmountChoice.Best((least.Quota is { } ask && QuotaGate.Now(ask, least.Now) is not null ? sizes : _bookings.WorthTrying(sizes, _amounts.NeedsOf, least.Route, now, least.Asks))
            .Select(size => Decide(command, size, now, hasMadeWay)));
    }

    private RequestSubmitted Decide(Submit command, RequestSpec spec, Instant now, bool hasMadeWay)
    {
        Submission submission = SubmissionOf(command, spec, now, hasMadeWay);
        return Stops(submission) is { } reason ? BookOrWait(submission, reason, now)
            : spec.LatestStart < now ? Refused(submission, now)
            : KeptFromIt(submission) is { } kept ? BookOrWait(submission, kept, now)
            : Choose(submission, now) is { } pools ? GrantOrDelay(submission, pools, now)
            : BookOrWait(submission, Behind(submission, now), now);
    }

    // What may be delayed and costs less later waits for that where it is willing to, or is promised the start; else it starts.
    private RequestSubmitted GrantOrDelay(Submission submission, RouteCandidate[] chosen, Instant now)
    {
        (RequestSpec spec, Route route) = (submission.Spec, submission.Route);
        string[] pools = PoolsOf(route, chosen, submission.Needs, state);
        if (spec.MaxDelay is not null && !submission.HasMadeWay && _cheaper.Find(spec, submission.Needs, route, pools, now, now) is { } later)
        {
            RequestSubmitted? delayed = spec.Deadline is not null ? Promised(submission, pools, later, now)
                : spec.Queue ? Submitted(submission, RequestStatus.Queued, null, later) : null;
            if (delayed is not null)
            {
                return delayed;
            }
        }

        return Submitted(submission, RequestStatus.Allocated, Grant(pools, submission.Needs, spec, submission.Labels, now), null);
    }

    // Nobody with a deadline waits for a price without a promise: it could miss it.
    private RequestSubmitted? Promised(Submission submission, string[] pools, Reason later, Instant now)
    {
        (RequestSpec spec, ResourceVector needs, Route route) = (submission.Spec, submission.Needs, submission.Route);
        return _bookings.Find(spec, needs, route, later, later.Earliest!.Value, now, submission.Asks).Booking is { } booking && OverBudget(submission, booking.StartsAt) is null
            && _cheaper.Of(spec, needs, route, pools, booking, now) is { } promised
            ? Submitted(submission, RequestStatus.Reserved, null, promised) with { Booking = booking } : null;
    }

    private Submission SubmissionOf(Submit command, RequestSpec spec, Instant now, bool hasMadeWay)
    {
        EffectiveOwner effective = state.Configuration.EffectiveFor(spec.Owner);
        ResourceVector needs = Gang.Needs(spec, state.KindOf);
        Route route = state.Router.Find(spec);
        Labels labels = effective.Labels.With(spec.Labels);
        return new Submission(
            spec, needs, spec.Priority ?? effective.DefaultPriority ?? PriorityClass.Default, command.MaxPriority, effective, state.Configuration,
            route, QuotaAsk.Of(state.Quotas.Forest, spec, needs), now.Milliseconds)
        {
            HasMadeWay = hasMadeWay,
            Labels = labels,
            Budget = state.LimitsSpending(spec) ? state.Estimates.Ask(spec, needs, labels, route, now) : null,
            TooDear = spec.MaxCost is null ? null : state.Estimates.TooDear(spec, Money.Zero, needs, labels, route, now),
        };
    }

    /// <summary>The lease that these pools give. It never reaches past the moment at which a promise to somebody else needs it, beyond the duration.</summary>
    public Lease Grant(Route route, RouteCandidate[] chosen, ResourceVector resources, RequestSpec spec, Labels labels, Instant now) =>
        Grant(PoolsOf(route, chosen, resources, state), resources, spec, labels, now);

    /// <summary>The lease that the pools give from which each amount comes.</summary>
    public Lease Grant(IReadOnlyList<string> pools, ResourceVector resources, RequestSpec spec, Labels labels, Instant now)
    {
        Lease lease = new(state.Sequence + 1, resources, pools, now, futures.ExpiryOf(spec, resources, pools, now, now), ResourceVector.Empty) { MergedWith = state.Merged.Joined(spec, labels, resources, pools) };
        return !state.LimitsSpending(spec) ? lease : state.Estimates.Within(spec, labels, lease, now);
    }

    /// <summary>The start when others have ended for it.</summary>
    public Booking BookingOf(RequestSpec spec, Victims victims) => new(new Instant(victims.At), PoolsOf(state.Router.Find(spec), victims.Pools, Gang.Needs(spec, state.KindOf), state));

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

    /// <summary>Why a request that waits can never start as things are, or null.</summary>
    public Reason? Never(Request request, Instant at) =>
        state.Estimates.TooDear(request, state.Router.Find(request.Spec), at) ?? BudgetGate.Never(state.Estimates.Ask(request, state.Router.Find(request.Spec), at), at.Milliseconds)
        ?? (QuotaAsk.Of(state.Quotas.Forest, request.Spec, request.Needs) is { } asked ? QuotaGate.Never(asked, at.Milliseconds) : null)
        ?? CapacityGate.Never(state.Router.Find(request.Spec), request.Needs)
        ?? futures.Over(request.Spec, at)
        ?? (request.Spec.LatestStart < at ? new Reason(ReasonCode.DeadlineOutOfReach) : null);

    /// <summary>Lets a request that waits and can never start wait in the lines of the first of its other configurations in which it can; null where there is none.</summary>
    public RequestEvent? Otherwise(Request request, Instant at) => request.Spec.Alternatives is null ? null
        : request.Spec.Configurations.FirstOrDefault(c => Never(AlternativeChoice.In(request, c, state.KindOf), at) is null) is { } other ? AlternativeChoice.Chosen(request, other) : null;

    /// <summary>The pools with which a request that waits can start now in another configuration than the one in whose lines it stands; null where it cannot.</summary>
    /// <param name="request">The request in that configuration.</param>
    /// <param name="waits">The same as it waits.</param>
    /// <param name="now">The moment.</param>
    /// <param name="again">The next moment at which that may be otherwise though nothing happens; brought forward.</param>
    public RouteCandidate[]? StartOf(Request request, IClaimant waits, Instant now, ref long again)
    {
        (RequestSpec spec, long at) = (request.Spec, now.Milliseconds);
        Route route = state.Router.Find(spec);
        Submission asks = new(
            spec, request.Needs, request.Priority, null, state.Configuration.EffectiveFor(spec.Owner), state.Configuration, route, QuotaAsk.Of(state.Quotas.Forest, spec, request.Needs), at)
        {
            Labels = request.Labels,
            Waits = waits,
            Budget = state.Estimates.Ask(request, route, now),
        };
        long? passes = null;
        RouteCandidate[]? pools = null;
        if (route.Choose(request.Needs, at, asks) is null)
        {
            passes = route.Earliest(request.Needs, at, asks);
        }
        else if (Never(request, now) is null && (asks.Stop?.Reason(at) ?? (asks.Quota is { } quota ? QuotaGate.Now(quota, at) : null)) is var stopped)
        {
            passes = stopped?.Earliest?.Milliseconds;
            pools = stopped is null && KeptFromIt(asks) is null ? Choose(asks, now) : null;
            // What is promised or planned for others stops it: that may be otherwise with each change that is known to come.
            passes = pools is null && stopped is null ? lines.Stopped.NextChange(route.HeldHomes, now) : passes;
        }

        again = passes > at && passes < again ? passes.Value : again;
        return pools;
    }

    private Reason? Stops(Submission submission)
    {
        Reason? reason = null;
        for (int i = 0; reason is null && i < _gates.Length; i++)
        {
            reason = _gates[i].Never(submission);
        }

        reason ??= futures.Over(submission.Spec, new Instant(submission.Now));
        for (int i = 0; reason is null && i < _gates.Length; i++)
        {
            reason = _gates[i].Now(submission);
        }

        return reason;
    }

    private RouteCandidate[]? Choose(Submission submission, Instant now)
    {
        RouteCandidate[]? pools = futures.Choose(submission.Spec, submission.Needs, submission.Route, now.Milliseconds, submission.Asks);
        return pools is not null && submission.Asks is { } asks && lines.Plans.Concerns(submission.Route, asks, now) ? ChooseBesidePlans(submission, now) : pools;
    }

    // By itself, so that nothing is allocated for it where nobody is in the way.
    private RouteCandidate[]? ChooseBesidePlans(Submission submission, Instant now) => lines.Plans.With(
        submission.Route, submission.Asks, now, () => futures.Choose(submission.Spec, submission.Needs, submission.Route, now.Milliseconds, submission.Asks));

    private Reason? KeptFromIt(Submission submission) =>
        submission.Route.HeldHomes.Length > 0 ? lines.QuotaKeeps.Stops(submission.Quota, submission.Asks, submission.Now)
            : lines.QuotaKeeps.Freed(submission.Quota, submission.Asks, submission.Now);

    // What was promised goes before what was planned.
    private Reason Behind(Submission submission, Instant now)
    {
        (RequestSpec spec, ResourceVector needs, Route route) = (submission.Spec, submission.Needs, submission.Route);
        return futures.Choose(spec, needs, route, now.Milliseconds, submission.Asks) is null
            ? _bookings.Behind(spec, needs, route, now, submission.Asks)
            : lines.Plans.With(route, submission.Asks, now, () => _bookings.Behind(spec, needs, route, now, submission.Asks)) with { Code = ReasonCode.BehindPlan };
    }

    private Request? Known(Submit command) =>
        state.Requests.TryGetValue(command.Spec.Key, out Live? live) ? live.Request : command.Prior;

    // What does not fit now is booked where it has a deadline that some start meets.
    private RequestSubmitted BookOrWait(Submission submission, Reason reason, Instant now)
    {
        RequestSpec spec = submission.Spec;
        if (spec.LatestStart < now && reason.MayPass)
        {
            return Refused(submission, now);
        }

        // Of a quota or budget it is only known when it passes where the period tells.
        if (spec.Deadline is null || !reason.MayPass || reason is { Gate: Gate.Quota or Gate.Budget, Earliest: null })
        {
            return WaitOrRefuse(submission, reason);
        }

        Instant notBefore = reason is { Gate: Gate.Quota or Gate.Budget, Earliest: { } passes } && passes > now ? passes : now;
        (Booking? booking, Reason why) = _bookings.Find(spec, submission.Needs, submission.Route, reason, notBefore, now, submission.Asks);
        return booking is null ? WaitOrRefuse(submission, why)
            : OverBudget(submission, booking.StartsAt) is { } over ? WaitOrRefuse(submission, over)
            : Submitted(submission, RequestStatus.Reserved, null, reason) with { Booking = booking };
    }

    private RequestSubmitted Refused(Submission submission, Instant now) => Submitted(
        submission, RequestStatus.Rejected, null, new Reason(ReasonCode.DeadlineOutOfReach, Earliest: _bookings.Earliest(submission.Spec, submission.Needs, submission.Route, now, submission.Asks)));

    // A start that is booked reserves its money at once, in the period in which it lies.
    private Reason? OverBudget(Submission submission, Instant startsAt) =>
        state.Estimates.TooDear(submission.Spec, Money.Zero, submission.Needs, submission.Labels, submission.Route, startsAt) ?? (!state.LimitsSpending(submission.Spec) ? null
        : state.Estimates.Ask(submission.Spec, submission.Needs, submission.Labels, submission.Route, startsAt)?.Stop(startsAt.Milliseconds)?.Reason(startsAt.Milliseconds));

    private static RequestSubmitted WaitOrRefuse(Submission submission, Reason reason)
    {
        bool waits = submission.Spec.Queue && reason.MayPass && (reason.Code != ReasonCode.OverBudget || PassesInTime(submission, reason));
        return Submitted(submission, waits ? RequestStatus.Queued : RequestStatus.Rejected, null, reason);
    }

    // Nobody waits for a budget that is used up for longer than it would wait anyway.
    private static bool PassesInTime(Submission submission, Reason reason)
    {
        Instant? waits = submission.Spec.MaxWait is { } wait ? new Instant(submission.Now) + wait : null;
        return (waits is null && submission.Spec.LatestStart is null)
            || (reason.Earliest is { } at && !(at > waits) && !(at > submission.Spec.LatestStart));
    }

    private static RequestSubmitted Submitted(Submission submission, RequestStatus status, Lease? lease, Reason? reason) =>
        new(submission.Spec, submission.Priority, submission.Labels, status, lease, reason);

    // A priority that was left out means the same as the one it got by default then.
    private static bool SameMeaning(Request known, RequestSpec spec) =>
        known.Spec.Equals(spec)
        || (known.Spec.Priority != spec.Priority
            && (known.Spec.Priority ?? known.Priority) == (spec.Priority ?? known.Priority)
            && known.Spec.Equals(spec with { Priority = known.Spec.Priority }));

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
