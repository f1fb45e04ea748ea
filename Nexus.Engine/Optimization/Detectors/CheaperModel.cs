using Nexus.Engine.Resources;
using Nexus.Engine.Optimization.Statistics;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>Calls of a model that a cheaper one, which the same tenant uses already, does as well: no larger than the calls that it serves, and no less successful (<c>resource_substitution</c>).</summary>
/// <remarks>Success is compared by the lower end of Wilson's interval (<em>Probable Inference, the Law of Succession, and Statistical Inference</em>, 1927) where clients state outcomes. Where they do not, the confidence is low.</remarks>
internal sealed class CheaperModel : ISavingsDetector
{
    private const int FewestCalls = 30;
    private const int FewestOutcomes = 20;
    private const double Cheaper = 0.75;
    private const double Size = 0.95;
    private const double Tolerance = 0.05;
    private const double LeastShare = 0.2;

    // One side of 90 %.
    private const double Z = 1.2816;

    public string Name => "cheaperModel";

    public string Title => "Models with a cheaper alternative";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        foreach (IGrouping<string, (OwnerPath Owner, string Model, CallPast[] Calls)> tenant in CallGroups.Of(past).GroupBy(g => g.Owner.Tenant, StringComparer.Ordinal))
        {
            ModelSeen[] models = [.. tenant.GroupBy(g => g.Model, StringComparer.Ordinal).Select(m => ModelSeen.Of(m.Key, [.. m.SelectMany(g => g.Calls)])).Where(m => m.Calls >= FewestCalls && m is { Input: > 0 } or { Output: > 0 })];
            foreach ((OwnerPath owner, string model, CallPast[] calls) in tenant)
            {
                if (Array.Find(models, m => m.Model == model) is { } mine && models.Where(m => m.Model != model).Select(m => Compare(past, settings, owner, calls, mine, m)).OfType<Finding>().MaxBy(f => f.Saving.Expected) is { } best)
                {
                    yield return best;
                }
            }
        }
    }

    private Finding? Compare(SavingsPast past, SavingsSettings settings, OwnerPath owner, CallPast[] calls, ModelSeen mine, ModelSeen other)
    {
        double CostAt(CallPast call) => (call.Input * other.Input) + (call.Output * other.Output) + call.Fee;
        (CallPast Call, double Saved)[] saved = [.. calls.Where(c => c.Input <= other.LargestInput && c.Output <= other.LargestOutput && CostAt(c) <= c.Cost * Cheaper).Select(c => (c, c.Cost - CostAt(c)))];
        if (saved.Length < FewestCalls || saved.Length < calls.Length * LeastShare)
        {
            return null;
        }

        bool known = mine.Outcomes >= FewestOutcomes && other.Outcomes >= FewestOutcomes;
        if (known && Wilson(other.Succeeded, other.Outcomes) < (mine.Succeeded / (double)mine.Outcomes) - Tolerance)
        {
            return null;
        }

        Saving? saving = SavingEstimate.OfDays(
            CallGroups.ByDay(past, calls, saved), settings.FewestDays, known ? SavingsLevel.High : SavingsLevel.Low, known ? "" : "Nobody states whether calls succeed, so that nothing speaks for or against the quality.");
        return saving is null ? null : new Finding(
            Name, $"cheaper-model:{owner}:{mine.Model}", FindingType.ResourceSubstitution, owner,
            $"{SavingsText.Percent(saved.Length / (double)calls.Length)} of the calls that {owner} makes of {mine.Model} are no larger than those that {other.Model} serves for {owner.Tenant}",
            saving,
            ProposedChange.Advise(owner.ToString(), $"{owner} calls {mine.Model}", $"{owner} calls {other.Model} for prompts up to {SavingsText.Number(other.LargestInput)} tokens, {mine.Model} for others"),
            new Evidence(EvidenceForm.Bars, "per million tokens", [new EvidenceSeries("input", [mine.Input * 1e6, other.Input * 1e6]), new EvidenceSeries("output", [mine.Output * 1e6, other.Output * 1e6])])
            {
                Labels = [mine.Model, other.Model],
                Facts = known
                    ? [$"{mine.Model}: {SavingsText.Percent(mine.Succeeded / (double)mine.Outcomes)} of {mine.Outcomes} calls succeeded; {other.Model}: {SavingsText.Percent(other.Succeeded / (double)other.Outcomes)} of {other.Outcomes}."]
                    : ["How many calls succeed is not stated: send the outcome with the release, or with spans."],
            },
            new Measure(MeasureVolume.Tokens, owner) { Models = [mine.Model, other.Model] })
        {
            Risk = known ? SavingsLevel.Low : SavingsLevel.Medium,
            RiskReason = "Answers may be worse: try it on some of the calls first.",
            Effort = SavingsLevel.Low,
            About = $"calls:{owner}:{mine.Model}",
        };
    }

    private static double Wilson(int succeeded, int all)
    {
        double share = succeeded / (double)all;
        double middle = share + (Z * Z / (2 * all));
        double half = Z * Math.Sqrt((share * (1 - share) / all) + (Z * Z / (4d * all * all)));
        return (middle - half) / (1 + (Z * Z / all));
    }

    // Prices as they were paid: a token's, over all lanes and tiers.
    private sealed record ModelSeen(string Model, int Calls, double Input, double Output, double LargestInput, double LargestOutput, int Outcomes, int Succeeded)
    {
        public static ModelSeen Of(string model, CallPast[] calls) => new(
            model, calls.Length, Per(calls.Sum(c => c.InputCost), calls.Sum(c => c.Input)), Per(calls.Sum(c => c.OutputCost), calls.Sum(c => c.Output)),
            Percentiles.Of([.. calls.Select(c => c.Input).Order()], Size), Percentiles.Of([.. calls.Select(c => c.Output).Order()], Size),
            calls.Count(c => c.Succeeded is not null), calls.Count(c => c.Succeeded == true));

        private static double Per(double cost, double tokens) => tokens <= 0 ? 0 : cost / tokens;
    }
}
