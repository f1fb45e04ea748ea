using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>All trees of quotas, and which of their rules a request of an owner must pass.</summary>
/// <remarks>What was found for an owner and its kinds is remembered until the trees change, and forgotten when it is too much.</remarks>
internal sealed class QuotaForest(Func<string, ResourceKind?> kindOf)
{
    private const int MostRoutes = 100_000;

    private readonly SortedDictionary<QuotaTreeKey, QuotaTree> _trees = new(QuotaTreeKey.Order);
    private readonly Dictionary<Place, QuotaRoute?> _routes = [];
    private readonly Dictionary<Steps, QuotaRoute> _known = [];
    private ILookup<string, QuotaTree>? _byKind;

    /// <summary>The trees, by kind and period.</summary>
    public IReadOnlyCollection<QuotaTree> Trees => _trees.Values;

    /// <summary>True where no rule stands anywhere.</summary>
    public bool IsEmpty => _trees.Count == 0;

    /// <summary>A tree, or null.</summary>
    public QuotaTree? Tree(QuotaTreeKey key) => _trees.GetValueOrDefault(key);

    /// <summary>Puts a tree in the place of the one of its kind and period; null takes that away.</summary>
    public void Set(QuotaTreeKey key, QuotaTree? tree)
    {
        _trees.Remove(key);
        if (tree is not null)
        {
            _trees.Add(key, tree);
        }

        _byKind = null;
        _routes.Clear();
        _known.Clear();
    }

    /// <summary>Forgets what was the most and how many were refused: the peak is what counts at a moment, and grows from there.</summary>
    public void CountAnew(long now)
    {
        foreach (QuotaTree tree in Trees)
        {
            foreach ((QuotaNode node, QuotaFigures figures) in QuotaFigures.Of(tree, now))
            {
                (node.Peak, node.Rejections) = (figures.Used, 0);
            }
        }
    }

    /// <summary>The rules that an owner's request for some kinds must pass; null where there is none. Equal rules are one route.</summary>
    public QuotaRoute? Find(OwnerPath owner, ResourceVector kinds)
    {
        if (IsEmpty)
        {
            return null;
        }

        Place place = new(owner, kinds);
        if (_routes.TryGetValue(place, out QuotaRoute? route))
        {
            return route;
        }

        if (_routes.Count >= MostRoutes)
        {
            _routes.Clear();
            _known.Clear();
        }

        return _routes[place] = Build(owner, kinds);
    }

    private QuotaRoute? Build(OwnerPath owner, ResourceVector kinds)
    {
        _byKind ??= _trees.Values.ToLookup(t => t.Key.Resource, StringComparer.Ordinal);
        List<QuotaStep> steps = [];
        IEnumerable<string> counted = kinds.Where(k => kindOf(k.Kind) is { PartOf: null }).Select(k => k.Kind).Concat(_byKind.Select(t => t.Key).Where(QuotaRules.IsMeasured)).Order(StringComparer.Ordinal);
        foreach (string kind in counted)
        {
            foreach (QuotaTree tree in _byKind[kind])
            {
                if (tree.Nearest(owner) is { } leaf)
                {
                    steps.Add(new QuotaStep(tree, leaf, QuotaStep.CountOf(kindOf(kind)!, tree.Key.Period)));
                }
            }
        }

        if (steps.Count == 0)
        {
            return null;
        }

        Steps key = new([.. steps]);
        if (!_known.TryGetValue(key, out QuotaRoute? route))
        {
            route = _known[key] = new QuotaRoute(key.Value);
        }

        return route;
    }

    // Of the amounts only the kinds count.
    private readonly struct Place(OwnerPath owner, ResourceVector kinds) : IEquatable<Place>
    {
        private readonly OwnerPath _owner = owner;
        private readonly ResourceVector _kinds = kinds;

        public bool Equals(Place other)
        {
            if (_kinds.Count != other._kinds.Count || _owner != other._owner)
            {
                return false;
            }

            for (int i = 0; i < _kinds.Count; i++)
            {
                if (_kinds[i].Kind != other._kinds[i].Kind)
                {
                    return false;
                }
            }

            return true;
        }

        public override bool Equals(object? obj) => obj is Place other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_owner, _kinds.Count, _kinds.Count == 0 ? 0 : _kinds[0].Kind.GetHashCode(StringComparison.Ordinal));
    }

    private readonly struct Steps(QuotaStep[] value) : IEquatable<Steps>
    {
        public QuotaStep[] Value { get; } = value;

        public bool Equals(Steps other) => Value.AsSpan().SequenceEqual(other.Value);

        public override bool Equals(object? obj) => obj is Steps other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(Value.Length, Value[0], Value[^1]);
    }
}
