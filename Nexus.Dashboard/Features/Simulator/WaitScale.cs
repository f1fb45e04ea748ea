namespace Nexus.Dashboard.Features.Simulator;

/// <summary>Waits on a logarithmic scale, from a tenth of a second to a power of ten, so that it ends at a tick.</summary>
internal sealed class WaitScale(double longest)
{
    private const double Least = 0.1;

    private double Most { get; } = Math.Pow(10, Math.Max(1, Math.Ceiling(Math.Log10(Math.Max(1, longest)))));

    /// <summary>Every power of ten, in seconds.</summary>
    public IReadOnlyList<double> Ticks => [.. Enumerable.Range(-1, (int)Math.Round(Math.Log10(Most)) + 2).Select(power => Math.Pow(10, power))];

    /// <summary>Where a wait stands, in percent; what is below the scale stands at its left edge.</summary>
    public double Place(double seconds) => 100 * Math.Log10(Math.Max(seconds, Least) / Least) / Math.Log10(Most / Least);
}
