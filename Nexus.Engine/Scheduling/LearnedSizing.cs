using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>One amount of a request whose size is learned.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Maximum">The most that its work may use of it, as it was asked for.</param>
/// <param name="Known">On how many ended ones rests what was reserved of it; 0 where too few are known, or the kind is not Metered: then all of it is reserved.</param>
public readonly record struct SizedAmount(string Kind, Quantity Maximum, long Known);

/// <summary>What a request states as maxima, of which the engine reserves what such work usually uses and the rest is taken in steps.</summary>
/// <remarks>What is reserved is chosen when the request is submitted, stands in that event as its <see cref="RequestSpec.Resources"/>, and stays until it runs: nobody waits for a moving amount.
/// Equal where the same was asked for, whatever was chosen.</remarks>
public sealed record LearnedSizing
{
    /// <summary>Of these amounts.</summary>
    /// <param name="amounts">One for each kind that was asked for, in the order of the kinds.</param>
    public LearnedSizing(IReadOnlyList<SizedAmount> amounts) => Amounts = amounts;

    /// <summary>The amounts, by kind.</summary>
    public IReadOnlyList<SizedAmount> Amounts { get; }

    /// <summary>The amount of a kind, or null where none was asked for.</summary>
    public SizedAmount? Of(string kind)
    {
        foreach (SizedAmount amount in Amounts)
        {
            if (string.Equals(amount.Kind, kind, StringComparison.Ordinal))
            {
                return amount;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(LearnedSizing? other) => other is not null && Amounts.Select(a => (a.Kind, a.Maximum)).SequenceEqual(other.Amounts.Select(a => (a.Kind, a.Maximum)));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Amounts.Count, Amounts.Count == 0 ? default : Amounts[0].Maximum);
}
