using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>Use that somebody reports: once by its id, and never changed.</summary>
/// <param name="Id">Its id, unique within the tenant: whoever sends it again changes nothing.</param>
/// <param name="At">To which moment it belongs.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Quantity">How much, in the kind's unit; of a kind that is held in unit-hours. Records add up: a part's is not in its whole's.</param>
public sealed record UsageRecord(string Id, Instant At, OwnerPath Owner, string Resource, Quantity Quantity)
{
    /// <summary>By which SKU it is priced; null: by the most specific that applies.</summary>
    public string? Sku { get; init; }

    /// <summary>Where it came from.</summary>
    public string? Pool { get; init; }

    /// <summary>Who served it.</summary>
    public string? Provider { get; init; }

    /// <summary>Which model used it.</summary>
    public string? Model { get; init; }

    /// <summary>Through which lane it went; null: the standard one.</summary>
    public string? Lane { get; init; }

    /// <summary>How large the prompt was of which it is a part.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>Labels by which it can be grouped.</summary>
    public Labels Labels { get; init; } = Labels.None;

    /// <summary>The number of the lease whose progress it is; null: it was used without one.</summary>
    public long? Lease { get; init; }

    /// <summary>The id of the request that holds that lease.</summary>
    public string? Request { get; init; }

    /// <summary>By what its price is found.</summary>
    public UsageFacts Facts => new(Resource, At) { Sku = Sku, Pool = Pool, Provider = Provider, Model = Model, Lane = Lane, PromptTokens = PromptTokens, Labels = Labels };
}

/// <summary>A record with the lines that it writes into the ledger: none where it is the progress of a lease.</summary>
public sealed record RecordedUsage(UsageRecord Record, IReadOnlyList<CostLine> Lines);
