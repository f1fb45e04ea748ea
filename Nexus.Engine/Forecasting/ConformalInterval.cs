namespace Nexus.Engine.Forecasting;

/// <summary>By how much what comes may lie below and above a forecast.</summary>
/// <remarks>
/// Split conformal prediction (Vovk, Gammerman and Shafer, <em>Algorithmic Learning in a Random World</em>, 2005; Lei and others, <em>Distribution-Free Predictive Inference for Regression</em>, 2018):
/// between the k-th smallest and the k-th largest of n past errors, k = ⌊(1 − coverage) ÷ 2 × (n + 1)⌋, lies the next one with at least the coverage, whatever errors are distributed like,
/// as long as the next is like the past ones. Those of a series hang together, and a series changes: there it holds nearly, and as a mean over time.
/// </remarks>
/// <param name="Low">The distance to the lower end; not above 0.</param>
/// <param name="High">The distance to the upper end; not below 0.</param>
/// <param name="Errors">How many errors it rests on.</param>
public readonly record struct ConformalInterval(double Low, double High, int Errors)
{
    // What 1 − coverage is off by in binary must not cost a rank.
    private const double Rounding = 1e-9;

    /// <summary>How many errors a coverage takes at least: 9 for 0.8, 19 for 0.9, 39 for 0.95.</summary>
    public static int FewestErrors(double coverage) => (int)Math.Ceiling((2 / (1 - RequireCoverage(coverage))) - 1 - Rounding);

    /// <summary>The interval that errors speak for; the forecast itself always lies in it.</summary>
    /// <param name="errors">What came less what was forecast, in any order. It is sorted.</param>
    /// <param name="coverage">The share of what comes that should lie in it, between 0 and 1.</param>
    /// <returns>Null with fewer than <see cref="FewestErrors"/>.</returns>
    public static ConformalInterval? Of(Span<double> errors, double coverage)
    {
        int rank = (int)Math.Floor(((1 - RequireCoverage(coverage)) / 2 * (errors.Length + 1)) + Rounding);
        if (rank < 1)
        {
            return null;
        }

        errors.Sort();
        return new(Math.Min(0, errors[rank - 1]), Math.Max(0, errors[^rank]), errors.Length);
    }

    /// <summary>Both distances multiplied.</summary>
    public ConformalInterval Times(double factor) => this with { Low = Low * factor, High = High * factor };

    /// <summary>The shortest that holds this one and another.</summary>
    public ConformalInterval With(ConformalInterval other) => this with { Low = Math.Min(Low, other.Low), High = Math.Max(High, other.High) };

    private static double RequireCoverage(double coverage) =>
        coverage is > 0 and < 1 ? coverage : throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "a coverage lies between 0 and 1");
}
