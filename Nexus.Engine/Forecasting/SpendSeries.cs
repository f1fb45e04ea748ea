using Nexus.Engine.Resources;

namespace Nexus.Engine.Forecasting;

/// <summary>What was spent in each of equally long steps, one after the other.</summary>
/// <param name="Start">When the first step begins.</param>
/// <param name="Step">How long a step is: 1 minute – 1 day, and a day has a whole number of them. An hour tells most.</param>
/// <param name="Values">What was spent in each, in one unit; <see cref="double.NaN"/> where it is not known.</param>
public sealed record SpendSeries(Instant Start, TimeSpan Step, IReadOnlyList<double> Values)
{
    /// <summary>How many steps are looked at, the newest: more than a year of hours.</summary>
    public const int MostSteps = 10_000;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <inheritdoc cref="SpendSeries"/>
    public TimeSpan Step { get; } = Step >= TimeSpan.FromMinutes(1) && Step <= Day && Day.Ticks % Step.Ticks == 0 ? Step
        : throw new ArgumentOutOfRangeException(nameof(Step), Step, "a step lasts 1 minute to 1 day, and a day has a whole number of them");

    /// <summary>How many steps a day has.</summary>
    internal int StepsOfDay => (int)(Day.Ticks / Step.Ticks);

    /// <summary>The part that says something at a moment: the steps that are over by then, from the first on in which something was spent.</summary>
    internal SpendSeries KnownAt(Instant now)
    {
        int over = (int)Math.Clamp((now - Start).Ticks / Step.Ticks, 0, Values.Count);
        int first = Math.Max(0, over - MostSteps);
        while (first < over && (double.IsNaN(Values[first]) || Values[first] == 0))
        {
            first++;
        }

        return new(Start + (Step * first), Step, [.. Values.Skip(first).Take(over - first)]);
    }
}
