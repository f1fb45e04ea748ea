using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization.FollowUp;

/// <summary>A step of a time that was replayed twice: as it was, and without a change.</summary>
/// <param name="At">When it begins.</param>
/// <param name="With">What it cost, in the currency's unit: capacity and what was metered.</param>
/// <param name="Without">What it would have cost.</param>
public readonly record struct ReplayedStep(Instant At, double With, double Without);

/// <summary>What else would have been otherwise without the change.</summary>
/// <param name="From">From when it was replayed.</param>
/// <param name="To">Until when.</param>
/// <param name="Finished">How many requests ran to their end.</param>
/// <param name="FinishedWithout">How many would have.</param>
/// <param name="WaitP95">How many seconds 95 of a hundred waited at most.</param>
/// <param name="WaitP95Without">How many they would have.</param>
public sealed record ReplayedEffect(Instant From, Instant To, long Finished, long FinishedWithout, double WaitP95, double WaitP95Without);
