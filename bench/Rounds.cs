namespace Nexus.Bench;

/// <summary>Runs several candidates in turn (A B C, A B C …) and keeps each round's figures, so that a disturbed moment disturbs them all.</summary>
internal static class Rounds
{
    public static double[][] Interleave(int rounds, params Func<double>[] candidates)
    {
        double[][] figures = [.. candidates.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                figures[i][round] = candidates[i]();
            }
        }

        return figures;
    }

    public static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The rounds' ratios as min/median/max.</summary>
    public static string Ratios(double[] of, double[] to)
    {
        double[] ratios = [.. of.Zip(to, (a, b) => a / b)];
        return FormattableString.Invariant($"{ratios.Min():0.00}/{Median(ratios):0.00}/{ratios.Max():0.00}");
    }
}
