using System.Numerics;

namespace Nexus.Engine.Costs.Invoices;

/// <summary>The lines of an invoice and the use in the ledger that match, while it is found out why they differ.</summary>
internal sealed class InvoiceCell
{
    private readonly InvoiceLine[] _lines;
    private readonly InvoicePrices _prices;
    private readonly Money _missing;
    private readonly bool _isUnknown;
    private readonly (string Sku, Money Price)? _tier;

    public InvoiceCell(InvoiceKey key, IEnumerable<InvoiceLine> lines, IEnumerable<LedgerUse> uses, InvoicePrices prices)
    {
        (Key, _lines, Uses, _prices) = (key, [.. lines], [.. uses], prices);
        PricingQuantity[] quantities = [.. _lines.Select(l => l.Quantity).OfType<PricingQuantity>()];
        Money[] amounts = [.. _lines.Select(l => l.Amount).OfType<Money>()];
        Quantity = _lines.Length == 0 ? default(PricingQuantity) : quantities.Length == 0 ? null : new PricingQuantity(quantities.Aggregate((Int128)0, static (sum, q) => sum + q.Millionths));
        Amount = _lines.Length == 0 ? Money.Zero : amounts.Length == 0 ? null : amounts.Aggregate(Money.Zero, static (sum, a) => sum + a);
        Slack = _lines.Aggregate(Money.Zero, static (sum, l) => sum + l.Slack);
        LedgerQuantity = new PricingQuantity(Uses.Aggregate((Int128)0, static (sum, u) => sum + u.Quantity.Millionths));
        Ledger = Uses.Aggregate(Money.Zero, static (sum, u) => sum + u.Cost);
        if (Quantity is { } quantity)
        {
            (_missing, _isUnknown) = Valued(new PricingQuantity(quantity.Millionths - LedgerQuantity.Millionths));
        }

        Stated = _lines.Length > 0 && _lines.All(l => l is { Quantity: not null, UnitPrice: not null }) ? _lines.Aggregate(Money.Zero, static (sum, l) => sum + l.Quantity!.Value.At(l.UnitPrice!.Value)) : null;
        if (Stated is { } stated && Amount is { } billed && Abs(billed - stated) > Slack)
        {
            // It contradicts itself: what is billed counts.
            Stated = null;
        }

        _tier = IsPriced && !Agrees ? FindTier() : null;
    }

    public InvoiceKey Key { get; }

    public IReadOnlyList<LedgerUse> Uses { get; }

    /// <summary>How many tokens the invoice has; null where it does not say.</summary>
    public PricingQuantity? Quantity { get; }

    /// <summary>What it bills; null where it does not say.</summary>
    public Money? Amount { get; }

    /// <summary>By how much that may have been rounded.</summary>
    public Money Slack { get; }

    public PricingQuantity LedgerQuantity { get; }

    public Money Ledger { get; }

    /// <summary>What the invoice's quantities come to at the prices that it states; null where it states none.</summary>
    public Money? Stated { get; }

    /// <summary>True where both a quantity and an amount are stated, and what they should be is known: the price of a token can be told.</summary>
    public bool IsPriced => _lines.Length > 0 && Quantity?.Millionths > 0 && Amount is not null && !_isUnknown;

    /// <summary>True where it is billed at the ledger's price, but for rounding.</summary>
    public bool Agrees => Stated is { } stated ? stated == Expected : Abs(Amount!.Value - Expected) <= Slack;

    /// <summary>True where it is billed at a price that the book does not have.</summary>
    public bool IsOff => IsPriced && !Agrees && _tier is null;

    /// <summary>What is billed otherwise than the book says, and not for missing use.</summary>
    public Money Off => (Stated ?? (Billed is { } price ? Quantity!.Value.At(price) : Amount!.Value)) - Expected;

    /// <summary>The prices at which it can have been billed.</summary>
    public PriceRange Range => Stated is null ? PriceRange.Of(Amount!.Value, Quantity!.Value, Slack) : _lines.All(l => l.UnitPrice == _lines[0].UnitPrice) ? PriceRange.Of(_lines[0].UnitPrice!.Value) : PriceRange.None;

    /// <summary>The price at which it is billed, where it is off; null: no single one explains it.</summary>
    public Money? Billed { get; set; }

    // What the invoice's quantity would cost by the ledger.
    private Money Expected => Ledger + _missing;

    /// <summary>It, explained.</summary>
    public InvoiceRow Row()
    {
        Difference[] causes = [.. Causes()];
        Money billed = Amount ?? Expected;
        Money explained = causes.Aggregate(Money.Zero, static (sum, c) => sum + c.Amount);
        if (explained != billed - Ledger)
        {
            throw new InvalidOperationException($"the causes of {Key} come to {explained}, and the difference to {billed - Ledger}");
        }

        return new InvoiceRow(Key, _lines.Sum(l => l.Lines), _lines.Length == 0 ? null : _lines.Min(l => l.Line))
        {
            BilledQuantity = Quantity,
            Billed = billed,
            IsValued = Amount is null,
            LedgerQuantity = LedgerQuantity,
            Ledger = Ledger,
            Skus = [.. Uses.Select(u => u.Sku).Distinct()],
            Causes = causes,
        };
    }

    private IEnumerable<Difference> Causes()
    {
        if (_lines.Length == 0)
        {
            return [new Difference(DifferenceCause.MissingThere, -Ledger) { Quantity = LedgerQuantity }];
        }

        if (Quantity is not { } quantity)
        {
            return WithoutQuantity();
        }

        PricingQuantity missing = new(quantity.Millionths - LedgerQuantity.Millionths);
        Difference? gap = missing.Millionths == 0 && _missing == Money.Zero ? null
            : new Difference(missing.Millionths > 0 ? DifferenceCause.MissingHere : DifferenceCause.MissingThere, _isUnknown ? (Amount ?? Ledger) - Ledger : _missing) { Quantity = new PricingQuantity(Int128.Abs(missing.Millionths)) };
        IEnumerable<Difference> rest = Amount is null || _isUnknown ? [] : Priced(quantity, Amount.Value);
        return gap is null ? rest : rest.Prepend(gap);
    }

    private IEnumerable<Difference> Priced(PricingQuantity quantity, Money amount)
    {
        if (!IsPriced && Abs(amount - Expected) > Slack)
        {
            // An amount for no tokens at all.
            return [new Difference(DifferenceCause.NoQuantity, amount - Expected)];
        }

        if (!IsPriced || Agrees)
        {
            return Rounded(amount - Expected);
        }

        if (_tier is { } tier)
        {
            Money at = Stated ?? quantity.At(tier.Price);
            return Rounded(amount - at).Prepend(new Difference(DifferenceCause.Tier, at - Expected) { Billed = tier.Price, Sku = tier.Sku });
        }

        return Rounded(amount - Expected - Off).Prepend(new Difference(DifferenceCause.Price, Off) { Billed = Billed });
    }

    // An amount alone: what it comes to for the ledger's quantity tells another tier, and nothing else.
    private IEnumerable<Difference> WithoutQuantity()
    {
        Money difference = Amount!.Value - Ledger;
        if (Uses.Count == 0)
        {
            return difference == Money.Zero ? [] : [new Difference(DifferenceCause.MissingHere, difference)];
        }

        if (Abs(difference) <= Slack)
        {
            return Rounded(difference);
        }

        if (LedgerQuantity.Millionths > 0 && Nearest(LedgerQuantity) is { } tier)
        {
            Money at = LedgerQuantity.At(tier.Price);
            return Rounded(Amount.Value - at).Prepend(new Difference(DifferenceCause.Tier, at - Ledger) { Billed = tier.Price, Sku = tier.Sku });
        }

        return [new Difference(DifferenceCause.NoQuantity, difference)];
    }

    private (string Sku, Money Price)? FindTier()
    {
        if (Stated is null)
        {
            return Nearest(Quantity!.Value);
        }

        // Of several prices each is one of the book's, or it is no matter of tiers.
        IReadOnlyList<(string Sku, Money Price)> all = _prices.All(Key);
        return _lines.All(l => all.Any(p => p.Price == l.UnitPrice)) ? all.First(p => p.Price == _lines[0].UnitPrice) : null;
    }

    private (string Sku, Money Price)? Nearest(PricingQuantity quantity)
    {
        (string Sku, Money Price)[] near = [.. _prices.All(Key).Where(p => Abs(Amount!.Value - quantity.At(p.Price)) <= Slack).OrderBy(p => Abs(Amount!.Value - quantity.At(p.Price)))];
        return near.Length == 0 ? null : near[0];
    }

    // What a quantity costs here: at the average of what the ledger has, which is its price where it has one, else by the book. Unknown where there is neither.
    private (Money Value, bool IsUnknown) Valued(PricingQuantity missing)
    {
        if (LedgerQuantity.Millionths > 0)
        {
            BigInteger product = (BigInteger)Ledger.Picos * missing.Millionths;
            BigInteger whole = BigInteger.DivRem(product, LedgerQuantity.Millionths, out BigInteger rest);
            return (new Money((Int128)(BigInteger.Abs(rest) * 2 > LedgerQuantity.Millionths ? whole + rest.Sign : whole)), false);
        }

        return missing.Millionths == 0 ? (Money.Zero, false) : _prices.Of(Key) is { } price ? (missing.At(price), false) : (Money.Zero, true);
    }

    private static IEnumerable<Difference> Rounded(Money amount) => amount == Money.Zero ? [] : [new Difference(DifferenceCause.Rounding, amount)];

    private static Money Abs(Money money) => money < Money.Zero ? -money : money;
}
