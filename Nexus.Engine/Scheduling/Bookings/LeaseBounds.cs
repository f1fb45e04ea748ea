using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Engine.Scheduling.Bookings;

/// <summary>How far a lease may reach, in time and amount, without breaking a promise to somebody else.</summary>
internal static class LeaseBounds
{
    /// <summary>When a lease ends that is given or prolonged now: after its length, but never beyond the moment at which a promise to somebody else needs it past its duration.</summary>
    public static Instant ExpiryOf(this Futures futures, RequestSpec spec, ResourceVector amounts, IReadOnlyList<string> pools, Instant grantedAt, Instant now)
    {
        Instant expires = now + spec.LeaseLength;
        if (futures.IsEmpty)
        {
            return expires;
        }

        long over = futures.EndOf(spec, grantedAt.Milliseconds);
        return over == Timeline.Open ? expires : futures.NeededFrom(spec, amounts, pools, Math.Max(over, now.Milliseconds + 1), expires.Milliseconds) ?? expires;
    }

    /// <summary>Why a grant cannot have more, as that was promised to somebody else; or null.</summary>
    public static Reason? StopsExtension(this Futures futures, Request request, ResourceVector extend, long now)
    {
        Lease lease = request.Lease!;
        for (int i = 0; i < (futures.IsEmpty ? 0 : lease.Amounts.Count); i++)
        {
            (string kind, string pool) = (lease.Amounts[i].Kind, lease.Pools[i]);
            if (!extend.Has(kind))
            {
                continue;
            }

            ResourceVector more = ResourceVector.Of([new ResourceAmount(kind, extend[kind])]);
            long to = Math.Max(now + 1, futures.EndOf(request.Spec, lease.GrantedAt.Milliseconds));
            if (futures.NeededFrom(request.Spec, more, [pool], now, to) is not null)
            {
                return new Reason(ReasonCode.BehindBooking, pool, kind, extend[kind], Quantity.Zero);
            }
        }

        return null;
    }
}
