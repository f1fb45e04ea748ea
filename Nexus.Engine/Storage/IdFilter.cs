namespace Nexus.Engine.Storage;

/// <summary>A set of hashes that says "no" for certain and "perhaps" with few mistakes, without asking the disk (Bloom, 1970).</summary>
/// <remarks>
/// Layers of doubling size (Almeida et al., "Scalable Bloom Filters", 2007), each filled to ten bits an entry with seven probes: about one wrong "perhaps" in a hundred.
/// Nothing is ever taken out. Any thread may ask while any other adds.
/// </remarks>
internal sealed class IdFilter(int mostBytes)
{
    /// <summary>The size of the first layer.</summary>
    public const int FirstLayerBytes = 1024 * 1024;

    private const int Probes = 7;
    private const int BitsPerEntry = 10;

    private readonly Lock _growing = new();
    private volatile Layer[] _layers = [new Layer(FirstLayerBytes)];
    private volatile bool _complete;

    /// <summary>What it takes in memory.</summary>
    public long Bytes => _layers.Sum(layer => layer.Bytes);

    /// <summary>All that is on disk has been added; until then everything is "perhaps".</summary>
    public void Complete() => _complete = true;

    /// <summary>Remembers a hash.</summary>
    public void Add(ulong hash)
    {
        Layer layer = _layers[^1];
        layer.Set(hash);
        if (layer.IsFull)
        {
            Grow();
        }
    }

    /// <summary>False for what was certainly never added.</summary>
    public bool MayHold(ulong hash)
    {
        if (!_complete)
        {
            return true;
        }

        foreach (Layer layer in _layers)
        {
            if (layer.Has(hash))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The hash of a name and of what it is unique within.</summary>
    public static ulong Hash(string within, string id) => Mix(((ulong)(uint)within.GetHashCode(StringComparison.Ordinal) << 32) | (uint)id.GetHashCode(StringComparison.Ordinal));

    /// <summary>The hash of a name alone.</summary>
    public static ulong Hash(string id) => Mix(0x9E37_79B9_0000_0000 ^ (uint)id.GetHashCode(StringComparison.Ordinal));

    private void Grow()
    {
        lock (_growing)
        {
            Layer last = _layers[^1];
            long next = last.Bytes * 2;
            if (last.IsFull && Bytes + next <= mostBytes)
            {
                _layers = [.. _layers, new Layer((int)next)];
            }
        }
    }

    // The runtime's string hashes are keyed by chance at each start: nobody can choose ids that collide. Then the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private sealed class Layer(int bytes)
    {
        private readonly ulong[] _words = new ulong[bytes / sizeof(ulong)];
        private long _entries;

        public long Bytes => (long)_words.Length * sizeof(ulong);

        public bool IsFull => Volatile.Read(ref _entries) * BitsPerEntry >= Bytes * 8;

        public void Set(ulong hash)
        {
            for (int probe = 0; probe < Probes; probe++)
            {
                ulong bit = Bit(hash, probe);
                Interlocked.Or(ref _words[bit >> 6], 1UL << (int)(bit & 63));
            }

            Interlocked.Increment(ref _entries);
        }

        public bool Has(ulong hash)
        {
            for (int probe = 0; probe < Probes; probe++)
            {
                ulong bit = Bit(hash, probe);
                if ((Volatile.Read(ref _words[bit >> 6]) & (1UL << (int)(bit & 63))) == 0)
                {
                    return false;
                }
            }

            return true;
        }

        // Two hashes make as many as are needed (Kirsch and Mitzenmacher, 2006); the sizes are powers of two.
        private ulong Bit(ulong hash, int probe) =>
            ((hash >> 32) + ((ulong)probe * ((hash & 0xFFFF_FFFF) | 1))) & (((ulong)_words.Length << 6) - 1);
    }
}
