using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>How much may be spent over a time, on what, and what happens on the way: the whole of it, what is not given goes to its default.</summary>
internal record BudgetBody
{
    /// <summary>What counts; everything unless given.</summary>
    public BudgetScopeBody? Scope { get; init; }

    /// <summary>How much a period has.</summary>
    public MoneyBody? Amount { get; init; }

    /// <summary><c>day</c>, <c>week</c>, <c>month</c>, <c>quarter</c>, <c>year</c> or <c>rolling:P30D</c>.</summary>
    public string? Period { get; init; }

    /// <summary>The IANA time zone of a calendar period; UTC unless given.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What happens at parts of the amount; an alert when all is spent unless given.</summary>
    public List<BudgetThresholdBody>? Thresholds { get; init; }

    /// <summary>True where what a period did not spend of its own amount is added to the next one.</summary>
    public bool CarryOver { get; init; }

    /// <summary>A budget as it is set, in a body that would set it.</summary>
    public static BudgetBody Of(BudgetDefinition budget, string currency) => new()
    {
        Scope = BudgetScopeBody.Of(budget.Scope),
        Amount = MoneyBody.Of(budget.Amount, currency),
        Period = budget.Period.ToString(),
        TimeZone = budget.Period.Zone,
        Thresholds = [.. budget.Thresholds.Select(BudgetThresholdBody.Of)],
        CarryOver = budget.CarryOver,
    };

    /// <summary>Checks what is written; whether it makes sense is the engine's to say.</summary>
    public Result<BudgetDefinition> ToDefinition(string id, string currency)
    {
        Faults faults = new();
        faults.Id("id", id, 200);
        OwnerPath owner = OwnerPath.Root;
        if (Scope?.Owner is { } path)
        {
            bool valid = OwnerPath.TryParseOrRoot(path, out OwnerPath? read, out string? reason);
            faults.When(!valid, "$.scope.owner", reason ?? "");
            owner = read ?? OwnerPath.Root;
        }

        Labels labels = faults.Labels("$.scope.labels", Scope?.Labels);
        for (int i = 0; i < Scope?.Resources?.Count; i++)
        {
            faults.Kind($"$.scope.resources[{i}]", Scope.Resources[i] ?? "");
        }

        Money amount = MoneyBody.Read(Amount, "$.amount", currency, faults);
        BudgetPeriod? period = null;
        if (Period is null)
        {
            faults.Add("$.period", "must be day, week, month, quarter, year or rolling:DURATION, for example rolling:P30D");
        }
        else if (!BudgetPeriod.TryParse(Period, TimeZone, out period, out string field, out string? reason))
        {
            faults.Add($"$.{field}", reason);
        }

        BudgetThreshold[] thresholds = Thresholds is null ? [.. BudgetDefinition.Usual] : [.. Thresholds.Select((t, i) => BudgetThresholdBody.Read(t, $"$.thresholds[{i}]", faults))];
        return faults.Problem is { } problem ? problem : new BudgetDefinition(id, new BudgetScope(owner) { Labels = labels, Resources = [.. (Scope?.Resources ?? []).Order(StringComparer.Ordinal)] }, amount, period!)
        {
            Thresholds = [.. thresholds.OrderBy(t => t.AtMillionths).ThenBy(t => t.Action)],
            CarryOver = CarryOver,
        };
    }
}

/// <summary>What counts against a budget: everything that is stated must be so.</summary>
internal sealed record BudgetScopeBody
{
    /// <summary>Whose costs, those of owners below included; everybody's unless given.</summary>
    public string? Owner { get; init; }

    /// <summary>The labels that costs carry, each with this value.</summary>
    public Dictionary<string, string>? Labels { get; init; }

    /// <summary>The kinds whose costs count, parts of them included; all unless given.</summary>
    public List<string>? Resources { get; init; }

    public static BudgetScopeBody Of(BudgetScope scope) => new()
    {
        Owner = scope.Owner.IsRoot ? "/" : scope.Owner.ToString(),
        Labels = scope.Labels.Count == 0 ? null : scope.Labels.ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal),
        Resources = scope.Resources.Count == 0 ? null : [.. scope.Resources],
    };
}

/// <summary>A part of a budget's amount at which something happens.</summary>
internal sealed record BudgetThresholdBody
{
    /// <summary>The part, for example 0.8; more than 1 too.</summary>
    public decimal At { get; init; }

    /// <summary><c>alert</c> (unless given) tells, <c>throttle</c> spreads admissions over the time that is left, <c>halt</c> admits nothing that would pass it.</summary>
    public BudgetAction Action { get; init; }

    /// <summary>The channels to tell. They are kept with the budget; no channel is told of it yet.</summary>
    public List<string>? Notify { get; init; }

    public static BudgetThresholdBody Of(BudgetThreshold threshold) => new()
    {
        At = threshold.AtMillionths / (decimal)BudgetThreshold.Whole,
        Action = threshold.Action,
        Notify = threshold.Notify.Count == 0 ? null : [.. threshold.Notify],
    };

    public static BudgetThreshold Read(BudgetThresholdBody? body, string path, Faults faults)
    {
        decimal millionths = (body?.At ?? 0) is var at && at is > 0 and <= 10 ? at * BudgetThreshold.Whole : 0;
        bool valid = millionths >= 1 && millionths == decimal.Truncate(millionths);
        faults.When(!valid, $"{path}.at", "must be a part of the amount above 0 and at most 10, for example 0.8, with six decimals at most");
        for (int i = 0; i < body?.Notify?.Count; i++)
        {
            faults.Name($"{path}.notify[{i}]", body.Notify[i] ?? "");
        }

        return new BudgetThreshold(valid ? (int)millionths : 1, body?.Action ?? BudgetAction.Alert) { Notify = [.. body?.Notify ?? []] };
    }
}

/// <summary>More for a budget, for a time.</summary>
internal sealed record BudgetRaiseBody
{
    /// <summary>How much more.</summary>
    public MoneyBody? Amount { get; init; }

    /// <summary>Until when; to the end of the period unless given.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why: it stands in the audit.</summary>
    public string? Reason { get; init; }
}

/// <summary>Lets a budget stop and pace nobody for a time.</summary>
internal sealed record BudgetPauseBody
{
    /// <summary>Until when; without it the budget stops and paces again from now on.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why: it stands in the audit.</summary>
    public string? Reason { get; init; }
}
