using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>What must hold of shared grants in every history: who shares has the same home as somebody who runs in it, and of an SKU and hour one member alone pays a minimum.</summary>
internal sealed class Merging
{
    private const long Hour = 3_600_000;

    private readonly Dictionary<RequestKey, RequestSpec> _specs = [];
    private readonly Dictionary<RequestKey, Lease> _running = [];
    private readonly Dictionary<(long Grant, long Hour, string Sku), long> _paying = [];

    /// <summary>How many joined a grant.</summary>
    public int Joined { get; private set; }

    /// <summary>How many lines were due without a minimum.</summary>
    public int Shared { get; private set; }

    /// <summary>Follows what is asked and what ends.</summary>
    public void Follow(RequestEvent happened)
    {
        if (happened is RequestSubmitted submitted)
        {
            _specs[happened.Key] = submitted.Spec;
        }
        else if (happened is RequestEnded or RequestRequeued)
        {
            _running.Remove(happened.Key);
        }
    }

    /// <summary>Takes a grant.</summary>
    public void Take(RequestEvent happened, Lease granted)
    {
        if (!_specs[happened.Key].Mergeable)
        {
            Invariants.Holds(granted.MergedWith is null, $"{happened.Key} shares a grant and did not say that it may");
            return;
        }

        Lease[] kin = [.. _running.Where(r => r.Key.Tenant == happened.Key.Tenant && _specs[r.Key].Mergeable && IsAtHome(r.Value, granted)).Select(r => r.Value)];
        Invariants.Holds(kin.Length == 0 == granted.MergedWith is null && Array.TrueForAll(kin, k => (k.MergedWith ?? k.Number) == granted.MergedWith), $"{happened.Key} was granted beside {kin.Length} others in its home and shares the grant {granted.MergedWith}");
        _running[happened.Key] = granted;
        Joined += granted.MergedWith is null ? 0 : 1;
    }

    /// <summary>Takes a line. One of a minimum has no amount; of prices in tiers none has a minimum here.</summary>
    public void Take(RequestKey request, List<Lease> leases, LedgerEntry entry)
    {
        CostLine line = entry.Line;
        if (!_specs[request].Mergeable || line.Sku is not { } sku || line.Resource == "memory")
        {
            return;
        }

        Shared += line.SharesMinimum ? 1 : 0;
        Lease lease = leases.Find(l => l.Number == entry.Lease)!;
        (long Grant, long, string) minimum = (lease.MergedWith ?? lease.Number, line.From.Milliseconds / Hour, sku);
        if (line.TakesBack && _paying.GetValueOrDefault(minimum) == lease.Number)
        {
            // It pays anew, or whoever comes next.
            _paying.Remove(minimum);
        }
        else if (line is { Thousandths: 0, TakesBack: false })
        {
            _paying.TryAdd(minimum, lease.Number);
            Invariants.Holds(_paying[minimum] == lease.Number, $"{request} paid the minimum of {sku} in the grant {minimum.Grant}, which the lease {_paying[minimum]} had paid");
        }
    }

    private static bool IsAtHome(Lease one, Lease other) => one.Amounts.Select(a => a.Kind).SequenceEqual(other.Amounts.Select(a => a.Kind)) && one.Pools.SequenceEqual(other.Pools);
}
