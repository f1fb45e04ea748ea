using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Rerating;

/// <summary>What rating a range anew comes to.</summary>
/// <param name="Before">What the range cost.</param>
/// <param name="After">What it costs with the adjustments.</param>
/// <param name="Charges">How many charges were looked at.</param>
/// <param name="Corrected">How many of them are corrected.</param>
/// <param name="Lines">How many lines that takes.</param>
/// <param name="Unpriced">How many have no price by the book.</param>
/// <param name="Owners">Those whose cost changes, by how much, the largest change first.</param>
/// <param name="Version">The version of the price book by which it was rated.</param>
public sealed record RerateReport(Money Before, Money After, long Charges, long Corrected, long Lines, long Unpriced, IReadOnlyList<OwnerChange> Owners, long Version);

/// <summary>What rating anew changes for an owner.</summary>
/// <param name="Owner">The owner.</param>
/// <param name="Before">What those of its charges cost that are corrected.</param>
/// <param name="After">What they cost with the adjustments.</param>
public sealed record OwnerChange(OwnerPath Owner, Money Before, Money After);

/// <summary>Adds up what is rated.</summary>
internal sealed class RerateTally(long version)
{
    private readonly Dictionary<OwnerPath, (Money Before, Money After)> _owners = [];
    private Money _before;
    private Money _after;
    private long _charges;
    private long _corrected;
    private long _lines;
    private long _unpriced;

    /// <summary>Adds a charge.</summary>
    public void Add(Rated rated)
    {
        _charges++;
        _unpriced += rated.IsPriced ? 0 : 1;
        _before += rated.Before;
        _after += rated.Before;
        if (rated.Correction is { } correction)
        {
            Money change = correction.Cost;
            _corrected++;
            _lines += correction.Lines.Count;
            _after += change;
            (Money before, Money after) = _owners.GetValueOrDefault(correction.Owner);
            _owners[correction.Owner] = (before + rated.Before, after + rated.Before + change);
        }
    }

    /// <summary>The sums.</summary>
    public RerateReport Report() => new(
        _before, _after, _charges, _corrected, _lines, _unpriced,
        [.. _owners.Select(o => new OwnerChange(o.Key, o.Value.Before, o.Value.After)).OrderByDescending(o => Int128.Abs((o.After - o.Before).Picos)).ThenBy(o => o.Owner.ToString(), StringComparer.Ordinal)],
        version);
}
