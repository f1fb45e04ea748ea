using Nexus.Engine.Charges;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Allowances;

/// <summary>How much of one thing an allowance has, and what became of it; and where those wait who want of it.</summary>
/// <param name="node">The allowance.</param>
/// <param name="name">What.</param>
/// <param name="limit">How much there is; null: as much as those above have.</param>
internal sealed class AllowanceTally(AllowanceNode node, string name, Int128? limit) : WaitPoint
{
    // Money is counted in 10⁻¹², which a wait's need may not hold: what is asked is rounded up and what is left down, so that nobody is looked at in vain.
    private const long PicosANano = 1_000;

    /// <summary>The allowance.</summary>
    public AllowanceNode Node { get; } = node;

    /// <summary>What.</summary>
    public string Name { get; } = name;

    /// <summary>How much there is.</summary>
    public Int128? Limit { get; } = limit;

    /// <summary>What is settled of what drew from it directly.</summary>
    public Int128 OwnUsed { get; private set; }

    /// <summary>What is settled, with all below.</summary>
    public Int128 Used { get; private set; }

    /// <summary>What grants and bookings may still use, with all below.</summary>
    public Int128 Reserved { get; private set; }

    /// <summary>What is used, reserved or carved out.</summary>
    public Int128 Committed { get; private set; }

    /// <summary>The most that somebody who waits wants of it, as far as that was looked at: while so much can come back yet, nobody waits in vain.</summary>
    public Int128 MostWanted { get; set; } = Int128.MaxValue;

    /// <summary>What those above it have to have for it.</summary>
    public Int128 Claimed => Node.IsOpen && Limit is { } most ? Int128.Max(most, Committed) : Committed;

    /// <inheritdoc/>
    public override IWaitQueue Waiting { get; } = new WaitTree();

    private long Scale => Name == AllowanceAmount.Money ? PicosANano : 1;

    /// <summary>Something was used or reserved directly.</summary>
    public void Draw(Int128 used, Int128 reserved)
    {
        OwnUsed += used;
        Count(used, reserved);
    }

    /// <summary>Something was used or reserved, here or below.</summary>
    public void Count(Int128 used, Int128 reserved)
    {
        Used += used;
        Reserved += reserved;
    }

    /// <summary>So much more of it is gone.</summary>
    /// <returns>How much more those above have to have for it.</returns>
    public Int128 Commit(Int128 more)
    {
        Int128 before = Claimed;
        Committed += more;
        return Claimed - before;
    }

    /// <summary>How much more those above would have to have if so much more were drawn.</summary>
    public Int128 Above(Int128 more) => Node.IsOpen && Limit is { } most ? Int128.Max(most, Committed + more) - Int128.Max(most, Committed) : more;

    /// <summary>What an amount counts as for who waits.</summary>
    public long Need(Int128 amount) => (long)Int128.Min(long.MaxValue / 2, (amount + Scale - 1) / Scale);

    /// <inheritdoc/>
    public override long Available(long now) => Limit is not { } most ? long.MaxValue : most <= Committed ? 0 : (long)Int128.Min(long.MaxValue, (most - Committed) / Scale);

    /// <summary>Never by itself: what comes back is given back by somebody.</summary>
    public override long? MoreAt(long now) => null;

    /// <summary>As it stands.</summary>
    public AllowanceFigure ToFigure() => new(Name, Limit, Used, Reserved, Committed) { OwnUsed = OwnUsed };
}
