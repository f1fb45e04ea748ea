using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>A proposal in words.</summary>
internal static class ProposalText
{
    private const decimal Thousand = 1000m;

    /// <summary>Why: what was seen, as a sentence.</summary>
    public static string Why(QuotaProposal proposal) =>
        proposal.Raises
            ? $"In the last {proposal.Span} up to {Amount(proposal.P95)} of {Amount(proposal.From)} {proposal.Resource} were used in 95 % of the time, and {Held(proposal)}."
            : proposal.Peak == 0 ? $"In the last {proposal.Span} none of {Amount(proposal.From)} {proposal.Resource} was used, and nobody was held back."
            : $"In the last {proposal.Span} never more than {Amount(proposal.Peak)} of {Amount(proposal.From)} {proposal.Resource} were used, in 95 % of the time up to {Amount(proposal.P95)}; nobody was held back{Idle(proposal)}.";

    /// <summary>What became of it; empty while it is offered.</summary>
    public static string Became(QuotaProposal proposal) => proposal.State switch
    {
        ProposalState.Applied => $"Applied by {proposal.DecidedBy}",
        ProposalState.Declined => $"Declined by {proposal.DecidedBy}",
        ProposalState.Reverted => $"Set back by {proposal.DecidedBy}",
        ProposalState.Outdated => $"Outdated: {proposal.Note}",
        _ => "",
    };

    /// <summary>An amount in the kind's unit.</summary>
    public static string Amount(long thousandths) => Numbers.Count(thousandths / Thousand);

    /// <summary>How long something is, in the largest unit that it is a whole number of, and in hours up to two days.</summary>
    /// <param name="length">How long.</param>
    /// <param name="one">What stands before a single unit.</param>
    public static string Length(TimeSpan length, string one = "")
    {
        (long number, string unit) = (length.Ticks % TimeSpan.TicksPerDay == 0 && length.TotalDays > 2 ? (length.Days, "day")
            : length.Ticks % TimeSpan.TicksPerHour == 0 ? ((long)length.TotalHours, "hour")
            : length.Ticks % TimeSpan.TicksPerMinute == 0 ? ((long)length.TotalMinutes, "minute")
            : ((long)Math.Round(length.TotalSeconds), "second"));
        return number == 1 ? one + unit : $"{Numbers.Count(number)} {unit}s";
    }

    private static string Held(QuotaProposal proposal) =>
        $"in {Numbers.Count(proposal.HeldBackTurns)} of {Numbers.Count(proposal.Turns)} {(proposal.Turn.Length > 0 && char.IsDigit(proposal.Turn[0]) ? $"spans of {proposal.Turn}" : $"{proposal.Turn}s")} somebody was held back by it"
        + (proposal.Refused == 0 ? "" : $" ({Numbers.Count(proposal.Refused)} {(proposal.Refused == 1 ? "refusal" : "refusals")})");

    private static string Idle(QuotaProposal proposal) => proposal.IdleTurns == 0 || proposal.Turns == 0 ? "" : $", and {Numbers.Percent(proposal.IdleTurns / (double)proposal.Turns)} of the time nothing was used";
}
