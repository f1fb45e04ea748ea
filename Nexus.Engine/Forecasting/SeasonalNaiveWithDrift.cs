using System.Globalization;

namespace Nexus.Engine.Forecasting;

/// <summary>The value of one season before, moved by the mean change from season to season.</summary>
/// <remarks>
/// <para>Hyndman and Athanasopoulos, <em>Forecasting: Principles and Practice</em>, 3rd edition, section 5.2: the seasonal naïve method, with the drift method's trend taken over whole seasons.
/// A season of one value is the drift method itself.</para>
/// <para>A trend is carried ahead by as many seasons as it was seen over and then stays: one seen over two days says little of a month
/// (damping of trends: Gardner and McKenzie, <em>Forecasting trends in time series</em>, 1985).</para>
/// <para>With no more than one season of past it is the drift method, with one value the naïve one. A value that is missing is taken from the season before it; where none has it, from the newest value known.</para>
/// </remarks>
/// <param name="season">How many values a season has, for example 24 for hours of a day; at least 1.</param>
public sealed class SeasonalNaiveWithDrift(int season) : IForecastModel
{
    private readonly int _season = season > 0 ? season : throw new ArgumentOutOfRangeException(nameof(season), season, "a season has at least one value");

    /// <inheritdoc/>
    public string Name => _season == 1 ? "drift" : string.Create(CultureInfo.InvariantCulture, $"seasonal naive with drift ({_season})");

    /// <inheritdoc/>
    public int Fewest => _season + 1;

    /// <inheritdoc/>
    public void Continue(ReadOnlySpan<double> past, Span<double> horizon)
    {
        int length = past.Length > _season ? _season : 1;
        double newest = Newest(past);
        (double drift, int seen) = Drift(past, length);
        for (int h = 0; h < horizon.Length; h++)
        {
            int ahead = (h / length) + 1;
            int at = past.Length + h - (ahead * length);
            int back = 0;
            while (at >= 0 && double.IsNaN(past[at]))
            {
                at -= length;
                back++;
            }

            // What lies further back has moved for longer.
            horizon[h] = at >= 0 ? past[at] + (drift * (back + Math.Min(ahead, seen))) : newest;
        }
    }

    private static double Newest(ReadOnlySpan<double> past)
    {
        for (int i = past.Length - 1; i >= 0; i--)
        {
            if (!double.IsNaN(past[i]))
            {
                return past[i];
            }
        }

        return 0;
    }

    private static (double Drift, int Seen) Drift(ReadOnlySpan<double> past, int length)
    {
        double sum = 0;
        int pairs = 0;
        for (int i = length; i < past.Length; i++)
        {
            double change = past[i] - past[i - length];
            if (!double.IsNaN(change))
            {
                sum += change;
                pairs++;
            }
        }

        // Less than a whole season of changes would carry the chance of a few values through all of it.
        return pairs < length ? (0, 0) : (sum / pairs, pairs / length);
    }
}
