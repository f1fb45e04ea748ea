using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Invoices;

/// <summary>What the price book says of what a provider bills.</summary>
/// <param name="book">The book.</param>
/// <param name="provider">Who sent the invoice; null: that is not known.</param>
/// <param name="wholeOf">The kind of which a kind is a part, or null.</param>
public sealed class InvoicePrices(PriceBook book, string? provider, Func<string, string?> wholeOf)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ILookup<(string Resource, string? Model), Sku> _byModel = book.Prices.Select(p => p.Sku).ToLookup(s => (s.Resource, s.Model));
    private readonly ILookup<string, Sku> _byName = book.Prices.Select(p => p.Sku).ToLookup(s => s.Name, StringComparer.Ordinal);

    /// <summary>Who sent the invoice; null: that is not known.</summary>
    public string? Provider => provider;

    /// <summary>The models that have a price.</summary>
    public IEnumerable<string> Models => _byModel.Select(g => g.Key.Model).OfType<string>();

    /// <summary>The price of a token that nobody used here; null where it has none, or one that depends on more than is known of it.</summary>
    public Money? Of(InvoiceKey key) =>
        book.Find(new UsageFacts(TokenClasses.ResourceOf(key.Class), key.Day) { Provider = provider, Model = key.Model, Lane = key.Lane }, wholeOf)?.Sku is { Minimum: null } sku ? sku.UnitPrice : null;

    /// <summary>An SKU as it holds at a moment; null where the book no longer has it.</summary>
    public Sku? Named(string name, Instant at) => book.Find(new UsageFacts("", at) { Sku = name }, wholeOf)?.Sku;

    /// <summary>The prices of an SKU that begin within a time.</summary>
    public IEnumerable<Sku> Within(string name, Instant after, Instant before) => _byName[name].Where(s => s.EffectiveFrom > after && s.EffectiveFrom < before);

    /// <summary>All prices that the book has for tokens of this model and class on that day: of each tier, lane and size of the prompt.</summary>
    public IReadOnlyList<(string Sku, Money Price)> All(InvoiceKey key) =>
    [
        .. _byModel[(TokenClasses.ResourceOf(key.Class), key.Model)].Where(s => s.Provider is null || provider is null || s.Provider == provider)
            .GroupBy(s => s.Name, StringComparer.Ordinal).SelectMany(g => Holding([.. g.OrderBy(s => s.EffectiveFrom?.Milliseconds ?? long.MinValue)], key.Day))
            .SelectMany(s => s.UnitPrice is { } price ? [(s.Name, price)] : s.Tiers.Select(t => (s.Name, t.UnitPrice))).Distinct(),
    ];

    // Each holds until the next of its name begins.
    private static IEnumerable<Sku> Holding(Sku[] ofOneName, Instant day)
    {
        for (int i = 0; i < ofOneName.Length; i++)
        {
            bool begins = (ofOneName[i].EffectiveFrom?.Milliseconds ?? long.MinValue) < (day + Day).Milliseconds;
            bool ended = i + 1 < ofOneName.Length && ofOneName[i + 1].EffectiveFrom!.Value.Milliseconds <= day.Milliseconds;
            if (begins && !ended)
            {
                yield return ofOneName[i];
            }
        }
    }
}
