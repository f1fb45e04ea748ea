using Nexus.Dashboard.Api;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Features.Pools.Adaptive;

/// <summary>What a pool is to serve well where its strategy is <c>adaptive</c>: how much each counts, 0 – 1,000; what is not given does not count.</summary>
/// <param name="Wait">That work starts soon.</param>
/// <param name="Deadlines">That deadlines are met.</param>
/// <param name="Fairness">That those who want more get alike.</param>
/// <param name="Cost">That work is cheap.</param>
internal sealed record ObjectiveBody(decimal? Wait = null, decimal? Deadlines = null, decimal? Fairness = null, decimal? Cost = null)
{
    private const decimal Most = (decimal)Objective.MostWeight / Objective.One;

    public static ObjectiveBody? Of(Objective? objective) => objective is null ? null : new(
        Weight(objective.Wait), Weight(objective.Deadlines), Weight(objective.Fairness), Weight(objective.Cost));

    /// <summary>The objective; what is wrong is named.</summary>
    public Objective ToObjective(string path, Faults faults)
    {
        Objective objective = new(Read(Wait, $"{path}.wait", faults), Read(Deadlines, $"{path}.deadlines", faults), Read(Fairness, $"{path}.fairness", faults), Read(Cost, $"{path}.cost", faults));
        faults.When(new[] { Wait, Deadlines, Fairness, Cost }.All(w => w is null or 0), path, "must let something count, for example {\"wait\": 1}; leave it out to let waits count alone");
        return objective;
    }

    private static int Read(decimal? weight, string path, Faults faults)
    {
        bool fits = weight is null or (>= 0 and <= Most) && decimal.Truncate((weight ?? 0) * Objective.One) == (weight ?? 0) * Objective.One;
        faults.When(!fits, path, "must be a weight from 0 to 1000, with three decimals at most");
        return fits ? (int)((weight ?? 0) * Objective.One) : 0;
    }

    private static decimal? Weight(int thousandths) => thousandths == 0 ? null : (decimal)thousandths / Objective.One;
}
