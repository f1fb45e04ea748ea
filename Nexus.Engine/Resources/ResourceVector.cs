using System.Collections;

namespace Nexus.Engine.Resources;

/// <summary>An amount of one kind.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Quantity">How much.</param>
public readonly record struct ResourceAmount(string Kind, Quantity Quantity);

/// <summary>Amounts of several kinds, ordered by the kinds' names, each kind once; equal when kinds and amounts are.</summary>
public sealed class ResourceVector : IReadOnlyList<ResourceAmount>, IEquatable<ResourceVector>
{
    private readonly ResourceAmount[] _amounts;
    private readonly int _hash;

    private ResourceVector(ResourceAmount[] sorted)
    {
        _amounts = sorted;
        HashCode hash = default;
        foreach (ResourceAmount amount in sorted)
        {
            hash.Add(string.GetHashCode(amount.Kind, StringComparison.Ordinal));
            hash.Add(amount.Quantity.Thousandths);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>Nothing of anything.</summary>
    public static ResourceVector Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _amounts.Length;

    /// <inheritdoc/>
    public ResourceAmount this[int index] => _amounts[index];

    /// <summary>The amount of a kind; zero when it is not among them.</summary>
    public Quantity this[string kind]
    {
        get
        {
            foreach (ResourceAmount amount in _amounts)
            {
                if (string.Equals(amount.Kind, kind, StringComparison.Ordinal))
                {
                    return amount.Quantity;
                }
            }

            return Quantity.Zero;
        }
    }

    /// <summary>The amounts without a copy.</summary>
    public ReadOnlySpan<ResourceAmount> AsSpan() => _amounts;

    /// <summary>Orders the amounts by kind.</summary>
    /// <exception cref="ArgumentException">A kind stands there twice.</exception>
    public static ResourceVector Of(params IEnumerable<ResourceAmount> amounts)
    {
        ResourceAmount[] sorted = [.. amounts];
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Kind, b.Kind));
        for (int i = 1; i < sorted.Length; i++)
        {
            if (string.Equals(sorted[i].Kind, sorted[i - 1].Kind, StringComparison.Ordinal))
            {
                throw new ArgumentException($"kind '{sorted[i].Kind}' stands twice", nameof(amounts));
            }
        }

        return sorted.Length == 0 ? Empty : new(sorted);
    }

    /// <summary>True when a kind is among them, be it with zero.</summary>
    public bool Has(string kind) => Array.Exists(_amounts, a => string.Equals(a.Kind, kind, StringComparison.Ordinal));

    /// <summary>The sums by kind.</summary>
    public ResourceVector Plus(ResourceVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Count == 0 ? this : Count == 0 ? other : Of(
            _amounts.Concat(other._amounts)
                .GroupBy(a => a.Kind, StringComparer.Ordinal)
                .Select(g => new ResourceAmount(g.Key, g.Aggregate(Quantity.Zero, (sum, a) => sum + a.Quantity))));
    }

    /// <summary>Each amount so many times, of those kinds that are to be multiplied.</summary>
    /// <exception cref="OverflowException">A product is beyond what a quantity can be.</exception>
    public ResourceVector Times(int factor, Func<string, bool> multiplied)
    {
        ArgumentNullException.ThrowIfNull(multiplied);
        return factor == 1 ? this : Of(_amounts.Select(a => multiplied(a.Kind) ? a with { Quantity = Quantity.FromThousandths(checked(a.Quantity.Thousandths * factor)) } : a));
    }

    /// <summary>The larger amount of each kind.</summary>
    public ResourceVector OrMore(ResourceVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Count == 0 ? this : Count == 0 ? other : Of(
            _amounts.Select(a => other[a.Kind] > a.Quantity ? a with { Quantity = other[a.Kind] } : a).Concat(other._amounts.Where(a => !Has(a.Kind))));
    }

    /// <inheritdoc/>
    public bool Equals(ResourceVector? other) =>
        other is not null && (ReferenceEquals(this, other) || (_hash == other._hash && _amounts.AsSpan().SequenceEqual(other._amounts)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ResourceVector);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public IEnumerator<ResourceAmount> GetEnumerator() => ((IEnumerable<ResourceAmount>)_amounts).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For people: <c>gpu 1, memory 30.5</c>.</summary>
    public override string ToString() => string.Join(", ", _amounts.Select(a => $"{a.Kind} {a.Quantity}"));
}
