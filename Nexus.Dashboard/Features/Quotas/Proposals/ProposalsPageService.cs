using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>What the tab of proposals shows, and how they are decided.</summary>
internal sealed class ProposalsPageService(ProposalService proposals, EngineHost host, IOptions<QuotaAdjustOptions> options)
{
    private const int MostDecided = 20;

    /// <summary>The proposals for nodes that the viewer sees.</summary>
    public async Task<ProposalsView> GetAsync(Caller caller, Caller viewer, CancellationToken cancellation)
    {
        IReadOnlyList<QuotaProposal> all = [.. ((await proposals.ListAsync(caller, cancellation)).Value ?? []).Where(p => viewer.MayActFor(p.Node))];
        Dictionary<(string, string), long?> limits = [];
        int adjusted = 0;
        foreach (QuotaState node in host.Read.Quotas.Where(q => q.Owner.IsWithin(viewer.Path)))
        {
            foreach (QuotaRule rule in node.Definition.Rules)
            {
                limits[(QuotaAnswer.PathOf(node.Owner), QuotaChoice.KeyOf(rule.Resource, rule.Period))] = rule.Limit?.Thousandths;
                adjusted += rule.Adjust is null ? 0 : 1;
            }
        }

        ProposalRow Row(QuotaProposal p) => new(
            p.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), p.Node, p.Rule, ProposalText.Amount(p.From), ProposalText.Amount(p.To), p.Raises, $"{ProposalText.Amount(p.Min)} – {ProposalText.Amount(p.Max)}", ProposalText.Why(p))
        {
            Became = ProposalText.Became(p),
            State = p.State switch { ProposalState.Offered => Signal.Planned, ProposalState.Applied => Signal.Ok, ProposalState.Declined => Signal.Cancelled, _ => Signal.Off },
            At = p.DecidedAt ?? p.OfferedAt,
            CanRevert = p.State == ProposalState.Applied && limits.GetValueOrDefault((p.Owner, p.Rule)) == p.To,
            Locked = QuotaService.Refused(caller, p.Node)?.Detail,
        };
        return new ProposalsView(
            [.. all.Where(p => p.State == ProposalState.Offered).Select(Row)],
            [.. all.Where(p => p.State != ProposalState.Offered).OrderByDescending(p => p.DecidedAt).Take(MostDecided).Select(Row)],
            adjusted, ProposalText.Length(options.Value.Window));
    }

    /// <summary>Does what somebody decided.</summary>
    /// <returns>Why it was not done; null where it was.</returns>
    public async Task<Problem?> DecideAsync(Caller caller, ProposalDecision decision, CancellationToken cancellation) => (await (decision.Verb switch
    {
        ProposalVerb.Accept => proposals.AcceptAsync(caller, decision.Proposal.Id, cancellation),
        ProposalVerb.Decline => proposals.DeclineAsync(caller, decision.Proposal.Id, cancellation),
        _ => proposals.RevertAsync(caller, decision.Proposal.Id, cancellation),
    })).Problem;
}
