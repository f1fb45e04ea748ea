using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Prices;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>Prices and budgets as one variant has them, put together difference by difference.</summary>
/// <param name="now">The rules as they are.</param>
internal sealed class VariantMoneyEdit(PresentRules now)
{
    private readonly Dictionary<string, BudgetBody?> _budgets = new(StringComparer.Ordinal);
    private List<PriceItem>? _prices;

    /// <summary>The whole book with what was changed; null where nothing was.</summary>
    public List<PriceItem>? Prices => _prices;

    /// <summary>The budgets that were changed, each as a patch on what it is; null where none was.</summary>
    public Dictionary<string, JsonElement>? Budgets => _budgets.Count == 0 ? null : _budgets.ToDictionary(b => b.Key, b => Patch(b.Key, b.Value), StringComparer.Ordinal);

    private string Currency => now.Catalogue.Currency;

    /// <summary>Takes in a budget that is not there yet.</summary>
    /// <returns>Why it cannot; null where it can.</returns>
    public string? Add(VariantDifference difference)
    {
        if (Present(difference.Field) is not null)
        {
            return "there is a budget of that name: change that one, or choose another name";
        }

        if (!VariantBudget.TryRead(difference.Value, out VariantBudget? budget))
        {
            return "must be an amount, a period, an action and an owner";
        }

        BudgetBody body = budget.ToBody(Currency);
        _budgets[difference.Field] = body;
        return body.ToDefinition(difference.Field, Currency).Problem is { } problem ? problem.Errors?.First().Value[0] ?? problem.Detail : null;
    }

    /// <summary>Takes in a difference of a price or a budget that is there.</summary>
    /// <returns>Why it cannot; null where it can.</returns>
    public string? Set(VariantDifference difference) => VariantMoney.IsBudget(difference.Of) ? SetBudget(difference) : SetPrice(difference);

    private string? SetPrice(VariantDifference difference)
    {
        _prices ??= [.. now.Catalogue.Prices.Prices.Select(p => PriceItem.Of(p.Sku))];
        int at = now.Catalogue.Prices.Prices.ToList().FindIndex(p => VariantMoney.NameOf(p.Sku) == difference.Of);
        string[] field = difference.Field.Split('/');
        string typed = difference.Value.Trim();
        PriceItem price = _prices[at];
        _prices[at] = field[0] switch
        {
            VariantMoney.Formula => price with { Formula = typed, UnitPrice = null },
            VariantMoney.Minimum => price with { Minimum = VariantMoney.IsNone(typed) ? null : typed },
            VariantMoney.Tiers => price with { Tiers = [.. price.Tiers!.Select((tier, i) => i == Index(field) ? new PriceTierItem { UpTo = tier.UpTo, UnitPrice = typed } : tier)] },
            _ => price with { UnitPrice = typed, Formula = null },
        };

        // What is wrong with it is found by the rules of every variant.
        return null;
    }

    private string? SetBudget(VariantDifference difference)
    {
        string id = VariantMoney.IdOf(difference.Of);
        BudgetBody body = (_budgets.TryGetValue(id, out BudgetBody? changed) ? changed : null) ?? BudgetBody.Of(Present(id)!, Currency);
        string[] field = difference.Field.Split('/');
        if (field[0] == VariantMoney.Stands)
        {
            if (difference.Value == VariantMoney.Removed)
            {
                _budgets[id] = null;
            }

            return null;
        }

        if (_budgets.TryGetValue(id, out BudgetBody? gone) && gone is null)
        {
            return "the budget is removed in this variant";
        }

        if (field[0] == VariantMoney.Amount)
        {
            _budgets[id] = body with { Amount = new MoneyBody { Amount = difference.Value.Replace(",", "", StringComparison.Ordinal).Trim(), Currency = Currency } };
            return null;
        }

        if (!Enum.TryParse(difference.Value, ignoreCase: true, out BudgetAction action) || !Enum.IsDefined(action))
        {
            return $"must be {string.Join(", ", Enum.GetNames<BudgetAction>().Select(JsonNamingPolicy.CamelCase.ConvertName))}";
        }

        _budgets[id] = body with { Thresholds = [.. body.Thresholds!.Select((threshold, i) => i == Index(field) ? new BudgetThresholdBody { At = threshold.At, Action = action, Notify = threshold.Notify } : threshold)] };
        return null;
    }

    private static int Index(string[] field) => int.Parse(field[1], CultureInfo.InvariantCulture);

    private BudgetDefinition? Present(string id) => now.Budgets.FirstOrDefault(b => b.Id == id);

    private JsonElement Patch(string id, BudgetBody? body)
    {
        JsonObject? before = Present(id) is { } present ? Written(BudgetBody.Of(present, Currency)) : null;
        using JsonDocument read = JsonDocument.Parse(body is null ? "null" : MergePatch.Of(before, Written(body)).ToJsonString());
        return read.RootElement.Clone();
    }

    private static JsonObject Written(BudgetBody body) => JsonSerializer.SerializeToNode(body, ApiJson.Default.BudgetBody)!.AsObject();
}
