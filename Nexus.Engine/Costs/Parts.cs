using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>What requests and releases state as a whole with its parts, taken apart: a line for each part, and one for the rest.</summary>
public static class Parts
{
    /// <summary>Each amount less what its parts take of it; what nothing is left of is left out.</summary>
    /// <param name="amounts">The whole includes its parts.</param>
    /// <param name="wholeOf">The kind of which a kind is a part, or null.</param>
    public static IReadOnlyList<ResourceAmount> Apart(ResourceVector amounts, Func<string, string?> wholeOf)
    {
        ArgumentNullException.ThrowIfNull(amounts);
        ArgumentNullException.ThrowIfNull(wholeOf);
        List<ResourceAmount> apart = new(amounts.Count);
        foreach (ResourceAmount amount in amounts)
        {
            Quantity rest = amount.Quantity;
            foreach (ResourceAmount part in amounts)
            {
                rest = wholeOf(part.Kind) == amount.Kind ? rest - part.Quantity : rest;
            }

            if (!rest.IsZero)
            {
                apart.Add(amount with { Quantity = rest });
            }
        }

        return apart;
    }
}
