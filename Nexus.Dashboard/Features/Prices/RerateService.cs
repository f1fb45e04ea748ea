using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>Rates past ranges anew: authorises the caller, then has the engine do it. The page and the API call the same.</summary>
internal sealed class RerateService(EngineHost host, Rerater rerater)
{
    /// <summary>Rates a range by the prices of now, and enters the differences as adjustments.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="body">The range.</param>
    /// <param name="dryRun">True to learn what it would come to, and enter nothing.</param>
    /// <param name="ifVersion">The version of the price book that the caller has seen.</param>
    /// <param name="cancellation">Gives up; what was entered stays, and the next run enters the rest.</param>
    public async Task<Result<RerateAnswer>> RerateAsync(Caller caller, RerateBody body, bool dryRun, long? ifVersion, CancellationToken cancellation)
    {
        Result<CostQuery> asked = PriceService.Refused(caller) is { } refused ? refused : body.ToQuery();
        if (asked.Problem is { } wrong)
        {
            return wrong;
        }

        CostQuery query = asked.Value!;
        RerateReply reply = dryRun ? await rerater.PreviewAsync(query, cancellation: cancellation) : await rerater.ApplyAsync(query, ifVersion, caller.Actor, cancellation);
        return reply.Fault is { } fault ? Problem.Of(fault) : RerateAnswer.Of(query, reply.Report!, host.Read.Configuration.Currency);
    }

    /// <summary>What a range would have cost by another book.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="query">The range.</param>
    /// <param name="book">The book.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<RerateReport>> TryAsync(Caller caller, CostQuery query, PriceBook book, CancellationToken cancellation)
    {
        if (PriceService.Refused(caller) is { } refused)
        {
            return refused;
        }

        RerateReply reply = await rerater.PreviewAsync(query, book, cancellation);
        return reply.Fault is { } fault ? Problem.Of(fault) : reply.Report!;
    }
}
