namespace Nexus.Engine.Costs.Months;

/// <summary>What a month comes to.</summary>
/// <param name="Month">The month.</param>
/// <param name="Billed">What is billed in it.</param>
/// <param name="Corrections">What of that belongs to earlier months.</param>
/// <param name="BilledLater">What belongs to it and is billed in a later month, as it came when this one was closed.</param>
public sealed record MonthSum(BillingMonth Month, CostSum Billed, CostSum Corrections, CostSum BilledLater)
{
    /// <summary>What belongs to it by its charge period, whenever it is billed: what a report of its time says.</summary>
    public CostSum Charged => Billed + -Corrections + BilledLater;
}
