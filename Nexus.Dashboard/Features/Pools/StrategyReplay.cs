using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>The recorded past under each strategy that a pool could follow.</summary>
internal static class StrategyReplay
{
    /// <summary>How far back it may begin.</summary>
    public static IReadOnlyList<ReplaySpan> Spans { get; } = [ReplaySpan.SixHours, ReplaySpan.Day, ReplaySpan.Week];

    /// <summary>The strategies, the present one first: the others are compared with it.</summary>
    /// <param name="present">The name of the present one.</param>
    public static IReadOnlyList<StrategyInfo> Order(string present) => [.. KnownStrategies.All.OrderByDescending(s => s.Name == present)];

    /// <summary>The rules to replay, in that order: the pool follows each for the whole of the time, whatever it followed then.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="present">The name of its present strategy.</param>
    public static IReadOnlyList<VariantBody> Variants(string pool, string present) =>
        [.. Order(present).Select(s => new VariantBody { Name = s.Title, Pools = new(StringComparer.Ordinal) { [pool] = Patch(s.Name) } })];

    private static JsonElement Patch(string strategy)
    {
        using JsonDocument patch = JsonDocument.Parse(new JsonObject { ["strategy"] = strategy }.ToJsonString());
        return patch.RootElement.Clone();
    }
}
