using System.Collections.Immutable;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>What trials of a kind of load showed, where older ones count less. Never changed: each trial replaces it by another.</summary>
/// <param name="Epoch">The epoch of the half-life up to which it has faded.</param>
/// <param name="Trials">How many trials are in it.</param>
/// <param name="Sums">The sums of each strategy, by its name.</param>
internal sealed record TrialMemory(long Epoch, int Trials, ImmutableSortedDictionary<string, TrialSums> Sums)
{
    /// <summary>Nothing.</summary>
    public static TrialMemory Empty { get; } = new(0, 0, ImmutableSortedDictionary.Create<string, TrialSums>(StringComparer.Ordinal));

    /// <summary>As it is when it has faded up to a moment.</summary>
    public TrialMemory At(Instant now, HalfLife halfLife)
    {
        long epoch = halfLife.EpochOf(now.Milliseconds);
        long passed = Trials == 0 ? 0 : Math.Max(0, epoch - Epoch);
        return passed == 0 ? this with { Epoch = Math.Max(Epoch, epoch) } : this with { Epoch = epoch, Sums = Sums.ToImmutableSortedDictionary(s => s.Key, s => s.Value.After(passed), StringComparer.Ordinal) };
    }

    /// <summary>With another trial.</summary>
    public TrialMemory With(IReadOnlyList<StrategyFigures> figures, Instant now, HalfLife halfLife)
    {
        TrialMemory faded = At(now, halfLife);
        return faded with { Trials = Math.Min(faded.Trials, int.MaxValue - 1) + 1, Sums = faded.Sums.SetItems(figures.Select(f => KeyValuePair.Create(f.Strategy, faded.Sums.GetValueOrDefault(f.Strategy) + TrialSums.Of(f)))) };
    }
}
