using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>The quotas that steps of a history set.</summary>
internal static class Quotas
{
    private static readonly string[] Owners = ["~", "acme", "acme/x", "acme/x/w", "acme/z", "globex", "globex/y"];

    /// <summary>The node that a step is about.</summary>
    public static OwnerPath Owner(Step step) => OwnerPath.Parse(Owners[step.A % Owners.Length]);

    /// <summary>What a step sets there: tight and wide limits, cohorts, and periods of seconds.</summary>
    public static QuotaDefinition Of(Step step, long scale, Instant now) =>
        new(Owner(step), step.B % 3 * 500, step.C % 9 == 8 ? [Rule(step, scale, now), Rule(new Step(step.Deed, step.A, step.B + 1, step.C + 1), scale, now)] : [Rule(step, scale, now)]);

    private static QuotaRule Rule(Step step, long scale, Instant now)
    {
        Quantity some = Quantity.FromThousandths(Math.Min(Quantity.MaxThousandths, step.B % 9 * 1_000 * scale));
        QuotaBound bound = step.B % 4 == 3 ? QuotaBound.Unbounded : QuotaBound.Of(Quantity.FromThousandths(Math.Min(Quantity.MaxThousandths, step.B % 4 * 1_000 * scale)));
        bool cohort = step.C % 4 == 3;
        (string kind, QuotaPeriod period) = (step.C % 8) switch
        {
            0 or 1 or 3 or 4 => ("gpu", QuotaPeriod.None),
            2 => ("llm.calls", QuotaPeriod.Rolling(TimeSpan.FromSeconds(60))),
            5 => ("tokens.output", QuotaPeriod.Rate(TimeSpan.FromSeconds(10))),
            6 => ("gpu", QuotaPeriod.Calendar(QuotaPeriodKind.Minute)),
            _ => ("time.processing", QuotaPeriod.Calendar(QuotaPeriodKind.Minute)),
        };
        bool rate = period.Kind == QuotaPeriodKind.Rate;
        return new QuotaRule(kind)
        {
            Limit = cohort && !rate ? null : some,
            Extra = cohort && !rate ? some : null,
            Borrow = rate ? QuotaBound.Nothing : bound,
            Lend = rate || step.A % 3 == 0 ? QuotaBound.Unbounded : bound,
            Period = period,
            LendTo = step.A % 2 == 0 ? QuotaLendTo.All : QuotaLendTo.Preemptible,
            Mode = step.B % 11 == 10 ? QuotaMode.Soft : QuotaMode.Hard,
            EnforceAt = kind == "gpu" && period.Kind == QuotaPeriodKind.None && !cohort && step.B % 11 != 10 && step.A % 5 == 4 ? now + TimeSpan.FromMilliseconds((step.C % 3) * 7_000) : null,
        };
    }
}
