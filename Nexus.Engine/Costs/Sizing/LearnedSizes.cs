namespace Nexus.Engine.Costs.Sizing;

/// <summary>How much work of each workflow, model and kind used until it was done: what to reserve at first of an amount that is a maximum, and in what steps to extend.</summary>
/// <remarks>
/// <para>Lengths of what models write have heavy tails: the maximum is many times the usual. To reserve it for all would fill a budget with what nobody uses; to reserve nothing would overrun it.
/// So a quantile is reserved, and the few that pass it extend.</para>
/// <para>A part of the state that is hashed: whole numbers only, and whoever is told the same sizes in the same order answers the same. Bounded: beyond <see cref="MostKeys"/> keys
/// the one that settled longest ago is forgotten.</para>
/// </remarks>
/// <param name="mostKeys">How many keys are remembered.</param>
internal sealed class LearnedSizes(int mostKeys = LearnedSizes.MostKeys)
{
    /// <summary>With fewer sizes than this nothing is said of the next.</summary>
    public const int Fewest = 50;

    /// <summary>How many keys are remembered.</summary>
    public const int MostKeys = 10_000;

    private const int Million = SizeHistogram.Million;
    private const long Whole = 1_000;

    private readonly Dictionary<SizeKey, LinkedListNode<Place>> _places = [];
    private readonly LinkedList<Place> _bySettlement = [];

    /// <summary>How many keys are known.</summary>
    public int Count => _places.Count;

    /// <summary>Work was done.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="thousandths">What it used in all, in thousandths of the unit; 0 counts too.</param>
    public void Settled(SizeKey key, long thousandths) => At(key).Add(thousandths);

    /// <summary>Work was told to stop before it was done, because it got no more: it would have used more than it did.</summary>
    /// <remarks>To count it as done would teach that work is small whenever money is short.</remarks>
    /// <param name="key">Whose.</param>
    /// <param name="thousandths">What it had used by then.</param>
    public void Stopped(SizeKey key, long thousandths) => At(key).AddLargerThan(thousandths);

    /// <summary>How many sizes are known of a key: what a first estimate rests on.</summary>
    public long Known(SizeKey key) => _places.TryGetValue(key, out LinkedListNode<Place>? place) ? place.Value.Sizes.Known : 0;

    /// <summary>What to reserve at first: what the next work passes with no more than a risk.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="risk">In millionths, 1 – 999,999.</param>
    /// <returns>In thousandths, 0 where all used nothing; it may be more than the maximum that is asked for. Null while fewer than <see cref="Fewest"/> are known: then the maximum.</returns>
    public long? Quantile(SizeKey key, int risk)
    {
        RequireRisk(risk);
        return SizesOf(key)?.Quantile(risk);
    }

    /// <summary>By how much to extend what has used up what it has: so much that it passes that too with no more than a risk, as those did that went as far.</summary>
    /// <remarks>Where nobody is known to have gone as far, by as much again: so the number of steps stays below log₂ of what there is to go.</remarks>
    /// <param name="key">Whose.</param>
    /// <param name="reached">What it has, in thousandths; not negative.</param>
    /// <param name="maximum">The most that it may have.</param>
    /// <param name="risk">In millionths, 1 – 999,999. The greater it is, the smaller are the steps, and the more of them there are.</param>
    /// <param name="leastStep">The least share of the maximum that a step is worth taking for, in millionths, 0 – 1,000,000.</param>
    /// <returns>In thousandths; never beyond the maximum, 0 only where that is reached. All that is left of it while fewer than <see cref="Fewest"/> are known.</returns>
    public long StepAfter(SizeKey key, long reached, long maximum, int risk, int leastStep)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reached);
        RequireRisk(risk);
        ArgumentOutOfRangeException.ThrowIfNegative(leastStep);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leastStep, Million);
        long left = Math.Max(0, maximum - reached);
        if (left == 0 || SizesOf(key) is not { } sizes)
        {
            return left;
        }

        long step = sizes.QuantileAbove(reached, risk) is { } next ? next - reached : reached;
        long least = Math.Max(1, (long)((((Int128)maximum * leastStep) + (Million - 1)) / Million));
        least = sizes.IsWhole ? (least + (Whole - 1)) / Whole * Whole : least;
        return Math.Min(left, Math.Max(step, least));
    }

    /// <summary>All that is known, the key that settled longest ago first: in this order it is kept, hashed and restored.</summary>
    public IEnumerable<LearnedSizesState> Keep() => _bySettlement.Select(k => new LearnedSizesState(k.Key, k.Sizes.Known, k.Sizes.IsWhole, [.. k.Sizes.Buckets]));

    /// <summary>Puts back what <see cref="Keep"/> gave, in its order, into one that knows nothing.</summary>
    public void Restore(IEnumerable<LearnedSizesState> kept)
    {
        foreach (LearnedSizesState state in kept)
        {
            _places.Add(state.Key, _bySettlement.AddLast(new Place(state.Key, new SizeHistogram(state.Known, state.IsWhole, state.Buckets))));
        }
    }

    private SizeHistogram? SizesOf(SizeKey key) =>
        _places.TryGetValue(key, out LinkedListNode<Place>? place) && place.Value.Sizes.Known >= Fewest ? place.Value.Sizes : null;

    private SizeHistogram At(SizeKey key)
    {
        if (_places.TryGetValue(key, out LinkedListNode<Place>? place))
        {
            _bySettlement.Remove(place);
            _bySettlement.AddLast(place);
            return place.Value.Sizes;
        }

        if (_places.Count == mostKeys)
        {
            _places.Remove(_bySettlement.First!.Value.Key);
            _bySettlement.RemoveFirst();
        }

        return (_places[key] = _bySettlement.AddLast(new Place(key, new SizeHistogram()))).Value.Sizes;
    }

    private static void RequireRisk(int risk)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(risk);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(risk, Million);
    }

    private sealed record Place(SizeKey Key, SizeHistogram Sizes);
}
