namespace Nexus.Dashboard.Tests.Engine.Forecasting;

/// <summary>Series drawn by chance, the same for the same seed.</summary>
internal sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A number of the standard normal distribution (Box and Muller, 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    /// <summary>Hours of spending: more by day than at night, less at weekends where there are some, and by chance.</summary>
    public double[] Hours(int days, double weekend = 1) =>
        [.. Enumerable.Range(0, days * 24).Select(h => (1 + (0.8 * Math.Sin(Math.PI * h / 12))) * (h / 24 % 7 >= 5 ? weekend : 1) * Math.Exp(0.4 * Normal()))];

    /// <summary>A walk of steps that are as likely up as down, beside a drift.</summary>
    public double[] Walk(int steps, double drift)
    {
        double at = 0;
        return [.. Enumerable.Range(0, steps).Select(_ => at += drift + Normal())];
    }
}
