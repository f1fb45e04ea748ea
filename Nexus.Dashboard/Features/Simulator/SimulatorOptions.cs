namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What bounds simulations. Section <c>Nexus:Simulator</c> of <c>appsettings.json</c>.</summary>
internal sealed class SimulatorOptions
{
    public const string Section = "Nexus:Simulator";

    /// <summary>How many run at once, each on a thread of its own. 1 – 16; 1 by default.</summary>
    public int MaxRunning { get; init; } = 1;

    /// <summary>How many more may wait for their turn. 0 – 1,000; 10 by default.</summary>
    public int MaxQueued { get; init; } = 10;

    /// <summary>How many results are kept, until the program ends. 1 – 1,000; 20 by default.</summary>
    public int MaxKept { get; init; } = 20;

    /// <summary>How many recorded events a window may hold, which bounds the memory of a run: about 1 KB each. 1,000 – 100,000,000; 500,000 by default.</summary>
    public int MaxEvents { get; init; } = 500_000;

    /// <summary>What is wrong with these values, each with the key to change; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        foreach ((string key, int value, int least, int most) in ((string, int, int, int)[])
        [
            (nameof(MaxRunning), MaxRunning, 1, 16),
            (nameof(MaxQueued), MaxQueued, 0, 1_000),
            (nameof(MaxKept), MaxKept, 1, 1_000),
            (nameof(MaxEvents), MaxEvents, 1_000, 100_000_000),
        ])
        {
            if (value < least || value > most)
            {
                yield return $"{Section}:{key} must be between {least} and {most}, not {value}";
            }
        }
    }
}
