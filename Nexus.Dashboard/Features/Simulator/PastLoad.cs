using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>How busy the recorded past was, bar by bar, so that a part of it can be chosen by sight.</summary>
/// <param name="From">Where the first bar begins.</param>
/// <param name="To">Where the last ends.</param>
/// <param name="Step">What a chosen window's ends are rounded to.</param>
/// <param name="Bars">The load, oldest first; all of the same length.</param>
public sealed record PastLoad(DateTimeOffset From, DateTimeOffset To, TimeSpan Step, IReadOnlyList<LoadBar> Bars)
{
    // A span whose first so-manieth part was not measured is not filled.
    private const int LeastGap = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    // How much of the past is drawn, how much of it a bar stands for, and how finely its parts are told apart.
    private static readonly (TimeSpan Span, TimeSpan Bar, TimeSpan Step)[] Scales =
    [
        (Hour, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)),
        (TimeSpan.FromHours(6), FiveMinutes, FiveMinutes),
        (TimeSpan.FromDays(1), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(10)),
        (Week, TimeSpan.FromHours(2), Hour),
        (TimeSpan.FromDays(30), TimeSpan.FromHours(8), Hour),
    ];

    /// <summary>The hour of the last week in which most ran and waited; null where nothing did.</summary>
    public BusiestHour? Busiest { get; init; }

    /// <summary>The largest bar.</summary>
    public double Most => Bars.Count == 0 ? 0 : Bars.Max(b => b.Running + b.Waiting);

    /// <summary>The load of as much of the last thirty days as was measured: of a young installation a shorter strip, so that it can be aimed at.</summary>
    /// <param name="over">The series over a span that ends now, oldest first.</param>
    /// <param name="now">Now.</param>
    public static PastLoad Of(Func<TimeSpan, IReadOnlyList<SeriesPoint>> over, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(over);
        (TimeSpan span, TimeSpan bar, TimeSpan step) = Scales[^1];
        IReadOnlyList<SeriesPoint> points = over(span);
        Instant? first = points.Count > 0 ? points[0].At : null;
        foreach ((TimeSpan Span, TimeSpan Bar, TimeSpan Step) scale in Scales.SkipLast(1))
        {
            Instant begins = Instant.From(now - scale.Span);
            IReadOnlyList<SeriesPoint> finer = over(scale.Span);

            // Nothing lies before it, and what is measured does not fill it: there is no more.
            if ((first is null || first >= begins) && (finer.Count == 0 || finer[0].At > begins + (scale.Span / LeastGap)))
            {
                ((span, bar, step), points) = (scale, finer);
                break;
            }
        }

        long end = Up(now.ToUnixTimeMilliseconds(), step);
        long from = end - Milliseconds(span);
        ILookup<long, SeriesPoint> inBars = points.ToLookup(p => (p.At.Milliseconds - 1 - from) / Milliseconds(bar));
        return new PastLoad(At(from), At(end), step, [.. Enumerable.Range(0, (int)(span / bar)).Select(i => LoadBar.Of([.. inBars[i]]))])
        {
            // Of a long span the series is told anew every now and then alone: what is drawn is fresher, where it is all there is.
            Busiest = BusiestOf(span <= Week ? points : over(Week), now),
        };
    }

    /// <summary>A moment of the strip, at a whole step and within it.</summary>
    public DateTimeOffset Snap(DateTimeOffset at)
    {
        long step = Milliseconds(Step);
        DateTimeOffset near = At((long)Math.Round((double)at.ToUnixTimeMilliseconds() / step) * step);
        return near < From ? From : near > To ? To : near;
    }

    /// <summary>Where a moment stands on the strip: 0 … 1.</summary>
    public double Place(DateTimeOffset at) => Math.Clamp((at - From) / (To - From), 0, 1);

    private static BusiestHour? BusiestOf(IReadOnlyList<SeriesPoint> week, DateTimeOffset now) =>
        week.GroupBy(p => (p.At.Milliseconds - 1) / Milliseconds(FiveMinutes))
            .Select(five => (Hour: five.Key * Milliseconds(FiveMinutes) / Milliseconds(Hour), Load: five.Average(p => (double)p.Running + p.Waiting)))
            .GroupBy(five => five.Hour)
            .Select(hour => (hour.Key, Load: hour.Average(five => five.Load)))
            .Where(hour => hour.Load > 0)
            .OrderByDescending(hour => hour.Load).ThenByDescending(hour => hour.Key)
            .Select(hour => (BusiestHour?)new BusiestHour(At(hour.Key * Milliseconds(Hour)), Least(At((hour.Key + 1) * Milliseconds(Hour)), now), hour.Load))
            .FirstOrDefault();

    private static DateTimeOffset Least(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    private static long Up(long milliseconds, TimeSpan step) => (milliseconds + Milliseconds(step) - 1) / Milliseconds(step) * Milliseconds(step);
}

/// <summary>How many ran and waited over a part of the past, on average.</summary>
/// <param name="Running">Running requests.</param>
/// <param name="Waiting">Waiting requests.</param>
/// <param name="IsKnown">False where nothing was measured.</param>
public sealed record LoadBar(double Running, double Waiting, bool IsKnown = true)
{
    internal static LoadBar Of(IReadOnlyList<SeriesPoint> points) =>
        points.Count == 0 ? new LoadBar(0, 0, IsKnown: false) : new LoadBar(points.Average(p => p.Running), points.Average(p => p.Waiting));
}

/// <summary>An hour of the past.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends; now where it has not ended.</param>
/// <param name="Load">How many ran and waited in it, on average.</param>
public sealed record BusiestHour(DateTimeOffset From, DateTimeOffset To, double Load);
