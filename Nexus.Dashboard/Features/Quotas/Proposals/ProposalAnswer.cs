using System.Globalization;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>A change of a limit that use speaks for, and what became of it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Owner">The node, the root as <c>~</c>.</param>
/// <param name="Rule">The kind and period of the rule.</param>
/// <param name="Resource">The kind.</param>
/// <param name="From">The limit as it was.</param>
/// <param name="To">The limit as it should be.</param>
/// <param name="Min">The lowest that it may become.</param>
/// <param name="Max">The highest that it may become.</param>
/// <param name="State">What became of it: <c>offered</c>, <c>applied</c>, <c>declined</c>, <c>reverted</c> or <c>outdated</c>.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Message">The same as a sentence.</param>
/// <param name="OfferedAt">When it was made.</param>
/// <param name="DecidedAt">When that became of it.</param>
/// <param name="DecidedBy">By whom; <c>nexus</c> where the rule lets it apply by itself.</param>
/// <param name="Note">Why it is outdated.</param>
internal sealed record ProposalAnswer(
    string Id, string Owner, string Rule, string Resource, Amount From, Amount To, Amount Min, Amount Max, ProposalState State, EvidenceAnswer Evidence, string Message,
    DateTimeOffset OfferedAt, DateTimeOffset? DecidedAt, string? DecidedBy, string? Note)
{
    public static ProposalAnswer Of(QuotaProposal proposal) => new(
        proposal.Id.ToString(CultureInfo.InvariantCulture), proposal.Owner, proposal.Rule, proposal.Resource, Units(proposal.From), Units(proposal.To), Units(proposal.Min), Units(proposal.Max), proposal.State,
        new EvidenceAnswer(proposal.Turns, proposal.Turn, Units(proposal.P95), Units(proposal.Peak), proposal.Refused, Share(proposal.HeldBackTurns, proposal.Turns), Share(proposal.IdleTurns, proposal.Turns)),
        ProposalText.Why(proposal), proposal.OfferedAt, proposal.DecidedAt, proposal.DecidedBy, proposal.Note);

    private static Amount Units(long thousandths) => new(thousandths / 1000m);

    private static Amount Share(int some, int all) => new(all == 0 ? 0 : decimal.Round((decimal)some / all, 4));
}

/// <summary>What was seen.</summary>
/// <param name="Turns">Over how many turns.</param>
/// <param name="Turn">How long each was.</param>
/// <param name="P95">What was used at most in 95 of 100 of them.</param>
/// <param name="Peak">The most that was used.</param>
/// <param name="Refused">How many requests and extensions the rule was the lowest to refuse.</param>
/// <param name="HeldBack">The share of turns in which it refused somebody or kept somebody waiting.</param>
/// <param name="Idle">The share of turns in which nothing was used.</param>
internal sealed record EvidenceAnswer(int Turns, string Turn, Amount P95, Amount Peak, long Refused, Amount HeldBack, Amount Idle);
