using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Core;

/// <summary>A pool at one moment. Never changed: each event replaces it by another.</summary>
/// <param name="Definition">What the operator configured.</param>
/// <param name="Draining">True while it grants nothing more.</param>
/// <param name="Version">The sequence number of the event that last changed its configuration.</param>
/// <param name="Meters">What it has of each kind, in the order of the definition's supplies.</param>
public sealed record PoolState(PoolDefinition Definition, bool Draining, long Version, IReadOnlyList<MeterState> Meters)
{
    /// <summary>Its name.</summary>
    public string Name => Definition.Name;

    /// <summary>How it does by the outcomes of its grants; null where those do not count.</summary>
    public PoolHealthState? Health { get; init; }

    /// <summary>What it learned of strategies; null where it does not choose its own.</summary>
    public AdaptiveState? Adaptive { get; init; }

    /// <summary>True while it grants nothing at this moment: it is drained, or for its health.</summary>
    public bool StopsGrants => Draining || Health is { StopsGrants: true };

    /// <summary>What it has of a kind, or null.</summary>
    public MeterState? Of(string kind)
    {
        foreach (MeterState meter in Meters)
        {
            if (string.Equals(meter.Supply.Kind, kind, StringComparison.Ordinal))
            {
                return meter;
            }
        }

        return null;
    }
}

/// <summary>What a pool has of one kind at one moment.</summary>
/// <param name="Supply">What it supplies.</param>
/// <param name="Behaviour">How it is taken.</param>
/// <param name="Used">Held: what grants hold. Metered and Limit: zero.</param>
/// <param name="Level">Metered: what the bucket held at <paramref name="At"/>, in thousandths, negative where it owes.</param>
/// <param name="At">Metered: the moment of <paramref name="Level"/>.</param>
/// <param name="Peak">Held: the most that was ever held at once.</param>
/// <param name="Overrun">Metered: what settlements took beyond one burst of debt, in thousandths; it delays nobody.</param>
public sealed record MeterState(Supply Supply, ResourceBehaviour Behaviour, Quantity Used, long Level, Instant At, Quantity Peak, long Overrun)
{
    /// <summary>Held: what is kept for those who are about to start.</summary>
    public Quantity Kept { get; init; }

    /// <summary>Held: what was promised to those whose start is booked, all together whenever they start.</summary>
    public Quantity Booked { get; init; }

    /// <summary>Metered: what had flowed in beyond whole thousandths at <see cref="At"/>.</summary>
    internal long Remainder { get; init; }

    /// <summary>What the bucket holds at a moment, in thousandths, negative where it owes.</summary>
    public long LevelAt(Instant now) => Charges.Bucket.LevelAt(Level, 0, At.Milliseconds, Supply.Amount.Thousandths, Supply.Rate.Thousandths, (long)Supply.Per.TotalMilliseconds, now.Milliseconds);

    /// <summary>What a grant could take at a moment: capacity less use, what is in the bucket, or the ceiling.</summary>
    public Quantity FreeAt(Instant now) => Behaviour switch
    {
        ResourceBehaviour.Held => Quantity.FromThousandths(Math.Max(0, Supply.Amount.Thousandths - Used.Thousandths - Kept.Thousandths)),
        ResourceBehaviour.Metered => Quantity.FromThousandths(Math.Max(0, LevelAt(now))),
        _ => Supply.Amount,
    };

    /// <summary>What the bucket owes at a moment; zero for other kinds.</summary>
    public Quantity OwedAt(Instant now) => Behaviour == ResourceBehaviour.Metered ? Quantity.FromThousandths(Math.Max(0, -LevelAt(now))) : Quantity.Zero;
}
