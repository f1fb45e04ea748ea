using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>A budget as it is typed into the editor.</summary>
internal sealed class BudgetEntry
{
    /// <summary>The period's choice that has a length of its own.</summary>
    public const string Rolling = "rolling";

    private const string Prefix = Rolling + ":";
    private const decimal Hundred = 100;

    public string Id { get; set; } = "";

    /// <summary>The path whose costs count; nothing: everybody's.</summary>
    public string Owner { get; set; } = "";

    /// <summary>The labels, as <c>team=a, stage=dev</c>.</summary>
    public string Labels { get; set; } = "";

    /// <summary>The kinds, with commas between.</summary>
    public string Resources { get; set; } = "";

    public string Amount { get; set; } = "";

    public string Period { get; set; } = "month";

    /// <summary>Of a rolling one: how long it is.</summary>
    public string Length { get; set; } = "P30D";

    public string TimeZone { get; set; } = "";

    public bool CarryOver { get; set; }

    public List<BudgetThresholdEntry> Thresholds { get; } = [];

    /// <summary>What is set and would be replaced; null: nothing.</summary>
    public BudgetAnswer? Before { get; init; }

    /// <summary>One that begins: it tells when eight tenths are spent, and stops when all is.</summary>
    public static BudgetEntry Begin() => new() { Thresholds = { new() { Percent = "80" }, new() { Percent = "100", Action = BudgetAction.Halt } } };

    /// <summary>One that is set, to be changed.</summary>
    public static BudgetEntry Of(BudgetAnswer budget) => Filled(new BudgetEntry { Before = budget, Id = budget.Id }, budget);

    /// <summary>Another like one that is set.</summary>
    public static BudgetEntry Like(BudgetAnswer budget) => Filled(new BudgetEntry { Id = $"{budget.Id}-copy" }, budget);

    /// <summary>As the API would take it; what cannot be read goes to the faults, by field.</summary>
    public BudgetBody Read(string currency, Dictionary<string, string> faults)
    {
        List<BudgetThresholdBody> thresholds = [];
        HashSet<(decimal, BudgetAction)> seen = [];
        for (int i = 0; i < Thresholds.Count; i++)
        {
            BudgetThresholdEntry typed = Thresholds[i];
            if (!decimal.TryParse(typed.Percent.Trim().TrimEnd('%').Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent))
            {
                faults[$"$.thresholds[{i}].at"] = "must be a percentage such as 80";
            }
            else if (!seen.Add((percent, typed.Action)))
            {
                faults[$"$.thresholds[{i}].at"] = "stands there twice";
            }

            thresholds.Add(new BudgetThresholdBody { At = percent / Hundred, Action = typed.Action, Notify = Listed(typed.Notify) });
        }

        if (thresholds.Count == 0)
        {
            faults["$.thresholds"] = "needs one at least: what happens when the money is spent";
        }

        return new BudgetBody
        {
            Scope = new BudgetScopeBody { Owner = Owner.Trim() is { Length: > 0 } owner ? owner : "/", Labels = LabelText.Parse(Labels), Resources = Listed(Resources) },
            Amount = new MoneyBody { Amount = Amount.Trim().TrimStart('$').Replace(",", "", StringComparison.Ordinal), Currency = currency },
            Period = Period == Rolling ? Prefix + Length.Trim() : Period,
            TimeZone = Period == Rolling || TimeZone.Trim().Length == 0 ? null : TimeZone.Trim(),
            Thresholds = thresholds,
            CarryOver = CarryOver && Period != Rolling,
        };
    }

    /// <summary>What is set, as the API would take it.</summary>
    public static BudgetBody BodyOf(BudgetAnswer budget) => new()
    {
        Scope = budget.Scope,
        Amount = new MoneyBody { Amount = budget.Amount.Amount, Currency = budget.Amount.Currency },
        Period = budget.Period,
        TimeZone = budget.Period.StartsWith(Prefix, StringComparison.Ordinal) ? null : budget.TimeZone,
        Thresholds = [.. budget.Thresholds],
        CarryOver = budget.CarryOver,
    };

    /// <summary>What differs from what is set.</summary>
    public static IReadOnlyList<FieldChange> Differences(BudgetBody? before, BudgetBody after)
    {
        (string Name, string Text)[] becomes = Fields(after);
        return before is null ? [.. becomes.Where(f => f.Text != "no").Select(f => new FieldChange(f.Name, null, f.Text))]
            : [.. Fields(before).Zip(becomes, (was, now) => new FieldChange(was.Name, was.Text, now.Text)).Where(f => f.Before != f.After)];
    }

    private static (string Name, string Text)[] Fields(BudgetBody body) =>
    [
        ("scope", BudgetText.Scope(body.Scope ?? new BudgetScopeBody())),
        ("amount", body.Amount?.Amount ?? ""),
        ("period", BudgetText.Period(body.Period ?? "", body.TimeZone)),
        ("thresholds", string.Join(", ", (body.Thresholds ?? []).OrderBy(t => t.At).ThenBy(t => t.Action).Select(BudgetText.Threshold))),
        ("carries over", body.CarryOver ? "yes" : "no"),
    ];

    private static BudgetEntry Filled(BudgetEntry entry, BudgetAnswer budget)
    {
        bool rolls = budget.Period.StartsWith(Prefix, StringComparison.Ordinal);
        entry.Owner = budget.Scope.Owner is null or "/" ? "" : budget.Scope.Owner;
        entry.Labels = string.Join(", ", budget.Scope.Labels?.Select(l => $"{l.Key}={l.Value}") ?? []);
        entry.Resources = string.Join(", ", budget.Scope.Resources ?? []);
        entry.Amount = budget.Amount.Amount;
        entry.Period = rolls ? Rolling : budget.Period;
        entry.Length = rolls ? budget.Period[Prefix.Length..] : entry.Length;
        entry.TimeZone = rolls ? "" : budget.TimeZone;
        entry.CarryOver = budget.CarryOver;
        entry.Thresholds.AddRange(budget.Thresholds.Select(t => new BudgetThresholdEntry { Percent = BudgetText.Percent(t.At), Action = t.Action, Notify = string.Join(", ", t.Notify ?? []) }));
        return entry;
    }

    private static List<string>? Listed(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } names ? [.. names] : null;
}
