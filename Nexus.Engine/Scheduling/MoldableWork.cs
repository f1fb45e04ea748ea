using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>How much of one kind a request that leaves it open may have, and how much work there is for it.</summary>
/// <param name="Kind">The kind's name; of a kind that is held.</param>
/// <param name="Min">The least, above zero.</param>
/// <param name="Max">The most, at least <paramref name="Min"/>.</param>
/// <param name="Work">The work in unit-seconds, such as 7200 for one device over two hours; zero for a kind that only keeps the work company.</param>
public readonly record struct AmountRange(string Kind, Quantity Min, Quantity Max, Quantity Work)
{
    // Whole units where both ends are whole: half a device is of no use to somebody who speaks of one to eight.
    private long Grain => Min.Thousandths % 1000 == 0 && Max.Thousandths % 1000 == 0 ? 1000 : 1;

    /// <summary>How long the work would take with the least, at most some 28,000 years; zero without work.</summary>
    public TimeSpan LongestRun => TimeSpan.FromMilliseconds(Math.Min(Milliseconds(Min), 900_000_000_000_000));

    /// <summary>How many amounts there are above the least.</summary>
    internal long Spread => (Max.Thousandths - Min.Thousandths) / Grain;

    /// <summary>The amount of a step, counted from 0 for the least to the last for the most; between them rounded up.</summary>
    internal Quantity At(int step, int last) => last == 0 ? Min
        : Quantity.FromThousandths(Min.Thousandths + ((long)((((Int128)Spread * step) + last - 1) / last) * Grain));

    /// <summary>How long the work takes with an amount, in milliseconds, rounded up.</summary>
    internal long Milliseconds(Quantity amount) => (long)((((Int128)Work.Thousandths * 1000) + amount.Thousandths - 1) / amount.Thousandths);
}

/// <summary>Work that may be done with more at once in less time: the engine chooses the amounts, and from them follows the duration.</summary>
/// <remarks>
/// <para>A moldable job (Feitelson and Rudolph, "Toward convergence in job schedulers for parallel supercomputers", 1996): its size is open until it starts, and fixed from then on. The work is
/// taken to scale without loss, so that with an amount <c>a</c> it takes <c>work ÷ a</c>; of several kinds the slowest decides.</para>
/// <para>All kinds grow together, in at most <see cref="MostSteps"/> steps from their least to their most: so many as the kinds with work have amounts. A kind without work keeps pace with them.</para>
/// </remarks>
public sealed record MoldableWork
{
    /// <summary>The most sizes that are considered of one request.</summary>
    public const int MostSteps = 64;

    /// <summary>The longest that it may run with the least of everything.</summary>
    public static TimeSpan MostDuration { get; } = TimeSpan.FromDays(366);

    /// <summary>So much work, with so much at once.</summary>
    /// <param name="ranges">A range for each kind that is left open, in any order; at least one with work.</param>
    /// <exception cref="ArgumentException">No kind has work, a kind stands twice, a range is empty or begins at zero, or with the least it would run longer than <see cref="MostDuration"/>.</exception>
    public MoldableWork(IEnumerable<AmountRange> ranges)
    {
        AmountRange[] sorted = [.. ranges.OrderBy(r => r.Kind, StringComparer.Ordinal)];
        if (!Array.Exists(sorted, r => !r.Work.IsZero) || Array.Exists(sorted, r => r.Min.IsZero || r.Min > r.Max)
            || sorted.Select(r => r.Kind).Distinct(StringComparer.Ordinal).Count() < sorted.Length)
        {
            throw new ArgumentException("each kind needs a range of its own that begins above zero, and one of them work", nameof(ranges));
        }

        if (Array.Exists(sorted, r => r.LongestRun > MostDuration))
        {
            throw new ArgumentException($"with the least of it the work takes longer than {MostDuration.TotalDays} days", nameof(ranges));
        }

        Ranges = sorted;
        Steps = 1 + (int)Math.Min(MostSteps - 1, sorted.Where(r => !r.Work.IsZero).Max(r => r.Spread));
    }

    /// <summary>What is left open, by kind.</summary>
    public IReadOnlyList<AmountRange> Ranges { get; }

    /// <summary>How many sizes there are: 1 – <see cref="MostSteps"/>.</summary>
    public int Steps { get; }

    /// <summary>The amounts of a size.</summary>
    /// <param name="step">Which: 0 for the least of everything, <see cref="Steps"/> − 1 for the most.</param>
    public IEnumerable<ResourceAmount> AmountsAt(int step) => Ranges.Select(r => new ResourceAmount(r.Kind, r.At(step, Steps - 1)));

    /// <summary>How long the work takes with amounts of its kinds, rounded up to a millisecond.</summary>
    public TimeSpan DurationWith(ResourceVector amounts)
    {
        ArgumentNullException.ThrowIfNull(amounts);
        return TimeSpan.FromMilliseconds(Math.Max(1, Ranges.Max(r => r.Milliseconds(amounts[r.Kind]))));
    }

    /// <summary>The range of a kind, or null where it is not left open.</summary>
    public AmountRange? RangeOf(string kind)
    {
        foreach (AmountRange range in Ranges)
        {
            if (string.Equals(range.Kind, kind, StringComparison.Ordinal))
            {
                return range;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(MoldableWork? other) => other is not null && Ranges.SequenceEqual(other.Ranges);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Ranges.Count, Ranges[0]);
}
