namespace Nexus.Engine.Forecasting;

/// <summary>What an error is of.</summary>
internal enum ErrorOf
{
    /// <summary>Each value.</summary>
    Value = 0,

    /// <summary>The sum of the values up to each.</summary>
    Sum = 1,
}

/// <summary>How far off a model would have been on its recent past: at each origin it is asked to go on from what was known then, and compared with what came.</summary>
/// <remarks>
/// <para>Evaluation on a rolling forecasting origin (Hyndman and Athanasopoulos, section 5.10). The number of origins is bounded, the newest count.</para>
/// <para>Errors of stretches that overlap are nearly one error. So a sum is judged only up to the horizon of which as many stretches fit into the past, one behind the other, as the coverage takes errors;
/// of single values two must. Horizons further ahead have the interval of the furthest that can be judged, grown in proportion to the distance: what repeats the chance of one season
/// is off by as much in each season to come. An interval is never shorter than those before it.</para>
/// </remarks>
internal sealed class RollingErrors
{
    /// <summary>How many origins are looked at.</summary>
    public const int MostOrigins = 2_000;

    // With fewer stretches that have no value in common nothing is told from chance at all.
    private const int FewestStretches = 2;

    private readonly int[] _horizons;
    private readonly List<double>[] _errors;
    private readonly ErrorOf _of;
    private readonly double _least;

    private RollingErrors(int[] horizons, ErrorOf of, double least)
    {
        (_horizons, _of, _least) = (horizons, of, least);
        _errors = [.. horizons.Select(_ => new List<double>())];
    }

    /// <summary>Looks at a model's past.</summary>
    /// <param name="model">The model.</param>
    /// <param name="past">The values, the oldest first; <see cref="double.NaN"/> where one is missing: sums leave it out, and forecast it as left out.</param>
    /// <param name="horizons">How many steps ahead, ascending.</param>
    /// <param name="of">Of what.</param>
    /// <param name="least">What no value is below: forecasts are cut to it.</param>
    /// <param name="from">From how many known values on the model is asked.</param>
    public static RollingErrors Of(IForecastModel model, ReadOnlySpan<double> past, int[] horizons, ErrorOf of, double least, int from)
    {
        RollingErrors errors = new(horizons, of, least);
        double[] forecast = new double[Math.Min(horizons[^1], past.Length)];
        for (int origin = Math.Max(from, past.Length - MostOrigins); origin < past.Length; origin++)
        {
            Span<double> ahead = forecast.AsSpan(0, Math.Min(forecast.Length, past.Length - origin));
            model.Continue(past[..origin], ahead);
            errors.Add(past[origin..], ahead);
        }

        return errors;
    }

    /// <summary>The furthest horizon at which models can be told apart; null where there is none.</summary>
    public int? Furthest()
    {
        int at = FurthestAt(FewestStretches, FewestStretches);
        return at < 0 ? null : _horizons[at];
    }

    /// <summary>The mean distance between what was forecast and what came.</summary>
    public double MeanAt(int horizon) => _errors[Array.IndexOf(_horizons, horizon)].Average(Math.Abs);

    /// <summary>The interval of each horizon.</summary>
    /// <returns>Null where there are too few errors for the coverage.</returns>
    public ConformalInterval[]? Intervals(double coverage)
    {
        int fewest = ConformalInterval.FewestErrors(coverage);
        int furthest = FurthestAt(fewest, _of == ErrorOf.Sum ? fewest : FewestStretches);
        if (furthest < 0)
        {
            return null;
        }

        ConformalInterval[] intervals = new ConformalInterval[_horizons.Length];
        ConformalInterval shorter = default;
        for (int i = 0; i < intervals.Length; i++)
        {
            shorter = i > furthest ? intervals[furthest].Times((double)_horizons[i] / _horizons[furthest]) : ConformalInterval.Of(_errors[i].ToArray(), coverage)!.Value.With(shorter);
            intervals[i] = shorter;
        }

        return intervals;
    }

    private int FurthestAt(int errors, int stretches)
    {
        int enough = 0;
        while (enough < _horizons.Length && _errors[enough].Count >= errors && _errors[enough].Count + _horizons[enough] - 1 >= (long)stretches * _horizons[enough])
        {
            enough++;
        }

        return enough - 1;
    }

    private void Add(ReadOnlySpan<double> came, ReadOnlySpan<double> forecast)
    {
        double sum = 0;
        int at = 0;
        for (int h = 0; h < forecast.Length && at < _horizons.Length; h++)
        {
            double error = came[h] - Math.Max(_least, forecast[h]);
            sum += double.IsNaN(error) ? 0 : error;
            if (h + 1 == _horizons[at])
            {
                double counted = _of == ErrorOf.Sum ? sum : error;
                if (!double.IsNaN(counted))
                {
                    _errors[at].Add(counted);
                }

                at++;
            }
        }
    }
}
