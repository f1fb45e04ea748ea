using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization.FollowUp;

/// <summary>What a day cost, and how much was done for it.</summary>
/// <param name="Day">When the day begins.</param>
/// <param name="Cost">What it cost, in the currency's unit.</param>
/// <param name="Volume">How much was done.</param>
public readonly record struct MeasuredDay(Instant Day, double Cost, double Volume)
{
    /// <summary>The days of a past, as a measure sees them; those without volume are left out.</summary>
    public static IReadOnlyList<MeasuredDay> Of(SavingsPast past, Measure measure)
    {
        ArgumentNullException.ThrowIfNull(past);
        ArgumentNullException.ThrowIfNull(measure);
        double[] cost = new double[past.Days];
        double[] volume = new double[past.Days];
        if (measure.IsOfCalls)
        {
            foreach (IGrouping<int, CallPast> day in past.Calls.Where(c => c.Owner.IsWithin(measure.Within) && Names(measure.Models, c.Model)).GroupBy(c => past.DayOf(c.At)).Where(g => g.Key >= 0 && g.Key < cost.Length))
            {
                cost[day.Key] = day.Sum(c => c.Cost);
                volume[day.Key] = VolumeOf(measure.Volume, day);
            }
        }
        else
        {
            foreach (SpendCell cell in past.Spend.Where(c => c.Owner.IsWithin(measure.Within) && Names(measure.Models, c.Model) && Names(measure.Pools, c.Pool) && (measure.Resource is null || measure.Resource == c.Resource)))
            {
                int day = past.DayOf(cell.Hour);
                if (day >= 0 && day < cost.Length)
                {
                    cost[day] += cell.Cost;
                    volume[day] += measure.Volume == MeasureVolume.Consumed ? cell.Consumed : 0;
                }
            }

            if (measure.Volume == MeasureVolume.Days)
            {
                Array.Fill(volume, 1);
            }
        }

        return [.. Enumerable.Range(0, cost.Length).Where(d => volume[d] > 0).Select(d => new MeasuredDay(past.From + (TimeSpan.FromDays(1) * d), cost[d], volume[d]))];
    }

    private static bool Names(IReadOnlyList<string> names, string? name) => names.Count == 0 || (name is not null && names.Contains(name));

    private static double VolumeOf(MeasureVolume volume, IEnumerable<CallPast> calls) => volume switch
    {
        MeasureVolume.Tokens => calls.Sum(c => c.Input + c.Output),
        MeasureVolume.Prompts => calls.Select(c => (c.Prompt, c.Input)).Distinct().Count(),
        MeasureVolume.Runs => calls.Select(c => c.Run).OfType<string>().Distinct(StringComparer.Ordinal).Count(),
        MeasureVolume.Successes => calls.Count(c => c.Succeeded == true),
        _ => calls.Count(),
    };
}
