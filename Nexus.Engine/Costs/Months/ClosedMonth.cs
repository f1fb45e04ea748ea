using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Months;

/// <summary>A month that takes no more lines of its own.</summary>
/// <param name="Month">The month.</param>
/// <param name="At">When it was closed, in engine time.</param>
/// <param name="By">Who closed it.</param>
/// <param name="Version">The number of the event that closed it.</param>
public sealed record ClosedMonth(BillingMonth Month, Instant At, Actor By, long Version);
