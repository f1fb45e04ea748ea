using System.Diagnostics.CodeAnalysis;
using Nexus.Engine.Costs.Formulas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>A part of a line that has one price.</summary>
/// <param name="Quantity">How much, in the pricing unit.</param>
/// <param name="UnitPrice">The price of a pricing unit.</param>
/// <param name="Cost">Their product, to the last digit.</param>
/// <param name="IsMinimum">True for what makes up for the SKU's minimum: nothing was used for it.</param>
public readonly record struct PricedPart(PricingQuantity Quantity, Money UnitPrice, Money Cost, bool IsMinimum = false);

/// <summary>An SKU made ready to price lines: its prices are those of the smallest pricing unit in which each has at most six decimals, so that price × quantity is exact.</summary>
public sealed class SkuPrice
{
    // Picos of a price with six decimals.
    private const long SixDecimals = 1_000_000;

    private const string TooMuch = "must be at most 1,000,000 for a unit";

    // Of the largest amount, 10¹² units, it costs 10¹⁸: what a line costs fits everywhere.
    private static readonly Money Most = Money.Of(1_000_000);

    private readonly (Int128 UpTo, Money Price)[] _tiers;

    private SkuPrice(Sku sku, PricingUnit unit, (Int128, Money)[] tiers) => (Sku, Unit, _tiers) = (sku, unit, tiers);

    /// <summary>What it prices.</summary>
    public Sku Sku { get; }

    /// <summary>In what quantities are priced.</summary>
    public PricingUnit Unit { get; }

    /// <summary>What works out a line's cost, in place of prices; null where there are prices.</summary>
    public Formula? Formula { get; private init; }

    /// <summary>Makes an SKU ready.</summary>
    /// <param name="sku">The SKU.</param>
    /// <param name="isHeld">True where its kind is held, and so priced by the unit-hour.</param>
    /// <param name="price">It, ready.</param>
    /// <param name="field">The field that is wrong, as in the API.</param>
    /// <param name="reason">What to change, for a person.</param>
    /// <returns>False where a price is negative, fits no pricing unit, or the tiers do not follow one another.</returns>
    public static bool TryCreate(Sku sku, bool isHeld, [NotNullWhen(true)] out SkuPrice? price, out string field, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(sku);
        price = null;
        (field, reason) = Fault(sku);
        if (reason is not null)
        {
            return false;
        }

        if (sku.Formula is { } expression)
        {
            field = "formula";
            price = Formula.TryParse(expression, out Formula? formula, out reason) ? new SkuPrice(sku, PricingUnit.One, []) { Formula = formula } : null;
            return price is not null;
        }

        (Quantity? UpTo, Money Price)[] tiers = sku.UnitPrice is { } one ? [(null, one)] : [.. sku.Tiers.Select(t => (t.UpTo, t.UnitPrice))];
        PricingUnit[] units = isHeld ? [PricingUnit.UnitHour] : [PricingUnit.One, PricingUnit.Thousand, PricingUnit.Million];
        int fits = Array.FindIndex(units, unit => Array.TrueForAll(tiers, t => t.Price.Picos * Units(unit) % SixDecimals == 0));
        if (fits < 0)
        {
            int wrong = Array.FindIndex(tiers, t => t.Price.Picos % SixDecimals != 0);
            field = sku.UnitPrice is not null ? "unitPrice" : $"tiers[{wrong}].unitPrice";
            reason = "must have at most six decimals for a unit and hour";
            return false;
        }

        PricingUnit chosen = units[fits];
        price = new SkuPrice(sku, chosen, [.. tiers.Select(t => (t.UpTo is { } upTo ? Bound(upTo, chosen) : Int128.MaxValue, new Money(t.Price.Picos * Units(chosen))))]);
        return true;
    }

    /// <summary>Makes an SKU ready that is known to be valid.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static SkuPrice Of(Sku sku, bool isHeld) => TryCreate(sku, isHeld, out SkuPrice? price, out string field, out string? reason) ? price : throw new ArgumentException($"{field} {reason}", nameof(sku));

    /// <summary>What a line costs: a part for each price that it comes to, and where that is less than the SKU's minimum one more that makes up for it, of the quantity 1.</summary>
    /// <param name="quantity">The line's amount.</param>
    /// <param name="before">What came before it in the period over which tiers are counted; nothing where each line counts for itself.</param>
    /// <param name="sharesMinimum">True where others pay the minimum: there is no part that makes up for it.</param>
    public IReadOnlyList<PricedPart> Price(PricingQuantity quantity, PricingQuantity before = default, bool sharesMinimum = false)
    {
        if (Formula is not null)
        {
            throw new InvalidOperationException($"the price '{Sku.Name}' is worked out by a formula");
        }

        if (_tiers.Length == 1 && Sku.Minimum is null)
        {
            return [Part(quantity, _tiers[0].Price)];
        }

        List<PricedPart> parts = new(1);
        if (Sku.TierMode == TierMode.Volume || _tiers.Length == 1)
        {
            parts.Add(Part(quantity, TierOf(before.Millionths + quantity.Millionths)));
        }
        else
        {
            AddByTier(parts, quantity.Millionths, before.Millionths);
        }

        if (quantity.Millionths > 0 && !sharesMinimum)
        {
            AddMinimum(parts);
        }

        return parts;
    }

    /// <summary>What a line costs whose cost was worked out: the quantity 1 at that, and a part that makes up for the SKU's minimum.</summary>
    /// <param name="cost">The cost.</param>
    /// <param name="sharesMinimum">True where others pay the minimum.</param>
    public IReadOnlyList<PricedPart> Price(Money cost, bool sharesMinimum = false)
    {
        List<PricedPart> parts = [new PricedPart(new PricingQuantity(SixDecimals), cost, cost)];
        if (!sharesMinimum)
        {
            AddMinimum(parts);
        }

        return parts;
    }

    private void AddMinimum(List<PricedPart> parts)
    {
        if (Sku.Minimum is { } minimum && parts.Aggregate(Money.Zero, static (sum, part) => sum + part.Cost) is var cost && cost < minimum)
        {
            parts.Add(new PricedPart(new PricingQuantity(SixDecimals), minimum - cost, minimum - cost, IsMinimum: true));
        }
    }

    private void AddByTier(List<PricedPart> parts, Int128 quantity, Int128 before)
    {
        (Int128 at, Int128 end) = (before, before + quantity);
        foreach ((Int128 upTo, Money price) in _tiers)
        {
            Int128 until = Int128.Min(end, upTo);
            if (until > at)
            {
                parts.Add(Part(new PricingQuantity(until - at), price));
                at = until;
            }
        }

        if (parts.Count == 0)
        {
            parts.Add(Part(default, TierOf(before)));
        }
    }

    // The last has no bound.
    private Money TierOf(Int128 quantity)
    {
        foreach ((Int128 upTo, Money price) in _tiers)
        {
            if (quantity <= upTo)
            {
                return price;
            }
        }

        return default;
    }

    private static PricedPart Part(PricingQuantity quantity, Money price) => new(quantity, price, quantity.At(price));

    private static (string Field, string? Reason) Fault(Sku sku)
    {
        if ((sku.UnitPrice is null ? 0 : 1) + (sku.Tiers.Count == 0 ? 0 : 1) + (sku.Formula is null ? 0 : 1) != 1)
        {
            return ("unitPrice", "give one of a price, tiers or a formula");
        }

        if (sku.UnitPrice < Money.Zero || sku.UnitPrice > Most)
        {
            return ("unitPrice", sku.UnitPrice > Most ? TooMuch : "must not be negative");
        }

        if (sku.Minimum < Money.Zero)
        {
            return ("minimum", "must not be negative");
        }

        for (int i = 0; i < sku.Tiers.Count; i++)
        {
            PriceTier tier = sku.Tiers[i];
            if (tier.UnitPrice < Money.Zero || tier.UnitPrice > Most)
            {
                return ($"tiers[{i}].unitPrice", tier.UnitPrice > Most ? TooMuch : "must not be negative");
            }

            bool isLast = i == sku.Tiers.Count - 1;
            if (isLast != tier.UpTo is null)
            {
                return ($"tiers[{i}].upTo", isLast ? "the last tier has no bound: leave it out" : "every tier but the last needs a bound");
            }

            if (i > 0 && tier.UpTo <= sku.Tiers[i - 1].UpTo)
            {
                return ($"tiers[{i}].upTo", "must be larger than that of the tier before");
            }
        }

        return ("", null);
    }

    private static Int128 Units(PricingUnit unit) => unit switch { PricingUnit.Thousand => 1_000, PricingUnit.Million => 1_000_000, _ => 1 };

    private static Int128 Bound(Quantity upTo, PricingUnit unit) => unit == PricingUnit.UnitHour ? (Int128)upTo.Thousandths * 1_000 : PricingQuantity.Of(upTo, unit).Millionths;
}
