using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Allowances;

/// <summary>The identity of an allowance.</summary>
/// <param name="Tenant">The owner's first segment.</param>
/// <param name="Id">The client's id, unique among the allowances of the tenant.</param>
public readonly record struct AllowanceKey(string Tenant, string Id)
{
    /// <summary>For people: <c>acme:run-7</c>.</summary>
    public override string ToString() => $"{Tenant}:{Id}";
}

/// <summary>What somebody opens for a run: money, amounts and depth, from which its agents draw and carve.</summary>
/// <param name="Id">The client's idempotency key, unique among the allowances of the tenant: 1 – 200 of <c>A-Z a-z 0-9 . _ : -</c>.</param>
/// <param name="Owner">Whose it is: requests of this owner and of those within it may draw from it.</param>
public sealed record AllowanceSpec(string Id, OwnerPath Owner)
{
    /// <summary>How long one lasts that states no end.</summary>
    public static TimeSpan UsualLength { get; } = TimeSpan.FromHours(24);

    /// <summary>The longest that one may last.</summary>
    public static TimeSpan MostLength { get; } = TimeSpan.FromDays(30);

    /// <summary>How many levels a run has at most, whatever its limits say.</summary>
    public const int MostDepth = 32;

    /// <summary>The id of the allowance out of which it is carved; null: it is a run of its own.</summary>
    public string? Parent { get; init; }

    /// <summary>How much money it has, above zero; null: as much as those above it.</summary>
    public Money? Money { get; init; }

    /// <summary>How much of which kinds it has: of what is Metered in all, of what is Held at once, of <c>time.processing</c> in all. Of other kinds as much as those above it.</summary>
    public ResourceVector Amounts { get; init; } = ResourceVector.Empty;

    /// <summary>When it ends; null: after <see cref="UsualLength"/>, or with its parent where that ends before.</summary>
    public Instant? ExpiresAt { get; init; }

    /// <summary>How many levels may be carved out below it; null: as many as those above it leave.</summary>
    public int? MaxDepth { get; init; }

    /// <summary>Its identity.</summary>
    public AllowanceKey Key => new(Owner.Tenant, Id);
}

/// <summary>Whether anything can be drawn from an allowance.</summary>
public enum AllowanceStatus
{
    /// <summary>It can.</summary>
    Open = 0,

    /// <summary>Somebody cancelled it, or one above it.</summary>
    Cancelled = 1,

    /// <summary>Its time is over.</summary>
    Expired = 2,
}
