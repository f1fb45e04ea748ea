using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Where a request stands.</summary>
public enum RequestStatus
{
    /// <summary>It waits.</summary>
    Queued = 0,

    /// <summary>It holds a lease.</summary>
    Allocated = 1,

    /// <summary>Ended: its client released it.</summary>
    Released = 2,

    /// <summary>Ended: nobody renewed its lease, or <c>maxWait</c> passed.</summary>
    Expired = 3,

    /// <summary>Ended: somebody cancelled it.</summary>
    Cancelled = 4,

    /// <summary>Ended: refused, or it could no longer be served.</summary>
    Rejected = 5,

    /// <summary>A start is booked for it.</summary>
    Reserved = 6,

    /// <summary>Ended: its grant was ended for the sake of somebody else, and it was not willing to wait again.</summary>
    Preempted = 7,
}

/// <summary>How the client says its work ended.</summary>
public enum Outcome
{
    /// <summary>The work was done.</summary>
    Succeeded = 0,

    /// <summary>The work failed.</summary>
    Failed = 1,
}

/// <summary>A request at one moment. Never changed: each event replaces it by another.</summary>
public sealed record Request
{
    /// <summary>What was asked.</summary>
    public required RequestSpec Spec { get; init; }

    /// <summary>The sequence number of its submission: the order of arrival, unique in the engine.</summary>
    public required long Arrival { get; init; }

    /// <summary>The sequence number of the last event that changed it.</summary>
    public required long Version { get; init; }

    /// <summary>When it was submitted, in engine time.</summary>
    public required Instant SubmittedAt { get; init; }

    /// <summary>The name of its class, the owner's default where it named none.</summary>
    public required string Priority { get; init; }

    // Most requests cost nothing yet, and there are many: one reference instead of two values.
    private readonly Metering? _metering;

    /// <summary>Its labels, with those inherited from its owner.</summary>
    public required Labels Labels { get; init; }

    /// <summary>What all its members need together: of a ceiling, which holds for each, what one needs.</summary>
    public ResourceVector Needs { get => field ?? Spec.Resources; init; }

    /// <summary>Where it stands.</summary>
    public required RequestStatus Status { get; init; }

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Its lease, as soon and as long as it has had one.</summary>
    public Lease? Lease { get; init; }

    /// <summary>Why it waits, was refused or ended without its client; else null.</summary>
    public Reason? Reason { get; init; }

    /// <summary>When it ended; null while it lives.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>What it really used; null until a lease has ended.</summary>
    public Settlement? Settlement { get; init; }

    /// <summary>True while an operator holds it back: it waits, and does not start.</summary>
    public bool Held { get; init; }

    /// <summary>When it went back to the queue; null in its first attempt. <c>maxWait</c> counts anew from then, its place in the queue does not.</summary>
    public Instant? RequeuedAt { get; init; }

    /// <summary>When and for whom its grant ends; null where it was not told to end.</summary>
    public PreemptionNotice? Notice { get; init; }

    /// <summary>The grants that end for its sake while it waits; null where none does.</summary>
    public Preempting? Preempting { get; init; }

    /// <summary>The start that was promised to it; null where none is.</summary>
    public Booking? Booking { get; init; }

    /// <summary>What earlier attempts used; null in the first.</summary>
    public LostWork? Lost { get; init; }

    /// <summary>What it cost so far, earlier attempts included; see <see cref="Core.EngineEvent.Lines"/>.</summary>
    public Money Cost
    {
        get => _metering?.Cost ?? default;
        init => _metering = Metering.Of(value, HeldUntil, Estimate, MinimaOfOthers);
    }

    /// <summary>Until when what its grant holds was metered; null: since the grant nothing was.</summary>
    public Instant? HeldUntil
    {
        get => _metering?.HeldUntil;
        init => _metering = Metering.Of(Cost, value, Estimate, MinimaOfOthers);
    }

    /// <summary>What it is expected to cost beyond that, while it runs or is booked; null where nothing of it has a price. Budgets reserve it.</summary>
    public CostEstimate? Estimate
    {
        get => _metering?.Estimate;
        init => _metering = Metering.Of(Cost, HeldUntil, value, MinimaOfOthers);
    }

    /// <summary>Those that live of whom its grants were ended for, since it has its class; see <see cref="Scheduling.Evictors"/>.</summary>
    public IReadOnlyList<RequestKey> Evictors { get; init; } = [];

    /// <summary>What it asked for in addition and did not get: its work, whose size is learned, was told to stop. Null where it was not, or got more since.</summary>
    public ResourceVector? ToldToStop { get; init; }

    /// <summary>The kinds of what it consumed whose minimum others had paid with whom it shared its grant; see <see cref="RequestSpec.Mergeable"/>. A correction of what it used pays none of them either.</summary>
    public IReadOnlyList<string> MinimaOfOthers
    {
        get => _metering?.MinimaOfOthers ?? [];
        init => _metering = Metering.Of(Cost, HeldUntil, Estimate, value);
    }

    /// <summary>Its identity.</summary>
    public RequestKey Key => Spec.Key;

    /// <summary>Who it is for.</summary>
    public OwnerPath Owner => Spec.Owner;

    /// <summary>True once it has ended.</summary>
    public bool HasEnded => Status is not (RequestStatus.Queued or RequestStatus.Allocated or RequestStatus.Reserved);

    /// <summary>True when it says nothing but what every request could say from the beginning.</summary>
    internal bool IsPlain => Spec.IsPlain && !Held && Notice is null && Preempting is null && Lost is null && RequeuedAt is null && Booking is null && _metering is null && ToldToStop is null
        && Status is not (RequestStatus.Reserved or RequestStatus.Preempted);

    /// <summary>Until when it waits; null when it does not, or without end.</summary>
    public Instant? WaitsUntil => Status == RequestStatus.Queued && Spec.MaxWait is { } wait ? (RequeuedAt ?? SubmittedAt) + wait : null;
}

/// <summary>A grant. It lasts while it is renewed.</summary>
/// <param name="Number">Unique in the engine: the sequence number of the grant.</param>
/// <param name="Amounts">What is granted, extensions included.</param>
/// <param name="Pools">The pool of each of <paramref name="Amounts"/>, in their order.</param>
/// <param name="GrantedAt">When it began.</param>
/// <param name="ExpiresAt">When it ends unless it is renewed.</param>
/// <param name="Usage">What the client reported so far.</param>
public sealed record Lease(
    long Number,
    ResourceVector Amounts,
    IReadOnlyList<string> Pools,
    Instant GrantedAt,
    Instant ExpiresAt,
    ResourceVector Usage)
{
    private const string Prefix = "lease-";

    /// <summary>The number of the lease that began the grant which it shares with others; null where it shares none, or began it itself.</summary>
    public long? MergedWith { get; init; }

    /// <summary>The grant in which it is: the number of the lease that began it, its own where it joined none.</summary>
    internal long Grant => MergedWith ?? Number;

    /// <summary>The lease's name for clients, <c>lease-</c> and its number.</summary>
    public string Id => IdOf(Number);

    /// <summary>The name of a lease for clients.</summary>
    public static string IdOf(long number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Prefix}{number}");

    /// <summary>Reads a lease's name.</summary>
    /// <returns>False when no lease can have that name.</returns>
    public static bool TryParseId(string? id, out long number)
    {
        number = 0;
        return id is not null && id.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(id.AsSpan(Prefix.Length), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number)
            && id == IdOf(number);
    }
}

/// <summary>What a grant really used, fixed when it ends, corrected at most once by a late release.</summary>
/// <param name="Metered">Each Metered kind: its stated usage, else the estimate; on expiry and cancelling the larger of what was reported and the estimate.</param>
/// <param name="Held">How long the Held kinds were held.</param>
/// <param name="Peaks">The peaks that the client stated for Held kinds, for right-sizing; never a price.</param>
/// <param name="Outcome">How the client says its work ended, if it did.</param>
/// <param name="Late">True when a release after the end corrected it.</param>
public sealed record Settlement(ResourceVector Metered, TimeSpan Held, ResourceVector Peaks, Outcome? Outcome, bool Late);

/// <summary>What a request cost so far, until when what it holds was metered, what it is expected to cost beyond that, and of which kinds others paid the minimum.</summary>
internal sealed record Metering(Money Cost, Instant? HeldUntil, CostEstimate? Estimate, IReadOnlyList<string> MinimaOfOthers)
{
    public static Metering? Of(Money cost, Instant? heldUntil, CostEstimate? estimate, IReadOnlyList<string> minimaOfOthers) =>
        cost == Money.Zero && heldUntil is null && estimate is null && minimaOfOthers.Count == 0 ? null : new(cost, heldUntil, estimate, minimaOfOthers);
}
