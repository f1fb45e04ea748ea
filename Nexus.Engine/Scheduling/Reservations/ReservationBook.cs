using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Engine.Scheduling.Reservations;

/// <summary>The reservations of one pool: what they hold on its timeline, and whether one more, or one changed, would break a promise.</summary>
/// <remarks>
/// A reservation is held at the times it is given with, so that times which depend on a time zone's rules are worked out once and outside. To hold one further
/// ahead, it is set again with more times. Giving up or shrinking one breaks no promise: what its owner's requests use of it stands on the timeline in their own name.
/// </remarks>
internal sealed class ReservationBook(PoolTimeline pool)
{
    private readonly SortedDictionary<string, Held> _held = new(StringComparer.Ordinal);

    /// <summary>The reservations, by id.</summary>
    public IEnumerable<Reservation> All => _held.Values.Select(h => h.Reservation);

    /// <summary>The times at which a reservation is held that are not over, in their order; none when there is no such reservation.</summary>
    public IReadOnlyList<Occurrence> TimesOf(string id) => _held.TryGetValue(id, out Held? held) ? held.Times : [];

    /// <summary>The times of a reservation as those of somebody who is bound to it; none when there is no such reservation.</summary>
    public IReadOnlyList<Window> WindowsOf(string id) => [.. TimesOf(id).Select(t => new Window(t.Start.Milliseconds, t.End.Milliseconds))];

    /// <summary>What would be in the way of a reservation, new or in place of the one of its id; null when it can be held. Planned starts are not: they give way.</summary>
    public ReservationConflict? Check(Reservation reservation, IReadOnlyList<Occurrence> times)
    {
        Held? before = _held.GetValueOrDefault(reservation.Id);
        Held then = new(reservation, pool.AmountsOf(reservation.Resources), [.. times]);
        Replace(before, then);
        ReservationConflict? conflict = Conflict(before, then);
        Replace(then, before);
        return conflict;
    }

    /// <summary>Holds a reservation, new or in place of the one of its id, whether it can be held or not.</summary>
    public void Set(Reservation reservation, IReadOnlyList<Occurrence> times)
    {
        Held then = new(reservation, pool.AmountsOf(reservation.Resources), [.. times.Where(t => t.End.Milliseconds > pool.Begins)]);
        Replace(_held.GetValueOrDefault(reservation.Id), then);
        _held[reservation.Id] = then;
    }

    /// <summary>Gives a reservation up.</summary>
    /// <returns>False when there is none of that id.</returns>
    public bool Remove(string id)
    {
        if (!_held.Remove(id, out Held? held))
        {
            return false;
        }

        Replace(held, null);
        return true;
    }

    /// <summary>Forgets the times that are over. The pool's timeline must have been brought to that moment before.</summary>
    public void Advance(long now)
    {
        foreach (Held held in _held.Values)
        {
            int over = held.Times.FindIndex(t => t.End.Milliseconds > now) is var first and >= 0 ? first : held.Times.Count;
            foreach (Occurrence time in held.Times[..over])
            {
                pool.Free(held.Reservation.Owner, time.Start.Milliseconds, time.End.Milliseconds, held.Amounts);
            }

            held.Times.RemoveRange(0, over);
        }
    }

    // Times that are held before and after alike are left alone. What is new is held first, so that an owner's reserve is not opened again for nothing.
    private void Replace(Held? before, Held? then)
    {
        HashSet<Occurrence> kept = before is not null && then is not null && before.Reservation.Owner == then.Reservation.Owner && before.Amounts.AsSpan().SequenceEqual(then.Amounts)
            ? [.. before.Times.Intersect(then.Times)]
            : [];
        foreach (Occurrence time in then?.Times.Where(t => !kept.Contains(t)) ?? [])
        {
            pool.Hold(then!.Reservation.Owner, time.Start.Milliseconds, time.End.Milliseconds, then.Amounts);
        }

        foreach (Occurrence time in before?.Times.Where(t => !kept.Contains(t)) ?? [])
        {
            pool.Free(before!.Reservation.Owner, time.Start.Milliseconds, time.End.Milliseconds, before.Amounts);
        }
    }

    private ReservationConflict? Conflict(Held? before, Held then)
    {
        (long first, int short_) = (Timeline.Open, -1);
        for (int kind = 0; kind < then.Amounts.Length; kind++)
        {
            foreach (Occurrence time in then.Amounts[kind] > 0 ? then.Times : [])
            {
                long at = FirstBroken(before, then, kind, time);
                (first, short_) = at < first ? (at, kind) : (first, short_);
            }
        }

        return short_ < 0 ? null : Describe(then.Reservation, first, short_);
    }

    // What was held already is not broken anew: capacity may have been lost since.
    private long FirstBroken(Held? before, Held then, int kind, Occurrence time)
    {
        for (long from = time.Start.Milliseconds, to = time.End.Milliseconds; from < to;)
        {
            long at = pool.FirstExcess(kind, from, to);
            if (at == Timeline.Open || before is null || before.Reservation.Owner != then.Reservation.Owner || before.Amounts[kind] < then.Amounts[kind])
            {
                return at;
            }

            int held = before.Times.FindIndex(t => t.Start.Milliseconds <= at && at < t.End.Milliseconds);
            if (held < 0)
            {
                return at;
            }

            from = before.Times[held].End.Milliseconds;
        }

        return Timeline.Open;
    }

    private ReservationConflict Describe(Reservation reservation, long at, int kind)
    {
        IEnumerable<ConflictHolder> requests = pool.Uses
            .Where(u => u.Kind != UseKind.Plan && u.From <= at && at < u.To && u.Amounts[kind] > 0 && !u.Owner.IsWithin(reservation.Owner))
            .Select(u => new ConflictHolder(
                u.Kind == UseKind.Grant ? PromiseKind.Grant : PromiseKind.Booking, u.Number, null, u.Owner, Quantity.FromThousandths(u.Amounts[kind]), u.To == Timeline.Open ? null : new Instant(u.To)));
        IEnumerable<ConflictHolder> reservations =
            from held in _held.Values
            where held.Reservation.Id != reservation.Id && held.Amounts[kind] > 0
            from time in held.Times
            where time.Start.Milliseconds <= at && at < time.End.Milliseconds
            select new ConflictHolder(PromiseKind.Reservation, 0, held.Reservation.Id, held.Reservation.Owner, Quantity.FromThousandths(held.Amounts[kind]), time.End);
        ConflictHolder[] holders =
            [.. requests.Concat(reservations).OrderByDescending(h => h.Amount).ThenBy(h => h.Number).ThenBy(h => h.Reservation, StringComparer.Ordinal)];

        long missing = pool.PromisedAt(kind, at) - pool.Capacities[kind];
        return new ReservationConflict(
            new Instant(at), pool.Kinds[kind], Quantity.FromThousandths(missing), holders[..Math.Min(holders.Length, ReservationConflict.MaxHolders)], Math.Max(0, holders.Length - ReservationConflict.MaxHolders));
    }

    private sealed record Held(Reservation Reservation, long[] Amounts, List<Occurrence> Times);
}
