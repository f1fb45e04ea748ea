using Nexus.Engine.Costs;
using Nexus.Engine.Forecasting;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization.Statistics;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>A tenant, workflow or model whose last days depart from its own season, explained by what moved in it.</summary>
/// <remarks>
/// The last three days are compared with what the seasonal forecast of the days before gives for them, with its conformal interval (<see cref="Forecast"/>). A departure must be above the interval on each of them, more than half above
/// what was expected, and more than five robust deviations of what days of one weekday differ by: with hundreds of series an interval alone would cry wolf each day.
/// </remarks>
internal sealed class SpendAnomaly : ISavingsDetector
{
    private const int Last = 3;
    private const int Week = 7;
    private const int FewestDays = 17;
    private const double Coverage = 0.8;
    private const double LeastRise = 0.5;
    private const double Deviations = 5;
    private const double Explains = 0.5;

    private static readonly (string Name, Func<SpendCell, string?> Of)[] Dimensions =
    [
        ("tenant", c => c.Owner.Tenant), ("workflow", c => c.Owner.Depth >= CallGroups.Depth ? c.Owner.AtMost(CallGroups.Depth).ToString() : null), ("model", c => c.Model),
    ];

    private static readonly (string Name, Func<SpendCell, string?> Of)[] Parts =
        [("owner", c => c.Owner.ToString()), ("model", c => c.Model), ("pool", c => c.Pool), ("resource", c => c.Resource)];

    public string Name => "spendAnomaly";

    public string Title => "Spending that departs from its own season";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        // Only days that are over: half a day is no departure.
        int days = (int)(past.To - past.From).TotalDays;
        if (days < FewestDays)
        {
            yield break;
        }

        HashSet<SpendCell> explained = [];
        foreach ((string dimension, Func<SpendCell, string?> of) in Dimensions)
        {
            foreach (IGrouping<string, SpendCell> group in past.Spend.Where(c => of(c) is not null).GroupBy(c => of(c)!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                double[] series = Days(past, group, days);
                if (Departs(series) is not { } departure)
                {
                    continue;
                }

                // What a tenant's departure has told already is not told again of its workflow and model.
                SpendCell[] moved = [.. group.Where(c => past.DayOf(c.Hour) >= days - Last)];
                if (moved.Sum(c => explained.Contains(c) ? c.Cost : 0) > moved.Sum(c => c.Cost) * Explains)
                {
                    continue;
                }

                explained.UnionWith(moved);
                yield return Found(past, settings, dimension, group.Key, [.. group], series, departure);
            }
        }
    }

    private Finding Found(SavingsPast past, SavingsSettings settings, string dimension, string value, SpendCell[] cells, double[] series, (double[] Expected, double Excess, double Low, double High) departure)
    {
        (string part, string what, double share) = Explain(past, cells, series.Length);
        OwnerPath within = dimension == "model" ? OwnerPath.Root : OwnerPath.Parse(value);
        string because = share >= Explains ? $"; {SavingsText.Percent(Math.Min(1, share))} of the rise is the {part} {what}" : "";
        double expected = departure.Expected.Average();
        return new Finding(
            Name, $"anomaly:{dimension}:{value}", FindingType.Anomaly, within,
            $"In the last {Last} days the {dimension} {value} spent {SavingsText.Number(series.TakeLast(Last).Average() / Math.Max(expected, 1e-9))} times what its season gives{because}",
            Saving.Of(departure.Excess * Saving.DaysOfMonth, departure.Low * Saving.DaysOfMonth, departure.High * Saving.DaysOfMonth, SavingsLevel.Low, "Nobody knows whether it goes on, and whether it is wanted."),
            ProposedChange.Advise(value, "nobody has looked at it", $"look at {(share >= Explains ? $"the {part} {what}" : $"what {value} does")}, and set a budget if it is not wanted"),
            new Evidence(EvidenceForm.OverTime, "cost a day",
                [new EvidenceSeries("spent", [.. series.Select(v => Math.Round(v, 6))]), new EvidenceSeries("expected", [.. series.SkipLast(Last).Concat(departure.Expected).Select(v => Math.Round(v, 6))])])
            {
                Start = past.From,
                Step = TimeSpan.FromDays(1),
                Facts = [.. share >= Explains ? [$"{SavingsText.Percent(Math.Min(1, share))} of the rise is the {part} {what}."] : Array.Empty<string>(), $"Expected were {SavingsText.Number(expected)} a day."],
            },
            new Measure(MeasureVolume.Days, within) { Models = dimension == "model" ? [value] : [] })
        {
            Risk = SavingsLevel.Low,
            RiskReason = "Looking costs nothing; what is wanted goes on.",
            Effort = SavingsLevel.Low,
        };
    }

    private static (double[] Expected, double Excess, double Low, double High)? Departs(double[] series)
    {
        double[] before = [.. series.SkipLast(Last)];
        double[] now = [.. series.TakeLast(Last)];
        if (before.Count(v => v > 0) < FewestDays - Last || Forecast.Of(new SeasonalNaiveWithDrift(Week), before, Last, Coverage, least: 0) is not { } forecast)
        {
            return null;
        }

        double[] season = [.. now.Select((_, i) => Percentiles.Median(Enumerable.Range(1, before.Length / Week).Select(w => before[^((w * Week) - i)])))];
        double[] differences = [.. Enumerable.Range(Week, before.Length - Week).Select(i => before[i] - before[i - Week])];
        double spread = Percentiles.Deviation(differences);
        bool all = now.Select((v, i) => v > forecast.Points[i].Upper && v > season[i] * (1 + LeastRise) && v - season[i] > Deviations * spread).All(d => d);
        return !all ? null : (season, now.Zip(season, (v, s) => v - s).Average(),
            Math.Max(0, now.Select((v, i) => v - forecast.Points[i].Upper).Average()), now.Select((v, i) => v - forecast.Points[i].Lower).Average());
    }

    // The one value whose rise is the largest part of all of it; of dimensions that say the same the first.
    private static (string Part, string Value, double Share) Explain(SavingsPast past, SpendCell[] cells, int days)
    {
        double Rise(IEnumerable<SpendCell> of)
        {
            double[] series = Days(past, of, days);
            return series.TakeLast(Last).Average() - Percentiles.Median(series.SkipLast(Last));
        }

        double all = Math.Max(1e-9, Rise(cells));
        return Parts.SelectMany(p => cells.Where(c => p.Of(c) is not null).GroupBy(c => p.Of(c)!, StringComparer.Ordinal).Where(_ => cells.Select(p.Of).Distinct().Skip(1).Any()).Select(g => (p.Name, g.Key, Share: Rise(g) / all)))
            .OrderByDescending(p => Math.Round(Math.Min(1, p.Share), 2)).FirstOrDefault(("", "", 0));
    }

    private static double[] Days(SavingsPast past, IEnumerable<SpendCell> cells, int days)
    {
        double[] series = new double[days];
        foreach (SpendCell cell in cells)
        {
            int day = past.DayOf(cell.Hour);
            if (day >= 0 && day < days)
            {
                series[day] += cell.Cost;
            }
        }

        return series;
    }
}
