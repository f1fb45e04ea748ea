using Nexus.Dashboard.Api;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>Why a request waits, was refused or ended. What was decided stands in every answer; the rest is computed when one request is read, and <see cref="ComputedAt"/> says when that was.</summary>
internal sealed record ExplanationAnswer(
    Gate Gate, ReasonTier Tier, ReasonCode Code, string? Pool, string? Resource, Amount? Needed, Amount? Available, DateTimeOffset? Earliest, string? Name, string Message)
{
    /// <summary>The period of the quota that stopped it, as the rule states it.</summary>
    public string? Period { get; init; }

    /// <summary>What of a budget stopped it.</summary>
    public ShortfallAnswer? Budget { get; init; }

    /// <summary>What it saves to wait.</summary>
    public DelayAnswer? Delay { get; init; }

    /// <summary>What of a pool's health stopped it.</summary>
    public FailingAnswer? Health { get; init; }

    /// <summary>The gates in their order, and how far the request came.</summary>
    public IReadOnlyList<GateAnswer>? Gates { get; init; }

    /// <summary>Who holds what is lacking, the largest first; only what the reader may see.</summary>
    public IReadOnlyList<HolderAnswer>? Holders { get; init; }

    /// <summary>What others hold of it, summed.</summary>
    public OthersAnswer? Others { get; init; }

    /// <summary>How many that wait for the same are ahead of it, others' included.</summary>
    public int? Ahead { get; init; }

    public DateTimeOffset? EstimatedStart { get; init; }

    public EstimateBasis? EstimateFrom { get; init; }

    /// <summary>The interval in which the start should lie, and how often such intervals came true.</summary>
    public IntervalAnswer? StartsBetween { get; init; }

    /// <summary>What stops its other configurations, in a sentence, where it states several.</summary>
    public string? Alternatives { get; init; }

    /// <summary>The changes that would admit it or bring it forward, the smallest first.</summary>
    public IReadOnlyList<CounterfactualAnswer>? Counterfactuals { get; init; }

    public DateTimeOffset? ComputedAt { get; init; }

    public static ExplanationAnswer Of(Reason reason) => new(
        reason.Gate, reason.Tier, reason.Code, reason.Pool, reason.Kind,
        reason.Needed is { } needed ? (Amount)needed : null, reason.Available is { } available ? (Amount)available : null,
        reason.Earliest?.ToDateTimeOffset(), reason.Name, ReasonText.Of(reason))
    {
        Period = reason.Period is { Kind: not QuotaPeriodKind.None } period ? period.ToString() : null,
        Budget = reason.Budget is { } budget ? ShortfallAnswer.Of(budget) : null,
        Delay = reason.Delay is { } delay ? new DelayAnswer(delay.Now.ToString(), delay.Then.ToString(), delay.Saving.ToString()) : null,
        Health = reason.Health is { } failing ? new FailingAnswer(failing.Failed, failing.Settled, failing.Window, failing.AtOnce == 0 ? null : failing.AtOnce) : null,
    };

    /// <summary>The whole of it; null where there is nothing to explain.</summary>
    public static ExplanationAnswer? Of(Explanation explanation) => explanation.Reason is not { } reason ? null : Of(reason) with
    {
        Gates = [.. explanation.Gates.Select(g => new GateAnswer(g.Gate, g.Outcome))],
        Holders = explanation.Holders.Count == 0 ? null : [.. explanation.Holders.Select(HolderAnswer.Of)],
        Others = explanation.Others is { } others ? new OthersAnswer(others.Grants, others.Amount) : null,
        Ahead = explanation.Request.Status == RequestStatus.Queued ? explanation.Ahead + explanation.OthersAhead : null,
        EstimatedStart = explanation.EstimatedStart?.ToDateTimeOffset(),
        EstimateFrom = explanation.EstimateFrom == EstimateBasis.Unknown ? null : explanation.EstimateFrom,
        StartsBetween = explanation.StartsBetween is { } between ? IntervalAnswer.Of(between, explanation.HitRate) : null,
        Alternatives = OtherConfiguration.Text(explanation.OtherConfigurations),
        Counterfactuals = explanation.Counterfactuals.Count == 0 ? null : [.. explanation.Counterfactuals.Select(CounterfactualAnswer.Of)],
        ComputedAt = explanation.ComputedAt.ToDateTimeOffset(),
    };
}

/// <summary>An interval in which a request should start: of such intervals the share <c>Promised</c> should come true, and <c>HitRate</c> did, measured on so many.</summary>
internal sealed record IntervalAnswer(DateTimeOffset From, DateTimeOffset To, Amount Promised, Amount? HitRate, int? MeasuredOn)
{
    public static IntervalAnswer Of(StartInterval interval, HitRate? rate) => new(
        interval.From.ToDateTimeOffset(), interval.To.ToDateTimeOffset(), new Amount(Explanation.PromisedShare), rate is null ? null : new Amount(decimal.Round((decimal)rate.Hits / rate.Of, 3)), rate?.Of);
}

/// <summary>What a budget has too little of: all in the installation's currency.</summary>
/// <param name="Needed">What the request is expected to cost in this period.</param>
/// <param name="Left">What the budget has left for it; negative where more was spent than there was.</param>
/// <param name="Resets">When the period ends; absent for a rolling one.</param>
/// <param name="PerHour">How much an hour a throttle lets pass, as things stand.</param>
internal sealed record ShortfallAnswer(string Needed, string Left, DateTimeOffset? Resets, string? PerHour)
{
    public static ShortfallAnswer Of(BudgetShortfall budget) => new(budget.Needed.ToString(), budget.Left.ToString(), budget.Resets?.ToDateTimeOffset(), budget.PerHour?.ToString());
}

/// <summary>What it saves to wait: all in the installation's currency.</summary>
/// <param name="CostNow">What it was expected to cost, had it started when that was decided.</param>
/// <param name="CostThen">What it is expected to cost at the start that is stated.</param>
/// <param name="Saving">The difference.</param>
internal sealed record DelayAnswer(string CostNow, string CostThen, string Saving);

/// <summary>What of a pool's health stopped a request.</summary>
/// <param name="Failed">How many of its grants had failed.</param>
/// <param name="Settled">Of how many that stated an outcome.</param>
/// <param name="Window">In which time; absent: they were its probes.</param>
/// <param name="AtOnce">How many it granted at a time while it was probed; absent while it granted nothing.</param>
internal sealed record FailingAnswer(int Failed, int Settled, Duration? Window, int? AtOnce);

/// <summary>What one gate said.</summary>
internal sealed record GateAnswer(Gate Gate, GateOutcome Outcome);

/// <summary>A grant that holds what is lacking.</summary>
internal sealed record HolderAnswer(string Owner, string Id, string Lease, string Pool, string Resource, Amount Amount, string Priority, DateTimeOffset Since, DateTimeOffset ExpiresAt, DateTimeOffset? EndsAt)
{
    /// <summary>True where it tolerates that it is ended for others.</summary>
    public bool? Preemptible { get; init; }

    public static HolderAnswer Of(Holder holder) => new(
        holder.Owner.ToString(), holder.Id, Engine.Scheduling.Lease.IdOf(holder.Lease), holder.Pool, holder.Kind, holder.Amount, holder.Priority,
        holder.Since.ToDateTimeOffset(), holder.ExpiresAt.ToDateTimeOffset(), holder.EndsAt?.ToDateTimeOffset())
    {
        Preemptible = holder.Preemptible ? true : null,
    };
}

/// <summary>What is held by grants that the reader may not see, or beyond those listed.</summary>
internal sealed record OthersAnswer(int Grants, Amount Amount);

/// <summary>A change that would admit a request, or bring it forward.</summary>
internal sealed record CounterfactualAnswer(CounterfactualKind Change, string Message, Dictionary<string, Amount>? Resources, string? Pool, string? Priority, int? Passes, DateTimeOffset? StartsAt, bool? StartsNow, string? Quota)
{
    /// <summary>The budget to raise.</summary>
    public string? Budget { get; init; }

    /// <summary>By how much, in the installation's currency.</summary>
    public string? More { get; init; }

    public static CounterfactualAnswer Of(Counterfactual change) => new(
        change.Kind, ExplanationText.Of(change), change.Amounts is { Count: > 0 } amounts ? RequestAnswer.AmountsOf(amounts) : null, change.Pool, change.Priority,
        change.Passes == 0 ? null : change.Passes, change.StartsAt?.ToDateTimeOffset(), change.StartsNow ? true : null, change.More is null ? change.Node : null)
    {
        Budget = change.More is null ? null : change.Node,
        More = change.More?.ToString(),
    };
}
