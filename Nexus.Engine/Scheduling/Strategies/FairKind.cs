using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>A kind in a fair tree: what the pool supplies of it, and how an amount becomes a share of that.</summary>
internal sealed class FairKind(string name, int index)
{
    /// <summary>The whole pool, as a share.</summary>
    public const long One = 1L << ShareBits;

    /// <summary>The largest share that is told from larger ones: a pool can have lost almost all of what is held of it.</summary>
    public const long MostShare = One << 8;

    // What is held changes by whole requests; what was served is summed over years, so it is measured more finely.
    private const int ShareBits = 44;
    private const int ServiceBits = 64;

    private UInt128 _supply;
    private long _capacity;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its number in the tree. It stays, also when the pool no longer supplies the kind.</summary>
    public int Index { get; } = index;

    /// <summary>How it is taken.</summary>
    public ResourceBehaviour Behaviour { get; private set; }

    /// <summary>True while the pool supplies it.</summary>
    public bool Supplied { get; private set; }

    /// <summary>Takes what the pool supplies from now on; null when it does so no longer.</summary>
    public void Configure(Supply? supply, ResourceBehaviour behaviour, HalfLife halfLife)
    {
        (Behaviour, Supplied) = (behaviour, supply is not null);
        _capacity = supply?.Amount.Thousandths ?? 0;
        _supply = (UInt128)_capacity;
        if (behaviour == ResourceBehaviour.Metered && supply is { Per.Ticks: > 0 })
        {
            // A bucket supplies what flows in over all that is remembered, and at least what it holds.
            _supply = UInt128.Max(_supply, (UInt128)supply.Rate.Thousandths * (UInt128)halfLife.Window / (UInt128)supply.Per.TotalMilliseconds);
        }
    }

    /// <summary>Held: an amount as a share of the capacity.</summary>
    public long Share(long amount) =>
        amount == 0 ? 0
        : _supply == 0 ? MostShare
        : (long)UInt128.Min((UInt128)MostShare, ((UInt128)amount << ShareBits) / _supply);

    /// <summary>Metered: an amount as service, a share of the supply in units of 2⁻⁶⁴, ÷ weight.</summary>
    /// <param name="amount">How much was served.</param>
    /// <param name="weight">In thousandths; 0 counts as 1,000.</param>
    public Int128 Service(long amount, long weight) =>
        _supply == 0 ? 0 : (Int128)(((UInt128)amount * FairNode.UsualWeight << ServiceBits) / (_supply * (UInt128)(weight == 0 ? FairNode.UsualWeight : weight)));

    /// <summary>Metered: the most by which what a node was served may lie ahead or behind: one burst.</summary>
    public Int128 Bound(long weight) => Service(_capacity, weight);

    /// <summary>Service as a share.</summary>
    public static long ShareOf(Int128 service) => (long)Int128.Clamp(service >> (ServiceBits - ShareBits), -FairNode.MostScore, FairNode.MostScore);
}
