using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;

namespace Nexus.Dashboard.Features.Months.Statements;

/// <summary>What a tenant is billed in a month. Its sections add up to the total, to the last digit.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Month">The month.</param>
/// <param name="Closed">When it was closed; null: the statement is preliminary.</param>
/// <param name="Currency">The currency of all amounts.</param>
/// <param name="Total">What is billed.</param>
/// <param name="Lines">What was used in the month, the dearest first.</param>
/// <param name="Charges">Credits, discounts and taxes for the month.</param>
/// <param name="Corrections">What belongs to earlier months that were closed when it came, by month.</param>
/// <param name="Unpriced">How many lines of the month have no price.</param>
internal sealed record Statement(
    string Tenant, BillingMonth Month, ClosedMonth? Closed, string Currency, Money Total, IReadOnlyList<StatementLine> Lines, IReadOnlyList<ChargeLine> Charges, IReadOnlyList<StatementCorrection> Corrections, long Unpriced)
{
    /// <summary>What was used in the month.</summary>
    public Money Usage => Sum(Lines.Select(l => l.Cost));

    /// <summary>What was given back of it.</summary>
    public Money Credits => Of(LineKind.Credit);

    /// <summary>By how much it is cheaper.</summary>
    public Money Discounts => Of(LineKind.Discount);

    /// <summary>What is owed to the state.</summary>
    public Money Taxes => Of(LineKind.Tax);

    /// <summary>What is billed of earlier months.</summary>
    public Money Corrected => Sum(Corrections.Select(c => c.Cost));

    /// <summary>What was used, by whose it is below the tenant: the dearest first.</summary>
    public IReadOnlyList<(string Owner, Money Cost)> Owners =>
        [.. Lines.GroupBy(l => l.Owner, StringComparer.Ordinal).Select(g => (g.Key, Sum(g.Select(l => l.Cost)))).OrderByDescending(o => o.Item2).ThenBy(o => o.Key, StringComparer.Ordinal)];

    /// <summary>The sections with their names, in order; of those that are empty only what was used.</summary>
    public IReadOnlyList<(string Name, Money Cost)> Sections =>
    [
        .. new (string Name, Money Cost, bool Has)[]
        {
            ("Usage", Usage, true),
            ("Discounts", Discounts, Charges.Any(c => c.Kind == LineKind.Discount)),
            ("Credits", Credits, Charges.Any(c => c.Kind == LineKind.Credit)),
            ("Corrections of earlier months", Corrected, Corrections.Count > 0),
            ("Tax", Taxes, Charges.Any(c => c.Kind == LineKind.Tax)),
        }.Where(s => s.Has).Select(s => (s.Name, s.Cost)),
    ];

    private Money Of(LineKind kind) => Sum(Charges.Where(c => c.Kind == kind).Select(c => c.Amount));

    private static Money Sum(IEnumerable<Money> costs) => costs.Aggregate(Money.Zero, static (sum, cost) => sum + cost);
}

/// <summary>What was used of one thing.</summary>
/// <param name="Owner">Whose it is: the tenant, or its part below.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Provider">Who served it.</param>
/// <param name="Model">Which model used it.</param>
/// <param name="Sku">By what it is priced; null: it has no price.</param>
/// <param name="Consumed">How much, in the kind's unit; of what is held in unit-hours.</param>
/// <param name="Cost">What it cost.</param>
internal sealed record StatementLine(string Owner, string Resource, string? Provider, string? Model, string? Sku, PricingQuantity Consumed, Money Cost);

/// <summary>What is billed of an earlier month.</summary>
/// <param name="Month">The month to which it belongs.</param>
/// <param name="Kind">An adjustment, or what was entered.</param>
/// <param name="Line">What it is of.</param>
/// <param name="Description">What for, where somebody entered it.</param>
internal sealed record StatementCorrection(BillingMonth Month, LineKind Kind, StatementLine Line, string? Description)
{
    /// <summary>How much.</summary>
    public Money Cost => Line.Cost;
}
