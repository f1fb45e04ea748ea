using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;

namespace Nexus.Dashboard.Features.Months;

/// <summary>A month.</summary>
internal sealed record PeriodAnswer
{
    /// <summary>The month of UTC, for example <c>2026-11</c>.</summary>
    public required string Month { get; init; }

    /// <summary><c>open</c> or <c>closed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Its first moment.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>The first moment after it.</summary>
    public required DateTimeOffset End { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Who closed it: a person, a key, or <c>nexus</c> by itself.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>What is billed in it.</summary>
    public required MoneyAnswer Total { get; init; }

    /// <summary>What of that belongs to earlier months, which were closed when it came.</summary>
    public required MoneyAnswer Adjustments { get; init; }

    /// <summary>What belongs to it and is billed in a later one; absent where nothing is.</summary>
    public MoneyAnswer? BilledLater { get; init; }

    public static PeriodAnswer Of(MonthLine line, string currency) => new()
    {
        Month = line.Month.ToString(),
        State = StateOf(line.Closed),
        Start = line.Month.Start.ToDateTimeOffset(),
        End = line.Month.End.ToDateTimeOffset(),
        ClosedAt = line.Closed?.At.ToDateTimeOffset(),
        ClosedBy = line.Closed?.By.Id,
        Total = MoneyAnswer.Of(line.Sum.Billed.Cost, currency),
        Adjustments = MoneyAnswer.Of(line.Sum.Corrections.Cost, currency),
        BilledLater = line.Sum.BilledLater == default ? null : MoneyAnswer.Of(line.Sum.BilledLater.Cost, currency),
    };

    /// <summary>The state as it is written.</summary>
    public static string StateOf(ClosedMonth? closed) => closed is null ? "open" : "closed";
}

/// <summary>What closing a month came to, or would.</summary>
internal sealed record PeriodCloseAnswer
{
    public required string Month { get; init; }

    /// <summary><c>open</c> (of a preview) or <c>closed</c>.</summary>
    public required string State { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string? ClosedBy { get; init; }

    /// <summary>What is billed in it, its tiers trued up.</summary>
    public required MoneyAnswer Total { get; init; }

    /// <summary>By how much truing up tiers that are counted over the month changes that; nothing where it had been closed before.</summary>
    public required MoneyAnswer TrueUp { get; init; }

    /// <summary>What of the total belongs to earlier months, which were closed when it came.</summary>
    public required MoneyAnswer Adjustments { get; init; }

    /// <summary>What was looked at before; empty where it had been closed before. It stops nobody.</summary>
    public required IReadOnlyList<PeriodCheckAnswer> Checklist { get; init; }

    public static PeriodCloseAnswer Of(MonthClose close, string currency) => new()
    {
        Month = close.Month.ToString(),
        State = PeriodAnswer.StateOf(close.Closed),
        ClosedAt = close.Closed?.At.ToDateTimeOffset(),
        ClosedBy = close.Closed?.By.Id,
        Total = MoneyAnswer.Of(close.Total, currency),
        TrueUp = MoneyAnswer.Of(close.TrueUp, currency),
        Adjustments = MoneyAnswer.Of(close.Corrections, currency),
        Checklist = [.. close.Items.Select(i => new PeriodCheckAnswer(i.Name, i.IsDone, i.Finding.Count, i.Finding.Detail))],
    };
}

/// <summary>An item of the checklist.</summary>
/// <param name="Name">What was looked at: <c>unpricedUsage</c>, <c>openLeases</c>, <c>unreconciledInvoices</c>, <c>earlierMonths</c>.</param>
/// <param name="Done">True where there is nothing to do.</param>
/// <param name="Count">How much of it there is.</param>
/// <param name="Detail">A sentence, with what to do about it.</param>
internal sealed record PeriodCheckAnswer(string Name, bool Done, int Count, string Detail);

/// <summary>A credit, a discount or a tax.</summary>
internal sealed record ChargeAnswer
{
    public required string Id { get; init; }

    /// <summary>The month for which it is charged.</summary>
    public required string Month { get; init; }

    /// <summary>The month in which it is billed: another where that was closed when it was entered.</summary>
    public required string BilledIn { get; init; }

    /// <summary><c>credit</c>, <c>discount</c> or <c>tax</c>.</summary>
    public required LineKind Category { get; init; }

    public required string Owner { get; init; }

    public required MoneyAnswer Amount { get; init; }

    public required string Description { get; init; }

    public string? Resource { get; init; }

    public string? Provider { get; init; }

    public string? Model { get; init; }

    public string? Sku { get; init; }

    public static ChargeAnswer Of(ChargeLine line, string currency) => new()
    {
        Id = line.Id,
        Month = line.Month.ToString(),
        BilledIn = line.BilledIn.ToString(),
        Category = line.Kind,
        Owner = line.Owner.ToString(),
        Amount = MoneyAnswer.Of(line.Amount, currency),
        Description = line.Description,
        Resource = line.Resource,
        Provider = line.Provider,
        Model = line.Model,
        Sku = line.Sku,
    };
}
