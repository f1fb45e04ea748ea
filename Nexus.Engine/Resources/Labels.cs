using System.Collections;

namespace Nexus.Engine.Resources;

/// <summary>Names with values, ordered by name, each name once; equal when names and values are. At most 32, of 64 and 256 characters.</summary>
public sealed class Labels : IReadOnlyList<KeyValuePair<string, string>>, IEquatable<Labels>
{
    /// <summary>The most labels a request, pool or owner carries.</summary>
    public const int Max = 32;

    /// <summary>The most characters of a name.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The most characters of a value.</summary>
    public const int MaxValueLength = 256;

    private readonly KeyValuePair<string, string>[] _pairs;

    private Labels(KeyValuePair<string, string>[] sorted) => _pairs = sorted;

    /// <summary>None.</summary>
    public static Labels None { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _pairs.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, string> this[int index] => _pairs[index];

    /// <summary>The value of a name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (KeyValuePair<string, string> pair in _pairs)
            {
                if (string.Equals(pair.Key, name, StringComparison.Ordinal))
                {
                    return pair.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Orders the labels by name.</summary>
    /// <exception cref="ArgumentException">A name stands there twice.</exception>
    public static Labels Of(IEnumerable<KeyValuePair<string, string>>? pairs)
    {
        if (pairs is null)
        {
            return None;
        }

        KeyValuePair<string, string>[] sorted = [.. pairs];
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        for (int i = 1; i < sorted.Length; i++)
        {
            if (string.Equals(sorted[i].Key, sorted[i - 1].Key, StringComparison.Ordinal))
            {
                throw new ArgumentException($"label '{sorted[i].Key}' stands twice", nameof(pairs));
            }
        }

        return sorted.Length == 0 ? None : new(sorted);
    }

    /// <summary>These labels with <paramref name="over"/> laid over them.</summary>
    public Labels With(Labels over)
    {
        ArgumentNullException.ThrowIfNull(over);
        return over.Count == 0 ? this : Count == 0 ? over : Merged(over);
    }

    private Labels Merged(Labels over) => Of(_pairs.Where(p => over[p.Key] is null).Concat(over._pairs));

    /// <summary>True when every label of <paramref name="wanted"/> is here with the same value.</summary>
    public bool Match(Labels wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return Array.TrueForAll(wanted._pairs, p => string.Equals(this[p.Key], p.Value, StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public bool Equals(Labels? other) => other is not null && (ReferenceEquals(this, other) || Same(_pairs, other._pairs));

    // A pair has no equality of its own: compared as a whole it would be boxed, and its fields found by reflection.
    private static bool Same(KeyValuePair<string, string>[] a, KeyValuePair<string, string>[] b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        for (int i = 0; i < a.Length; i++)
        {
            if (!string.Equals(a[i].Key, b[i].Key, StringComparison.Ordinal) || !string.Equals(a[i].Value, b[i].Value, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Labels);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (KeyValuePair<string, string> pair in _pairs)
        {
            hash.Add(pair.Key, StringComparer.Ordinal);
            hash.Add(pair.Value, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)_pairs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For people: <c>model=A100, zone=b</c>.</summary>
    public override string ToString() => string.Join(", ", _pairs.Select(p => $"{p.Key}={p.Value}"));
}
