using Nexus.Engine.Resources;
using Nexus.Engine.Optimization.Statistics;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>Agents that go round in a loop, and retries of what fails anyway.</summary>
/// <remarks>
/// A run is out of line where it costs more than five times the median of its workflow and more than six robust deviations above it (the median absolute deviation, which the runs in question do not move); what it costs above the 95th percentile of the others would be saved by a limit.
/// A retry is a failed call after a failed call of the same prompt and run: from the third attempt on it would be saved by giving up.
/// </remarks>
internal sealed class RunawayAgents : ISavingsDetector
{
    private const int FewestRuns = 20;
    private const double Times = 5;
    private const double Deviations = 6;
    private const double Usual = 0.95;
    private const int Attempts = 2;
    private const int FewestRetries = 20;
    private const double LeastShare = 0.05;
    private static readonly TimeSpan Together = TimeSpan.FromHours(1);

    public string Name => "runawayAgents";

    public string Title => "Loops and retries that burn money";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        foreach (IGrouping<OwnerPath, CallPast> group in past.Calls.GroupBy(c => c.Owner.AtMost(CallGroups.Depth)).OrderBy(g => g.Key.ToString(), StringComparer.Ordinal))
        {
            CallPast[] calls = [.. group.OrderBy(c => c.At)];
            if (Loops(past, settings, group.Key, calls) is { } loops)
            {
                yield return loops;
            }

            if (Retries(past, settings, group.Key, calls) is { } retries)
            {
                yield return retries;
            }
        }
    }

    private Finding? Loops(SavingsPast past, SavingsSettings settings, OwnerPath owner, CallPast[] calls)
    {
        (CallPast Last, double Cost, int Calls)[] runs = [.. calls.Where(c => c.Run is not null).GroupBy(c => c.Run).Select(g => (g.Last(), g.Sum(c => c.Cost), g.Count()))];
        if (runs.Length < FewestRuns)
        {
            return null;
        }

        double[] costs = [.. runs.Select(r => r.Cost)];
        double middle = Percentiles.Median(costs);
        double bound = Math.Max(Times * middle, middle + (Deviations * Percentiles.Deviation(costs)));
        (CallPast Last, double Cost, int Calls)[] wild = [.. runs.Where(r => r.Cost > bound)];
        double[] tame = [.. costs.Where(c => c <= bound).Order()];
        if (wild.Length == 0 || tame.Length == 0)
        {
            return null;
        }

        double limit = Percentiles.Of(tame, Usual);
        (CallPast, double)[] saved = [.. wild.Select(r => (r.Last, r.Cost - limit))];
        if (saved.Sum(s => s.Item2) < calls.Sum(c => c.Cost) * LeastShare || SavingEstimate.OfDays(CallGroups.ByDay(past, calls, saved), settings.FewestDays, SavingsLevel.Medium, "Runs that get out of line are few, and come as they come.") is not { } saving)
        {
            return null;
        }

        return new Finding(
            Name, $"loop:{owner}", FindingType.UsagePattern, owner,
            $"{wild.Length} of {runs.Length} runs of {owner} cost {SavingsText.Number(Percentiles.Median(wild.Select(w => w.Cost)) / middle)} times as much as the others, with {SavingsText.Number(Percentiles.Median(wild.Select(w => (double)w.Calls)))} calls each",
            saving,
            ProposedChange.Advise(owner.ToString(), "a run may spend what its budgets have", "each run opens an allowance for what 95 % of the others need: a loop then ends by itself"),
            new Evidence(EvidenceForm.Bars, "cost of the run", [new EvidenceSeries("runs, the dearest first", [.. runs.OrderByDescending(r => r.Cost).Take(40).Select(r => Math.Round(r.Cost, 6))])])
            {
                Labels = [.. runs.OrderByDescending(r => r.Cost).Take(40).Select(r => r.Last.Run!)],
                Proposed = limit,
                Facts = [$"Half of the runs cost at most {SavingsText.Number(middle)}, 95 % of those that are in line {SavingsText.Number(limit)}."],
            },
            new Measure(MeasureVolume.Runs, owner))
        {
            Risk = SavingsLevel.Low,
            RiskReason = "A run that rightly needs more is stopped, and has to be given a larger allowance.",
            Effort = SavingsLevel.Medium,
            About = $"runs:{owner}",
        };
    }

    private Finding? Retries(SavingsPast past, SavingsSettings settings, OwnerPath owner, CallPast[] calls)
    {
        List<(CallPast Call, double Saved)> wasted = [];
        foreach (IGrouping<(string?, string?, string), CallPast> same in calls.Where(c => c.Prompt is not null || c.Run is not null).GroupBy(c => (c.Prompt, c.Run, c.Model)))
        {
            int failed = 0;
            Instant last = default;
            foreach (CallPast call in same)
            {
                failed = call.Succeeded == false ? (call.At - last <= Together ? failed + 1 : 1) : 0;
                last = call.At;
                if (failed > Attempts)
                {
                    wasted.Add((call, call.Cost));
                }
            }
        }

        double all = calls.Sum(c => c.Cost);
        if (wasted.Count < FewestRetries || wasted.Sum(w => w.Saved) < all * LeastShare || SavingEstimate.OfDays(CallGroups.ByDay(past, calls, wasted), settings.FewestDays) is not { } saving)
        {
            return null;
        }

        return new Finding(
            Name, $"retries:{owner}", FindingType.UsagePattern, owner,
            $"{owner} tries {SavingsText.Number(wasted.Count)} times again what has failed twice, and fails again",
            saving,
            ProposedChange.Advise(owner.ToString(), "a failed call is repeated without end", "it is given up after the second failure, or waits longer each time"),
            CallGroups.OverDays(past, "calls", [new EvidenceSeries("failed from the third attempt on", CallGroups.ByDay(past, calls, wasted.Select(w => (w.Call, 1d)))), new EvidenceSeries("all calls", past.ByDay(calls, c => c.At, _ => 1))],
                [$"They are {SavingsText.Percent(wasted.Sum(w => w.Saved) / all)} of what {owner} spends on models."]),
            new Measure(MeasureVolume.Successes, owner))
        {
            Risk = SavingsLevel.Low,
            RiskReason = "What would have come right at a later attempt is given up.",
            Effort = SavingsLevel.Medium,
            About = $"retries:{owner}",
        };
    }
}
