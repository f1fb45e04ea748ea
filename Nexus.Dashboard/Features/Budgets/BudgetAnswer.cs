using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>A budget: what is set, and how it stands now.</summary>
internal sealed record BudgetAnswer
{
    public required string Id { get; init; }

    /// <summary>What counts.</summary>
    public required BudgetScopeBody Scope { get; init; }

    /// <summary>How much a period has.</summary>
    public required MoneyAnswer Amount { get; init; }

    public required string Period { get; init; }

    public required string TimeZone { get; init; }

    public required IReadOnlyList<BudgetThresholdBody> Thresholds { get; init; }

    public bool CarryOver { get; init; }

    /// <summary>What there is to spend in this period: the amount, with what was carried over and raised.</summary>
    public required MoneyAnswer Available { get; init; }

    /// <summary>What the ledger has.</summary>
    public required MoneyAnswer Spent { get; init; }

    /// <summary>What grants and bookings are expected to cost beyond that.</summary>
    public required MoneyAnswer Reserved { get; init; }

    /// <summary>What is neither spent nor reserved; negative where more was spent than there was.</summary>
    public required MoneyAnswer Remaining { get; init; }

    /// <summary>What will have been spent at the period's end; absent with too little history, and for a rolling budget, which has no end.</summary>
    public BudgetForecastAnswer? Forecast { get; init; }

    /// <summary>How fast it is spent, as each rule of two windows sees it; absent where its period is too short for any, and until it was looked at.</summary>
    public IReadOnlyList<BudgetBurnAnswer>? Burn { get; init; }

    /// <summary>What was carried over from the period before; absent where nothing was.</summary>
    public MoneyAnswer? Carried { get; init; }

    /// <summary>What it has in addition for a time.</summary>
    public IReadOnlyList<BudgetRaiseAnswer>? Raises { get; init; }

    /// <summary>The first moment of the period; of a rolling one what counts began then.</summary>
    public DateTimeOffset PeriodStart { get; init; }

    /// <summary>The first moment after it; of a rolling one now.</summary>
    public DateTimeOffset PeriodEnd { get; init; }

    /// <summary>What it does to whoever asks.</summary>
    public BudgetCondition State { get; init; }

    /// <summary>When a throttle lets the next one pass; absent where it lets one pass now.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Until when, and why, it stops and paces nobody.</summary>
    public BudgetPauseAnswer? Pause { get; init; }

    /// <summary>How many requests and extensions it refused or kept waiting in this period.</summary>
    public long Refused { get; init; }

    public long Version { get; init; }

    public static BudgetAnswer Of(BudgetState state, Instant now, string currency, BudgetOutlook? outlook)
    {
        BudgetFigures figures = state.At(now);
        BudgetDefinition budget = state.Definition;
        return new BudgetAnswer
        {
            Id = budget.Id,
            Scope = BudgetScopeBody.Of(budget.Scope),
            Amount = Money(budget.Amount),
            Period = budget.Period.ToString(),
            TimeZone = budget.Period.Zone,
            Thresholds = [.. budget.Thresholds.Select(BudgetThresholdBody.Of)],
            CarryOver = budget.CarryOver,
            Available = Money(figures.Amount),
            Spent = Money(figures.Spent),
            Reserved = Money(figures.Reserved),
            Remaining = Money(figures.Remaining),
            Forecast = outlook?.End is { } end ? BudgetForecastAnswer.Of(end, figures.Amount, currency) : null,
            Burn = outlook is { Burn.Count: > 0 } ? [.. outlook.Burn.Select(BudgetBurnAnswer.Of)] : null,
            Carried = figures.Carried == Engine.Costs.Money.Zero ? null : Money(figures.Carried),
            Raises = state.Raises.Where(r => r.Until > now).Select(r => new BudgetRaiseAnswer(Money(r.Amount), r.From.ToDateTimeOffset(), r.Until.ToDateTimeOffset(), r.Reason)).ToArray() is { Length: > 0 } raises ? raises : null,
            PeriodStart = figures.Start.ToDateTimeOffset(),
            PeriodEnd = figures.End.ToDateTimeOffset(),
            State = figures.State,
            NextAt = figures.NextAt?.ToDateTimeOffset(),
            Pause = state.Pause is { } pause && pause.Until > now ? new BudgetPauseAnswer(pause.Until.ToDateTimeOffset(), pause.Reason) : null,
            Refused = figures.Refused,
            Version = state.Version,
        };

        MoneyAnswer Money(Money money) => MoneyAnswer.Of(money, currency);
    }
}

/// <summary>What a budget has in addition for a time.</summary>
internal sealed record BudgetRaiseAnswer(MoneyAnswer Amount, DateTimeOffset From, DateTimeOffset Until, string Reason);

/// <summary>Until when a budget stops and paces nobody, and why.</summary>
internal sealed record BudgetPauseAnswer(DateTimeOffset Until, string Reason);

/// <summary>A budget in one of its periods.</summary>
/// <param name="Start">The first moment.</param>
/// <param name="End">The first after it.</param>
/// <param name="Amount">What the budget had in it, without what was carried over and raised.</param>
/// <param name="Spent">What the ledger has.</param>
/// <param name="Reserved">What grants and bookings are expected to cost beyond that.</param>
/// <param name="Refused">How many requests and extensions it refused or kept waiting.</param>
internal sealed record BudgetPeriodAnswer(DateTimeOffset Start, DateTimeOffset End, MoneyAnswer Amount, MoneyAnswer Spent, MoneyAnswer Reserved, long Refused)
{
    public static BudgetPeriodAnswer Of(BudgetTermState term, string currency) => new(
        term.Start.ToDateTimeOffset(), term.End.ToDateTimeOffset(), MoneyAnswer.Of(term.Amount, currency), MoneyAnswer.Of(term.Spent, currency), MoneyAnswer.Of(term.Reserved, currency), term.Refused);
}

/// <summary>The periods of a budget that it knows, the newest first; of a rolling one its slots.</summary>
internal sealed record BudgetPeriodsAnswer(IReadOnlyList<BudgetPeriodAnswer> Items);
