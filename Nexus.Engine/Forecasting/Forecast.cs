namespace Nexus.Engine.Forecasting;

/// <summary>A value to come.</summary>
/// <param name="Median">What it is as likely to exceed as not.</param>
/// <param name="Lower">The lower end of its interval.</param>
/// <param name="Upper">The upper end of its interval.</param>
public readonly record struct ForecastPoint(double Median, double Lower, double Upper);

/// <summary>The values to come of a series, each with an interval.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Points">From the value that follows the past on.</param>
/// <param name="Coverage">The share of values that should lie in their interval.</param>
/// <param name="Errors">How many errors of the model's own past the widest interval rests on.</param>
public sealed record Forecast(string Model, IReadOnlyList<ForecastPoint> Points, double Coverage, int Errors)
{
    // The least that the drift method has something to say about.
    private const int FewestAtAll = 2;

    /// <summary>Forecasts a series.</summary>
    /// <param name="model">How.</param>
    /// <param name="past">Equally spaced values, the oldest first; <see cref="double.NaN"/> where one is missing.</param>
    /// <param name="horizon">How many values; at least 1.</param>
    /// <param name="coverage">The share of values that should lie in their interval, between 0 and 1.</param>
    /// <param name="least">What no value of this series is below, for example 0.</param>
    /// <returns>Null while the model's past has too few errors for the coverage: a forecast that cannot say how far off it may be is none.</returns>
    public static Forecast? Of(IForecastModel model, ReadOnlySpan<double> past, int horizon, double coverage, double least = double.NegativeInfinity)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(horizon);
        if (Judge(model, past, [.. Enumerable.Range(1, horizon)], ErrorOf.Value, least, coverage) is not { } intervals)
        {
            return null;
        }

        double[] medians = new double[horizon];
        model.Continue(past, medians);
        ForecastPoint[] points = new ForecastPoint[horizon];
        for (int i = 0; i < horizon; i++)
        {
            double median = Math.Max(least, medians[i]);
            points[i] = new(median, Math.Max(least, median + intervals[i].Low), median + intervals[i].High);
        }

        return new(model.Name, points, coverage, intervals[^1].Errors);
    }

    /// <summary>The intervals of horizons: from the errors of the model itself where they are enough, else from those of what it does until it can.</summary>
    internal static ConformalInterval[]? Judge(IForecastModel model, ReadOnlySpan<double> past, int[] horizons, ErrorOf of, double least, double coverage) =>
        RollingErrors.Of(model, past, horizons, of, least, model.Fewest).Intervals(coverage)
        ?? RollingErrors.Of(model, past, horizons, of, least, FewestAtAll).Intervals(coverage);
}
