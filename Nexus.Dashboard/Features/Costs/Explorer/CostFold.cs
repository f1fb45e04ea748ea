using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>Folds a report by many dimensions into the rows and steps that the page shows, so that all of them are of one moment of the ledger.</summary>
internal sealed class CostFold
{
    // What tells things apart that have prices of their own.
    private static readonly CostDimension[] Fine = [new("kind"), new("resource"), new("pool"), new("provider"), new("model"), new("lane"), new("sku")];

    private readonly CostsAsked _asked;
    private readonly CostReport _report;
    private readonly CostDimension[] _by;
    private readonly Dictionary<Instant, int> _steps;

    /// <summary>Folds a report on <see cref="By"/>.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="report">The report.</param>
    /// <param name="steps">When its steps begin.</param>
    public CostFold(CostsAsked asked, CostReport report, IReadOnlyList<Instant> steps)
    {
        (_asked, _report, _by) = (asked, report, By(asked.GroupBy));
        _steps = steps.Select((step, place) => (step, place)).ToDictionary(s => s.step, s => s.place);
    }

    /// <summary>The dimensions that a report must have to be folded.</summary>
    public static CostDimension[] By(IReadOnlyList<CostDimension> groupBy) => [.. groupBy, .. Fine.Where(f => !groupBy.Contains(f))];

    /// <summary>What each step cost.</summary>
    public Money[] StepTotals()
    {
        Money[] totals = new Money[_steps.Count];
        foreach (CostPoint point in _report.Series)
        {
            totals[_steps[point.Start]] += point.Sum.Cost;
        }

        return totals;
    }

    /// <summary>The rows of the first dimension, the dearest first, with those of the second within.</summary>
    public IReadOnlyList<CostRow> Rows() => Rows([.. Enumerable.Range(0, _report.Groups.Count)], 0, [], [.. Series()]);

    /// <summary>What the groups add up to, by the names of the things that have prices of their own.</summary>
    public Dictionary<string, (CostRow Row, string Where, CostSum Sum)> Cells()
    {
        Dictionary<string, (CostRow, string, CostSum)> cells = new(StringComparer.Ordinal);
        CostDimension[] apart = [.. _by.Where(d => d.Name is not ("sku" or "kind") || _asked.GroupBy.Contains(d))];
        foreach (CostGroup group in _report.Groups)
        {
            string key = string.Join('\u001f', apart.Select(d => Value(group, d) ?? "\u001e"));
            CostSum before = cells.TryGetValue(key, out (CostRow, string, CostSum Sum) known) ? known.Sum : default;
            cells[key] = (Named(group, _asked.GroupBy.Count), Where(group), before + group.Sum);
        }

        return cells;
    }

    /// <summary>What has no price.</summary>
    /// <param name="unitOf">The unit of a kind's consumption.</param>
    public IReadOnlyList<Unpriced> Unpriced(Func<string, string> unitOf)
    {
        Dictionary<int, Instant> first = [];
        foreach (CostPoint point in _report.Series.Where(p => Value(_report.Groups[p.Group], "sku") is null))
        {
            first.TryAdd(point.Group, point.Start);
        }

        return
        [
            .. _report.Groups.Select((group, i) => (group, i)).Where(g => Value(g.group, "sku") is null && Value(g.group, "kind") is "usage" && g.group.Sum.Lines > 0)
                .GroupBy(g => (Where: Value(g.group, "pool") ?? Value(g.group, "model") ?? "", Resource: Value(g.group, "resource")!))
                .Select(g => new Unpriced(
                    g.Key.Where.Length == 0 ? g.Key.Resource : $"{g.Key.Resource} of {g.Key.Where}",
                    new PricingQuantity(g.Aggregate(Int128.Zero, (sum, x) => sum + x.group.Sum.Consumed.Millionths)), unitOf(g.Key.Resource), g.Min(x => first.GetValueOrDefault(x.i, _asked.From)), g.Sum(x => x.group.Sum.Lines)))
                .OrderByDescending(u => u.Lines).ThenBy(u => u.What, StringComparer.Ordinal),
        ];
    }

    private IReadOnlyList<CostRow> Rows(int[] groups, int level, IReadOnlyList<CostFilter> within, List<CostPoint>[] series) => level == _asked.GroupBy.Count ? [] :
    [
        .. groups.GroupBy(g => _report.Groups[g].Values[level] ?? "", StringComparer.Ordinal).Select(g =>
        {
            CostFilter[] filters = [.. within, new CostFilter(_asked.GroupBy[level], g.Key)];
            Money[] trend = new Money[_steps.Count];
            foreach (CostPoint point in g.SelectMany(i => series[i]))
            {
                trend[_steps[point.Start]] += point.Sum.Cost;
            }

            return new CostRow(KeyOf(filters), NameOf(filters[^1]), filters)
            {
                Direct = g.Aggregate(Money.Zero, (sum, i) => sum + _report.Groups[i].Sum.Cost),
                Trend = trend,
                Rows = Rows([.. g], level + 1, filters, series),
                Items = [.. g.Select(i => ItemOf(_report.Groups[i])).GroupBy(i => (i.Sku, i.Resource, i.Where, i.Kind)).Select(i => i.First() with { Sum = i.Aggregate(default(CostSum), static (sum, x) => sum + x.Sum) }).OrderByDescending(i => i.Sum.Cost).ThenBy(i => i.Sku, StringComparer.Ordinal)],
            };
        }).OrderByDescending(r => r.Direct).ThenBy(r => r.Name, StringComparer.Ordinal),
    ];

    /// <summary>How the address names a row.</summary>
    public static string KeyOf(IEnumerable<CostFilter> filters) => string.Join('|', filters.Select(f => $"{f.Dimension.Name}:{f.Value}"));

    /// <summary>The name of a group: its value, or that it has none.</summary>
    public static string NameOf(CostFilter filter) => filter.Value.Length > 0 ? filter.Value : $"no {filter.Dimension.Label ?? filter.Dimension.Name}";

    private List<CostPoint>[] Series()
    {
        List<CostPoint>[] series = [.. Enumerable.Range(0, _report.Groups.Count).Select(_ => new List<CostPoint>())];
        foreach (CostPoint point in _report.Series)
        {
            series[point.Group].Add(point);
        }

        return series;
    }

    private CostItem ItemOf(CostGroup group) => new(Value(group, "sku"), Value(group, "resource")!, Where(group), Value(group, "kind")!, group.Sum);

    private CostRow Named(CostGroup group, int levels)
    {
        CostFilter[] filters = [.. Enumerable.Range(0, levels).Select(i => new CostFilter(_asked.GroupBy[i], group.Values[i] ?? ""))];
        return new CostRow(KeyOf(filters), string.Join('/', filters.Select(NameOf)), filters);
    }

    private string Where(CostGroup group) =>
        Fine.Where(d => d.Name is "pool" or "model" or "resource" && !_asked.GroupBy.Contains(d)).OrderBy(d => d.Name switch { "pool" => 0, "model" => 1, _ => 2 }).Select(d => Value(group, d)).OfType<string>().FirstOrDefault() ?? "";

    private string? Value(CostGroup group, string name) => group.Values[Array.FindIndex(_by, d => d.Name == name)];

    private string? Value(CostGroup group, CostDimension dimension) => group.Values[Array.IndexOf(_by, dimension)];
}
