using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>Reads events for somebody: the newest from memory, older ones from the journal.</summary>
internal static class EventReading
{
    /// <summary>How many events one call looks at on disk, so that a reader with a narrow path does not read the whole journal at once.</summary>
    public const int MostLookedAt = 50_000;

    /// <summary>A page.</summary>
    public static EventPage After(EventRing ring, IJournal? journal, long after, long last, int limit, OwnerPath within)
    {
        after = Math.Max(0, after);
        List<EngineEvent> seen = [];
        long trimmed = journal is null ? 0 : journal.FirstSequence - 1;
        if (after >= last)
        {
            return new EventPage(seen, after, trimmed);
        }

        if (ring.Last > 0 && after + 1 >= ring.First)
        {
            long at = after;
            while (at < last && seen.Count < limit && ring.Get(at + 1) is { } happened)
            {
                at++;
                Take(happened, within, seen);
            }

            if (at > after)
            {
                return new EventPage(seen, at, trimmed);
            }
        }

        if (journal is null)
        {
            return new EventPage(seen, after, trimmed);
        }

        try
        {
            return FromJournal(journal, Math.Max(after, trimmed), last, limit, within, trimmed);
        }
        catch (JournalException error)
        {
            throw new EngineUnavailableException($"Older events cannot be read. {error.Message}", TimeSpan.FromSeconds(5), error);
        }
    }

    /// <summary>A request's events, oldest first: those in memory, and from disk the few whose numbers the request itself names.</summary>
    public static IReadOnlyList<EngineEvent> Of(EventRing ring, IJournal? journal, Request request)
    {
        List<EngineEvent> events = [];
        long first = ring.Last == 0 ? long.MaxValue : ring.First;
        foreach (long named in new SortedSet<long> { request.Arrival, request.Lease?.Number ?? request.Arrival, request.Version })
        {
            if (named < first && named > 0 && FromJournal(journal, named) is { } happened)
            {
                events.Add(happened);
            }
        }

        for (long at = Math.Max(first, request.Arrival); at <= request.Version; at++)
        {
            if (ring.Get(at) is RequestEvent happened && happened.Id == request.Spec.Id && happened.Key == request.Key)
            {
                events.Add(happened);
            }
        }

        return events;
    }

    private static EngineEvent? FromJournal(IJournal? journal, long sequence)
    {
        if (journal is null || sequence < journal.FirstSequence)
        {
            return null;
        }

        try
        {
            JournalBatch? batch = journal.Read(sequence - 1).FirstOrDefault();
            return batch is null ? null : EventCodec.ReadAll(batch.Events).FirstOrDefault(e => e.Sequence == sequence);
        }
        catch (JournalException error)
        {
            throw new EngineUnavailableException($"Older events cannot be read. {error.Message}", TimeSpan.FromSeconds(5), error);
        }
    }

    private static EventPage FromJournal(IJournal journal, long after, long last, int limit, OwnerPath within, long trimmed)
    {
        List<EngineEvent> seen = [];
        long lookedTo = after;
        foreach (JournalBatch batch in journal.Read(after))
        {
            foreach (EngineEvent happened in EventCodec.ReadAll(batch.Events))
            {
                if (happened.Sequence <= after)
                {
                    continue;
                }

                if (happened.Sequence > last || seen.Count >= limit)
                {
                    return new EventPage(seen, lookedTo, trimmed);
                }

                lookedTo = happened.Sequence;
                Take(happened, within, seen);
            }

            if (lookedTo - after >= MostLookedAt)
            {
                break;
            }
        }

        return new EventPage(seen, lookedTo, trimmed);
    }

    private static void Take(EngineEvent happened, OwnerPath within, List<EngineEvent> seen)
    {
        if (IsVisible(happened, within))
        {
            seen.Add(happened);
        }
    }

    /// <summary>True when a reader of a path may see an event.</summary>
    public static bool IsVisible(EngineEvent happened, OwnerPath within) => within.IsRoot || happened switch
    {
        RequestEvent request => request.Owner.IsWithin(within),
        AllowanceEvent allowance => allowance.Owner.IsWithin(within),
        OwnerSet owner => owner.Path.IsWithin(within),
        ReservationSet set => set.Reservation.Owner.IsWithin(within) && set.Before?.Owner.IsWithin(within) != false,
        ReservationDeleted deleted => deleted.Before.Owner.IsWithin(within),
        QuotaSet quota => quota.Quota.Owner.IsWithin(within),
        QuotaDeleted quota => quota.Before.Owner.IsWithin(within),
        BudgetSet budget => budget.Budget.Scope.Owner.IsWithin(within) && budget.Before?.Scope.Owner.IsWithin(within) != false,
        BudgetDeleted budget => budget.Before.Scope.Owner.IsWithin(within),
        BudgetThresholdReached reached => reached.Owner.IsWithin(within),
        BudgetRaised raised => raised.Owner.IsWithin(within),
        BudgetPaused paused => paused.Owner.IsWithin(within),
        UsageRecorded usage => usage.Records.All(r => r.Record.Owner.IsWithin(within)),
        ChargeEntered entered => entered.Charge.Owner.IsWithin(within),
        Rerated rerated => rerated.Corrections.All(c => c.Owner.IsWithin(within)),
        _ => false,
    };
}
