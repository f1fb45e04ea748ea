using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>How budgets and what they reserve lie in the journal and in snapshots; see <see cref="Layout"/>.</summary>
internal static class BudgetLayout
{
    public static void Expected(this EventBuffer to, CostEstimate estimate)
    {
        to.Number(estimate.Lines.Count);
        foreach (EstimateLine line in estimate.Lines)
        {
            to.Text(line.Resource);
            to.Time(line.From);
            to.Number(line.To.Milliseconds - line.From.Milliseconds);
            to.Money(line.Cost);
        }
    }

    public static CostEstimate Expected(ref this EventReader from)
    {
        EstimateLine[] lines = new EstimateLine[from.Number()];
        for (int i = 0; i < lines.Length; i++)
        {
            string resource = from.Name()!;
            Instant start = from.Time();
            lines[i] = new EstimateLine(resource, start, new Instant(start.Milliseconds + from.Number()), from.Money());
        }

        return new CostEstimate(lines);
    }

    public static void Shortfall(this EventBuffer to, BudgetShortfall? shortfall)
    {
        to.Flag(shortfall is not null);
        if (shortfall is not null)
        {
            to.Money(shortfall.Needed);
            to.Money(shortfall.Left);
            to.MaybeTime(shortfall.Resets);
            to.Flag(shortfall.PerHour is not null);
            if (shortfall.PerHour is { } perHour)
            {
                to.Money(perHour);
            }
        }
    }

    public static BudgetShortfall? Shortfall(ref this EventReader from) => !from.Flag() ? null
        : new BudgetShortfall(from.Money(), from.Money(), from.MaybeTime()) is var shortfall && from.Flag() ? shortfall with { PerHour = from.Money() } : shortfall;

    public static void OfBudget(this EventBuffer to, EngineEvent happened)
    {
        switch (happened)
        {
            case BudgetSet e:
                to.Budget(e.Budget);
                to.Flag(e.Before is not null);
                if (e.Before is not null)
                {
                    to.Budget(e.Before);
                }

                to.Number(e.Starts.Count);
                foreach (BudgetStart start in e.Starts)
                {
                    to.Time(start.At);
                    to.Money(start.Spent);
                }

                to.Text(e.Reason);
                break;
            case BudgetDeleted e: to.Budget(e.Before); break;
            case BudgetRaised e:
                to.Text(e.Budget);
                to.Owner(e.Owner);
                to.Raise(e.Raise);
                break;
            case BudgetPaused e:
                to.Text(e.Budget);
                to.Owner(e.Owner);
                to.Pause(e.Pause);
                break;
            case BudgetThresholdReached e:
                to.Text(e.Budget);
                to.Owner(e.Owner);
                to.Number(e.AtMillionths);
                to.Byte((byte)e.Action);
                to.Time(e.Start);
                to.Money(e.Amount);
                to.Money(e.Spent);
                to.Money(e.Reserved);
                break;
            default: throw new InvalidOperationException($"an event {happened.GetType().Name} is not a budget's");
        }
    }

    public static BudgetSet BudgetSet(ref this EventReader from)
    {
        BudgetDefinition budget = from.Budget();
        BudgetDefinition? before = from.Flag() ? from.Budget() : null;
        BudgetStart[] starts = new BudgetStart[from.Number()];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = new BudgetStart(from.Time(), from.Money());
        }

        return new BudgetSet(budget, before, starts, from.Text());
    }

    public static BudgetRaised Raised(ref this EventReader from)
    {
        string budget = from.Text()!;
        OwnerPath owner = from.Owner();
        return new BudgetRaised(budget, from.Raise()) { Owner = owner };
    }

    public static BudgetPaused Paused(ref this EventReader from)
    {
        string budget = from.Text()!;
        OwnerPath owner = from.Owner();
        return new BudgetPaused(budget, from.Pause()) { Owner = owner };
    }

    public static BudgetThresholdReached Reached(ref this EventReader from)
    {
        string budget = from.Text()!;
        OwnerPath owner = from.Owner();
        return new BudgetThresholdReached(budget, (int)from.Number(), (BudgetAction)from.Byte(), from.Time(), from.Money(), from.Money(), from.Money()) { Owner = owner };
    }

    public static void Budget(this EventBuffer to, BudgetDefinition budget)
    {
        to.Text(budget.Id);
        to.Owner(budget.Scope.Owner);
        to.Pairs(budget.Scope.Labels);
        to.Texts(budget.Scope.Resources);
        to.Money(budget.Amount);
        to.Text(budget.Period.ToString());
        to.Text(budget.Period.Zone);
        to.Flag(budget.CarryOver);
        to.Number(budget.Thresholds.Count);
        foreach (BudgetThreshold threshold in budget.Thresholds)
        {
            to.Number(threshold.AtMillionths);
            to.Byte((byte)threshold.Action);
            to.Texts(threshold.Notify);
        }
    }

    public static BudgetDefinition Budget(ref this EventReader from)
    {
        string id = from.Text()!;
        BudgetScope scope = new(from.Owner()) { Labels = from.Pairs(), Resources = from.Texts()! };
        Money amount = from.Money();
        (string period, string zone) = (from.Text()!, from.Text()!);
        if (!BudgetPeriod.TryParse(period, zone, out BudgetPeriod? over, out _, out string? reason))
        {
            throw new InvalidDataException($"the period of budget '{id}' cannot be read: {reason}");
        }

        bool carries = from.Flag();
        BudgetThreshold[] thresholds = new BudgetThreshold[from.Number()];
        for (int i = 0; i < thresholds.Length; i++)
        {
            thresholds[i] = new BudgetThreshold((int)from.Number(), (BudgetAction)from.Byte()) { Notify = from.Texts()! };
        }

        return new BudgetDefinition(id, scope, amount, over) { Thresholds = thresholds, CarryOver = carries };
    }

    public static void Raise(this EventBuffer to, BudgetRaise raise)
    {
        to.Money(raise.Amount);
        to.Time(raise.From);
        to.Time(raise.Until);
        to.Text(raise.Reason);
    }

    public static BudgetRaise Raise(ref this EventReader from) => new(from.Money(), from.Time(), from.Time(), from.Text()!);

    public static void Pause(this EventBuffer to, BudgetPause? pause)
    {
        to.Flag(pause is not null);
        if (pause is not null)
        {
            to.Time(pause.Until);
            to.Text(pause.Reason);
        }
    }

    public static BudgetPause? Pause(ref this EventReader from) => from.Flag() ? new BudgetPause(from.Time(), from.Text()!) : null;

    public static void Budgets(this EventBuffer to, IReadOnlyList<BudgetState> budgets)
    {
        to.Number(budgets.Count);
        foreach (BudgetState budget in budgets)
        {
            to.Budget(budget.Definition);
            to.Number(budget.Version);
            to.Time(budget.Since);
            to.Number(budget.Terms.Count);
            foreach (BudgetTermState term in budget.Terms)
            {
                to.Time(term.Start);
                to.Time(term.End);
                to.Money(term.Amount);
                to.Money(term.Spent);
                to.Money(term.Reserved);
                to.Number(term.Refused);
                to.Reached(term.Reached);
            }

            to.Number(budget.Raises.Count);
            foreach (BudgetRaise raise in budget.Raises)
            {
                to.Raise(raise);
            }

            to.Pause(budget.Pause);
            to.Flag(budget.Pace is not null);
            if (budget.Pace is { } pace)
            {
                to.Time(pace.NextAt);
                to.Time(pace.AdmittedAt);
                to.Text(pace.Tenant);
                to.Text(pace.Request);
                to.Money(pace.Remaining);
                to.Number(pace.TimeLeft);
            }

            to.Reached(budget.Reached);
        }
    }

    public static BudgetState[] Budgets(ref this EventReader from)
    {
        BudgetState[] budgets = new BudgetState[from.Number()];
        for (int i = 0; i < budgets.Length; i++)
        {
            BudgetState budget = new(from.Budget(), from.Number(), from.Time());
            BudgetTermState[] terms = new BudgetTermState[from.Number()];
            for (int t = 0; t < terms.Length; t++)
            {
                (Instant start, Instant end, Money amount) = (from.Time(), from.Time(), from.Money());
                terms[t] = new BudgetTermState(start, end, amount, from.Money(), from.Money(), from.Number()) { Reached = from.ReachedOnes() };
            }

            BudgetRaise[] raises = new BudgetRaise[from.Number()];
            for (int r = 0; r < raises.Length; r++)
            {
                raises[r] = from.Raise();
            }

            budgets[i] = budget with
            {
                Terms = terms,
                Raises = raises,
                Pause = from.Pause(),
                Pace = from.Flag() ? new BudgetPace(from.Time(), from.Time(), from.Text()!, from.Text()!, from.Money(), from.Number()) : null,
                Reached = from.ReachedOnes(),
            };
        }

        return budgets;
    }

    private static void Reached(this EventBuffer to, IReadOnlyList<(int AtMillionths, BudgetAction Action)> reached)
    {
        to.Number(reached.Count);
        foreach ((int at, BudgetAction action) in reached)
        {
            to.Number(at);
            to.Byte((byte)action);
        }
    }

    private static (int, BudgetAction)[] ReachedOnes(ref this EventReader from)
    {
        (int, BudgetAction)[] reached = new (int, BudgetAction)[from.Number()];
        for (int i = 0; i < reached.Length; i++)
        {
            reached[i] = ((int)from.Number(), (BudgetAction)from.Byte());
        }

        return reached;
    }
}
