using Nexus.Engine.Charges;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>What a request asks of all that limits what is spent: budgets, an allowance. Equal where the same is asked of the same: what stops one stops all.</summary>
internal interface ISpendingAsk
{
    /// <summary>What stops it at a moment, or null.</summary>
    /// <param name="now">The moment, in milliseconds.</param>
    /// <param name="instead">The estimate that is reserved already and would be replaced.</param>
    ISpendingStop? Stop(long now, CostEstimate? instead = null);

    /// <summary>The places at which it waits: at all that stop it.</summary>
    List<(WaitPoint Point, long Need)> Places(long now);
}

/// <summary>What stops somebody from spending.</summary>
internal interface ISpendingStop
{
    /// <summary>True where it never lets that pass.</summary>
    bool IsNever { get; }

    /// <summary>As the reason of a decision.</summary>
    Reason Reason(long now);
}
