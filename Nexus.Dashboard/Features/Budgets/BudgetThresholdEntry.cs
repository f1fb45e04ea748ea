using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>A threshold as it is typed.</summary>
internal sealed class BudgetThresholdEntry
{
    /// <summary>The part, in percent.</summary>
    public string Percent { get; set; } = "";

    public BudgetAction Action { get; set; }

    /// <summary>The channels that are told, with commas between; nothing: those that the rules of alerts name.</summary>
    public string Notify { get; set; } = "";
}
