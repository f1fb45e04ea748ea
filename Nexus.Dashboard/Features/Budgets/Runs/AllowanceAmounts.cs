using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;

namespace Nexus.Dashboard.Features.Budgets.Runs;

/// <summary>Money and amounts of kinds, side by side, as <c>limits</c> of an allowance has them: <c>money</c> is money, every other name is a kind.</summary>
[JsonConverter(typeof(AllowanceAmountsConverter))]
internal sealed record AllowanceAmounts
{
    /// <summary>How much money; null: not said.</summary>
    public MoneyBody? Money { get; init; }

    /// <summary>How much of which kinds.</summary>
    public Dictionary<string, Amount> Kinds { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What figures say.</summary>
    /// <param name="figures">What an allowance has.</param>
    /// <param name="amount">What of each is meant; null: it is left out.</param>
    /// <param name="currency">The installation's currency.</param>
    public static AllowanceAmounts Of(IReadOnlyList<AllowanceFigure> figures, Func<AllowanceFigure, Int128?> amount, string currency)
    {
        MoneyBody? money = null;
        Dictionary<string, Amount> kinds = new(StringComparer.Ordinal);
        foreach (AllowanceFigure figure in figures)
        {
            if (amount(figure) is not { } much)
            {
                continue;
            }

            if (figure.IsMoney)
            {
                money = MoneyBody.Of(new Money(much), currency);
            }
            else
            {
                kinds[figure.Name] = new Amount((decimal)much / 1000);
            }
        }

        return new() { Money = money, Kinds = kinds };
    }
}
