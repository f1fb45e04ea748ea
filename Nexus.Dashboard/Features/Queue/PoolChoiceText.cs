using Nexus.Dashboard.Features.Budgets;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>The sentence that a person reads of why a grant is in the pool it is in.</summary>
internal static class PoolChoiceText
{
    private const int MostNamed = 3;

    /// <summary>Why there; null where there was no choice.</summary>
    public static string? Of(PoolChoice choice, string currency)
    {
        string spot = choice.NotTolerated.Count == 0 ? "" : $"; {string.Join(", ", choice.NotTolerated)} not used, as it does not tolerate interruption";
        int all = choice.Others.Count + 1;
        return choice.Rule switch
        {
            PoolChoiceRule.TheOnlyOne => spot.Length == 0 ? null : $"Only {choice.Pool} could serve it{spot}.",
            PoolChoiceRule.AsNamed => $"It names its pools: {choice.Pool} was the first of {all} with room.",
            PoolChoiceRule.Cheapest => ByCost(choice, all, currency) + spot + ".",
            _ => $"Closest fit: of {all} pools that could serve it, {choice.Pool} had room with least left over{spot}.",
        };
    }

    // What had room at the start, and what things cost then, is not known any more.
    private static string ByCost(PoolChoice choice, int all, string currency)
    {
        bool least = choice.Cost is { } here && choice.Others.All(o => o.Cost is null || o.Cost >= here);
        string costs = string.Join(", ", choice.Others.Take(MostNamed).Select(o => $"{Text(o.Cost, currency)} in {o.Pool}").Prepend($"{Text(choice.Cost, currency)} here"));
        string more = choice.Others.Count > MostNamed ? $" and {choice.Others.Count - MostNamed} more" : "";
        return least ? $"Cheapest of {all} that could serve it: {costs}{more}, at present prices"
            : $"Placed by cost, of {all} that could serve it: {costs}{more}, at present prices. What costs less had no room then, cost more, or is interrupted too often";
    }

    private static string Text(Engine.Costs.Money? cost, string currency) => cost is { } known ? BudgetMoney.Full(known, currency) : "no price";
}
