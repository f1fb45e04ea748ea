using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>What the ledger has of a scope.</summary>
/// <param name="Spent">All of it.</param>
/// <param name="Owners">By owner, the dearest first.</param>
/// <param name="When">In what time, in words.</param>
internal sealed record BudgetMatch(Money Spent, IReadOnlyList<(string Owner, Money Cost)> Owners, string When);
