using Nexus.Engine.Resources.Health;
using System.Security.Cryptography;
using Nexus.Engine.Charges;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Costs.Sizing;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Core;

/// <summary>The engine's state at one moment: taken in microseconds, as all it holds never changes, and encoded wherever there is time.</summary>
public sealed class EngineSnapshot
{
    private const int MostSampled = 1_000;
    private const int LeastBytes = 64 * 1024;

    private readonly Configuration _configuration;
    private readonly IReadOnlyList<PoolSnapshot> _pools;
    private readonly IReadOnlyList<Request> _live;
    private readonly IReadOnlyList<Request> _ended;

    internal EngineSnapshot(
        long sequence, Instant at, Configuration configuration, IReadOnlyList<PoolSnapshot> pools, IReadOnlyList<Request> live, IReadOnlyList<Request> ended) =>
        (Sequence, At, _configuration, _pools, _live, _ended) = (sequence, at, configuration, pools, live, ended);

    /// <summary>What owners may use and do use.</summary>
    internal IReadOnlyList<QuotaState> Quotas { get; init; } = [];

    /// <summary>What grants have charged beyond what follows from them alone.</summary>
    internal IReadOnlyList<(RequestKey Key, QuotaCharge[] Charges)> QuotaCharges { get; init; } = [];

    /// <summary>What was used of SKUs whose tiers are counted over a month.</summary>
    internal IReadOnlyList<(string Sku, int Month, Int128 Millionths)> Tiers { get; init; } = [];

    /// <summary>What may be spent, and what is.</summary>
    internal IReadOnlyList<BudgetState> Budgets { get; init; } = [];

    /// <summary>Credits, discounts and taxes that were entered.</summary>
    internal IReadOnlyList<EnteredCharge> Charges { get; init; } = [];

    /// <summary>What runs may spend and use, in the order in which they were opened.</summary>
    internal IReadOnlyList<AllowanceState> Allowances { get; init; } = [];

    /// <summary>How much work used, as far as it is learned.</summary>
    internal IReadOnlyList<LearnedSizesState> Sizes { get; init; } = [];

    /// <summary>The minima that shared grants have paid.</summary>
    internal IReadOnlyList<MergedPayment> Merged { get; init; } = [];

    /// <summary>The number of the last event in it.</summary>
    public long Sequence { get; }

    /// <summary>The engine time of that event.</summary>
    public Instant At { get; }

    /// <summary>The state's bytes, the same for the same events on every machine, and their SHA-256: the state hash.</summary>
    public (ReadOnlyMemory<byte> State, byte[] Hash) Encode()
    {
        EventBuffer to = new(ExpectedBytes());
        StateCodec.Write(to, Sequence, At, _configuration, _pools, _live, _ended, Quotas, QuotaCharges, Tiers, Budgets, Charges, Allowances, Sizes, Merged);
        return (to.Written, SHA256.HashData(to.Written.Span));
    }

    // Grown by doubling, hundreds of megabytes would be copied and thrown away: a few requests tell what all will take.
    private int ExpectedBytes()
    {
        int count = _live.Count + _ended.Count;
        EventBuffer sample = new();
        int step = Math.Max(1, count / MostSampled);
        int sampled = 0;
        for (int i = 0; i < count; i += step)
        {
            RequestCodec.Write(sample, i < _live.Count ? _live[i] : _ended[i - _live.Count]);
            sampled++;
        }

        long expected = sampled == 0 ? 0 : (long)sample.Length * count / sampled;
        return (int)Math.Min(Array.MaxLength, LeastBytes + expected + (expected / 16));
    }
}

/// <summary>What a snapshot keeps of a pool.</summary>
/// <param name="Definition">What the operator configured.</param>
/// <param name="Draining">True while it grants nothing more.</param>
/// <param name="Version">The sequence number of the event that last changed its configuration.</param>
/// <param name="Nodes">Its meters.</param>
/// <param name="Shares">Who has how much of it, where it gives fair shares and that is known; a reader of committed events knows it not.</param>
internal sealed record PoolSnapshot(PoolDefinition Definition, bool Draining, long Version, IReadOnlyList<NodeSnapshot> Nodes, FairTreeState? Shares = null)
{
    /// <summary>How often it was learned to interrupt work: how many times, in thousandths, in how long a time held, and up to which epoch; null where nothing was learned.</summary>
    public (long Count, long Held, long Epoch)? Interruptions { get; init; }

    /// <summary>How it does by the outcomes of its grants; null where those do not count.</summary>
    public PoolHealthState? Health { get; init; }

    /// <summary>What it learned of strategies; null where it does not choose its own.</summary>
    public AdaptiveState? Adaptive { get; init; }

    public static PoolSnapshot Of(PoolState pool) => new(
        pool.Definition, pool.Draining, pool.Version,
        [.. pool.Meters.Select(m => new NodeSnapshot(m.Supply.Kind, m.Used.Thousandths, m.Level, m.Remainder, m.At.Milliseconds, m.Peak.Thousandths, m.Overrun))])
    {
        Health = pool.Health,
        Adaptive = pool.Adaptive,
    };

    public static PoolSnapshot Of(Pool pool) => new(pool.Definition, pool.Draining, pool.Version, [.. pool.Nodes.Select(NodeSnapshot.Of)], pool.Order.Tree?.Keep())
    {
        Interruptions = pool.Interruptions is { Epoch: > 0 } known ? (known.Count, known.Held, known.Epoch) : null,
        Health = pool.Health?.ToState(),
        Adaptive = pool.Adaptive,
    };
}

/// <summary>What a snapshot keeps of a meter. What grants hold follows from the grants.</summary>
internal sealed record NodeSnapshot(string Kind, long Used, long Level, long Remainder, long At, long Peak, long Overrun)
{
    public static NodeSnapshot Of(ChargeNode node)
    {
        (long level, long remainder, long at, long peak, long overrun) = node.Keep();
        return new(node.Kind, node.Used, level, remainder, at, peak, overrun);
    }
}
