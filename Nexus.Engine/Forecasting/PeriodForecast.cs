using Nexus.Engine.Resources;

namespace Nexus.Engine.Forecasting;

/// <summary>What will have been spent by a moment, in all.</summary>
/// <param name="At">The moment.</param>
/// <param name="Expected">The median.</param>
/// <param name="Lower">The lower end of its interval; never below what is spent already.</param>
/// <param name="Upper">The upper end of its interval.</param>
public readonly record struct PeriodPoint(Instant At, double Expected, double Lower, double Upper);

/// <summary>What will have been spent when a period ends, and how it comes to that.</summary>
/// <remarks>
/// <para>The seasonal naïve method with drift over days or weeks, whichever was nearer to the sums of its own recent past; the interval from its errors in these sums
/// (<see cref="ConformalInterval"/>, <see cref="RollingErrors"/>). Spending is never undone, so no forecast of a step is below 0 and none of the sum below what is spent.</para>
/// <para>Days are those of UTC: where a zone changes its clock, the hours of a day are off by one until a season has passed.</para>
/// </remarks>
/// <param name="Model">The model's name.</param>
/// <param name="Path">From now to the period's end, at each end of a step.</param>
/// <param name="Coverage">The share of ends that should lie in their interval.</param>
/// <param name="Errors">How many errors of the model's own past the interval rests on; 0 where nothing is left to forecast.</param>
public sealed record PeriodForecast(string Model, IReadOnlyList<PeriodPoint> Path, double Coverage, int Errors)
{
    /// <summary>The coverage of what pages show.</summary>
    public const double UsualCoverage = 0.8;

    /// <summary>With less than this between the first spending and now there is no forecast.</summary>
    public static readonly TimeSpan FewestHistory = TimeSpan.FromDays(3);

    private const int DaysOfWeek = 7;

    // Near horizons one by one, then each a tenth further than the last.
    private const double NextHorizon = 1.1;

    /// <summary>What will have been spent at the period's end.</summary>
    public PeriodPoint End => Path[^1];

    /// <summary>Forecasts the end of a period.</summary>
    /// <param name="past">What was spent until now, before the period too: the more seasons, the better.</param>
    /// <param name="end">The first moment after the period; a rolling one has none, and no forecast.</param>
    /// <param name="now">The present moment. Steps that are not over by then are left out.</param>
    /// <param name="spent">What is spent in the period until now.</param>
    /// <param name="coverage">The share of ends that should lie in their interval, between 0 and 1.</param>
    /// <returns>Null with too little history: less than <see cref="FewestHistory"/>, or fewer errors than the coverage takes (of whole days eleven of them, of hours the three days are enough).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The end is more than <see cref="SpendSeries.MostSteps"/> steps ahead.</exception>
    public static PeriodForecast? Of(SpendSeries past, Instant end, Instant now, double spent, double coverage = UsualCoverage)
    {
        ArgumentNullException.ThrowIfNull(past);
        SpendSeries known = past.KnownAt(now);
        if (known.Values.Count == 0 || now - known.Start < FewestHistory)
        {
            return null;
        }

        double[] values = [.. known.Values];
        Instant from = known.Start + (known.Step * values.Length);
        int steps = (int)Math.Ceiling(Math.Max(0, (end - from) / known.Step));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, SpendSeries.MostSteps, nameof(end));
        int[] horizons = Horizons(Math.Max(1, steps));
        IForecastModel model = Best(values, known.StepsOfDay, horizons);
        if (Forecast.Judge(model, values, horizons, ErrorOf.Sum, 0, coverage) is not { } intervals)
        {
            return null;
        }

        double[] medians = new double[steps];
        model.Continue(values, medians);
        return new(model.Name, Walk(medians, new(from, known.Step, now, end), spent, new(horizons, intervals)), coverage, now < end ? intervals[^1].Errors : 0);
    }

    /// <summary>When an amount will be exceeded, if what is expected comes.</summary>
    /// <param name="amount">The amount, in the unit of the series.</param>
    /// <returns>Now where more is spent already; null where it is not exceeded before the period ends.</returns>
    public Instant? ExceedsAt(double amount) => Crosses(amount, static p => p.Expected);

    /// <summary>When an amount will be exceeded at the earliest: as soon as the upper end of the interval does.</summary>
    /// <param name="amount">The amount, in the unit of the series.</param>
    /// <returns>Now where more is spent already; null where even that is not before the period ends.</returns>
    public Instant? ExceedsAtTheEarliest(double amount) => Crosses(amount, static p => p.Upper);

    private Instant? Crosses(double amount, Func<PeriodPoint, double> line)
    {
        if (line(Path[0]) > amount)
        {
            return Path[0].At;
        }

        for (int i = 1; i < Path.Count; i++)
        {
            (double before, double after) = (line(Path[i - 1]), line(Path[i]));
            if (after > amount)
            {
                return Path[i - 1].At + ((Path[i].At - Path[i - 1].At) * ((amount - before) / (after - before)));
            }
        }

        return null;
    }

    private static PeriodPoint[] Walk(double[] medians, Span span, double spent, Bands bands)
    {
        List<PeriodPoint> path = [new(span.Now, spent, spent, spent)];
        (double expected, double lower) = (spent, spent);
        for (int i = 0; i < medians.Length; i++)
        {
            (Instant begins, Instant ends) = (span.From + (span.Step * i), span.From + (span.Step * (i + 1)));
            begins = begins < span.Now ? span.Now : begins;
            ends = ends > span.End ? span.End : ends;
            if (ends > begins)
            {
                // What is left of a step that has begun.
                expected += Math.Max(0, medians[i]) * ((ends - begins) / span.Step);
                (double low, double high) = bands.At((ends - span.Now) / span.Step);
                lower = Math.Max(lower, expected + low);
                path.Add(new(ends, expected, lower, expected + high));
            }
        }

        return [.. path];
    }

    // The week as soon as it can be told apart over a day at least, or over all that is left.
    private static IForecastModel Best(double[] past, int day, int[] horizons)
    {
        SeasonalNaiveWithDrift days = new(day);
        SeasonalNaiveWithDrift weeks = new(day * DaysOfWeek);
        RollingErrors ofWeeks = RollingErrors.Of(weeks, past, horizons, ErrorOf.Sum, 0, weeks.Fewest);
        if (ofWeeks.Furthest() is not { } horizon || horizon < Math.Min(day, horizons[^1]))
        {
            return days;
        }

        RollingErrors ofDays = RollingErrors.Of(days, past, horizons, ErrorOf.Sum, 0, weeks.Fewest);
        return ofWeeks.MeanAt(horizon) < ofDays.MeanAt(horizon) ? weeks : days;
    }

    private static int[] Horizons(int last)
    {
        List<int> horizons = [];
        for (int h = 1; h < last; h = Math.Max(h + 1, (int)(h * NextHorizon)))
        {
            horizons.Add(h);
        }

        return [.. horizons, last];
    }

    private readonly record struct Span(Instant From, TimeSpan Step, Instant Now, Instant End);

    private readonly record struct Bands(int[] Horizons, ConformalInterval[] Intervals)
    {
        // Between two horizons on the line between them; at no distance there is no doubt.
        public (double Low, double High) At(double distance)
        {
            int next = Array.FindIndex(Horizons, h => h >= distance);
            next = next < 0 ? Horizons.Length - 1 : next;
            (double from, ConformalInterval before) = next == 0 ? (0, default) : (Horizons[next - 1], Intervals[next - 1]);
            double share = Math.Min(1, (distance - from) / (Horizons[next] - from));
            return (before.Low + ((Intervals[next].Low - before.Low) * share), before.High + ((Intervals[next].High - before.High) * share));
        }
    }
}
