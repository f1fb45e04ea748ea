using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>How money and prices lie in the journal and in snapshots; see <see cref="Layout"/>. What an SKU says beside its name and kind stands as terms, each behind its number.</summary>
internal static class PriceLayout
{
    private enum Term : byte
    {
        End = 0,
        Pool = 1,
        Provider = 2,
        Model = 3,
        Lane = 4,
        AbovePromptTokens = 5,
        UnitPrice = 6,
        Tiers = 7,
        TierMode = 8,
        TierPeriod = 9,
        Minimum = 10,
        EffectiveFrom = 11,
        Formula = 12,
    }

    /// <summary>An amount of money, or any number beyond 64 bits: small ones short (zigzag, base 128).</summary>
    public static void Wide(this EventBuffer to, Int128 value)
    {
        UInt128 left = (UInt128)((value << 1) ^ (value >> 127));
        while (left >= 0x80)
        {
            to.Byte((byte)((byte)left | 0x80));
            left >>= 7;
        }

        to.Byte((byte)left);
    }

    public static Int128 Wide(ref this EventReader from)
    {
        UInt128 value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = from.Byte();
            value |= (UInt128)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (Int128)(value >> 1) ^ -(Int128)(value & 1);
            }
        }
    }

    public static void Money(this EventBuffer to, Money money) => to.Wide(money.Picos);

    public static Money Money(ref this EventReader from) => new(from.Wide());

    public static void Prices(this EventBuffer to, IReadOnlyList<Sku> skus)
    {
        to.Number(skus.Count);
        foreach (Sku sku in skus)
        {
            to.Price(sku);
        }
    }

    public static Sku[] Prices(ref this EventReader from)
    {
        Sku[] skus = new Sku[from.Number()];
        for (int i = 0; i < skus.Length; i++)
        {
            skus[i] = from.Price();
        }

        return skus;
    }

    private static void Price(this EventBuffer to, Sku sku)
    {
        to.Text(sku.Name);
        to.Text(sku.Resource);
        Named(to, Term.Pool, sku.Pool);
        Named(to, Term.Provider, sku.Provider);
        Named(to, Term.Model, sku.Model);
        Named(to, Term.Lane, sku.Lane);
        Numbered(to, Term.AbovePromptTokens, sku.AbovePromptTokens);
        Priced(to, Term.UnitPrice, sku.UnitPrice);
        if (sku.Tiers.Count > 0)
        {
            to.Byte((byte)Term.Tiers);
            to.Number(sku.Tiers.Count);
            foreach (PriceTier tier in sku.Tiers)
            {
                to.Number(tier.UpTo?.Thousandths ?? -1);
                to.Money(tier.UnitPrice);
            }
        }

        Numbered(to, Term.TierMode, sku.TierMode == TierMode.Graduated ? null : (long)sku.TierMode);
        Numbered(to, Term.TierPeriod, sku.TierPeriod == TierPeriod.Line ? null : (long)sku.TierPeriod);
        Priced(to, Term.Minimum, sku.Minimum);
        Numbered(to, Term.EffectiveFrom, sku.EffectiveFrom?.Milliseconds);
        Named(to, Term.Formula, sku.Formula);
        to.Byte((byte)Term.End);
    }

    private static Sku Price(ref this EventReader from)
    {
        Sku sku = new(from.Text()!, from.Name()!);
        for (Term term = (Term)from.Byte(); term != Term.End; term = (Term)from.Byte())
        {
            sku = term switch
            {
                Term.Pool => sku with { Pool = from.Name() },
                Term.Provider => sku with { Provider = from.Name() },
                Term.Model => sku with { Model = from.Name() },
                Term.Lane => sku with { Lane = from.Name() },
                Term.AbovePromptTokens => sku with { AbovePromptTokens = from.Number() },
                Term.UnitPrice => sku with { UnitPrice = from.Money() },
                Term.Tiers => sku with { Tiers = Tiers(ref from) },
                Term.TierMode => sku with { TierMode = (TierMode)from.Number() },
                Term.TierPeriod => sku with { TierPeriod = (TierPeriod)from.Number() },
                Term.Minimum => sku with { Minimum = from.Money() },
                Term.Formula => sku with { Formula = from.Text() },
                Term.EffectiveFrom => sku with { EffectiveFrom = new Instant(from.Number()) },
                _ => throw new InvalidDataException($"a price says something (term {(byte)term}) that only a later version knows"),
            };
        }

        return sku;
    }

    private static PriceTier[] Tiers(ref EventReader from)
    {
        PriceTier[] tiers = new PriceTier[from.Number()];
        for (int i = 0; i < tiers.Length; i++)
        {
            tiers[i] = new PriceTier(from.Number() is var upTo and >= 0 ? Quantity.FromThousandths(upTo) : null, from.Money());
        }

        return tiers;
    }

    private static void Named(EventBuffer to, Term term, string? value)
    {
        if (value is not null)
        {
            to.Byte((byte)term);
            to.Text(value);
        }
    }

    private static void Numbered(EventBuffer to, Term term, long? value)
    {
        if (value is { } number)
        {
            to.Byte((byte)term);
            to.Number(number);
        }
    }

    private static void Priced(EventBuffer to, Term term, Money? value)
    {
        if (value is { } price)
        {
            to.Byte((byte)term);
            to.Money(price);
        }
    }
}
