using System.Text.Json;
using Nexus.Dashboard.Commands.Simulate;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>What came of the same work under the present policy and under a changed one.</summary>
/// <param name="Present">Under the present one.</param>
/// <param name="Changed">Under the changed one.</param>
/// <param name="Checks">The conditions, and whether each holds.</param>
internal sealed record PolicyComparison(SimulationReport Present, SimulationReport Changed, IReadOnlyList<ConditionCheck> Checks)
{
    /// <summary>The conditions that do not hold, as sentences.</summary>
    public IEnumerable<string> Broken => Checks.Select(check => check.Broken).OfType<string>();

    /// <summary>Compares, by the conditions that were given.</summary>
    /// <exception cref="CommandException">A condition names a figure that there is not.</exception>
    public static PolicyComparison Of(SimulationReport present, SimulationReport changed, IReadOnlyList<Condition> conditions)
    {
        (JsonElement before, JsonElement after) = (Figures(present), Figures(changed));
        return new PolicyComparison(present, changed, [.. conditions.Select(condition => condition.Check(present.Name, before, after))]);
    }

    /// <summary>The tenants for whom it makes a difference, those who lose most first and those who gain most last.</summary>
    public IReadOnlyList<OwnerOutcome> Owners() =>
    [
        .. Present.Owners.Concat(Changed.Owners).Select(o => o.Owner).Distinct(StringComparer.Ordinal)
            .Select(owner => new OwnerOutcome(owner, Present.Owners.FirstOrDefault(o => o.Owner == owner), Changed.Owners.FirstOrDefault(o => o.Owner == owner)))
            .Order(OwnerOutcome.WorstFirst),
    ];

    private static JsonElement Figures(SimulationReport report) => JsonSerializer.SerializeToElement(report, SimulateJson.Default.SimulationReport);
}
