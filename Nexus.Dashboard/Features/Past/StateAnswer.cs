using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Past;

/// <summary>How things stood at a moment, as far as the caller may see it.</summary>
/// <param name="At">The moment, to the millisecond.</param>
/// <param name="Sequence">The last event that had happened by then.</param>
/// <param name="Pools">All pools, as <c>GET /pools</c> lists them.</param>
/// <param name="Quotas">All quotas, as <c>GET /quotas</c> lists them.</param>
/// <param name="Queue">A page of the requests, as <c>GET /requests</c> lists them.</param>
internal sealed record StateAnswer(DateTimeOffset At, long Sequence, IReadOnlyList<PoolAnswer> Pools, IReadOnlyList<QuotaAnswer> Quotas, Page<RequestAnswer> Queue)
{
    public static StateAnswer Of(PastModel past, Caller caller, RequestQuery query)
    {
        RequestPage page = past.List(query with { Within = caller.Path });
        return new StateAnswer(
            past.At.ToDateTimeOffset(), past.Sequence,
            [.. past.Pools.Where(p => PoolService.Visible(caller, p)).Select(p => PoolAnswer.Of(p, past.At, caller.Path))],
            [.. past.QuotasWithin(caller.Path).Select(QuotaAnswer.Of)],
            new Page<RequestAnswer>([.. page.Items.Select(r => RequestAnswer.Of(r, past.Configuration, past.NamesGrant(r, caller.Path)))], page.Next?.ToString()));
    }
}
