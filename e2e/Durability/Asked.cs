using System.Text.Json;

namespace Nexus.E2E.Durability;

/// <summary>What was done to a request and has no answer yet.</summary>
internal enum Deed
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It was submitted.</summary>
    Submit,

    /// <summary>Its lease was renewed.</summary>
    Renew,

    /// <summary>Its lease was released.</summary>
    Release,

    /// <summary>It was cancelled.</summary>
    Cancel,
}

/// <summary>A request as its client knows it: what was asked, and what of it the server acknowledged.</summary>
internal sealed class Asked(string id, string owner, int gpu, int tokens, bool queue)
{
    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>The deed whose answer is outstanding; it is repeated until there is one.</summary>
    public Deed Doing { get; set; } = Deed.Submit;

    /// <summary>The last status that the server acknowledged; null before the first answer.</summary>
    public string? Status { get; private set; }

    /// <summary>Its lease, once one was acknowledged.</summary>
    public string? Lease { get; private set; }

    /// <summary>The tokens that the acknowledged release settled.</summary>
    public decimal? Settled { get; private set; }

    /// <summary>True while it waits or holds something, or may.</summary>
    public bool IsOpen => Status is null or "queued" or "allocated";

    /// <summary>What is sent to submit it, the same each time.</summary>
    public object Body { get; } = new { id, owner, pools = new[] { Crowd.Pool, Crowd.Tokens }, resources = new Dictionary<string, int> { ["gpu"] = gpu, ["tokens.output"] = tokens }, leaseSeconds = 3600, queue };

    /// <summary>Takes an answer; what contradicts an earlier one is returned as a complaint.</summary>
    public string? Take(JsonElement answer)
    {
        string status = answer.GetProperty("status").GetString()!;
        string? lease = answer.TryGetProperty("lease", out JsonElement granted) ? granted.GetProperty("id").GetString() : null;
        string? complaint = Contradiction(status, lease);
        Status = status;
        Lease ??= lease;
        if (status == "released" && answer.TryGetProperty("usage", out JsonElement usage))
        {
            decimal settled = usage.GetProperty("tokens.output").GetDecimal();
            complaint ??= Settled is { } before && before != settled ? $"{Id} settled {before} tokens, then {settled}" : null;
            Settled = settled;
        }

        return complaint;
    }

    /// <summary>What is wrong when the server now says this of it; null when it follows from what was acknowledged.</summary>
    public string? Contradiction(string? status, string? lease)
    {
        bool follows = Status switch
        {
            null => true,
            "allocated" => status == "allocated" || (status == "released" && Doing is Deed.Release),
            "queued" => status is "queued" or "allocated" || (status == "cancelled" && Doing is Deed.Cancel),
            _ => status == Status,
        };
        return !follows ? $"{Id} was acknowledged as {Status}{(Doing is Deed.None ? "" : $" ({Doing} unanswered)")} and is {status ?? "unknown"}"
            : Lease is not null && lease is not null && lease != Lease ? $"{Id} was granted as {Lease} and again as {lease}"
            : null;
    }
}
