using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Months;

/// <summary>A credit, a discount or a tax to enter, once by its id.</summary>
internal sealed record ChargeBody
{
    private const int MostIdCharacters = 200;
    private static readonly string TextWanted = $"must be a text of 1 to {Labels.MaxValueLength} characters, none of them a control character";

    /// <summary>Unique within the month and tenant: whoever sends it again changes nothing.</summary>
    public required string Id { get; init; }

    /// <summary><c>credit</c>, <c>discount</c> or <c>tax</c>.</summary>
    public required string Category { get; init; }

    /// <summary>Whose it is; <c>/</c> for what is nobody's alone.</summary>
    public required string Owner { get; init; }

    /// <summary>How much: below zero what is given back.</summary>
    public required MoneyBody Amount { get; init; }

    /// <summary>What for: it stands on the statement and in the audit.</summary>
    public required string Description { get; init; }

    /// <summary>The kind of resource to which it relates.</summary>
    public string? Resource { get; init; }

    /// <summary>The provider to which it relates.</summary>
    public string? Provider { get; init; }

    /// <summary>The model to which it relates.</summary>
    public string? Model { get; init; }

    /// <summary>The SKU to which it relates.</summary>
    public string? Sku { get; init; }

    /// <summary>Checks what is written; what it means is the engine's to say.</summary>
    public Result<EnteredCharge> ToCharge(BillingMonth month, string currency)
    {
        Faults faults = new();
        faults.Id("$.id", Id, MostIdCharacters);
        LineKind? kind = Category switch { "credit" => LineKind.Credit, "discount" => LineKind.Discount, "tax" => LineKind.Tax, _ => null };
        faults.When(kind is null, "$.category", "must be credit, discount or tax");
        if (!OwnerPath.TryParseOrRoot(Owner, out OwnerPath? owner, out string? reason) || string.IsNullOrEmpty(Owner))
        {
            faults.Add("$.owner", reason ?? "must be an owner path, or / for what is nobody's alone");
        }

        Money amount = MoneyBody.Read(Amount, "$.amount", currency, faults);
        foreach ((string name, string? text) in ((string, string?)[])[("resource", Resource), ("provider", Provider), ("model", Model), ("sku", Sku)])
        {
            faults.When(text is not null && (text.Length is 0 or > Labels.MaxValueLength || text.Any(char.IsControl)), $"$.{name}", TextWanted);
        }

        faults.When(Description?.Any(char.IsControl) == true, "$.description", "must have no control characters");
        return faults.Problem is { } problem ? problem : new EnteredCharge(month, Id, owner!, kind!.Value, amount, Description?.Trim() ?? "") { Resource = Resource, Provider = Provider, Model = Model, Sku = Sku };
    }
}
