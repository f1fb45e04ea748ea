namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>Who waits for a pool or has a start promised in it, at a moment or on average over a time.</summary>
/// <param name="Waiting">How many, in thousandths.</param>
/// <param name="Deadlines">How many of them have a deadline, in thousandths.</param>
/// <param name="Tenants">How many tenants they belong to.</param>
public readonly record struct PoolLoad(long Waiting, long Deadlines, int Tenants)
{
    /// <summary>A number of requests, as it is counted here.</summary>
    public const long One = 1_000;

    /// <summary>A figure, in millionths.</summary>
    public long Of(LoadFigure figure) => figure switch
    {
        LoadFigure.DeadlineShare => Waiting == 0 ? 0 : Deadlines * StrategyRule.Million / Waiting,
        LoadFigure.Waiting => Waiting * (StrategyRule.Million / One),
        _ => Tenants * (long)StrategyRule.Million,
    };
}
