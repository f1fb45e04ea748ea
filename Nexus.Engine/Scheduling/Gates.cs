using Nexus.Engine.Core;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>A request on its way through the gates.</summary>
/// <param name="Spec">What is asked.</param>
/// <param name="Needs">What its members need together.</param>
/// <param name="Priority">The class it would get.</param>
/// <param name="KeyMaxPriority">The highest class of the caller's key, or null.</param>
/// <param name="Effective">What holds for its owner.</param>
/// <param name="Configuration">Kinds, classes and owners.</param>
/// <param name="Route">The pools that could serve it.</param>
/// <param name="Quota">What it asks of its quotas; null where no rule concerns it.</param>
/// <param name="Now">The engine time in milliseconds.</param>
internal sealed record Submission(
    RequestSpec Spec, ResourceVector Needs, string Priority, string? KeyMaxPriority, EffectiveOwner Effective, Configuration Configuration, Route Route, QuotaAsk? Quota, long Now) : IClaimant
{
    private ISpendingStop? _stop;
    private bool _asked;

    /// <summary>What it asks of its budgets and its allowance; null where none is concerned.</summary>
    public ISpendingAsk? Budget { get; init; }

    /// <summary>Why it would cost more than it accepts; null where it would not.</summary>
    public Reason? TooDear { get; init; }

    /// <summary>The same as one that waits already, which has its place; null for one that comes.</summary>
    public IClaimant? Waits { get; init; }

    /// <summary>What of its budgets and its allowance stops it, or null: asked once, as nothing changes while it is decided.</summary>
    public ISpendingStop? Stop
    {
        get
        {
            (_stop, _asked) = _asked ? (_stop, true) : (Budget?.Stop(Now), true);
            return _stop;
        }
    }

    /// <summary>Its labels, with those inherited from its owner.</summary>
    public required Labels Labels { get; init; }

    /// <summary>True for one for whose sake others have just ended: what they gave is its own.</summary>
    public bool HasMadeWay { get; init; }

    /// <summary>Who asks in its turn; null for one that need not wait for it.</summary>
    public IClaimant? Asks => HasMadeWay ? null : this;

    /// <inheritdoc/>
    public OwnerPath Owner => Spec.Owner;

    /// <inheritdoc/>
    public Standing Standing => Waits?.Standing ?? new(Configuration.Class(Priority)?.Value ?? 0, long.MaxValue, new Instant(Now), Spec.Deadline);
}

/// <summary>One of the questions that every request must pass, in the order of <see cref="Gate"/>. All are first asked whether it can ever pass, so that nobody waits in vain.</summary>
internal interface IGate
{
    /// <summary>Why the request can never pass as things are set, or null.</summary>
    Reason? Never(Submission submission);

    /// <summary>Why the request cannot pass now, or null.</summary>
    Reason? Now(Submission submission);
}

/// <summary>May this owner and this key ask for that class and those pools?</summary>
internal sealed class AccessGate : IGate
{
    /// <inheritdoc/>
    public Reason? Now(Submission submission) => null;

    /// <inheritdoc/>
    public Reason? Never(Submission submission) =>
        Above(submission, submission.Effective.MaxPriority) ? new Reason(ReasonCode.PriorityAboveOwner, Name: submission.Priority)
        : Above(submission, submission.KeyMaxPriority) ? new Reason(ReasonCode.PriorityAboveKey, Name: submission.Priority)
        : submission.Route.Impossible is { Code: ReasonCode.PoolNotAllowed } closed ? closed
        : null;

    // A ceiling whose class is gone admits nothing: a key must not become stronger by a class that was removed.
    private static bool Above(Submission submission, string? highest) =>
        highest is not null
        && (submission.Configuration.Class(highest) is not { } most || submission.Configuration.Class(submission.Priority)!.Value > most.Value);
}

/// <summary>May so much be spent?</summary>
internal sealed class BudgetGate : IGate
{
    /// <inheritdoc/>
    public Reason? Never(Submission submission) => submission.TooDear ?? (submission.Stop is { IsNever: true } stop ? stop.Reason(submission.Now) : null);

    /// <inheritdoc/>
    public Reason? Now(Submission submission) => submission.Stop?.Reason(submission.Now);

    /// <summary>Why it can never pass as the budgets stand, or null.</summary>
    public static Reason? Never(ISpendingAsk? ask, long now) => ask?.Stop(now) is { IsNever: true } stop ? stop.Reason(now) : null;
}

/// <summary>May this owner use so much?</summary>
internal sealed class QuotaGate : IGate
{
    /// <inheritdoc/>
    public Reason? Never(Submission submission) => submission.Quota is { } ask ? Never(ask, submission.Now) : null;

    /// <inheritdoc/>
    public Reason? Now(Submission submission) => submission.Quota is { } ask ? Now(ask, submission.Now) : null;

    /// <summary>Why it can never pass as the rules stand, or null.</summary>
    public static Reason? Never(QuotaAsk ask, long now) => ask.Never(now)?.Reason(ReasonCode.ExceedsQuota, null);

    /// <summary>What stops it now, or null.</summary>
    public static Reason? Now(QuotaAsk ask, long now) =>
        ask.Allowed(now) ? null : ask.Stop(now)?.Reason(ReasonCode.OverQuota, ask.Earliest(now) is { } at ? new Instant(at) : null);
}

/// <summary>Does it fit, ever and now?</summary>
internal sealed class CapacityGate : IGate
{
    /// <inheritdoc/>
    public Reason? Never(Submission submission) => Never(submission.Route, submission.Needs);

    /// <inheritdoc/>
    public Reason? Now(Submission submission) => Now(submission.Route, submission.Needs, submission.Now, submission.Asks);

    /// <summary>Why it can never be served as the pools stand, or null.</summary>
    public static Reason? Never(Route route, ResourceVector resources) => route.Impossible ?? route.NeverFits(resources);

    /// <summary>What stops it now, or null.</summary>
    public static Reason? Now(Route route, ResourceVector resources, long now, IClaimant? asks)
    {
        foreach (Charges.Charge blocker in route.Blockers(resources, now, asks))
        {
            return new Reason(
                !blocker.Node.Closed && blocker.Node.Available(now) >= blocker.Amount ? ReasonCode.BehindOthers : blocker.Node.Shortage,
                blocker.Node.Pool,
                blocker.Node.Kind,
                Quantity.FromThousandths(blocker.Amount),
                Quantity.FromThousandths(blocker.Node.Available(now)),
                route.Earliest(resources, now, asks) is { } at ? new Instant(at) : null)
            {
                Health = PoolFailing.Of(blocker.Node.Health?.ToState()),
            };
        }

        return null;
    }
}
