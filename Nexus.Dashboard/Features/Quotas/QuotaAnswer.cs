using System.Diagnostics.CodeAnalysis;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>What is set for a node of the owner path, and what is used there now.</summary>
internal sealed record QuotaAnswer(string Owner, Amount Weight, IReadOnlyList<QuotaRuleAnswer> Rules, long Version)
{
    public static QuotaAnswer Of(QuotaShown shown) => new(
        PathOf(shown.State.Owner), new Amount(shown.State.Definition.Weight / (decimal)QuotaDefinition.OneShare),
        [.. shown.State.Definition.Rules.Zip(shown.Figures, QuotaRuleAnswer.Of)], shown.State.Version);

    /// <summary>A path as quota addresses have it: the root is <c>~</c>.</summary>
    public static string PathOf(OwnerPath owner) => owner.IsRoot ? "~" : owner.ToString();
}

/// <summary>A rule, and what is used under it now.</summary>
internal sealed record QuotaRuleAnswer : QuotaRuleBody
{
    public QuotaRuleAnswer()
    {
    }

    [SetsRequiredMembers]
    private QuotaRuleAnswer(QuotaRuleBody rule)
        : base(rule)
    {
    }

    /// <summary>What counts of the whole subtree; of a rate what the bucket lacks to be full.</summary>
    public required Amount Used { get; init; }

    /// <summary>What of that is above what the node has.</summary>
    public required Amount Borrowed { get; init; }

    /// <summary>What others use of what the node lends.</summary>
    public required Amount Lent { get; init; }

    /// <summary>The most that counted at once.</summary>
    public required Amount Peak { get; init; }

    /// <summary>How many requests and extensions it was the lowest rule to refuse.</summary>
    public required long Rejections { get; init; }

    /// <summary>What is used of what there is; absent where there is nothing.</summary>
    public Amount? Utilization { get; init; }

    /// <summary>When the calendar's period begins anew.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    public static QuotaRuleAnswer Of(QuotaRule rule, QuotaFigures figures) => new(QuotaRuleBody.Of(rule))
    {
        Used = Units(figures.Used),
        Borrowed = Units(figures.Borrowed),
        Lent = Units(figures.Lent),
        Peak = Units(figures.Peak),
        Rejections = figures.Rejections,
        Utilization = figures.Utilization is { } utilization ? new Amount(utilization) : null,
        ResetsAt = figures.ResetsAt?.ToDateTimeOffset(),
    };

    private static Amount Units(long thousandths) => new(thousandths / 1000m);
}

/// <summary>Something that an owner might ask for.</summary>
internal sealed record QuotaCheckBody
{
    private const int MaxKinds = 32;

    public string? Owner { get; init; }

    public Dictionary<string, Amount>? Resources { get; init; }

    public bool Preemptible { get; init; }

    /// <summary>For how long, where hours count; the length of a lease unless given.</summary>
    public Duration? Duration { get; init; }

    public Result<CheckQuota> ToCommand(Actor actor)
    {
        Faults faults = new();
        OwnerPath? owner = faults.Owner("$.owner", Owner);
        ResourceVector resources = faults.Asked("$.resources", Resources, MaxKinds);
        faults.When(Resources is not { Count: > 0 }, "$.resources", "must name at least one kind, for example {\"gpu\": 1}");
        TimeSpan? duration = faults.Span("$.duration", Duration, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(366));
        return faults.Problem is { } problem ? problem : new CheckQuota(owner!, resources, Preemptible, duration) { Actor = actor };
    }
}

/// <summary>What quotas say to it.</summary>
/// <param name="Allowed">True where they would let it pass now.</param>
/// <param name="Constrained">True where a rule concerns it.</param>
/// <param name="BlockedBy">The lowest node that stops it.</param>
/// <param name="Resource">The kind of which there is too little.</param>
/// <param name="Period">The period of the rule.</param>
/// <param name="Missing">How much is missing there.</param>
/// <param name="Earliest">When it would pass if nothing else is taken or given back; absent where that is not known.</param>
/// <param name="Message">The same as a sentence.</param>
internal sealed record QuotaCheckAnswer(bool Allowed, bool Constrained, string? BlockedBy, string? Resource, string? Period, Amount? Missing, DateTimeOffset? Earliest, string? Message)
{
    public static QuotaCheckAnswer Of(QuotaCheckReply reply) => reply.Stop is not { } stop
        ? new QuotaCheckAnswer(true, reply.Constrained, null, null, null, null, null, null)
        : new QuotaCheckAnswer(
            false, true, stop.Name, stop.Kind, stop.Period is { Kind: not QuotaPeriodKind.None } period ? period.ToString() : null, reply.Missing,
            stop.Earliest?.ToDateTimeOffset(), ReasonText.Of(stop));
}
