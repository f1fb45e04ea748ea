using Nexus.Engine.Costs;

namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>The figures of a strategy over several stretches of the past, where older ones count less. All of it is whole numbers.</summary>
/// <param name="Requests">How many requests, in thousandths: what has faded is no whole number.</param>
/// <param name="Waited">How long they waited, in milliseconds.</param>
/// <param name="Deadlines">How many had a deadline, in thousandths.</param>
/// <param name="Missed">How many of those missed it, in thousandths.</param>
/// <param name="Unfair">What Jain's index lacked to 1, in millionths, of each stretch times its requests.</param>
/// <param name="Granted">How many were granted, in thousandths.</param>
/// <param name="Cost">What they cost, in pico-units.</param>
internal readonly record struct TrialSums(long Requests, long Waited, long Deadlines, long Missed, long Unfair, long Granted, Int128 Cost)
{
    private const long Thousand = 1_000;

    // What is less than these is not told apart: who waits for a tenth of a second does not wait.
    private const long LeastWait = 100;
    private const long LeastUnfair = 10_000;

    /// <summary>The figures of one stretch.</summary>
    public static TrialSums Of(StrategyFigures figures) => new(
        figures.Requests * Thousand, figures.Waited, figures.Deadlines * Thousand, figures.Missed * Thousand, figures.Unfair * figures.Requests, figures.Granted * Thousand, figures.Cost.Picos);

    /// <summary>Both together.</summary>
    public static TrialSums operator +(TrialSums a, TrialSums b) => new(
        a.Requests + b.Requests, a.Waited + b.Waited, a.Deadlines + b.Deadlines, a.Missed + b.Missed, a.Unfair + b.Unfair, a.Granted + b.Granted, a.Cost + b.Cost);

    /// <summary>What is left after a time.</summary>
    public TrialSums After(long epochs) => epochs == 0 ? this : new(
        HalfLife.Decayed(Requests, epochs), HalfLife.Decayed(Waited, epochs), HalfLife.Decayed(Deadlines, epochs), HalfLife.Decayed(Missed, epochs), HalfLife.Decayed(Unfair, epochs),
        HalfLife.Decayed(Granted, epochs), HalfLife.Decayed(Cost, epochs));

    /// <summary>A part of it.</summary>
    /// <param name="part">How many of <paramref name="whole"/>.</param>
    /// <param name="whole">Above zero.</param>
    public TrialSums Scaled(long part, long whole)
    {
        return part >= whole ? this : new(Of(Requests), Of(Waited), Of(Deadlines), Of(Missed), Of(Unfair), Of(Granted), Cost / whole * part);

        long Of(long sum) => (long)((Int128)sum * part / whole);
    }

    /// <summary>
    /// How badly it serves an objective, as a logarithm to the base 2 (<see cref="FixedLog"/>): the weighted geometric mean of what counts, so that a tenth less of one thing is worth
    /// as much as a tenth less of another, in whatever units they are (the weighted product model: Bridgman, 1922). Lower is better.
    /// </summary>
    public long Loss(Objective objective)
    {
        Int128 sum = (Int128)objective.Wait * Ratio(Waited * (Int128)Thousand + (Requests * (Int128)LeastWait), Requests)
            + ((Int128)objective.Deadlines * Ratio((2 * (Int128)Missed) + Thousand, (2 * (Int128)Deadlines) + (2 * Thousand)))
            + ((Int128)objective.Fairness * Ratio((Unfair * (Int128)Thousand) + (Requests * (Int128)LeastUnfair), Requests))
            + ((Int128)objective.Cost * Ratio(Cost + 1, Granted));
        return (long)(sum / (objective.Wait + objective.Deadlines + objective.Fairness + (Int128)objective.Cost));
    }

    private static long Ratio(Int128 numerator, Int128 denominator) => FixedLog.Of(numerator + 1) - FixedLog.Of(denominator + 1);
}
