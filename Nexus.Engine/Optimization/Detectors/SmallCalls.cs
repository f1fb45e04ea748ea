using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>Many small calls within a minute, which could go together: twenty to a call, and in the batch lane where the model has one.</summary>
internal sealed class SmallCalls : ISavingsDetector
{
    private const double SmallTokens = 400;
    private const int ManyInAMinute = 10;
    private const int Together = 20;
    private const int FewestCalls = 200;
    private const double LeastShare = 0.3;
    private const int MinuteMilliseconds = 60_000;

    public string Name => "smallCalls";

    public string Title => "Many small calls";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        foreach ((OwnerPath owner, string model, CallPast[] calls) in CallGroups.Of(past))
        {
            double? batch = past.BatchShares.TryGetValue(model, out double share) ? share : null;
            CallPast[] small = [.. calls.Where(c => c.Input + c.Output <= SmallTokens && c.Lane is null or "standard")];
            CallPast[][] bursts = [.. small.GroupBy(c => c.At.Milliseconds / MinuteMilliseconds).Select(g => g.ToArray()).Where(g => g.Length >= ManyInAMinute)];
            int inBursts = bursts.Sum(b => b.Length);
            if (inBursts < FewestCalls || inBursts < calls.Length * LeastShare)
            {
                continue;
            }

            (CallPast, double)[] saved = [.. bursts.SelectMany(b => b.Select(c => (c, (c.Fee * (b.Length - Math.Ceiling(b.Length / (double)Together)) / b.Length) + (batch is { } lane ? (c.InputCost + c.OutputCost) * (1 - lane) : 0))))];
            if (saved.Sum(s => s.Item2) <= 0 || SavingEstimate.OfDays(CallGroups.ByDay(past, calls, saved), settings.FewestDays, SavingsLevel.Medium, "Whether the answers can wait is for who asks to say.") is not { } saving)
            {
                continue;
            }

            yield return new Finding(
                Name, $"small-calls:{owner}:{model}", FindingType.UsagePattern, owner,
                $"{owner} makes {SavingsText.Number(inBursts)} calls of {model} with at most {SavingsText.Number(SmallTokens)} tokens, {ManyInAMinute} and more in a minute",
                saving,
                ProposedChange.Advise(owner.ToString(), "each is a call of its own", batch is null ? $"up to {Together} go in one call" : "those of a minute go together through the batch lane"),
                CallGroups.OverDays(past, "calls", [new EvidenceSeries("small calls in bursts", CallGroups.ByDay(past, calls, bursts.SelectMany(b => b.Select(c => (c, 1d))))), new EvidenceSeries("all calls", past.ByDay(calls, c => c.At, _ => 1))],
                    [$"Half of them have at most {SavingsText.Number(Statistics.Percentiles.Median(small.Select(c => c.Input + c.Output)))} tokens.", batch is { } b2 ? $"A token costs {SavingsText.Percent(b2)} in the batch lane." : "Only what a call costs whatever its size is saved: the model has no price for a batch lane."]),
                new Measure(MeasureVolume.Tokens, owner) { Models = [model] })
            {
                Risk = SavingsLevel.Low,
                RiskReason = "Answers come later, together.",
                Effort = SavingsLevel.High,
                About = $"small:{owner}:{model}",
            };
        }
    }
}
