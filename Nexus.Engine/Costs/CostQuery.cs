using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>The length of the steps in which costs are told over time.</summary>
public enum CostInterval
{
    /// <summary>The whole range at once.</summary>
    None,

    /// <summary>By the hour.</summary>
    Hour,

    /// <summary>By the day, of UTC.</summary>
    Day,

    /// <summary>By the week, from Monday on, of UTC.</summary>
    Week,

    /// <summary>By the calendar month, of UTC.</summary>
    Month,
}

/// <summary>The steps of a <see cref="CostInterval"/>.</summary>
public static class CostSteps
{
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    // The epoch was a Thursday.
    private const long FirstMonday = 4 * Day;

    /// <summary>When the step begins that a moment lies in.</summary>
    public static Instant Of(CostInterval interval, Instant at) => interval switch
    {
        CostInterval.Hour => new(Floor(at.Milliseconds, Hour)),
        CostInterval.Day => new(Floor(at.Milliseconds, Day)),
        CostInterval.Week => new(Floor(at.Milliseconds - FirstMonday, 7 * Day) + FirstMonday),
        CostInterval.Month => at.ToDateTimeOffset().UtcDateTime is var time ? Instant.From(new DateTimeOffset(time.Year, time.Month, 1, 0, 0, 0, TimeSpan.Zero)) : at,
        _ => default,
    };

    private static long Floor(long at, long by) => at - (((at % by) + by) % by);
}

/// <summary>A question about costs.</summary>
/// <param name="From">From when, by the beginning of the lines' charge periods.</param>
/// <param name="To">Until when, that moment excluded.</param>
public sealed record CostQuery(Instant From, Instant To)
{
    /// <summary>By what the lines are grouped; nothing: all together.</summary>
    public IReadOnlyList<CostDimension> GroupBy { get; init; } = [];

    /// <summary>Which lines count: those that pass every filter; of several of one dimension one suffices.</summary>
    public IReadOnlyList<CostFilter> Filters { get; init; } = [];

    /// <summary>The owner path within which lines are seen.</summary>
    public OwnerPath Within { get; init; } = OwnerPath.Root;

    /// <summary>The steps of a series.</summary>
    public CostInterval Interval { get; init; }

    /// <summary>The labels that it asks for.</summary>
    public IEnumerable<string> Labels => GroupBy.Concat(Filters.Select(f => f.Dimension)).Select(d => d.Label).OfType<string>();

    /// <summary>True for a line that counts.</summary>
    public bool Passes(LedgerKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Owner.IsWithin(Within) && Filters.GroupBy(f => f.Dimension).All(g => g.Any(f => f.Passes(key)));
    }
}

/// <summary>Costs of one group.</summary>
/// <param name="Values">What its lines have of each dimension, in the order of the question; null where they have nothing.</param>
/// <param name="Sum">What they add up to.</param>
public sealed record CostGroup(IReadOnlyList<string?> Values, CostSum Sum);

/// <summary>Costs of one group in one step of time.</summary>
/// <param name="Start">When the step begins.</param>
/// <param name="Group">The place of its group in the report.</param>
/// <param name="Sum">What the lines add up to.</param>
public sealed record CostPoint(Instant Start, int Group, CostSum Sum);

/// <summary>The answer to a <see cref="CostQuery"/>.</summary>
/// <param name="Total">All of it: the sum of the groups.</param>
/// <param name="Groups">The groups, the dearest first.</param>
/// <param name="Series">The steps in order of time, where they were asked for.</param>
/// <param name="Unpriced">The lines among them for which there was no price.</param>
/// <param name="Scanned">True where lines were read one by one, as sums are not kept by a label that was asked for.</param>
public sealed record CostReport(CostSum Total, IReadOnlyList<CostGroup> Groups, IReadOnlyList<CostPoint> Series, long Unpriced, bool Scanned);

/// <summary>Adds sums up to a report.</summary>
public sealed class CostReportBuilder(CostQuery query)
{
    private readonly Dictionary<string, int> _groups = new(StringComparer.Ordinal);
    private readonly List<(string?[] Values, CostSum Sum)> _sums = [];
    private readonly Dictionary<(long Start, int Group), CostSum> _series = [];
    private long _unpriced;

    /// <summary>The group of lines, to be given to <see cref="Add"/>; −1 where they do not count.</summary>
    public int GroupOf(LedgerKey key)
    {
        if (!query.Passes(key))
        {
            return -1;
        }

        string?[] values = [.. query.GroupBy.Select(d => d.Of(key))];
        string name = string.Join('\u001f', values.Select(v => v is null ? "\u001e" : v));
        if (!_groups.TryGetValue(name, out int group))
        {
            group = _groups[name] = _sums.Count;
            _sums.Add((values, default));
        }

        return group;
    }

    /// <summary>Adds lines.</summary>
    /// <param name="group">Their group.</param>
    /// <param name="key">Their key.</param>
    /// <param name="start">When their step begins.</param>
    /// <param name="sum">What they add up to.</param>
    public void Add(int group, LedgerKey key, Instant start, CostSum sum)
    {
        ArgumentNullException.ThrowIfNull(key);
        _sums[group] = (_sums[group].Values, _sums[group].Sum + sum);
        _unpriced += key is { Sku: null, Kind: LineKind.Usage or LineKind.Adjustment } ? sum.Lines : 0;
        if (query.Interval != CostInterval.None)
        {
            (long, int) step = (start.Milliseconds, group);
            _series[step] = _series.GetValueOrDefault(step) + sum;
        }
    }

    /// <summary>The report.</summary>
    public CostReport Build(bool scanned)
    {
        int[] order = [.. Enumerable.Range(0, _sums.Count).OrderByDescending(i => _sums[i].Sum.Cost).ThenBy(i => string.Join('/', _sums[i].Values), StringComparer.Ordinal)];
        int[] places = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            places[order[place]] = place;
        }

        return new CostReport(
            _sums.Aggregate(default(CostSum), static (sum, group) => sum + group.Sum),
            [.. order.Select(i => new CostGroup(_sums[i].Values, _sums[i].Sum))],
            [.. _series.OrderBy(s => s.Key.Start).ThenBy(s => places[s.Key.Group]).Select(s => new CostPoint(new Instant(s.Key.Start), places[s.Key.Group], s.Value))],
            _unpriced, scanned);
    }
}
