using System.Globalization;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>The same question asked again within a day: an exact cache would have answered it. Calls of one prompt (the label <c>prompt</c>), model and size are taken to be the same question.</summary>
internal sealed class RepeatedRequests : ISavingsDetector
{
    private const int FewestRepeats = 20;
    private const double LeastShare = 0.15;
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(1);
    private static readonly int[] Bounds = [1, 2, 5, 10, 20, 50];

    public string Name => "repeatedRequests";

    public string Title => "Identical requests that are repeated";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        foreach ((OwnerPath owner, string model, CallPast[] calls) in CallGroups.Of(past))
        {
            CallPast[] told = [.. calls.Where(c => c.Prompt is not null)];
            List<(CallPast Call, double Saved)> repeats = [];
            List<int> asked = [];
            foreach (CallPast[] same in told.GroupBy(c => (c.Prompt, c.Input)).Select(g => g.ToArray()))
            {
                asked.Add(same.Length);
                Instant first = same[0].At;
                foreach (CallPast call in same.Skip(1))
                {
                    if (call.At - first < Fresh)
                    {
                        // A failed answer is not kept, and a retry is another cause.
                        if (call.Succeeded != false)
                        {
                            repeats.Add((call, call.Cost));
                        }
                    }
                    else
                    {
                        first = call.At;
                    }
                }
            }

            double all = calls.Sum(c => c.Cost);
            double share = all <= 0 ? 0 : repeats.Sum(r => r.Saved) / all;
            if (repeats.Count < FewestRepeats || share < LeastShare || SavingEstimate.OfDays(CallGroups.ByDay(past, calls, repeats), settings.FewestDays, SavingsLevel.Medium, "Prompts of one name and size are taken to be the same.") is not { } saving)
            {
                continue;
            }

            yield return new Finding(
                Name, $"repeated:{owner}:{model}", FindingType.UsagePattern, owner,
                $"{SavingsText.Percent(repeats.Count / (double)calls.Length)} of the calls that {owner} makes of {model} repeat one of the last 24 hours",
                saving,
                ProposedChange.Advise(owner.ToString(), "every call is paid for", "answers to identical requests are kept for a day and given again"),
                new Evidence(EvidenceForm.Bars, "prompts", [new EvidenceSeries("prompts asked so often", Histogram(asked))])
                {
                    Labels = [.. Bounds.Select((b, i) => i == Bounds.Length - 1 ? string.Create(CultureInfo.InvariantCulture, $"{b} and more") : Bounds[i + 1] == b + 1 ? string.Create(CultureInfo.InvariantCulture, $"{b}") : string.Create(CultureInfo.InvariantCulture, $"{b} to {Bounds[i + 1] - 1}"))],
                    Facts = [$"{SavingsText.Number(repeats.Count)} of {SavingsText.Number(calls.Length)} calls, {SavingsText.Percent(share)} of what they cost."],
                },
                new Measure(MeasureVolume.Prompts, owner) { Models = [model] })
            {
                Risk = SavingsLevel.Low,
                RiskReason = "An answer may be up to a day old; requests that must differ have another prompt.",
                Effort = SavingsLevel.Medium,
                About = $"repeats:{owner}:{model}",
            };
        }
    }

    private static double[] Histogram(List<int> asked) =>
        [.. Bounds.Select((b, i) => (double)asked.Count(a => a >= b && (i == Bounds.Length - 1 || a < Bounds[i + 1])))];
}
