using System.Text.Json.Serialization;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Commands.Simulate;

/// <summary>What <c>simulate --json</c> prints.</summary>
/// <param name="Variants">What came of each.</param>
/// <param name="Failed">The conditions of <c>--fail-if</c> that do not hold, as sentences; absent without <c>--against</c>.</param>
internal sealed record SimulateReport(IReadOnlyList<SimulationReport> Variants, IReadOnlyList<string>? Failed);

/// <summary>The form on standard output.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(SimulateReport))]
internal sealed partial class SimulateJson : JsonSerializerContext;
