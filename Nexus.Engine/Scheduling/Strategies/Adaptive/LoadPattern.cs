using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>A kind of load that comes again: what served it best before will probably do so again.</summary>
/// <param name="Hour">The hour of the week, from Monday 00:00 UTC, 0 – 167; null: at any hour.</param>
/// <param name="Depth">How many wait on average: 0 fewer than one, 1 fewer than ten, 2 fewer than a hundred, 3 more.</param>
/// <param name="Deadlines">How many of them have a deadline: 0 hardly any, 1 fewer than two of five, 2 more.</param>
public readonly record struct LoadPattern(int? Hour, int Depth, int Deadlines)
{
    private const int Hours = 168;
    private const int Depths = 4;
    private const int Shares = 3;
    private const long MillisecondsAnHour = 3_600_000;

    // The first of January 1970 was a Thursday.
    private const int HoursToMonday = 72;

    /// <summary>The same at any hour.</summary>
    public LoadPattern AtAnyHour => this with { Hour = null };

    /// <summary>As a number, for what is kept.</summary>
    internal int Key => (((Hour ?? Hours) * Depths) + Depth) * Shares + Deadlines;

    /// <summary>The pattern of a number.</summary>
    internal static LoadPattern Of(int key) => new(key / Shares / Depths is var hour && hour == Hours ? null : hour, key / Shares % Depths, key % Shares);

    /// <summary>The pattern of a load at a moment.</summary>
    public static LoadPattern Of(PoolLoad load, Instant at) => new(
        (int)(((at.Milliseconds / MillisecondsAnHour) + HoursToMonday) % Hours),
        load.Waiting < PoolLoad.One ? 0 : load.Waiting < 10 * PoolLoad.One ? 1 : load.Waiting < 100 * PoolLoad.One ? 2 : 3,
        load.Of(LoadFigure.DeadlineShare) switch { < 50_000 => 0, < 400_000 => 1, _ => 2 });
}
