using Nexus.Engine.Resources;
using Nexus.Engine.Optimization.Statistics;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>Prompts that grow from call to call of a run, or from week to week: a history that is sent along and never shortened.</summary>
/// <remarks>A run grows where the robust slope of its prompts (<see cref="TheilSen"/>) carries them to three times their beginning; what is above twice the beginning would be saved by pruning. Days grow likewise where the last week's median is half again as large as the first's.</remarks>
internal sealed class GrowingPrompts : ISavingsDetector
{
    private const int FewestCallsOfRun = 8;
    private const int FewestRuns = 5;
    private const double Grown = 3;
    private const double Kept = 2;
    private const double LeastShare = 0.15;
    private const int Week = 7;
    private const double GrownDays = 1.5;
    private const int FewestCalls = 100;

    public string Name => "growingPrompts";

    public string Title => "Prompts that grow";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        foreach ((OwnerPath owner, string model, CallPast[] calls) in CallGroups.Of(past))
        {
            if ((OfRuns(past, settings, owner, model, calls) ?? OfDays(past, settings, owner, model, calls)) is { } found)
            {
                yield return found;
            }
        }
    }

    private Finding? OfRuns(SavingsPast past, SavingsSettings settings, OwnerPath owner, string model, CallPast[] calls)
    {
        List<(CallPast Call, double Saved)> excess = [];
        List<CallPast[]> grown = [];
        CallPast[][] runs = [.. calls.Where(c => c.Run is not null).GroupBy(c => c.Run).Select(g => g.ToArray()).Where(r => r.Length >= FewestCallsOfRun)];
        foreach (CallPast[] run in runs)
        {
            double[] sizes = [.. run.Select(c => c.Input)];
            double begin = Percentiles.Median(sizes.Take(Math.Max(1, sizes.Length / 4)));
            if (begin > 0 && begin + (TheilSen.Slope(sizes) * (sizes.Length - 1)) >= Grown * begin)
            {
                grown.Add(run);
                excess.AddRange(run.Where(c => c.Input > Kept * begin).Select(c => (c, c.InputCost * (c.Input - (Kept * begin)) / c.Input)));
            }
        }

        double all = calls.Sum(c => c.Cost);
        if (grown.Count < FewestRuns || all <= 0 || excess.Sum(e => e.Saved) < all * LeastShare
            || SavingEstimate.OfDays(CallGroups.ByDay(past, calls, excess), settings.FewestDays, SavingsLevel.Medium, "How much of a history an answer needs is for who asks to say.") is not { } saving)
        {
            return null;
        }

        int longest = Math.Min(grown.Max(r => r.Length), Evidence.MostValues);
        return Found(
            owner, model, saving,
            $"Prompts of {owner} to {model} grow to {SavingsText.Number(Percentiles.Median(grown.Select(r => r[^1].Input / Math.Max(1, r[0].Input))))} times their first size within a run",
            new Evidence(EvidenceForm.Bars, "tokens", [new EvidenceSeries("prompt, median of runs", [.. Enumerable.Range(0, longest).Select(i => Math.Round(Percentiles.Median(grown.Where(r => r.Length > i).Select(r => r[i].Input))))])])
            {
                Labels = [.. Enumerable.Range(1, longest).Select(i => $"call {i}")],
                Facts = [$"{grown.Count} of {runs.Length} runs grow so; pruned to twice their beginning they would cost {SavingsText.Percent(excess.Sum(e => e.Saved) / all)} less."],
            });
    }

    private Finding? OfDays(SavingsPast past, SavingsSettings settings, OwnerPath owner, string model, CallPast[] calls)
    {
        CallPast[] loose = [.. calls.Where(c => c.Run is null)];
        int first = loose.Length == 0 ? 0 : past.DayOf(loose[0].At);
        double[] medians = [.. Enumerable.Range(first, Math.Max(0, past.Days - first)).Select(d => Percentiles.Median(loose.Where(c => past.DayOf(c.At) == d).Select(c => c.Input))).Where(m => m > 0)];
        if (loose.Length < FewestCalls || medians.Length < 2 * Week)
        {
            return null;
        }

        double begin = Percentiles.Median(medians.Take(Week));
        double end = Percentiles.Median(medians.TakeLast(Week));
        if (end < GrownDays * begin || begin + (TheilSen.Slope(medians) * (medians.Length - 1)) < GrownDays * begin)
        {
            return null;
        }

        // What goes on is the last week's size, not that of the weeks in which it grew.
        int last = past.Days - Week;
        CallPast[] lately = [.. loose.Where(c => past.DayOf(c.At) >= last)];
        Saving? saving = SavingEstimate.OfDays(
            CallGroups.ByDay(past, lately, lately.Where(c => c.Input > begin).Select(c => (c, c.InputCost * (c.Input - begin) / c.Input))), settings.FewestDays, SavingsLevel.Medium, "How much of a prompt an answer needs is for who asks to say.");
        return saving is null ? null : Found(
            owner, model, saving, $"Prompts of {owner} to {model} have grown from {SavingsText.Number(begin)} to {SavingsText.Number(end)} tokens",
            CallGroups.OverDays(past, "tokens", [new EvidenceSeries("prompt, median of the day", medians)], [$"By {SavingsText.Number(TheilSen.Slope(medians))} tokens a day."]));
    }

    private Finding Found(OwnerPath owner, string model, Saving saving, string title, Evidence evidence) => new(
        Name, $"growing-prompts:{owner}:{model}", FindingType.UsagePattern, owner, title, saving,
        ProposedChange.Advise(owner.ToString(), "the whole history is sent with each call", "older parts are pruned or summarised"), evidence,
        new Measure(MeasureVolume.Calls, owner) { Models = [model] })
    {
        Risk = SavingsLevel.Medium,
        RiskReason = "An answer may miss what was left out.",
        Effort = SavingsLevel.Medium,
        About = $"prompts:{owner}:{model}",
    };
}
