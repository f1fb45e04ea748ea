using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>Use that somebody reports, once by its id.</summary>
/// <remarks>Its properties can be set: what can only be initialised is read through an array of boxes, and a batch has hundreds of records.</remarks>
internal sealed record UsageBody
{
    private const int MostIdCharacters = 200;
    private static readonly string TextWanted = $"must be a text of 1 to {Engine.Resources.Labels.MaxValueLength} characters, none of them a control character";

    /// <summary>Unique within the tenant: whoever sends it again changes nothing.</summary>
    [JsonRequired]
    public string Id { get; set; } = "";

    /// <summary>When it was used.</summary>
    [JsonRequired]
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset Time { get; set; }

    /// <summary>Whose it is.</summary>
    [JsonRequired]
    public string Owner { get; set; } = "";

    /// <summary>The kind.</summary>
    [JsonRequired]
    public string Resource { get; set; } = "";

    /// <summary>How much, in the kind's unit; of a kind that is held in unit-hours. Records add up: what a part's says is not in its whole's.</summary>
    [JsonRequired]
    public Amount Quantity { get; set; }

    /// <summary>By which SKU it is priced; without it by the most specific that applies.</summary>
    public string? Sku { get; set; }

    /// <summary>The pool that it came from.</summary>
    public string? Pool { get; set; }

    /// <summary>Who served it.</summary>
    public string? Provider { get; set; }

    /// <summary>Which model used it.</summary>
    public string? Model { get; set; }

    /// <summary><c>standard</c> (unless given) or <c>batch</c>.</summary>
    public string? Lane { get; set; }

    /// <summary>How large the prompt was of which it is a part, cached tokens included.</summary>
    public long? PromptTokens { get; set; }

    /// <summary>Labels by which it can be grouped.</summary>
    public Dictionary<string, string>? Labels { get; set; }

    /// <summary>The lease whose progress it is: then the release settles it, and this only says how far it is.</summary>
    public string? LeaseId { get; set; }

    /// <summary>Checks what is written; what it means is the engine's to say.</summary>
    public Result<UsageRecord> ToRecord()
    {
        Faults faults = new();
        faults.Id("id", Id, MostIdCharacters);
        OwnerPath? owner = faults.Owner("owner", Owner);
        faults.Kind("resource", Resource);
        bool valid = Quantity.TryAsked(out Quantity quantity, out string? fault);
        faults.When(!valid, "quantity", fault ?? "");
        faults.Name("pool", Pool);
        faults.When(Lane is not (null or "standard" or "batch"), "lane", "must be standard or batch");
        faults.When(PromptTokens < 0, "promptTokens", "must be 0 or more");
        foreach ((string name, string? text) in (ReadOnlySpan<(string, string?)>)[("sku", Sku), ("provider", Provider), ("model", Model)])
        {
            faults.When(text is not null && (text.Length is 0 or > Engine.Resources.Labels.MaxValueLength || Faults.HasControl(text)), name, TextWanted);
        }

        Labels labels = faults.Labels("labels", Labels);
        long lease = 0;
        faults.When(LeaseId is not null && !Engine.Scheduling.Lease.TryParseId(LeaseId, out lease), "leaseId", "is not the id of a lease");
        return faults.Problem is { } problem ? problem : new UsageRecord(Id, Instant.From(Time), owner!, Resource, quantity)
        {
            Sku = Sku,
            Pool = Pool,
            Provider = Provider,
            Model = Model,
            Lane = Lane,
            PromptTokens = PromptTokens,
            Labels = labels,
            Lease = LeaseId is null ? null : lease,
        };
    }
}

/// <summary>What became of each record, in the order sent.</summary>
internal sealed record UsageAnswer(IReadOnlyList<UsageItem> Items);

/// <summary>What became of a record.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status"><c>accepted</c>, <c>duplicate</c> (it was in the ledger before) or <c>error</c>.</param>
/// <param name="Error">What is wrong with it, and the remedy.</param>
internal sealed record UsageItem(string Id, UsageStatus Status, string? Error = null);
