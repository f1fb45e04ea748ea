using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>Picks one page of requests out of the indexes: filters, and keeps only the best so many while it looks, O(n log limit) instead of a sort of all.</summary>
internal static class RequestListing
{
    /// <summary>A page.</summary>
    public static RequestPage Page(RequestIndex index, Configuration configuration, RequestQuery query)
    {
        RequestOrder order = query.EffectiveOrder;
        int limit = Math.Clamp(query.Limit, 1, RequestQuery.MaxLimit);
        PriorityQueue<Request, RequestCursor> best = new(limit + 2, WorstFirst);
        RequestCursor? after = query.Cursor is { } cursor && cursor.Order == order ? cursor : null;
        foreach (RequestSlot slot in Slots(index, query, order, after))
        {
            Request request = slot.Current;
            if (!Matches(request, slot, query, order))
            {
                continue;
            }

            RequestCursor place = RequestCursor.Of(request, order, configuration);
            if (after is not null && RequestCursor.Compare(place, after) <= 0)
            {
                continue;
            }

            if (best.Count <= limit)
            {
                best.Enqueue(request, place);
            }
            else if (best.TryPeek(out _, out RequestCursor? worst))
            {
                if (order == RequestOrder.LastEnded && place.Rank < worst.Rank)
                {
                    break; // The ring is in order: all that follow ended earlier still.
                }

                if (RequestCursor.Compare(place, worst) < 0)
                {
                    best.DequeueEnqueue(request, place);
                }
            }
        }

        bool more = best.Count > limit;
        if (more)
        {
            best.Dequeue();
        }

        Request[] items = new Request[best.Count];
        RequestCursor? last = null;
        for (int i = items.Length - 1; i >= 0; i--)
        {
            best.TryDequeue(out Request? request, out RequestCursor? place);
            items[i] = request!;
            last ??= place;
        }

        return new RequestPage(items, more ? last : null);
    }

    /// <summary>How many match.</summary>
    public static int Count(RequestIndex index, RequestQuery query)
    {
        RequestOrder order = query.EffectiveOrder;
        return Slots(index, query, order, null).Count(s => Matches(s.Current, s, query, order));
    }

    private static readonly Comparer<RequestCursor> WorstFirst = Comparer<RequestCursor>.Create(static (a, b) => RequestCursor.Compare(b, a));

    private static IEnumerable<RequestSlot> Slots(RequestIndex index, RequestQuery query, RequestOrder order, RequestCursor? after)
    {
        bool waiting = order != RequestOrder.LastEnded && Wants(query, RequestStatus.Queued);
        bool running = order != RequestOrder.LastEnded && Wants(query, RequestStatus.Allocated);
        bool ended = query.Statuses is not { Count: > 0 } statuses || statuses.Any(s => s is not (RequestStatus.Queued or RequestStatus.Allocated or RequestStatus.Reserved));
        IEnumerable<RequestSlot> slots = waiting ? index.Waiting : [];
        slots = running ? slots.Concat(index.Running) : slots;
        slots = order != RequestOrder.LastEnded && Wants(query, RequestStatus.Reserved) ? slots.Concat(index.Booked) : slots;
        return ended ? slots.Concat(Ended(index, query, order, after)) : slots;
    }

    private static IEnumerable<RequestSlot> Ended(RequestIndex index, RequestQuery query, RequestOrder order, RequestCursor? after)
    {
        Instant? from = order == RequestOrder.LastEnded && after is not null ? new Instant(after.Rank) : query.EndedBefore;
        IEnumerable<RequestSlot> ended = index.Ended.NewestFirst(from);
        return query.EndedFrom is { } since ? ended.TakeWhile(s => s.Current.EndedAt >= since) : ended;
    }

    private static bool Wants(RequestQuery query, RequestStatus status) => query.Statuses is not { Count: > 0 } || query.Statuses.Contains(status);

    private static bool Matches(Request request, RequestSlot slot, RequestQuery query, RequestOrder order) =>
        Wants(query, request.Status)
        && (order != RequestOrder.LastEnded || request.HasEnded)
        && request.Owner.IsWithin(query.Within)
        && (query.Owner is null || request.Owner.IsWithin(query.Owner))
        && (query.Priority is null || request.Priority == query.Priority)
        && (query.Gate is null || request.Reason?.Gate == query.Gate)
        && (query.EndedFrom is not { } from || request.EndedAt is not { } a || a >= from)
        && (query.EndedBefore is not { } before || request.EndedAt is not { } b || b < before)
        && (query.Pool is null || IsIn(query.Pool, request, slot))
        && (string.IsNullOrWhiteSpace(query.Text) || Mentions(request, query.Text.Trim()));

    private static bool IsIn(string pool, Request request, RequestSlot slot) =>
        request.Lease is { } lease ? lease.Pools.Contains(pool, StringComparer.Ordinal)
        : request.Booking is { } booking ? booking.Pools.Contains(pool, StringComparer.Ordinal)
        : request.Status == RequestStatus.Queued ? slot.Homes.Contains(pool, StringComparer.Ordinal)
        : request.Reason?.Pool == pool || request.Spec.Pools?.Contains(pool, StringComparer.Ordinal) == true;

    private static bool Mentions(Request request, string text) =>
        request.Spec.Id.Contains(text, StringComparison.OrdinalIgnoreCase)
        || request.Owner.ToString().Contains(text, StringComparison.OrdinalIgnoreCase)
        || request.Labels.Any(l => l.Value.Contains(text, StringComparison.OrdinalIgnoreCase));
}
