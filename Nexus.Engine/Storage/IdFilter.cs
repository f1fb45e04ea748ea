namespace Nexus.Engine.Storage;

/// <summary>A set of hashes that says "no" for certain and "perhaps" with few mistakes, without asking the disk (Bloom, 1970).</summary>
/// <remarks>
/// Layers of doubling size (Almeida et al., "Scalable Bloom Filters", 2007), each filled to ten bits an entry with seven probes: about one wrong "perhaps" in a hundred.
/// All probes of an entry lie within 64 bytes (Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007): a layer larger than the cache costs one or two misses instead of seven.
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
        private const int WordsABlock = 8;
        private const int BitsAProbe = 9;
        private const ulong ProbeMask = (1 << BitsAProbe) - 1;

        private readonly ulong[] _words = new ulong[bytes / sizeof(ulong)];
        private long _entries;

        public long Bytes => (long)_words.Length * sizeof(ulong);

        public bool IsFull => Volatile.Read(ref _entries) * BitsPerEntry >= Bytes * 8;

        public void Set(ulong hash)
        {
            int block = BlockOf(hash);
            ulong probes = Mix(hash);
            for (int probe = 0; probe < Probes; probe++, probes >>= BitsAProbe)
            {
                (int word, ulong bit) = Place(block, probes);
                if ((Volatile.Read(ref _words[word]) & bit) == 0)
                {
                    Interlocked.Or(ref _words[word], bit);
                }
            }

            Interlocked.Increment(ref _entries);
        }

        public bool Has(ulong hash)
        {
            int block = BlockOf(hash);
            ulong probes = Mix(hash);
            for (int probe = 0; probe < Probes; probe++, probes >>= BitsAProbe)
            {
                (int word, ulong bit) = Place(block, probes);
                if ((Volatile.Read(ref _words[word]) & bit) == 0)
                {
                    return false;
                }
            }

            return true;
        }

        // The sizes are powers of two.
        private int BlockOf(ulong hash) => (int)(hash & (ulong)((_words.Length / WordsABlock) - 1)) * WordsABlock;

        private static (int Word, ulong Bit) Place(int block, ulong probes) => (block + (int)((probes & ProbeMask) >> 6), 1UL << (int)(probes & 63));
    }
}
