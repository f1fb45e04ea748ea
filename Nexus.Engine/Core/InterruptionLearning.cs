using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What the ends of grants teach of how often a pool interrupts; see <see cref="Interruptions"/>.</summary>
internal static class InterruptionLearning
{
    /// <summary>A grant ended.</summary>
    /// <remarks>Spot capacity that is taken away by whoever lends it shows itself as a lease that nobody renews any more.</remarks>
    /// <param name="state">The state.</param>
    /// <param name="request">The request as it was before.</param>
    /// <param name="lease">Its lease.</param>
    /// <param name="held">For how long it was held.</param>
    /// <param name="end">How it ended; of one that goes back to the queue for others, preempted.</param>
    /// <param name="at">When.</param>
    public static void Learn(this EngineState state, Request request, Lease lease, TimeSpan held, RequestStatus end, Instant at)
    {
        if (!request.Spec.Preemptible)
        {
            return;
        }

        for (int i = 0; i < lease.Pools.Count; i++)
        {
            if (IsFirst(lease.Pools, i) && state.Pools.TryGetValue(lease.Pools[i], out Pool? pool) && pool.Interruptions is { } known)
            {
                known.Ended(held, end == RequestStatus.Preempted || (end == RequestStatus.Expired && pool.Definition.PurchaseOption == PurchaseOption.Spot), at.Milliseconds);
            }
        }
    }

    private static bool IsFirst(IReadOnlyList<string> pools, int at)
    {
        for (int i = 0; i < at; i++)
        {
            if (pools[i] == pools[at])
            {
                return false;
            }
        }

        return true;
    }
}
