using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>What a client asked for, in the form in which two bodies of the same meaning are equal (key order and defaults do not count).</summary>
/// <param name="Id">The client's idempotency key, unique within the tenant: 1–200 of <c>A-Z a-z 0-9 . _ : -</c>.</param>
/// <param name="Owner">Who it is for.</param>
/// <param name="Resources">What it needs: 1–32 kinds, each positive.</param>
/// <param name="Priority">The class asked for, or null for the owner's default.</param>
/// <param name="Pools">The pools it accepts, in order of preference; null: any.</param>
/// <param name="PoolLabels">Labels that every pool serving it must carry.</param>
/// <param name="Duration">How long it will run at most, a commitment; null: not known.</param>
/// <param name="Queue">True when it is willing to wait.</param>
/// <param name="MaxWait">How long it waits at most; null: without end.</param>
/// <param name="LeaseLength">How long its lease lasts unless renewed: 1 s – 24 h.</param>
/// <param name="Labels">Its own labels.</param>
public sealed record RequestSpec(
    string Id,
    OwnerPath Owner,
    ResourceVector Resources,
    string? Priority,
    IReadOnlyList<string>? Pools,
    Labels PoolLabels,
    TimeSpan? Duration,
    bool Queue,
    TimeSpan? MaxWait,
    TimeSpan LeaseLength,
    Labels Labels)
{
    /// <summary>The length of a lease whose request states none.</summary>
    public static TimeSpan DefaultLeaseLength { get; } = TimeSpan.FromSeconds(300);

    /// <summary>The most members that a gang may have.</summary>
    public const int MostMembers = 10_000;

    /// <summary>How many equal sets of <see cref="Resources"/> it needs, all or none: a gang. 1 – <see cref="MostMembers"/>.</summary>
    public int Members { get; init; } = 1;

    /// <summary>When its work must be done (with a duration) or begin (without one); null: no deadline.</summary>
    public Instant? Deadline { get; init; }

    /// <summary>True when its grant may be ended for the sake of others: those of a higher class, and owners who want back what they lent.</summary>
    public bool Preemptible { get; init; }

    /// <summary>The reservation that it draws from; null: whatever its owner's reservations leave it.</summary>
    public string? Reservation { get; init; }

    /// <summary>True when it says nothing but what every request could say from the beginning.</summary>
    internal bool IsPlain => Members == 1 && Deadline is null && !Preemptible && Reservation is null;

    /// <summary>The identity of the request: its tenant and id.</summary>
    public RequestKey Key => new(Owner.Tenant, Id);

    /// <inheritdoc/>
    public bool Equals(RequestSpec? other) =>
        other is not null && Id == other.Id && Owner == other.Owner && Resources.Equals(other.Resources) && Priority == other.Priority
        && (Pools is null ? other.Pools is null : other.Pools is not null && Pools.SequenceEqual(other.Pools))
        && PoolLabels.Equals(other.PoolLabels) && Duration == other.Duration && Queue == other.Queue && MaxWait == other.MaxWait
        && LeaseLength == other.LeaseLength && Labels.Equals(other.Labels)
        && Members == other.Members && Deadline == other.Deadline && Preemptible == other.Preemptible && Reservation == other.Reservation;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Owner, Resources);
}

/// <summary>The identity of a request.</summary>
/// <param name="Tenant">The owner's first segment.</param>
/// <param name="Id">The client's id, unique within the tenant.</param>
public readonly record struct RequestKey(string Tenant, string Id)
{
    /// <summary>For people: <c>acme:r1</c>.</summary>
    public override string ToString() => $"{Tenant}:{Id}";
}
