using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Another configuration of a request than the one that its explanation is about.</summary>
/// <param name="Number">Which: 0 for the main one, 1 for the first of its <c>alternatives</c>.</param>
/// <param name="StoppedBy">What stops it now; null where nothing but its turn does.</param>
public sealed record OtherConfiguration(int Number, Reason? StoppedBy)
{
    /// <summary>What stops each of the others, computed against the present; none where the request states one configuration.</summary>
    internal static IReadOnlyList<OtherConfiguration> Of(Request request, Present present)
    {
        if (request.Spec.Alternatives is not { } all)
        {
            return [];
        }

        PoolDefinition[] pools = [.. present.Pools.Select(p => p.Definition)];
        return
        [
            .. request.Spec.Configurations.Where((_, i) => i != all.Chosen)
                .Select(c => request with { Spec = c, Needs = Gang.Needs(c, present.Configuration.Kind) })
                .Select(r => new OtherConfiguration(
                    r.Spec.Alternatives!.Chosen,
                    BudgetObstacle.First(r, present)?.Reason ?? QuotaObstacle.First(r, present)?.Reason ?? Obstacle.First(r, Suppliers.Find(r.Spec, present.Configuration.Kind, pools), present)?.Reason)),
        ];
    }

    /// <summary>What stops the others, in a sentence; null where there are none.</summary>
    public static string? Text(IReadOnlyList<OtherConfiguration> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return others.Count == 0 ? null : string.Join(" ", others.Select(o => $"{Name(o.Number)}: {(o.StoppedBy is { } reason ? ReasonText.Of(reason) : "it is tried too, in its turn.")}"));
    }

    private static string Name(int number) => number == 0 ? "Main configuration" : $"Alternative {number}";
}
