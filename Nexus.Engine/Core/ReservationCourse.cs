using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Bookings;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Engine.Core;

/// <summary>What follows from reservations: who is told that one begins, who ends for it, and who drew from one that is over.</summary>
internal sealed class ReservationCourse(EngineState state, Futures futures, BookingHandler bookings, DueQueue due, Happens happens)
{
    private readonly Dictionary<string, Instant> _lookedTo = new(StringComparer.Ordinal);
    private Instant _since;

    /// <summary>Begins anew, at the moment up to which everything was looked at.</summary>
    public void Recover(Instant since)
    {
        _since = since;
        _lookedTo.Clear();
        Watch(since);
    }

    /// <summary>A reservation was made, changed or given up.</summary>
    /// <returns>False where something else happened.</returns>
    public bool Reserve(EngineEvent happened, Instant at, Batch batch)
    {
        if (happened is not (ReservationSet or ReservationDeleted))
        {
            return false;
        }

        Reservation? before = (happened as ReservationSet)?.Before ?? (happened as ReservationDeleted)?.Before;
        if (before is not null && futures.Of(before.Pool) is { } future)
        {
            future.Reservations.Remove(before.Id);
            futures.MarkFreed(before.Pool);
            batch.TouchPool(before.Pool);
        }

        string id = before?.Id ?? ((ReservationSet)happened).Reservation.Id;
        if (happened is ReservationSet set)
        {
            futures.Open([set.Reservation.Pool], at);
            futures.Of(set.Reservation.Pool)!.Reservations.Set(set.Reservation, set.Times);
            futures.MarkFreed(set.Reservation.Pool);
            batch.TouchPool(set.Reservation.Pool);
        }

        futures.Bind(id);
        if (happened is ReservationDeleted)
        {
            Over(id, at, batch);
        }

        foreach (Live live in before is null ? [] : BoundTo(id).Where(l => l.Request.Booking is not null))
        {
            happens.All(bookings.Again(live, bookings.Lost(live.Request), at, at), at, batch);
        }

        if (happened is ReservationSet held && state.Pools.GetValueOrDefault(held.Reservation.Pool) is { } pool)
        {
            Look(held.Reservation, pool, new Instant(long.MinValue), at, batch);
            _lookedTo[held.Reservation.Pool] = at;
        }

        Watch(at);
        return true;
    }

    /// <summary>Looks again when the next reservation begins or ends, and one grace before it begins.</summary>
    public void Watch(Instant now)
    {
        foreach (string pool in state.Configuration.Reservations.Select(r => r.Pool).Distinct(StringComparer.Ordinal))
        {
            if (HeldNodeOf(pool) is { } node && NextLook(pool, now) is { } at)
            {
                due.Schedule(node, at.Milliseconds);
            }
        }
    }

    /// <summary>Looks at the pools of what was due.</summary>
    public void Look(IEnumerable<ChargeNode> nodes, Instant at, Batch batch)
    {
        foreach (string pool in nodes.Where(n => n.Behaviour == ResourceBehaviour.Held).Select(n => n.Pool).Order(StringComparer.Ordinal))
        {
            Look(pool, at, batch);
        }
    }

    /// <summary>A look at a pool is due: reservations begin, or do so one grace from now.</summary>
    public void Look(string pool, Instant at, Batch batch)
    {
        if (state.Pools.GetValueOrDefault(pool) is not { } looked)
        {
            return;
        }

        Instant since = _lookedTo.GetValueOrDefault(pool, _since);
        _lookedTo[pool] = at;
        foreach (Reservation reservation in state.Configuration.Reservations.Where(r => r.Pool == pool).ToArray())
        {
            Look(reservation, looked, since, at, batch);
        }

        foreach (Reservation reservation in state.Configuration.Reservations.Where(r => r.Pool == pool && !futures.IsOpenTo(r.Id, at)).ToArray())
        {
            Over(reservation.Id, at, batch);
        }

        // What was reserved until now is not any more. At a look that was for a time that is another by now nothing is new.
        if (state.Configuration.Reservations.Any(r => r.Pool == pool && state.Configuration.TimesOf(r.Id).Any(t => (t.Start > since && t.Start <= at) || (t.End > since && t.End <= at))))
        {
            futures.MarkFreed(pool);
        }

        Watch(at);
    }

    // Ends for a reservation who is past its end and holds what has begun to be reserved since a moment, and tells those who will be in the way one grace from now.
    private void Look(Reservation reservation, Pool pool, Instant since, Instant at, Batch batch)
    {
        Instant told = at + pool.Definition.Preemption.Grace;
        foreach (Occurrence time in state.Configuration.TimesOf(reservation.Id).Where(t => t.End > at && t.Start > since && t.Start <= told))
        {
            happens.All(
                time.Start <= at ? bookings.End([reservation.Pool], reservation.Owner, reservation.Id, at) : bookings.Tell([reservation.Pool], reservation.Owner, reservation.Id, time.Start), at, batch);
        }
    }

    // Nobody can draw from it any more who may draw from nothing else.
    private void Over(string reservation, Instant at, Batch batch) => happens.All(
        BoundTo(reservation).Select(l => new RequestEnded(l.Request.Owner, l.Request.Spec.Id, RequestStatus.Rejected, new Reason(ReasonCode.ReservationOver, Name: reservation), null, Labels.None)), at, batch);

    private Live[] BoundTo(string reservation) =>
        [.. state.Requests.Values.Where(l => l.Request is { HasEnded: false, Lease: null } r && r.Spec.Reservation == reservation).OrderBy(l => l.Request.Arrival)];

    private Instant? NextLook(string pool, Instant now)
    {
        TimeSpan grace = state.Pools[pool].Definition.Preemption.Grace;
        Instant? first = futures.NextEdge(pool, now);
        Instant? later = futures.NextBegin(pool, now + grace) is { } far ? new Instant(far.Milliseconds - (long)grace.TotalMilliseconds) : null;
        return first is null || later < first ? later : first;
    }

    private ChargeNode? HeldNodeOf(string pool) => state.Pools.GetValueOrDefault(pool)?.Nodes.FirstOrDefault(n => n.Behaviour == ResourceBehaviour.Held);
}
