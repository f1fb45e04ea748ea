using Nexus.Dashboard.Shared;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>What the tab of proposals shows.</summary>
/// <param name="Offered">Those to be decided, the newest first.</param>
/// <param name="Decided">The newest that were, with what became of them.</param>
/// <param name="Adjusted">How many limits follow their use.</param>
/// <param name="Window">Over how long use must speak for a change, in words.</param>
public sealed record ProposalsView(IReadOnlyList<ProposalRow> Offered, IReadOnlyList<ProposalRow> Decided, int Adjusted, string Window);

/// <summary>A proposal as a line.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Owner">The node.</param>
/// <param name="Rule">The kind and period of the rule.</param>
/// <param name="From">The limit as it was.</param>
/// <param name="To">The limit as it should be.</param>
/// <param name="Raises">True where it is raised.</param>
/// <param name="Bounds">How low and how high it may become.</param>
/// <param name="Why">What was seen.</param>
public sealed record ProposalRow(string Id, OwnerPath Owner, string Rule, string From, string To, bool Raises, string Bounds, string Why)
{
    /// <summary>What became of it; empty while it is to be decided.</summary>
    public string Became { get; init; } = "";

    /// <summary>How that is to be taken.</summary>
    public Signal State { get; init; } = Signal.Planned;

    /// <summary>When it was made, or decided.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>True where the limit can be set back to what it was.</summary>
    public bool CanRevert { get; init; }

    /// <summary>Why the reader may not decide about it; null where it may.</summary>
    public string? Locked { get; init; }

    /// <summary>The node as addresses have it.</summary>
    public string Path => QuotaAnswer.PathOf(Owner);

    /// <summary>The node for a person.</summary>
    public string Name => Owner.IsRoot ? "All owners" : Owner.ToString();

    /// <summary>What changes, as a person says it.</summary>
    public string Line => $"{(Owner.IsRoot ? "all owners" : Owner.ToString())} {Rule} {From} → {To}";
}

/// <summary>What somebody decides about a proposal.</summary>
/// <param name="Verb">What.</param>
/// <param name="Proposal">About which.</param>
public sealed record ProposalDecision(ProposalVerb Verb, ProposalRow Proposal);

/// <summary>What can be decided about a proposal.</summary>
public enum ProposalVerb
{
    Accept,
    Decline,
    Revert,
}
