namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>What an operator set: while a figure of the load is above or below a bound, the pool follows a strategy, whatever was learned.</summary>
/// <param name="Figure">What is looked at.</param>
/// <param name="Above">True: while it is above the bound; false: while it is below.</param>
/// <param name="Millionths">The bound, in millionths; 0 – 10¹² (a million).</param>
/// <param name="Strategy">The strategy, by its name; not <c>adaptive</c>.</param>
public sealed record StrategyRule(LoadFigure Figure, bool Above, long Millionths, string Strategy)
{
    /// <summary>One, as bounds are written.</summary>
    public const int Million = 1_000_000;

    /// <summary>True while it holds.</summary>
    public bool Holds(PoolLoad load) => Above ? load.Of(Figure) > Millionths : load.Waiting > 0 && load.Of(Figure) < Millionths;
}
