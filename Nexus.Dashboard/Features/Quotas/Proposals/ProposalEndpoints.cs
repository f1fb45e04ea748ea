using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>HTTP to <see cref="ProposalService"/>, and nothing else.</summary>
internal static class ProposalEndpoints
{
    public static void MapProposals(this IEndpointRouteBuilder api)
    {
        api.MapGet("/quotas:proposals", ListAsync).WithName("listProposals").WithSummary("Changes of limits that their use speaks for, and what became of them; the oldest first").Gives<Page<ProposalAnswer>>(200).Fails(401, 403).Pages();
        Map("accept", "Set the limit to what is proposed; repeating it changes nothing more", static (s, c, id, t) => s.AcceptAsync(c, id, t));
        Map("decline", "Turn a proposal down: it is quiet until use speaks for a change over a whole window again", static (s, c, id, t) => s.DeclineAsync(c, id, t));
        Map("revert", "Set the limit back to what it was before a proposal was applied", static (s, c, id, t) => s.RevertAsync(c, id, t));

        void Map(string verb, string summary, Func<ProposalService, Caller, string, CancellationToken, Task<Result<QuotaProposal>>> act) =>
            api.MapPost($"/quotas:proposals/{{id}}/{verb}", (HttpContext http, string id, Caller caller, ProposalService proposals) => ActAsync(http, act(proposals, caller, id, http.RequestAborted)))
                .WithName($"{verb}Proposal").WithSummary(summary).Gives<ProposalAnswer>(200).Fails(401, 403, 404, 409, 422, 503).With("missing-scope", "outside-path", "ended", "invalid-value");
    }

    private static async Task ListAsync(HttpContext http, Caller caller, ProposalService proposals)
    {
        Result<IReadOnlyList<QuotaProposal>> found = await proposals.ListAsync(caller, http.RequestAborted);
        Page<ProposalAnswer> page = new([], null);
        await ((found.Problem ?? http.PageOf(found.Value!.Select(ProposalAnswer.Of), static p => p.Id.PadLeft(20, '0'), out page)) is { } problem
            ? problem.WriteAsync(http)
            : http.WriteAsync(page, ApiJson.Default.PageProposalAnswer));
    }

    private static async Task ActAsync(HttpContext http, Task<Result<QuotaProposal>> acting)
    {
        Result<QuotaProposal> answer = await acting;
        await (answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(ProposalAnswer.Of(answer.Value!), ApiJson.Default.ProposalAnswer));
    }
}
