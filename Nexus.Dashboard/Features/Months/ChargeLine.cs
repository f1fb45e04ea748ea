using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Months;

/// <summary>A credit, a discount or a tax that was entered.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Month">The month for which it is charged.</param>
/// <param name="BilledIn">The month in which it is billed.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Kind">Which.</param>
/// <param name="Amount">How much.</param>
/// <param name="Description">What for.</param>
internal sealed record ChargeLine(string Id, BillingMonth Month, BillingMonth BilledIn, OwnerPath Owner, LineKind Kind, Money Amount, string Description)
{
    /// <summary>The kind of resource to which it relates.</summary>
    public string? Resource { get; init; }

    /// <summary>The provider to which it relates.</summary>
    public string? Provider { get; init; }

    /// <summary>The model to which it relates.</summary>
    public string? Model { get; init; }

    /// <summary>The SKU to which it relates.</summary>
    public string? Sku { get; init; }

    /// <summary>True where it had been entered before.</summary>
    public bool Duplicate { get; init; }

    /// <summary>As the ledger has it.</summary>
    public static ChargeLine Of(LedgerRow row) => Of(row.Entry, BillingMonth.Of(row.Billed));

    /// <summary>As it was entered.</summary>
    public static ChargeLine Of(ChargeReply reply) => Of(reply.Charge.Entry, reply.Charge.BilledIn) with { Duplicate = reply.Duplicate };

    private static ChargeLine Of(LedgerEntry entry, BillingMonth billed) => new(entry.Record ?? "", BillingMonth.Of(entry.Line.From), billed, entry.Owner, entry.Line.Kind, entry.Line.Cost, entry.Note ?? "")
    {
        Resource = entry.Line.Resource.Length == 0 ? null : entry.Line.Resource,
        Provider = entry.Line.Provider,
        Model = entry.Line.Model,
        Sku = entry.Line.Sku,
    };
}
