using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Reservations;

/// <summary>By what capacity was promised to somebody.</summary>
public enum PromiseKind
{
    /// <summary>A running grant, to its committed end or without end.</summary>
    Grant,

    /// <summary>A booked start.</summary>
    Booking,

    /// <summary>Another reservation.</summary>
    Reservation,
}

/// <summary>Somebody to whom capacity was promised.</summary>
/// <param name="Kind">By what.</param>
/// <param name="Number">The number of the request's submission; 0 for a reservation.</param>
/// <param name="Reservation">The reservation's id; null for a request.</param>
/// <param name="Owner">To whom.</param>
/// <param name="Amount">How much.</param>
/// <param name="Until">When it ends; null: no end is known.</param>
public sealed record ConflictHolder(PromiseKind Kind, long Number, string? Reservation, OwnerPath Owner, Quantity Amount, Instant? Until);

/// <summary>Why a reservation cannot be held: at a moment, more would be promised than there is.</summary>
/// <param name="At">The first such moment.</param>
/// <param name="Resource">The kind that is short.</param>
/// <param name="Missing">How much of it.</param>
/// <param name="Holders">To whom it was promised then, the largest first, at most <see cref="MaxHolders"/>; those who would draw from the reservation are not among them.</param>
/// <param name="Others">How many more there are.</param>
public sealed record ReservationConflict(Instant At, string Resource, Quantity Missing, IReadOnlyList<ConflictHolder> Holders, int Others)
{
    /// <summary>The most holders that are named.</summary>
    public const int MaxHolders = 20;
}
