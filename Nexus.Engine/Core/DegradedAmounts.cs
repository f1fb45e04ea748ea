using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>How much a request gets that gives way in its amounts: between the least that its owner's rules allow and what it asked, in equal steps.</summary>
internal static class DegradedAmounts
{
    /// <summary>In so many equal steps the amounts are lowered: 0 is the least, this what was asked.</summary>
    public const int Scales = 100;

    // What is counted in whole units stays so: half a device is none.
    private const long Unit = 1000;

    /// <summary>The amounts at one of the steps.</summary>
    /// <param name="asked">What was asked.</param>
    /// <param name="most">More than that it does not get: what it has or waits for at present.</param>
    /// <param name="steps">The rules that lower amounts; of a kind that several lower the lowest holds.</param>
    /// <param name="scale">Which: 0–<see cref="Scales"/>.</param>
    /// <param name="kindOf">Finds a kind.</param>
    public static ResourceVector At(ResourceVector asked, ResourceVector most, IReadOnlyList<LowerAmounts> steps, int scale, Func<string, ResourceKind?> kindOf)
    {
        Dictionary<string, long> amounts = new(asked.Count, StringComparer.Ordinal);
        foreach (ResourceAmount amount in asked)
        {
            amounts[amount.Kind] = LeastOf(kindOf(amount.Kind), steps, kindOf) is { } least ? Scaled(amount.Quantity.Thousandths, least, scale) : amount.Quantity.Thousandths;
        }

        // Parts that were rounded up are still of their whole.
        foreach (IGrouping<string, ResourceAmount> parts in asked.Where(a => kindOf(a.Kind)?.PartOf is not null).GroupBy(a => kindOf(a.Kind)!.PartOf!, StringComparer.Ordinal))
        {
            amounts[parts.Key] = Math.Max(amounts[parts.Key], parts.Sum(p => amounts[p.Kind]));
        }

        return ResourceVector.Of(asked.Select(a => new ResourceAmount(a.Kind, Quantity.FromThousandths(Math.Min(amounts[a.Kind], most[a.Kind].Thousandths)))));
    }

    private static int? LeastOf(ResourceKind? kind, IReadOnlyList<LowerAmounts> steps, Func<string, ResourceKind?> kindOf)
    {
        int? least = null;
        foreach (LowerAmounts step in steps)
        {
            if (kind is not null && (step.Lowers(kind) || (kind.PartOf is { } whole && kindOf(whole) is { } of && step.Lowers(of))))
            {
                least = Math.Min(least ?? step.Least, step.Least);
            }
        }

        return least;
    }

    private static long Scaled(long asked, int least, int scale)
    {
        Int128 share = ((long)least * Scales) + ((long)(LowerAmounts.Whole - least) * scale);
        long unit = asked % Unit == 0 ? Unit : 1;
        Int128 whole = (Int128)LowerAmounts.Whole * Scales * unit;
        return (long)(((asked * share) + whole - 1) / whole) * unit;
    }
}
