using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>What a line of the ledger is.</summary>
public enum LineKind
{
    /// <summary>Something that was used.</summary>
    Usage = 0,

    /// <summary>What makes up for an SKU's minimum.</summary>
    Minimum = 1,

    /// <summary>The correction of earlier lines, in the charge period of what it corrects; it may be negative.</summary>
    Adjustment = 2,

    /// <summary>A credit.</summary>
    Credit = 3,

    /// <summary>A discount.</summary>
    Discount = 4,

    /// <summary>A tax.</summary>
    Tax = 5,
}

/// <summary>How much of a kind was used and what it costs: a line of the ledger, never changed once it is written.</summary>
/// <param name="Kind">What the line is.</param>
/// <param name="Resource">The kind.</param>
/// <param name="From">The beginning of its charge period: of what is held of the slice, else the moment to which the use belongs.</param>
/// <param name="To">Its end; the beginning where it is a moment.</param>
/// <param name="Thousandths">How much, in thousandths of the kind's unit; of what is held how much was held all that time. Of an adjustment what is added or, negative, taken back.</param>
public sealed record CostLine(LineKind Kind, string Resource, Instant From, Instant To, long Thousandths)
{
    /// <summary>The SKU by which it is priced; null: no price was found, it costs nothing and is listed as unpriced.</summary>
    public string? Sku { get; init; }

    /// <summary>In what it is priced.</summary>
    public PricingUnit Unit { get; init; }

    /// <summary>How much, in the pricing unit.</summary>
    public PricingQuantity Quantity { get; init; }

    /// <summary>The price of a pricing unit.</summary>
    public Money UnitPrice { get; init; }

    /// <summary>What it costs: the unit price × the pricing quantity, to the last digit.</summary>
    public Money Cost => Quantity.At(UnitPrice);

    /// <summary>How much was consumed: in the kind's unit, of what was held in unit-hours.</summary>
    public PricingQuantity Consumed => To == From ? new PricingQuantity((Int128)Thousandths * 1_000)
        : PricingQuantity.Of(Resources.Quantity.FromThousandths(Math.Abs(Thousandths)), To - From) is var held && Thousandths < 0 ? new PricingQuantity(-held.Millionths) : held;

    /// <summary>Where it came from.</summary>
    public string? Pool { get; init; }

    /// <summary>Who served it.</summary>
    public string? Provider { get; init; }

    /// <summary>Which model used it.</summary>
    public string? Model { get; init; }

    /// <summary>Through which lane it went; null: the standard one.</summary>
    public string? Lane { get; init; }

    /// <summary>How large the prompt was of which it is a part: by what its price may be found again. The ledger keeps it, the journal's events do not.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>True where others paid the minimum of its SKU, with whom its request shared a grant: it costs what was used, be that less. So it stays when it is priced again.</summary>
    public bool SharesMinimum { get; init; }

    /// <summary>True for what somebody entered: a credit, a discount, a tax.</summary>
    public bool IsEntered => Kind is LineKind.Credit or LineKind.Discount or LineKind.Tax;

    /// <summary>True for a line that takes another back.</summary>
    public bool TakesBack => Thousandths < 0 || Quantity.Millionths < 0;

    /// <summary>The same taken back.</summary>
    public CostLine Reverse() => this with { Kind = LineKind.Adjustment, Thousandths = -Thousandths, Quantity = new PricingQuantity(-Quantity.Millionths) };
}

/// <summary>A line as the ledger keeps it: with whose it is, and from what it came.</summary>
/// <param name="Line">The line.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Labels">The labels by which it can be grouped.</param>
public sealed record LedgerEntry(CostLine Line, OwnerPath Owner, Labels Labels)
{
    /// <summary>The request whose grant used it; null for use that was reported without one.</summary>
    public string? Request { get; init; }

    /// <summary>The number of that grant's lease.</summary>
    public long? Lease { get; init; }

    /// <summary>The id of the usage record that reported it; null where a settlement did.</summary>
    public string? Record { get; init; }

    /// <summary>The SKU that the report named, by which alone it is priced; null: the most specific that applies.</summary>
    public string? NamedSku { get; init; }

    /// <summary>The place of the line that it corrects, of a charge of several lines of the first; null for what re-rating did not write.</summary>
    public long? Corrects { get; init; }

    /// <summary>What the corrected line is.</summary>
    public LineKind CorrectedKind { get; init; }

    /// <summary>The beginning of the month in which it is billed, where that of its charge period was closed when it came; null: that of its charge period.</summary>
    public Instant? Billed { get; init; }

    /// <summary>What it is for, where somebody entered it.</summary>
    public string? Note { get; init; }
}
