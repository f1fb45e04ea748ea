using System.Globalization;

namespace Nexus.Bench;

/// <summary>What must hold, said line by line; the bench fails when a gate is missed.</summary>
internal sealed class Verdicts
{
    private bool _missed;

    /// <summary>0 when every gate holds.</summary>
    public int ExitCode => _missed ? 1 : 0;

    /// <summary>A figure that must not be smaller than its gate.</summary>
    public void AtLeast(string what, double[] rounds, double gate, double? aim = null, string format = "0.00") => Say(what, rounds, "≥", gate, aim, format, static (value, bound) => value >= bound);

    /// <summary>A figure that must not be larger than its gate.</summary>
    public void AtMost(string what, double[] rounds, double gate, double? aim = null, string format = "0.00") => Say(what, rounds, "≤", gate, aim, format, static (value, bound) => value <= bound);

    private void Say(string what, double[] rounds, string sign, double gate, double? aim, string format, Func<double, double, bool> holds)
    {
        double median = Rounds.Median(rounds);
        bool kept = holds(median, gate);
        _missed |= !kept;
        string reached = !kept ? "MISSED" : aim is { } a && holds(median, a) ? "holds, aim reached" : "holds";
        string figures = rounds.Length == 1 ? Number(median) : $"{Number(rounds.Min())}/{Number(median)}/{Number(rounds.Max())}";
        Console.WriteLine($"{what}: {figures}   gate {sign} {Number(gate)}{(aim is { } goal ? $", aim {Number(goal)}" : "")}: {reached}");

        string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
