using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>What the capacity of a pool cost by the hour over time, split into what was held and what was idle.</summary>
/// <param name="Points">From the oldest on; times at which nothing had a price are left out.</param>
/// <param name="Currency">The currency of all amounts.</param>
public sealed record PoolCostCourse(IReadOnlyList<PoolCostPoint> Points, string Currency)
{
    private const int MostPoints = 240;

    /// <summary>From the recorded use of a pool, at the capacity and the prices of each moment; null where nothing of it had a price.</summary>
    /// <param name="pool">Its name.</param>
    /// <param name="series">What was used.</param>
    /// <param name="spans">What pools had and what it cost, in order of time.</param>
    /// <param name="isHeld">True for a kind that is capacity.</param>
    /// <param name="currency">The currency of all amounts.</param>
    internal static PoolCostCourse? Of(string pool, IReadOnlyList<SeriesPoint> series, IReadOnlyList<CapacitySpan> spans, Func<string, bool> isHeld, string currency)
    {
        CapacitySpan[] own = [.. spans.Where(s => s.Pool.Name == pool)];
        int step = Math.Max(1, series.Count / MostPoints);
        List<PoolCostPoint> points = [];
        for (int i = (series.Count - 1) % step; i < series.Count; i += step)
        {
            if (Array.Find(own, s => s.From <= series[i].At && series[i].At < s.To) is not { } span)
            {
                continue;
            }

            (double used, double idle, bool priced) = (0, 0, false);
            foreach (Supply supply in span.Pool.Supplies.Where(s => isHeld(s.Kind)))
            {
                MeterPoint meter = series[i].Meters.FirstOrDefault(m => m.Pool == pool && m.Kind == supply.Kind);
                if (meter.Pool is not null && CapacityPrice.Of(span.Book, span.Pool, supply.Kind, span.From) is { } price)
                {
                    double unit = (double)CostText.Units(price);
                    decimal held = meter.Used.Units;
                    used += unit * (double)Math.Min(held, supply.Amount.Units);
                    idle += unit * (double)Math.Max(0, supply.Amount.Units - held);
                    priced = true;
                }
            }

            if (priced)
            {
                points.Add(new PoolCostPoint(series[i].At.ToDateTimeOffset(), used, idle));
            }
        }

        return points.Count < 2 ? null : new PoolCostCourse(points, currency);
    }
}

/// <summary>What capacity cost by the hour at a moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Used">What of it was held.</param>
/// <param name="Idle">What of it nobody held.</param>
public sealed record PoolCostPoint(DateTimeOffset At, double Used, double Idle);
