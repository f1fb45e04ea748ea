using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Past;

/// <summary>What a budget would have done to what was spent in a period.</summary>
/// <remarks>
/// By what was spent, hour by hour or day by day: what had been reserved beside it is in no ledger, so that a halt comes a little earlier in fact. Within a step spending is taken to be even.
/// What is refused would have been spent; whether somebody would have come again is not known.
/// </remarks>
internal sealed record PastOutcome
{
    /// <summary>When each threshold that alerts was reached.</summary>
    public IReadOnlyList<(BudgetThreshold Threshold, Instant At)> Told { get; private init; } = [];

    /// <summary>Since when it paced; null: it did not.</summary>
    public Instant? PacedAt { get; private init; }

    /// <summary>Since when it halted; null: it did not.</summary>
    public Instant? HaltedAt { get; private init; }

    /// <summary>What pacing held back, in units of the currency.</summary>
    public double HeldBack { get; private init; }

    /// <summary>What a halt refused.</summary>
    public double Refused { get; private init; }

    /// <summary>In about how many charges.</summary>
    public long RefusedCharges { get; private init; }

    /// <summary>What a budget would have done.</summary>
    /// <param name="budget">The budget; what is carried over or raised is left out.</param>
    /// <param name="period">What was spent.</param>
    /// <param name="window">The length of a rolling period; null of the calendar's.</param>
    public static PastOutcome Of(BudgetDefinition budget, PastPeriod period, TimeSpan? window = null)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(period);
        double amount = (double)budget.Amount.Picos / 1e12;
        double? throttle = PartOf(budget, BudgetAction.Throttle) * amount;
        double? halt = PartOf(budget, BudgetAction.Halt) * amount;
        Queue<(Instant At, double Cost)> counted = new();
        List<(BudgetThreshold, Instant)> told = [];
        (double spent, double held, double refused, double charges) = (0, 0, 0, 0);
        (Instant? pacedAt, Instant? haltedAt) = (null, null);
        foreach (PastStep step in period.Steps)
        {
            while (window is { } length && counted.TryPeek(out (Instant At, double Cost) oldest) && oldest.At + length <= step.Start)
            {
                spent -= counted.Dequeue().Cost;
            }

            if (step.Cost <= 0)
            {
                // A correction gives something back.
                spent += step.Cost;
                continue;
            }

            double admitted = step.Cost;
            if (throttle is { } from && spent + admitted > from)
            {
                double free = Math.Max(0, from - spent);
                Instant begins = Within(step, free);
                TimeSpan left = (window is { } rolls ? begins + rolls : period.End) - begins;
                double paced = left > TimeSpan.Zero ? Math.Max(0, amount - spent - free) * Math.Clamp((step.End - begins) / left, 0, 1) : 0;
                if (admitted > free + paced)
                {
                    pacedAt ??= begins;
                    held += admitted - free - paced;
                    admitted = free + paced;
                }
            }

            if (halt is { } most && spent + admitted > most)
            {
                double fits = Math.Max(0, most - spent);
                haltedAt ??= Within(step, fits);
                refused += admitted - fits;
                charges += step.Charges * (admitted - fits) / step.Cost;
                admitted = fits;
            }

            foreach (BudgetThreshold threshold in budget.Thresholds.Where(t => t.Action == BudgetAction.Alert && told.TrueForAll(r => r.Item1 != t)))
            {
                double at = (double)threshold.AtMillionths / BudgetThreshold.Whole * amount;
                if (spent + admitted >= at)
                {
                    told.Add((threshold, Within(step, at - spent)));
                }
            }

            spent += admitted;
            counted.Enqueue((step.Start, admitted));
        }

        return new() { Told = told, PacedAt = pacedAt, HaltedAt = haltedAt, HeldBack = held, Refused = refused, RefusedCharges = (long)Math.Round(charges) };
    }

    private static double? PartOf(BudgetDefinition budget, BudgetAction action) => (double?)budget.First(action)?.AtMillionths / BudgetThreshold.Whole;

    // When so much of a step had been spent.
    private static Instant Within(PastStep step, double cost) => step.Start + ((step.End - step.Start) * Math.Clamp(cost / step.Cost, 0, 1));
}
