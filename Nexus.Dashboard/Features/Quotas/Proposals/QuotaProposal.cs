using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>What became of a proposal.</summary>
internal enum ProposalState
{
    /// <summary>It is to be accepted or declined.</summary>
    Offered = 0,

    /// <summary>The limit was set to it, by somebody who accepted it or by itself.</summary>
    Applied = 1,

    /// <summary>Somebody declined it.</summary>
    Declined = 2,

    /// <summary>It was applied, and the limit was set back.</summary>
    Reverted = 3,

    /// <summary>What it was made of does not hold any more.</summary>
    Outdated = 4,
}

/// <summary>A change of a limit that use speaks for, and what became of it. Amounts are in thousandths.</summary>
internal sealed record QuotaProposal
{
    public long Id { get; init; }

    /// <summary>The node, as quota addresses have it.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The kind and period of the rule, as the page's address names it.</summary>
    public string Rule { get; init; } = "";

    public string Resource { get; init; } = "";

    /// <summary>The limit as it was.</summary>
    public long From { get; init; }

    /// <summary>The limit as it should be.</summary>
    public long To { get; init; }

    /// <summary>The bounds at the time.</summary>
    public long Min { get; init; }

    public long Max { get; init; }

    /// <summary>What was seen, a turn at a time.</summary>
    public int Turns { get; init; }

    public long P95 { get; init; }

    public long Peak { get; init; }

    public long Refused { get; init; }

    public int HeldBackTurns { get; init; }

    public int IdleTurns { get; init; }

    /// <summary>How long a turn is, in words: <c>5 minutes</c>, or the calendar's <c>day</c>.</summary>
    public string Turn { get; init; } = "";

    /// <summary>How long all of them took together, in words.</summary>
    public string Span { get; init; } = "";

    public ProposalState State { get; init; }

    public DateTimeOffset OfferedAt { get; init; }

    /// <summary>When that became of it; null while it is offered.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>By whom: a person, a key, or <c>nexus</c> itself.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Why it is outdated, in words.</summary>
    public string? Note { get; init; }

    /// <summary>True where the limit is raised.</summary>
    public bool Raises => To > From;

    /// <summary>The node.</summary>
    public OwnerPath Node => OwnerPath.TryParseOrRoot(Owner, out OwnerPath? path, out _) ? path : OwnerPath.Root;

    /// <summary>A new one.</summary>
    public static QuotaProposal Of(OwnerPath owner, QuotaRule rule, QuotaAdvice advice, (string Turn, string Span) seen, DateTimeOffset at) => new()
    {
        Owner = QuotaAnswer.PathOf(owner),
        Rule = QuotaChoice.KeyOf(rule.Resource, rule.Period),
        Resource = rule.Resource,
        From = advice.From.Thousandths,
        To = advice.To.Thousandths,
        Min = rule.Adjust!.Min.Thousandths,
        Max = rule.Adjust.Max.Thousandths,
        Turns = advice.Evidence.Turns,
        P95 = advice.Evidence.P95,
        Peak = advice.Evidence.Peak,
        Refused = advice.Evidence.Refused,
        HeldBackTurns = advice.Evidence.HeldBackTurns,
        IdleTurns = advice.Evidence.IdleTurns,
        Turn = seen.Turn,
        Span = seen.Span,
        OfferedAt = at,
    };
}

/// <summary>What was seen of a rule so far, kept so that a restart does not begin anew.</summary>
internal sealed class QuotaWatchRow
{
    public string Owner { get; set; } = "";

    public string Rule { get; set; } = "";

    /// <summary>As JSON.</summary>
    public string State { get; set; } = "";
}
