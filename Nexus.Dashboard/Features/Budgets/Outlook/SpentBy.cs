using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Outlook;

/// <summary>What had been spent in a period by a moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Total">How much.</param>
internal readonly record struct SpentBy(Instant At, double Total);
