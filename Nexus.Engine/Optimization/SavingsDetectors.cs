using Nexus.Engine.Optimization.Detectors;

namespace Nexus.Engine.Optimization;

/// <summary>The detectors that there are.</summary>
public static class SavingsDetectors
{
    /// <summary>All of them: a line each.</summary>
    public static IReadOnlyList<ISavingsDetector> All { get; } =
    [
        new UnderutilisedPool(),
        new UnderutilisedQuota(),
        new CheaperModel(),
        new CheaperPool(),
        new PurchaseBreakEven(),
        new MovablePeaks(),
        new RepeatedRequests(),
        new SmallCalls(),
        new GrowingPrompts(),
        new RunawayAgents(),
        new SpendAnomaly(),
    ];

    /// <summary>What all of them find, what would save most before the rest.</summary>
    public static IReadOnlyList<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        ArgumentNullException.ThrowIfNull(past);
        ArgumentNullException.ThrowIfNull(settings);
        return [.. All.SelectMany(d => d.Find(past, settings))
            .Where(f => SavingsMoney.Units(f.Saving.Monthly) >= settings.Minimum)
            .OrderByDescending(f => f.Saving.Expected).ThenBy(f => f.Cause, StringComparer.Ordinal)];
    }
}
