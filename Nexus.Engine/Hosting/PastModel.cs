using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>What readers would have seen at a moment of the past. Never changes; any thread may read.</summary>
public sealed class PastModel
{
    private readonly RequestIndex _requests;
    private readonly QuotaIndex _quotas;

    private PastModel(Core.Engine engine, Instant at)
    {
        (At, Sequence, Configuration) = (at, engine.Sequence, engine.Configuration);
        Pools = PoolIndex.Of(engine.Pools).All;
        _quotas = QuotaIndex.Of(engine.Quotas);
        Homes homes = new();
        homes.Configure(Configuration, Pools.Select(p => p.Definition));
        Request[] requests = [.. engine.Requests];
        _requests = new RequestIndex(Math.Max(1, requests.Length), homes);
        foreach (Request request in requests)
        {
            _requests.Put(request);
        }
    }

    /// <summary>The moment. What is in a bucket, and which period counts, is that of then.</summary>
    public Instant At { get; }

    /// <summary>The last event that had happened by then; 0 before the first.</summary>
    public long Sequence { get; }

    /// <summary>Kinds, classes and owners as they were.</summary>
    public Configuration Configuration { get; }

    /// <summary>The pools as they were, by name.</summary>
    public IReadOnlyList<PoolState> Pools { get; }

    /// <summary>The request that held or holds a lease; null where memory did not hold it any more.</summary>
    internal Request? FindByLease(long number) => _requests.FindByLease(number);

    /// <summary>Reads off an engine whatever readers ask for; O(n log n) in its requests and nodes. The engine may go on afterwards.</summary>
    /// <param name="engine">The engine as it stood; see <see cref="Storage.JournalPast.StateAt"/>.</param>
    /// <param name="at">The moment, at or after the engine's last event.</param>
    public static PastModel Of(Core.Engine engine, Instant at)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return new PastModel(engine, at);
    }

    /// <summary>What was set for the nodes within a path, and what was used there, by path.</summary>
    public IReadOnlyList<QuotaShown> QuotasWithin(OwnerPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _quotas.Reading(Configuration).Show(path, At.Milliseconds);
    }

    /// <summary>Who within a path waited for a kind, and whom its quotas of a period kept waiting.</summary>
    public QuotaWaits WaitsFor(string kind, QuotaPeriod period, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(within);
        return QuotaWaits.Of(_requests.Waiting.Select(s => s.Current), kind, period, within);
    }

    /// <summary>A page of the requests that were in memory: all that lived, and the newest that had ended.</summary>
    public RequestPage List(RequestQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return RequestListing.Page(_requests, Configuration, query);
    }
}
