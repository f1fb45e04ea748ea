using Nexus.Engine.Costs;

namespace Nexus.Engine.Core;

/// <summary>What bounds the engine's memory and work, and in what it counts.</summary>
/// <param name="EndedInMemory">How many ended requests are remembered; older ones are answered from the journal's index. At least 1.</param>
/// <param name="PlanningDepth">For how many of those who wait at a pool, the first in its order, starts are planned that nobody behind them may delay. At least 1.</param>
/// <param name="StepsAtOnce">After how many steps (somebody looked at, a start planned) what follows from a command is left for the next <see cref="Tick"/>, so that none takes long; see <see cref="Engine.IsUnfinished"/>. At least 1; what happens is the same, whatever it is.</param>
public sealed record EngineLimits(int EndedInMemory = 200_000, int PlanningDepth = 100, long StepsAtOnce = long.MaxValue)
{
    /// <summary>True to meter what grants hold at every full hour, so that what runs shows in today's costs; false where nobody looks before its end.</summary>
    public bool MetersHeld { get; init; }

    /// <summary>The cost functions that prices may name, by name.</summary>
    public IReadOnlyDictionary<string, ICostModel> CostModels { get; init; } = new Dictionary<string, ICostModel>();

    /// <summary>With what risk, in millionths, work whose size is learned passes what is reserved of it at first: the greater, the less is reserved, and the sooner it extends.</summary>
    /// <remarks>What was chosen stands in the events: another risk changes what is chosen from then on, and no past.</remarks>
    public int FirstSizeRisk { get; init; } = 800_000;

    /// <summary>With what risk, in millionths, it passes a step too: the greater, the smaller the steps, and the more of them.</summary>
    public int StepSizeRisk { get; init; } = 900_000;

    /// <summary>The currency of all amounts, by its ISO 4217 code.</summary>
    public string Currency { get; init; } = "USD";
}
