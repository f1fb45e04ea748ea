using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Runs;

/// <summary>An allowance as a run opens it, or as an agent carves it out of another.</summary>
internal sealed record AllowanceBody
{
    private const int MostId = 200;
    private const int MostKinds = 32;

    /// <summary>The client's idempotency key, unique among the allowances of the tenant.</summary>
    public string? Id { get; init; }

    /// <summary>Whose it is: requests of this owner and of those within it may draw from it.</summary>
    public string? Owner { get; init; }

    /// <summary>The id of the allowance out of which it is carved; a run of its own unless given.</summary>
    public string? Parent { get; init; }

    /// <summary>How much it has: <c>money</c>, and of kinds so much; of what is not named as much as those above it.</summary>
    public AllowanceAmounts? Limits { get; init; }

    /// <summary>When it ends: in 24 hours unless given, in 30 days at most, never after its parent.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How many levels may be carved out below it; as many as those above leave unless given.</summary>
    public int? MaxDepth { get; init; }

    /// <summary>Checks what is written; whether it can be is the engine's to say.</summary>
    public Result<AllowanceSpec> ToSpec(string currency)
    {
        Faults faults = new();
        faults.Id("$.id", Id, MostId);
        OwnerPath? owner = faults.Owner("$.owner", Owner);
        if (Parent is not null)
        {
            faults.Id("$.parent", Parent, MostId);
        }

        Money? money = Limits?.Money is null ? null : MoneyBody.Read(Limits.Money, "$.limits.money", currency, faults);
        ResourceVector amounts = Limits is { Kinds.Count: > 0 } ? faults.Asked("$.limits", Limits.Kinds, MostKinds) : ResourceVector.Empty;
        return faults.Problem is { } problem ? problem : new AllowanceSpec(Id!, owner!)
        {
            Parent = Parent,
            Money = money,
            Amounts = amounts,
            ExpiresAt = ExpiresAt is { } expires ? Instant.From(expires) : null,
            MaxDepth = MaxDepth,
        };
    }
}

/// <summary>The body of a cancellation.</summary>
internal sealed record AllowanceCancelBody
{
    /// <summary>Why, in a sentence for the audit.</summary>
    public string? Reason { get; init; }
}
