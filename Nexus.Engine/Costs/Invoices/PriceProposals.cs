using System.Globalization;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Invoices;

/// <summary>The changes of the price book that an invoice asks for.</summary>
/// <param name="cells">All that was matched.</param>
/// <param name="prices">The price book.</param>
internal sealed class PriceProposals(IReadOnlyList<InvoiceCell> cells, InvoicePrices prices)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Instant _end = cells.Count == 0 ? default : cells.Max(c => c.Key.Day) + Day;
    private readonly List<PriceCorrection> _corrections = [];
    private readonly List<UnproposedPrice> _unproposed = [];

    /// <summary>What can be set, in the order in which it is.</summary>
    public IReadOnlyList<PriceCorrection> Corrections => _corrections;

    /// <summary>What needs a person.</summary>
    public IReadOnlyList<UnproposedPrice> Unproposed => _unproposed;

    /// <summary>Adds what days at one price ask for.</summary>
    public void Add(PriceRun run)
    {
        if (run.Price is not { } price)
        {
            return;
        }

        (string model, TokenClass tokens, string lane) = run.Cells[0].Key.Priced;
        Money amount = run.Cells.Aggregate(Money.Zero, static (sum, c) => sum + c.Off);
        string?[] used = [.. run.Cells.SelectMany(c => c.Uses).Where(u => u.Quantity.Millionths > 0).Select(u => u.Sku).Distinct()];
        Sku? before = used is [{ } name] ? prices.Named(name, run.From) : null;
        if (Fault(used, before) is { } reason)
        {
            _unproposed.Add(new UnproposedPrice(model, tokens, lane, reason, amount));
            return;
        }

        Sku after = Set(model, tokens, lane, before) with { UnitPrice = price, EffectiveFrom = run.From };
        _corrections.Add(new PriceCorrection(model, tokens, lane, run.From, before, after, amount));
        if (before is null)
        {
            return;
        }

        // What was to hold from a later day on would take the price back in the midst of the run.
        Instant until = run.Until ?? _end;
        foreach (Sku later in prices.Within(after.Name, run.From, until))
        {
            _corrections.Add(new PriceCorrection(model, tokens, lane, later.EffectiveFrom!.Value, later, after with { EffectiveFrom = later.EffectiveFrom }, Money.Zero));
        }

        if (run.Until is { } again && !prices.Within(after.Name, new Instant(again.Milliseconds - 1), again + Day).Any(s => s.EffectiveFrom == again))
        {
            _corrections.Add(new PriceCorrection(model, tokens, lane, again, null, after with { UnitPrice = before.UnitPrice, EffectiveFrom = again }, Money.Zero));
        }
    }

    /// <summary>Adds a day that no price explains.</summary>
    public void AddUnexplained(InvoiceCell cell) => _unproposed.Add(new UnproposedPrice(
        cell.Key.Model, cell.Key.Class, cell.Key.Lane, string.Create(CultureInfo.InvariantCulture, $"no single price explains what is billed on {cell.Key.Day.ToDateTimeOffset():yyyy-MM-dd}: ask the provider"), cell.Off));

    private static string? Fault(string?[] used, Sku? before) => used.Length > 1 ? $"its use is priced by several SKUs ({string.Join(", ", used.Select(u => u ?? "none"))}): change them by hand"
        : before is null ? null
        : before.Formula is not null ? $"'{before.Name}' is worked out by a formula: change it by hand"
        : before.Tiers.Count > 0 ? $"'{before.Name}' has tiers: change them by hand"
        : before.Minimum is not null ? $"'{before.Name}' has a minimum: change it by hand"
        : before.AbovePromptTokens is not null ? $"'{before.Name}' is the price of large prompts only: change it by hand"
        : null;

    // The SKU that has the price, where it prices nothing else; else one of its own.
    private Sku Set(string model, TokenClass tokens, string lane, Sku? before)
    {
        string resource = TokenClasses.ResourceOf(tokens);
        if (before is null || before.Model != model || before.Resource != resource)
        {
            string name = $"{prices.Provider ?? "any"}/{model}/{resource}{(lane == InvoiceKey.Standard ? "" : $":{lane}")}";
            return new Sku(name, resource) { Provider = prices.Provider, Model = model, Lane = lane == InvoiceKey.Standard ? null : lane };
        }

        bool isShared = before.Lane is null && cells.Any(c => c.Key.Model == model && c.Key.Class == tokens && c.Key.Lane != lane && c.Uses.Any(u => u.Sku == before.Name));
        return isShared ? before with { Name = $"{before.Name}:{lane}", Lane = lane } : before;
    }
}
