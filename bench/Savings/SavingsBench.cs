using System.Globalization;
using Nexus.Engine.Optimization;

namespace Nexus.Bench.Savings;

/// <summary>What detectors find of what is there, and what comes of what they promise: a simulated month with a cause for each detector, one without any, and one after all that was recommended was done.</summary>
internal static class SavingsBench
{
    private const int MostFalse = 1;
    private const double Least = 0.9;
    private const double Most = 1.1;

    public static Task<int> RunAsync(string[] args)
    {
        int seed = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out int given) ? given : 1;
        IReadOnlyList<SavingsOutcome> outcomes = SavingsOutcome.Of(seed);
        IReadOnlyList<Finding> control = SavingsDetectors.Find(SimulatedMonth.Of(Planting.Absent, seed + 2), SavingsSettings.Usual);
        Console.WriteLine($"{"cause",-34} {"found",-6} {"estimated",12} {"realised",12} {"ratio",7}");
        foreach (SavingsOutcome outcome in outcomes)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.Cause,-34} {(outcome.Found ? "yes" : "NO"),-6} {outcome.Estimated,12:0.00} {outcome.Realised,12:0.00} {outcome.Ratio,7:0.000}"));
        }

        double ratio = outcomes.Sum(o => o.Realised) / outcomes.Sum(o => o.Estimated);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"found {outcomes.Count(o => o.Found)} of {outcomes.Count}; false in the control month: {control.Count} (at most {MostFalse}){string.Concat(control.Select(f => $" {f.Cause}"))}; realised ÷ estimated {ratio:0.000}, worst {outcomes.MinBy(o => -Math.Abs(o.Ratio - 1))!.Ratio:0.000}"));
        bool held = outcomes.All(o => o.Found && o.Ratio is >= Least and <= Most) && control.Count <= MostFalse;
        return Task.FromResult(held ? 0 : 1);
    }
}
