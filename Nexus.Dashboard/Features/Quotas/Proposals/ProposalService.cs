using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>Proposals: authorises the caller, then asks the one who makes them. The page and the API call the same.</summary>
internal sealed class ProposalService(QuotaAdjuster adjuster)
{
    /// <summary>The proposals for nodes within the caller's path, the newest first.</summary>
    public async Task<Result<IReadOnlyList<QuotaProposal>>> ListAsync(Caller caller, CancellationToken cancellation) => caller.Allows(Scope.Read)
        ? (await adjuster.AllAsync(cancellation)).Where(p => caller.MayActFor(p.Node)).ToArray()
        : Problem.MissingScope(Scope.Read, caller);

    /// <summary>Sets the limit to what is proposed.</summary>
    public Task<Result<QuotaProposal>> AcceptAsync(Caller caller, string id, CancellationToken cancellation) => OnAsync(caller, id, n => adjuster.AcceptAsync(n, caller, cancellation), cancellation);

    /// <summary>Turns it down.</summary>
    public Task<Result<QuotaProposal>> DeclineAsync(Caller caller, string id, CancellationToken cancellation) => OnAsync(caller, id, n => adjuster.DeclineAsync(n, caller, cancellation), cancellation);

    /// <summary>Sets the limit back to what it was.</summary>
    public Task<Result<QuotaProposal>> RevertAsync(Caller caller, string id, CancellationToken cancellation) => OnAsync(caller, id, n => adjuster.RevertAsync(n, caller, cancellation), cancellation);

    // A proposal is a change of a quota: who may not make that may not accept it either.
    private async Task<Result<QuotaProposal>> OnAsync(Caller caller, string id, Func<long, Task<Result<QuotaProposal>>> act, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Configure))
        {
            return Problem.MissingScope(Scope.Configure, caller);
        }

        QuotaProposal? proposal = long.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long number)
            ? (await adjuster.AllAsync(cancellation)).FirstOrDefault(p => p.Id == number && caller.MayActFor(p.Node)) : null;
        return proposal is null ? Problem.NotFound($"There is no proposal '{id}' that you may see.")
            : QuotaService.Refused(caller, proposal.Node) is { } refused ? refused
            : await act(number);
    }
}
