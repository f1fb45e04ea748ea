using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>A budget as the page shows it.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Now">Engine time, at which it stands so.</param>
/// <param name="Path">Its course through the period; null where none can be drawn.</param>
internal sealed record BudgetRow(BudgetAnswer Budget, Instant Now, BudgetPath? Path = null)
{
    /// <summary>What there is to spend in this period.</summary>
    public Money Available { get; } = Money.Parse(Budget.Available.Amount);

    /// <summary>What the ledger has.</summary>
    public Money Spent { get; } = Money.Parse(Budget.Spent.Amount);

    /// <summary>What grants and bookings are expected to cost beyond that.</summary>
    public Money Reserved { get; } = Money.Parse(Budget.Reserved.Amount);

    /// <summary>What is neither; negative where more was spent than there was.</summary>
    public Money Left { get; } = Money.Parse(Budget.Remaining.Amount);

    /// <summary>What will have been spent at the period's end; null where that is not known.</summary>
    public Money? Expected { get; } = Budget.Forecast is { } forecast ? Money.Parse(forecast.Amount) : null;

    /// <summary>The rule that sees it spent too fast; null where none does.</summary>
    public BudgetBurnAnswer? Burns => Budget.Burn?.Where(b => b.Fires).MaxBy(b => b.Factor);

    /// <summary>Its name.</summary>
    public string Id => Budget.Id;

    /// <summary>True for a budget without an end of its period.</summary>
    public bool IsRolling => Budget.Period.StartsWith("rolling", StringComparison.Ordinal);

    /// <summary>Which part of what there is is spent.</summary>
    public decimal SpentPart => BudgetMoney.Part(Spent, Available);

    /// <summary>Which part of what there is is spent or reserved.</summary>
    public decimal TakenPart => BudgetMoney.Part(Spent + Reserved, Available);

    /// <summary>True where somebody should look: it stops, paces, told somebody, more was spent than there was or is expected to be, or it goes too fast.</summary>
    public bool IsAtRisk => Budget.State is BudgetCondition.Halted or BudgetCondition.Throttled or BudgetCondition.Alerting || IsOver || WillBeOver || Burns is not null;

    /// <summary>True where more is expected to be spent than there is.</summary>
    public bool WillBeOver => Expected > Available;

    /// <summary>True where more is spent than there is.</summary>
    public bool IsOver => Spent > Available;

    /// <summary>Where it stands among others: what stops before what paces, before what will be over or goes too fast, before what was only told, then by what is taken.</summary>
    public int Risk => Budget.State switch
    {
        BudgetCondition.Halted => 0,
        _ when IsOver => 1,
        BudgetCondition.Throttled => 2,
        BudgetCondition.Paused => 5,
        _ when WillBeOver || Burns is not null => 3,
        BudgetCondition.Alerting => 4,
        _ => 6,
    };

    /// <summary>Counts as everything: no owner, label or kind is named.</summary>
    public bool IsOfEverything => Budget.Scope is { Owner: null or "/", Labels: null or { Count: 0 }, Resources: null or { Count: 0 } };

    /// <summary>How long its period goes on; of a rolling one how long it is.</summary>
    public TimeSpan TimeLeft => !IsRolling ? Budget.PeriodEnd - Now.ToDateTimeOffset()
        : BudgetPeriod.TryParse(Budget.Period, Budget.TimeZone, out BudgetPeriod? period, out _, out _) ? period.Length : TimeSpan.Zero;

    /// <summary>How it stands, in words.</summary>
    public BudgetOutcome Outcome => BudgetOutcome.Of(this);

    /// <summary>True where a threshold is reached as things stand.</summary>
    public bool Reaches(BudgetThresholdBody threshold) => Available > Money.Zero && (threshold.Action == BudgetAction.Alert ? SpentPart : TakenPart) >= threshold.At;

    /// <summary>The rows, those at risk first.</summary>
    public static IReadOnlyList<BudgetRow> Sorted(IEnumerable<BudgetAnswer> budgets, Instant now, Func<BudgetAnswer, BudgetPath?>? pathOf = null) =>
        [.. budgets.Select(b => new BudgetRow(b, now, pathOf?.Invoke(b))).OrderBy(r => r.Risk).ThenByDescending(r => r.TakenPart).ThenBy(r => r.Id, StringComparer.Ordinal)];
}
