using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The prices that hold at present, for readers.</summary>
internal static class PresentPrices
{
    /// <summary>By what a kind of a request is priced in a pool; null: by nothing.</summary>
    /// <param name="present">The world.</param>
    /// <param name="request">The request.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="pool">The pool's name.</param>
    /// <param name="supplied">The pool's labels.</param>
    public static SkuPrice? PriceOf(this Present present, Request request, string kind, string pool, Labels supplied) => present.Configuration.Prices.Find(
        new UsageFacts(kind, present.Now)
        {
            Pool = pool,
            Provider = request.Labels["provider"] ?? supplied["provider"],
            Model = request.Labels["model"] ?? supplied["model"],
            Lane = request.Labels["lane"],
            Labels = request.Labels,
        },
        k => present.Configuration.Kind(k)?.PartOf);
}
