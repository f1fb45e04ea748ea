using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Months.Statements;

/// <summary>What a tenant is billed in a month.</summary>
internal sealed record StatementAnswer
{
    public required string Tenant { get; init; }

    /// <summary>The month of UTC, for example <c>2026-11</c>.</summary>
    public required string Month { get; init; }

    /// <summary><c>open</c>: the statement is preliminary; or <c>closed</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>What is billed: the sum of the five below.</summary>
    public required MoneyAnswer Total { get; init; }

    /// <summary>What was used in the month.</summary>
    public required MoneyAnswer Usage { get; init; }

    public required MoneyAnswer Credits { get; init; }

    public required MoneyAnswer Discounts { get; init; }

    public required MoneyAnswer Taxes { get; init; }

    /// <summary>What belongs to earlier months, which were closed when it came.</summary>
    public required MoneyAnswer Corrected { get; init; }

    /// <summary>How many lines of the month have no price.</summary>
    public required long Unpriced { get; init; }

    /// <summary>What was used, by whose it is.</summary>
    public required IReadOnlyList<StatementOwnerAnswer> Owners { get; init; }

    /// <summary>What was used, the dearest first.</summary>
    public required IReadOnlyList<StatementLineAnswer> Lines { get; init; }

    /// <summary>Credits, discounts and taxes for the month.</summary>
    public required IReadOnlyList<ChargeAnswer> Charges { get; init; }

    /// <summary>What belongs to earlier months, by month.</summary>
    public required IReadOnlyList<StatementCorrectionAnswer> Corrections { get; init; }

    public static StatementAnswer Of(Statement statement) => new()
    {
        Tenant = statement.Tenant,
        Month = statement.Month.ToString(),
        State = PeriodAnswer.StateOf(statement.Closed),
        Start = statement.Month.Start.ToDateTimeOffset(),
        End = statement.Month.End.ToDateTimeOffset(),
        ClosedAt = statement.Closed?.At.ToDateTimeOffset(),
        Total = MoneyAnswer.Of(statement.Total, statement.Currency),
        Usage = MoneyAnswer.Of(statement.Usage, statement.Currency),
        Credits = MoneyAnswer.Of(statement.Credits, statement.Currency),
        Discounts = MoneyAnswer.Of(statement.Discounts, statement.Currency),
        Taxes = MoneyAnswer.Of(statement.Taxes, statement.Currency),
        Corrected = MoneyAnswer.Of(statement.Corrected, statement.Currency),
        Unpriced = statement.Unpriced,
        Owners = [.. statement.Owners.Select(o => new StatementOwnerAnswer(o.Owner, MoneyAnswer.Of(o.Cost, statement.Currency)))],
        Lines = [.. statement.Lines.Select(l => new StatementLineAnswer(l.Owner, l.Resource, l.Provider, l.Model, l.Sku, l.Consumed.ToString(), MoneyAnswer.Of(l.Cost, statement.Currency)))],
        Charges = [.. statement.Charges.Select(c => ChargeAnswer.Of(c, statement.Currency))],
        Corrections =
        [
            .. statement.Corrections.Select(c => new StatementCorrectionAnswer(
                c.Month.ToString(), StatementCsv.Name(c.Kind), c.Line.Owner, c.Line.Resource.Length == 0 ? null : c.Line.Resource, c.Line.Provider, c.Line.Model, c.Line.Sku, c.Description, c.Description is null ? c.Line.Consumed.ToString() : null,
                MoneyAnswer.Of(c.Cost, statement.Currency))),
        ],
    };
}

/// <summary>What was used by a part of a tenant.</summary>
/// <param name="Owner">The tenant itself, or its part below.</param>
/// <param name="Cost">What it cost.</param>
internal sealed record StatementOwnerAnswer(string Owner, MoneyAnswer Cost);

/// <summary>What was used of one thing.</summary>
/// <param name="Owner">Whose it is: the tenant, or its part below.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Provider">Who served it.</param>
/// <param name="Model">Which model used it.</param>
/// <param name="Sku">By what it is priced; absent: it has no price.</param>
/// <param name="Quantity">How much, in the kind's unit; of what is held in unit-hours.</param>
/// <param name="Cost">What it cost.</param>
internal sealed record StatementLineAnswer(string Owner, string Resource, string? Provider, string? Model, string? Sku, string Quantity, MoneyAnswer Cost);

/// <summary>What is billed of an earlier month.</summary>
/// <param name="Month">The month to which it belongs.</param>
/// <param name="Category"><c>adjustment</c>, <c>credit</c>, <c>discount</c> or <c>tax</c>.</param>
/// <param name="Owner">Whose it is: the tenant, or its part below.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Provider">Who served it.</param>
/// <param name="Model">Which model used it.</param>
/// <param name="Sku">By what it is priced.</param>
/// <param name="Description">What for, where somebody entered it.</param>
/// <param name="Quantity">How much more, or negative less, was used.</param>
/// <param name="Cost">How much more, or negative less, it costs.</param>
internal sealed record StatementCorrectionAnswer(
    string Month, string Category, string Owner, string? Resource, string? Provider, string? Model, string? Sku, string? Description, string? Quantity, MoneyAnswer Cost);
