using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Months;

/// <summary>A credit, a discount or a tax that somebody entered: money alone, in a line of its own.</summary>
/// <param name="Month">The month for which it is charged.</param>
/// <param name="Id">Its id, unique within month and tenant: whoever sends it again changes nothing.</param>
/// <param name="Owner">Whose it is; the root for what is nobody's alone.</param>
/// <param name="Kind">Which of the three.</param>
/// <param name="Amount">How much: below zero what is given back.</param>
/// <param name="Description">What for, in a sentence that stands on the statement.</param>
public sealed record EnteredCharge(BillingMonth Month, string Id, OwnerPath Owner, LineKind Kind, Money Amount, string Description)
{
    /// <summary>The largest amount, either way.</summary>
    public static Money MostAmount { get; } = Money.Of(1_000_000_000);

    /// <summary>The kind to which it relates; null: to none.</summary>
    public string? Resource { get; init; }

    /// <summary>The provider to which it relates.</summary>
    public string? Provider { get; init; }

    /// <summary>The model to which it relates.</summary>
    public string? Model { get; init; }

    /// <summary>The SKU to which it relates.</summary>
    public string? Sku { get; init; }

    /// <summary>The labels by which it can be grouped: those that its owner inherits.</summary>
    public Labels Labels { get; init; } = Labels.None;

    /// <summary>The month in which it is billed: its own, or where that was closed the first that was open.</summary>
    public BillingMonth BilledIn { get; init; } = Month;

    /// <summary>By what two are told apart.</summary>
    public (int Month, string Owner, string Id) Key => (Month.Number, Owner.IsRoot ? "" : Owner.Tenant, Id);

    /// <summary>Its line: one of itself at its amount, for the whole month.</summary>
    public CostLine Line => new(Kind, Resource ?? "", Month.Start, Month.End, 0)
    {
        Sku = Sku,
        Provider = Provider,
        Model = Model,
        Quantity = PricingQuantity.One,
        UnitPrice = Amount,
    };

    /// <summary>Its line as the ledger has it.</summary>
    public LedgerEntry Entry => new(Line, Owner, Labels) { Record = Id, Note = Description, Billed = BilledIn == Month ? null : BilledIn.Start };

    /// <summary>True where somebody says the same again.</summary>
    public bool SaysAsMuchAs(EnteredCharge other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with { Labels = Labels.None, BilledIn = Month } == other with { Labels = Labels.None, BilledIn = other.Month };
    }
}
