using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>How much of budgets is spent, what they do to who asks, and where they are heading.</summary>
internal sealed class BudgetSource(ReadModel read, BudgetOutlooks outlooks) : IAlertSource
{
    private static readonly AlertMetric Spent = new(
        "budget.spent", AlertUnit.Share, AlertScopes.Owner | AlertScopes.Resource, "how much of a budget is spent", static (s, v) => $"Budget {s.Resource} has spent {v}");

    private static readonly AlertMetric Threshold = new(
        "budget.threshold", AlertUnit.Share, AlertScopes.Owner | AlertScopes.Resource, "how much of what a threshold of a budget stands at is spent, or with what is reserved where it paces or halts", static (s, v) => $"Budget {Budget(s.Resource)} has reached its threshold of {At(s.Resource)}\u00A0%");

    private static readonly AlertMetric Stops = new(
        "budget.stops", AlertUnit.Count, AlertScopes.Owner | AlertScopes.Resource, "what a budget does to whoever asks: 1 it paces, 2 it admits nothing more", static (s, v) => $"Budget {s.Resource} {(v == "2" ? "admits nothing more" : "paces what is admitted")}");

    private static readonly AlertMetric Forecast = new(
        "budget.forecast", AlertUnit.Share, AlertScopes.Owner | AlertScopes.Resource, "how much of a budget will be spent when its period ends", static (s, v) => $"Budget {s.Resource} is expected to end at {v}");

    private static readonly AlertMetric Burn = new(
        "budget.burn", AlertUnit.Count, AlertScopes.Owner | AlertScopes.Resource, "how fast a budget is spent over two windows, against what they allow: 1 is too fast", static (s, v) => $"Budget {s.Resource} is spent {v} times as fast as is alarming");

    /// <inheritdoc/>
    public IReadOnlyList<AlertMetric> Metrics { get; } = [Spent, Threshold, Stops, Forecast, Burn];

    /// <inheritdoc/>
    public IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule)
    {
        if (!read.IsLoaded)
        {
            return null;
        }

        Instant now = read.Now;
        List<AlertReading> readings = [];
        foreach (BudgetState budget in read.Budgets)
        {
            (string id, OwnerPath owner) = (budget.Definition.Id, budget.Definition.Scope.Owner);
            if (!owner.IsWithin(rule.Owner) || (rule.Resource is not null && Budget(rule.Resource) != id))
            {
                continue;
            }

            if (metric == Threshold)
            {
                readings.AddRange(Thresholds(budget, now).Select(t => new AlertReading(new AlertSubject(owner, Resource: Name(id, t.AtMillionths)), t.Part)).Where(r => rule.Resource is null || rule.Resource == id || rule.Resource == r.Subject.Resource));
            }
            else if (ValueOf(metric, budget, now) is { } value)
            {
                readings.Add(new AlertReading(new AlertSubject(owner, Resource: id), value));
            }
        }

        return readings;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> AlsoTold(AlertMetric metric, string? resource) => metric != Threshold || resource is null || read.Budget(Budget(resource)) is not { } budget ? []
        : [.. budget.Definition.Thresholds.Where(t => Name(budget.Definition.Id, t.AtMillionths) == resource).SelectMany(t => t.Notify).Distinct(StringComparer.Ordinal)];

    // Several at one part are one: what is reached at it is reached for all of them.
    private static IEnumerable<(int AtMillionths, double Part)> Thresholds(BudgetState budget, Instant now)
    {
        BudgetFigures figures = budget.At(now);
        return figures.Amount <= Money.Zero ? []
            : budget.Definition.Thresholds.GroupBy(t => t.AtMillionths, t => Part(t.Action == BudgetAction.Alert ? figures.Spent : figures.Spent + figures.Reserved, t.Of(figures.Amount))).Select(g => (g.Key, g.Max()));
    }

    private static double Part(Money of, Money whole) => BudgetOutlook.Units(of) / BudgetOutlook.Units(whole);

    private static string Name(string budget, int atMillionths) => $"{budget}:{BudgetText.Percent(atMillionths / 1_000_000m)}";

    private static string Budget(string? resource) => resource?.Split(':')[0] ?? "";

    private static string At(string? resource) => resource?.Split(':') is [_, var at] ? at : "";

    private double? ValueOf(AlertMetric metric, BudgetState budget, Instant now)
    {
        BudgetFigures figures = budget.At(now);
        return metric == Stops ? figures.State switch { BudgetCondition.Halted => 2, BudgetCondition.Throttled => 1, _ => 0 }
            : metric == Burn ? outlooks.Of(budget)?.Haste
            : figures.Amount <= Money.Zero ? null
            : metric == Spent ? Part(figures.Spent, figures.Amount)
            : outlooks.Of(budget)?.End?.End.Expected / BudgetOutlook.Units(figures.Amount);
    }
}
