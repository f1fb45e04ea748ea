using System.Threading.RateLimiting;
using Nexus.Engine.Resources;

namespace Nexus.Bench.Quotas;

/// <summary>A concurrency limiter for each node and kind; a grant acquires from the leaf to the root for each kind, and gives everything back.</summary>
internal sealed class LimiterSubject
{
    private readonly Dictionary<OwnerPath, RateLimiter[]> _paths;

    public LimiterSubject(OwnerPath[] nodes)
    {
        Dictionary<OwnerPath, RateLimiter[]> own = nodes.ToDictionary(n => n, _ => Array.ConvertAll(QuotaBench.Kinds, static _ =>
            (RateLimiter)new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1_000, QueueLimit = 0 })));
        _paths = nodes.ToDictionary(n => n, n => (RateLimiter[])[.. Enumerable.Range(0, QuotaBench.Kinds.Length).SelectMany(k => n.SelfAndParents().Append(OwnerPath.Root).Select(p => own[p][k]))]);
    }

    public int Run(OwnerPath[] owners, int operations)
    {
        int passed = 0;
        RateLimitLease[] leases = new RateLimitLease[16];
        for (int i = 0; i < operations; i++)
        {
            RateLimiter[] path = _paths[owners[i % owners.Length]];
            int acquired = 0;
            while (acquired < path.Length && (leases[acquired] = path[acquired].AttemptAcquire()).IsAcquired)
            {
                acquired++;
            }

            passed += acquired == path.Length ? 1 : 0;
            for (int lease = 0; lease < acquired; lease++)
            {
                leases[lease].Dispose();
            }
        }

        return passed;
    }
}
