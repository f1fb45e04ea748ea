namespace Nexus.Dashboard.Features.Simulator;

/// <summary>Costs on a straight scale from nothing to a round amount.</summary>
internal sealed class CostScale(double most)
{
    private static readonly double[] Rounds = [1, 2, 5, 10];

    /// <summary>The largest amount on it: 1, 2 or 5 times a power of ten.</summary>
    public double Most { get; } = Round(most);

    /// <summary>Nothing, half and all of it.</summary>
    public IReadOnlyList<double> Ticks => [0, Most / 2, Most];

    /// <summary>Where an amount stands, in percent.</summary>
    public double Place(double amount) => 100 * Math.Clamp(amount / Most, 0, 1);

    private static double Round(double most)
    {
        double power = most <= 0 ? 1 : Math.Pow(10, Math.Floor(Math.Log10(most)));
        return Rounds.Select(r => r * power).First(r => r >= most * 0.999999);
    }
}
