using Nexus.Dashboard.Tests.Engine.Simulation.Traces;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Tests.Engine.Simulation;

/// <summary>Simulates traces in the tests' shorthand.</summary>
internal static class Simulated
{
    public static readonly Actor Operator = new(ActorKind.Local, "operator", "cli");

    /// <summary>What comes of a trace on these pools.</summary>
    public static SimulationReport Of(string trace, params PoolDefinition[] pools) => Compare(Trace.Read(trace), Under("it", pools)).Single();

    public static IReadOnlyList<SimulationReport> Compare(IEnumerable<TraceRequest> trace, params Variant[] variants) =>
        Simulator.Compare(Workload(trace), variants);

    public static Workload Workload(IEnumerable<TraceRequest> trace, params PoolDefinition[] pools) =>
        TraceWorkload.Of(() => trace, pools, 50, TraceWorkload.DefaultStart);

    public static Variant Under(string name, params PoolDefinition[] pools) => new(name, _ => pools.Select(p => new SetPool(p) { Actor = Operator }));

    public static PoolDefinition Pool(string name, params (string Kind, double Amount)[] held) => Scene.Definition(name, held);

    public static PoolDefinition Bucket(string name, params (string Kind, double Rate, double Seconds, double Burst)[] kinds) => new(
        name,
        [.. kinds.OrderBy(k => k.Kind, StringComparer.Ordinal).Select(k => new Supply(k.Kind, Scene.Amount(k.Burst), Scene.Amount(k.Rate), TimeSpan.FromSeconds(k.Seconds)))],
        Labels.None, PurchaseOption.OnDemand, null);
}
