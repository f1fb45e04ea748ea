using System.Globalization;
using System.Text.Json;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What a variant may have otherwise of prices and budgets.</summary>
/// <param name="now">The rules as they are.</param>
internal sealed class VariantMoney(PresentRules now)
{
    /// <summary>What names a budget that a variant adds; its field is the id, its value a <see cref="VariantBudget"/>.</summary>
    public const string NewBudget = "new budget";

    /// <summary>Where an amount of money may be left out.</summary>
    public const string None = "none";

    /// <summary>True where a budget is taken away.</summary>
    internal const string Removed = "removed";

    internal const string UnitPrice = "unitPrice";
    internal const string Formula = "formula";
    internal const string Tiers = "tiers";
    internal const string Minimum = "minimum";
    internal const string Amount = "amount";
    internal const string Thresholds = "thresholds";
    internal const string Stands = "stands";

    private const string Price = "price ";
    private const string Budget = "budget ";
    private const string Kept = "kept";

    // A list of a thousand models is no choice: what prices kinds and pools comes first, and the rest is changed by a file.
    private const int MostPrices = 200;

    private static readonly (string Name, string Title)[] Stay = [(Kept, "stays"), (Removed, Removed)];
    private static readonly (string Name, string Title)[] Actions = [.. Enum.GetValues<BudgetAction>().Select(a => (JsonNamingPolicy.CamelCase.ConvertName(a.ToString()), a.ToString().ToLowerInvariant()))];

    private string Currency => now.Catalogue.Currency;

    /// <summary>What can be chosen: the prices of the book, the budgets, and one more.</summary>
    public IEnumerable<VariantTarget> Targets
    {
        get
        {
            IReadOnlyList<SkuPrice> book = now.Catalogue.Prices.Prices;
            foreach (SkuPrice price in book.OrderBy(p => p.Sku.Model is null ? 0 : 1).Take(MostPrices))
            {
                yield return new VariantTarget(NameOf(price.Sku), TitleOf(price.Sku), [.. OfPrice(price)]);
            }

            if (book.Count > MostPrices)
            {
                yield return new VariantTarget(Price, string.Create(CultureInfo.InvariantCulture, $"{book.Count - MostPrices:#,0} more, by the API or simulate"), []);
            }

            foreach (BudgetDefinition budget in now.Budgets)
            {
                yield return new VariantTarget(Budget + budget.Id, budget.Id, [.. OfBudget(budget)]);
            }

            yield return new VariantTarget(NewBudget, "a new budget", []);
        }
    }

    /// <summary>True where a difference is one of prices or budgets.</summary>
    public static bool IsOf(string of) => of.StartsWith(Price, StringComparison.Ordinal) || of.StartsWith(Budget, StringComparison.Ordinal);

    /// <summary>True where what was typed says that there is no amount.</summary>
    public static bool IsNone(string text) => text.Trim() is None or "–";

    /// <summary>For what a price of a kind is.</summary>
    public static string Per(string kind, Configuration catalogue) => catalogue.Kind(kind) is { } known
        ? $"{catalogue.Currency} a {known.Unit}{(known.Behaviour == ResourceBehaviour.Held ? " and hour" : "")}" : catalogue.Currency;

    /// <summary>Why a kind cannot have a price; null where it can.</summary>
    public static string? FaultOf(string kind, string typed, Configuration catalogue) => !Money.TryParse(typed.Trim(), out Money price, out string? reason) ? reason
        : SkuPrice.TryCreate(new Sku(kind, kind) { UnitPrice = price }, catalogue.Kind(kind)?.Behaviour == ResourceBehaviour.Held, out _, out _, out reason) ? null : reason;

    /// <summary>What names a price of the book.</summary>
    internal static string NameOf(Sku sku) => Price + (sku.EffectiveFrom is { } from ? $"{sku.Name} from {Moment(from)}" : sku.Name);

    /// <summary>What names a budget.</summary>
    internal static string IdOf(string of) => of[Budget.Length..];

    internal static bool IsBudget(string of) => of.StartsWith(Budget, StringComparison.Ordinal);

    /// <summary>An edit of what holds, difference by difference.</summary>
    public VariantMoneyEdit Begin() => new(now);

    private static string TitleOf(Sku sku) => sku.EffectiveFrom is { } from ? $"{sku.Name} from {from.ToDateTimeOffset().UtcDateTime.ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture)} UTC" : sku.Name;

    private static string Moment(Instant at) => at.ToDateTimeOffset().UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private IEnumerable<VariantField> OfPrice(SkuPrice price)
    {
        Sku sku = price.Sku;
        string per = Per(sku.Resource, now.Catalogue);
        for (int i = 0; i < sku.Tiers.Count; i++)
        {
            string upTo = sku.Tiers[i].UpTo is { } bound ? $"price up to {bound}" : "price above";
            yield return new VariantField(string.Create(CultureInfo.InvariantCulture, $"{Tiers}/{i}"), upTo, sku.Tiers[i].UnitPrice.ToString(), Unit: per);
        }

        if (sku.Tiers.Count == 0)
        {
            // One takes the other's place.
            VariantField[] either =
            [
                new VariantField(UnitPrice, "price", sku.UnitPrice?.ToString() ?? "", Unit: per), new VariantField(Formula, Formula, sku.Formula ?? "", Unit: $"{Currency}, of a whole line: for example quantity * (hour < 6 ? 0.5 : 1)"),
            ];
            foreach (VariantField field in sku.Formula is null ? either : either.Reverse())
            {
                yield return field;
            }
        }

        yield return new VariantField(Minimum, "minimum of a line", sku.Minimum?.ToString() ?? "", Unit: $"{Currency}, or none");
    }

    private IEnumerable<VariantField> OfBudget(BudgetDefinition budget)
    {
        yield return new VariantField(Amount, Amount, budget.Amount.ToString(), Unit: $"{Currency} {VariantBudget.PerOf(budget.Period.ToString())}");
        for (int i = 0; i < budget.Thresholds.Count; i++)
        {
            BudgetThreshold threshold = budget.Thresholds[i];
            yield return new VariantField(
                string.Create(CultureInfo.InvariantCulture, $"{Thresholds}/{i}"), $"at {BudgetText.Percent(BudgetThresholdBody.Of(threshold).At)}\u00A0%", JsonNamingPolicy.CamelCase.ConvertName(threshold.Action.ToString()), Actions);
        }

        yield return new VariantField(Stands, "the budget", Kept, Stay);
    }
}
