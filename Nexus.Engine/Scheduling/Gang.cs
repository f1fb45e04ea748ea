using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>A request of several equal members: all or none, from the same pools, held, renewed, released and preempted as one.</summary>
internal static class Gang
{
    /// <summary>What all members need together. A ceiling holds for each member by itself, so it is not multiplied.</summary>
    /// <param name="spec">The request.</param>
    /// <param name="kindOf">Finds a kind.</param>
    public static ResourceVector Needs(RequestSpec spec, Func<string, ResourceKind?> kindOf) =>
        spec.Members == 1 ? spec.Resources : Together(spec, kindOf);

    private static ResourceVector Together(RequestSpec spec, Func<string, ResourceKind?> kindOf) => spec.Resources.Times(spec.Members, k => kindOf(k)?.Behaviour != ResourceBehaviour.Limit);

    /// <summary>The first kind of which the members together need more than an amount can be, or null.</summary>
    public static string? TooMuch(RequestSpec spec)
    {
        foreach (ResourceAmount amount in spec.Members == 1 ? [] : spec.Resources.AsSpan())
        {
            if ((Int128)amount.Quantity.Thousandths * spec.Members > Quantity.MaxThousandths)
            {
                return amount.Kind;
            }
        }

        return null;
    }
}
