namespace Nexus.Engine.Costs.Rerating;

/// <summary>What a line says of its charge, without its sign: two with one face take each other back, or are the same line twice.</summary>
internal readonly record struct LineFace(string? Sku, PricingUnit Unit, Int128 Quantity, Money UnitPrice, long Thousandths)
{
    /// <summary>The face of a line.</summary>
    public static LineFace Of(CostLine line) => new(line.Sku, line.Unit, Int128.Abs(line.Quantity.Millionths), line.UnitPrice, Math.Abs(line.Thousandths));

    /// <summary>True where it says nothing: neither was anything used, nor does it cost anything.</summary>
    public bool IsEmpty => Quantity == 0 && Thousandths == 0;
}
