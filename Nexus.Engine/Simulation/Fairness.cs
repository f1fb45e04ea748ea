using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation;

/// <summary>How evenly those who wanted more were served.</summary>
/// <remarks>
/// <para>
/// A tenant's dominant share at a moment is the largest, over the kinds, of what it holds in all pools ÷ what all pools have (Ghodsi et al., NSDI 2011).
/// Of a Metered kind it holds its amount spread evenly over the time that it runs, against the rate at which buckets fill.
/// </para>
/// <para>
/// A tenant wants more while a request of it waits. Over the time in which at least two do, each one's dominant share is summed, and beside it an equal split
/// of what those who wanted more then got together. A tenant's figure is the ratio of the two sums, 1 where it got as much as the others;
/// the index is Jain's (Jain, Chiu and Hawe, DEC-TR-301, 1984) of these ratios, and 1 where never two wanted more at once.
/// </para>
/// <para>
/// Sums over a whole run would say nothing: when all work gets done they are the same in whatever order it was done. And who never waits has all it wants:
/// to count it as poor would punish those who ask for little.
/// </para>
/// <para>Each event costs O(kinds), however many tenants there are; a change of capacity costs O(tenants).</para>
/// </remarks>
internal sealed class Fairness
{
    private const long MillisecondsADay = 86_400_000;
    private const long Whole = 1_000_000_000;

    private readonly Dictionary<string, int> _kinds = new(StringComparer.Ordinal);
    private readonly List<SimulatedTenant> _tenants = [];
    private readonly Dictionary<string, SimulatedTenant> _byName = new(StringComparer.Ordinal);
    private Int128[] _capacity = [];
    private long _at;
    private long _contended;
    private double _split;
    private int _wanting;
    private long _wantingShares;

    /// <summary>The tenants, in the order in which they came.</summary>
    public IReadOnlyList<SimulatedTenant> Tenants => _tenants;

    /// <summary>The tenant of an owner.</summary>
    public SimulatedTenant Of(OwnerPath owner)
    {
        if (!_byName.TryGetValue(owner.Tenant, out SimulatedTenant? tenant))
        {
            tenant = new SimulatedTenant(owner.Tenant, _tenants.Count);
            _byName.Add(owner.Tenant, tenant);
            _tenants.Add(tenant);
        }

        return tenant;
    }

    /// <summary>What the pools have together changed.</summary>
    /// <param name="kind">Of this kind.</param>
    /// <param name="behaviour">How it is taken.</param>
    /// <param name="before">What a pool supplied of it, or null.</param>
    /// <param name="after">What it supplies now, or null.</param>
    /// <param name="now">When.</param>
    public void Capacity(string kind, ResourceBehaviour behaviour, Supply? before, Supply? after, Instant now)
    {
        if (behaviour == ResourceBehaviour.Limit)
        {
            return;
        }

        Advance(now);
        int index = IndexOf(kind);
        _capacity[index] += Of(after, behaviour) - Of(before, behaviour);
        foreach (SimulatedTenant tenant in _tenants)
        {
            Reweigh(tenant);
        }
    }

    /// <summary>A request of the tenant began to wait.</summary>
    public void Enter(SimulatedTenant tenant, Instant now)
    {
        Advance(now);
        if (tenant.WantMore++ == 0)
        {
            (tenant.SummedAt, tenant.SplitAtEntry) = (_contended, _split);
            _wanting++;
            _wantingShares += tenant.Share;
        }
    }

    /// <summary>A request of the tenant waits no more.</summary>
    public void Leave(SimulatedTenant tenant, Instant now)
    {
        Advance(now);
        if (tenant.WantMore == 1)
        {
            Sum(tenant);
            tenant.EqualSplit += _split - tenant.SplitAtEntry;
            _wanting--;
            _wantingShares -= tenant.Share;
        }

        tenant.WantMore--;
    }

    /// <summary>The tenant got what a lease grants.</summary>
    public void Take(SimulatedTenant tenant, ResourceVector amounts, Life life, Func<string, ResourceBehaviour?> behaviourOf, Instant now) => Change(tenant, amounts, life, behaviourOf, now, 1);

    /// <summary>The tenant gave back what a lease granted.</summary>
    public void Return(SimulatedTenant tenant, ResourceVector amounts, Life life, Func<string, ResourceBehaviour?> behaviourOf, Instant now) => Change(tenant, amounts, life, behaviourOf, now, -1);

    /// <summary>Jain's index up to a moment.</summary>
    public double Jain(Instant now)
    {
        Advance(now);
        double sum = 0;
        double squares = 0;
        int tenants = 0;
        foreach (SimulatedTenant tenant in _tenants)
        {
            (double got, double split) = tenant.WantMore > 0
                ? (tenant.Got + ((double)tenant.Share * (_contended - tenant.SummedAt)), tenant.EqualSplit + _split - tenant.SplitAtEntry)
                : (tenant.Got, tenant.EqualSplit);
            if (split > 0)
            {
                double ratio = got / split;
                (sum, squares, tenants) = (sum + ratio, squares + (ratio * ratio), tenants + 1);
            }
        }

        return squares == 0 ? 1 : sum * sum / (tenants * squares);
    }

    private void Change(SimulatedTenant tenant, ResourceVector amounts, Life life, Func<string, ResourceBehaviour?> behaviourOf, Instant now, int sign)
    {
        Advance(now);
        foreach (ResourceAmount amount in amounts.AsSpan())
        {
            ResourceBehaviour? behaviour = behaviourOf(amount.Kind);
            if (behaviour is not (ResourceBehaviour.Held or ResourceBehaviour.Metered))
            {
                continue;
            }

            int index = IndexOf(amount.Kind);
            if (tenant.Holds.Length <= index)
            {
                tenant.Holds = Grown(tenant.Holds, _capacity.Length);
            }

            tenant.Holds[index] += sign * (behaviour == ResourceBehaviour.Held
                ? amount.Quantity.Thousandths
                : (Int128)amount.Quantity.Thousandths * MillisecondsADay / Math.Max(1, (long)life.Runs.TotalMilliseconds));
        }

        Reweigh(tenant);
    }

    private void Reweigh(SimulatedTenant tenant)
    {
        Int128 share = 0;
        for (int i = 0; i < tenant.Holds.Length; i++)
        {
            if (_capacity[i] > 0 && tenant.Holds[i] > 0)
            {
                Int128 of = tenant.Holds[i] * Whole / _capacity[i];
                share = of > share ? of : share;
            }
        }

        long now = (long)Int128.Min(share, Whole * (Int128)1_000);
        if (tenant.WantMore > 0)
        {
            Sum(tenant);
            _wantingShares += now - tenant.Share;
        }

        tenant.Share = now;
    }

    private void Sum(SimulatedTenant tenant)
    {
        tenant.Got += (double)tenant.Share * (_contended - tenant.SummedAt);
        tenant.SummedAt = _contended;
    }

    private void Advance(Instant now)
    {
        long span = now.Milliseconds - _at;
        if (_wanting >= 2 && span > 0)
        {
            _contended += span;
            _split += (double)_wantingShares / _wanting * span;
        }

        _at = now.Milliseconds;
    }

    private int IndexOf(string kind)
    {
        if (!_kinds.TryGetValue(kind, out int index))
        {
            index = _kinds.Count;
            _kinds.Add(kind, index);
            _capacity = Grown(_capacity, Math.Max(4, 2 * index));
        }

        return index;
    }

    private static Int128[] Grown(Int128[] from, int length)
    {
        if (from.Length < length)
        {
            Array.Resize(ref from, length);
        }

        return from;
    }

    private static Int128 Of(Supply? supply, ResourceBehaviour behaviour) => supply is null ? 0
        : behaviour == ResourceBehaviour.Held ? supply.Amount.Thousandths
        : supply.Per > TimeSpan.Zero ? (Int128)supply.Rate.Thousandths * MillisecondsADay / (long)supply.Per.TotalMilliseconds
        : 0;
}
