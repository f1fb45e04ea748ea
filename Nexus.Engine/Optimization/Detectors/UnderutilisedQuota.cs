using Nexus.Engine.Optimization.Statistics;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>A limit far above what its node uses: what it sets aside there, nobody else's firm work can have. Sized for the 99th percentile with headroom; a limit that refused somebody is none.</summary>
internal sealed class UnderutilisedQuota : ISavingsDetector
{
    private const double Share = 0.99;
    private const double Often = 0.95;
    private const double Worth = 0.75;

    public string Name => "underutilisedQuota";

    public string Title => "Limits far above what is used";

    public IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings)
    {
        foreach (QuotaPast quota in past.Quotas.Where(q => q.UnitHour > 0 && q.SetAside > 0 && q.Rejections == 0 && q.Limit > 0 && q.Points.Count >= settings.FewestDays * 24))
        {
            double[] used = [.. quota.Points.Select(p => p.Used).Order()];
            double typical = Percentiles.Of(used, Share);
            double to = Sizing.Up(Math.Max(typical * (1 + settings.Headroom), quota.Points[^1].Used), quota.Limit);
            if (to > quota.Limit * Worth || used[^1] <= 0)
            {
                continue;
            }

            double month = quota.UnitHour!.Value * quota.SetAside * Saving.HoursOfMonth;
            double Saved(double need) => Math.Max(0, quota.Limit - Sizing.Up(need, quota.Limit)) * month;
            double days = quota.Points.Count / 24d;
            string who = SavingsText.Owner(quota.Owner);
            yield return new Finding(
                Name, $"underutilised-quota:{quota.Owner}:{quota.Resource}", FindingType.ResourceReduction, quota.Owner,
                $"{who} may hold {SavingsText.Number(quota.Limit)} {quota.Resource} and needed at most {SavingsText.Number(typical)} for 99 % of the time",
                Saving.Of((quota.Limit - to) * month, Saved(Math.Max(used[^1], quota.Peak) * (1 + settings.Headroom)), Saved(Percentiles.Of(used, Often) * (1 + settings.Headroom)),
                    SavingEstimate.OfHistory(days) is var level && level == SavingsLevel.High ? SavingsLevel.Medium : level,
                    "What is set aside is worth its price only where others use it, or where pools become smaller by it."),
                ProposedChange.Quota(quota.Owner, quota.Resource, Sizing.Of(quota.Limit), Sizing.Of(to)),
                new Evidence(EvidenceForm.OverTime, quota.Resource,
                    [new EvidenceSeries("used", Evidence.Thin([.. quota.Points.Select(p => p.Used)], out int each)), new EvidenceSeries("limit", Evidence.Thin([.. quota.Points.Select(_ => quota.Limit)], out _))])
                {
                    Start = quota.Points[0].At,
                    Step = TimeSpan.FromHours(each),
                    Proposed = to,
                    Facts = [$"Means of hours: 99 % of the time at most {SavingsText.Number(typical)}, at most {SavingsText.Number(used[^1])}; at once at most {SavingsText.Number(quota.Peak)}.", "It has refused nobody."],
                },
                new Measure(MeasureVolume.SetAside, quota.Owner) { Resource = quota.Resource })
            {
                Risk = quota.Peak > to ? SavingsLevel.Medium : SavingsLevel.Low,
                RiskReason = quota.Peak > to ? $"At once up to {SavingsText.Number(quota.Peak)} were used: such a moment would be refused, or would borrow." : "Only use above all that was seen is refused, or borrows.",
                Effort = SavingsLevel.Low,
            };
        }
    }
}
