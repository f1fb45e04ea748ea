using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>Says what is wrong with rules of giving way in themselves: what they name is not there, or nobody gets less of it.</summary>
internal static class DegradeTerms
{
    /// <summary>The first fault; null where there is none.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="state">What there is.</param>
    /// <param name="poolsMayBeGone">True where a pool that is not there is no fault.</param>
    public static Fault? Misnamed(DegradeRules rules, EngineState state, bool poolsMayBeGone)
    {
        for (int i = 0; i < rules.Steps.Count; i++)
        {
            Fault? fault = rules.Steps[i] switch
            {
                LowerAmounts { Resources: { } kinds } => First(kinds, (k, n) => OfKind(k, $"$.degrade[{i}].resources[{n}]", state)),
                MorePools more when !poolsMayBeGone => First(more.Pools, (p, n) => state.Pools.ContainsKey(p) ? null
                    : new Fault(FaultCode.UnknownName, $"pool '{p}' does not exist; GET /api/v1/pools lists what does", $"$.degrade[{i}].pools[{n}]")),
                _ => null,
            };
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>True where rules say that requests get less of a kind by its name.</summary>
    public static bool Names(DegradeRules? rules, string kind) => rules is not null && rules.Steps.OfType<LowerAmounts>().Any(s => s.Resources?.Contains(kind, StringComparer.Ordinal) == true);

    private static Fault? OfKind(string name, string field, EngineState state) => state.KindOf(name) switch
    {
        null => new Fault(FaultCode.UnknownName, $"resource kind '{name}' does not exist; GET /api/v1/kinds lists what does", field),
        { Behaviour: ResourceBehaviour.Limit or ResourceBehaviour.Measured } kind => new Fault(
            FaultCode.Invalid, $"'{name}' is {(kind.Behaviour == ResourceBehaviour.Limit ? "a ceiling" : "measured")}, of which nobody gets less: name what is held or metered, or leave resources out for all of that", field),
        _ => null,
    };

    private static Fault? First(IReadOnlyList<string> names, Func<string, int, Fault?> faultOf) => names.Select(faultOf).FirstOrDefault(f => f is not null);
}
