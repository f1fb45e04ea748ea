namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>What a pool is to serve well: how much each of four things counts, in thousandths, 0 – <see cref="MostWeight"/>. What counts 0 does not count; something counts.</summary>
/// <param name="Wait">That work starts soon: the mean time from submission to start.</param>
/// <param name="Deadlines">That deadlines are met: the share that is missed.</param>
/// <param name="Fairness">That those who want more get alike: what Jain's index lacks to 1.</param>
/// <param name="Cost">That work is cheap: the mean expected cost of a grant.</param>
public sealed record Objective(int Wait, int Deadlines, int Fairness, int Cost)
{
    /// <summary>The largest weight: a thousand.</summary>
    public const int MostWeight = 1_000_000;

    /// <summary>What a weight of 1 is written as.</summary>
    public const int One = 1_000;

    /// <summary>Waits alone.</summary>
    public static Objective Default { get; } = new(One, 0, 0, 0);
}
