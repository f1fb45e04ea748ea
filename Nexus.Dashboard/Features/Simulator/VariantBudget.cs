using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>A budget that a variant adds, with what is asked of it on the page: for whom, how much over what time, and what happens when all of it is spent.</summary>
/// <param name="Amount">As it was typed.</param>
/// <param name="Period">A period of the calendar.</param>
/// <param name="Action">What happens at the whole amount.</param>
/// <param name="Owner">Whose costs count; empty for everybody's.</param>
public sealed record VariantBudget(string Amount, string Period, string Action, string Owner)
{
    private const int Parts = 4;

    /// <summary>One that halts what passes it, over a month, for everybody.</summary>
    public static VariantBudget Usual { get; } = new("", "month", Name(BudgetAction.Halt), "");

    /// <summary>The periods that can be chosen.</summary>
    public static IReadOnlyList<string> Periods { get; } = ["day", "week", "month", "quarter", "year"];

    /// <summary>What can happen.</summary>
    public static IReadOnlyList<string> Actions { get; } = [.. Enum.GetValues<BudgetAction>().Select(Name)];

    /// <summary>As a difference holds it: <c>500 month halt acme/research</c>.</summary>
    public string Write() => $"{Amount.Replace(" ", "", StringComparison.Ordinal)} {Period} {Action} {Owner.Trim()}".TrimEnd();

    /// <summary>In words, in a currency.</summary>
    public string Said(string currency) => $"{Amount} {currency} {PerOf(Period)} for {(Owner.Length == 0 ? "everybody" : Owner)}, {Action} at all of it";

    /// <summary>By what time an amount counts.</summary>
    public static string PerOf(string period) => period.StartsWith("rolling:", StringComparison.Ordinal) ? $"in any {period["rolling:".Length..]}" : $"a {period}";

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out VariantBudget? budget)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(' ', Parts);
        budget = parts.Length < Parts - 1 || !Periods.Contains(parts[1]) || !Actions.Contains(parts[2]) ? null : new VariantBudget(parts[0], parts[1], parts[2], parts.Length == Parts ? parts[^1] : "");
        return budget is not null;
    }

    /// <summary>As the API takes it.</summary>
    internal BudgetBody ToBody(string currency) => new()
    {
        Scope = new BudgetScopeBody { Owner = Owner.Length == 0 ? "/" : Owner },
        Amount = new MoneyBody { Amount = Amount.Replace(",", "", StringComparison.Ordinal), Currency = currency },
        Period = Period,
        Thresholds = [new BudgetThresholdBody { At = 1, Action = Enum.Parse<BudgetAction>(Action, ignoreCase: true) }],
    };

    private static string Name(BudgetAction action) => JsonNamingPolicy.CamelCase.ConvertName(action.ToString());
}
