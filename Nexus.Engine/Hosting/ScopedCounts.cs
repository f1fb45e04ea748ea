using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>Counts for a reader who may see a part: by looking at each request that lives, or that ended since.</summary>
internal static class ScopedCounts
{
    /// <summary>What lives within a path.</summary>
    public static Counts Of(RequestIndex index, OwnerPath within)
    {
        Dictionary<string, int> waitingByClass = new(StringComparer.Ordinal);
        Dictionary<string, int> runningByClass = new(StringComparer.Ordinal);
        Dictionary<string, int> byPool = new(StringComparer.Ordinal);
        Dictionary<string, long> amounts = new(StringComparer.Ordinal);
        Instant? oldest = null;
        foreach (RequestSlot slot in index.Waiting)
        {
            Request request = slot.Current;
            if (request.Status != RequestStatus.Queued || !request.Owner.IsWithin(within))
            {
                continue;
            }

            oldest = oldest is null || request.SubmittedAt < oldest ? request.SubmittedAt : oldest;
            Add(waitingByClass, request.Priority);
            foreach (string pool in slot.Homes)
            {
                Add(byPool, pool);
            }

            foreach (ResourceAmount amount in request.Needs.AsSpan())
            {
                amounts[amount.Kind] = amounts.GetValueOrDefault(amount.Kind) + amount.Quantity.Thousandths;
            }
        }

        foreach (RequestSlot slot in index.Running)
        {
            Request request = slot.Current;
            if (request.Status == RequestStatus.Allocated && request.Owner.IsWithin(within))
            {
                Add(runningByClass, request.Priority);
            }
        }

        return new Counts(
            waitingByClass.Values.Sum(), runningByClass.Values.Sum(), waitingByClass, runningByClass, byPool,
            amounts.ToDictionary(a => a.Key, a => Tally.Sum(a.Value), StringComparer.Ordinal), oldest);
    }

    /// <summary>What ended within a path since a moment.</summary>
    public static EndedCounts Ended(RequestIndex index, Instant from, OwnerPath within)
    {
        int released = 0, expired = 0, cancelled = 0, rejected = 0;
        bool reachedBack = !index.Ended.IsFull;
        foreach (RequestSlot slot in index.Ended.NewestFirst())
        {
            Request request = slot.Current;
            if (request.EndedAt < from)
            {
                reachedBack = true;
                break;
            }

            if (!request.Owner.IsWithin(within))
            {
                continue;
            }

            switch (request.Status)
            {
                case RequestStatus.Released: released++; break;
                case RequestStatus.Expired: expired++; break;
                case RequestStatus.Cancelled or RequestStatus.Preempted: cancelled++; break;
                default: rejected++; break;
            }
        }

        return new EndedCounts(released, expired, cancelled, rejected, reachedBack);
    }

    private static void Add(Dictionary<string, int> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;
}
