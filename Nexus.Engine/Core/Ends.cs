using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>How a request ends by itself when its time has come: its wait, its lease, or the grace that it was given.</summary>
internal sealed class Ends(LeaseHandler lease, PreemptionHandler preemption, BookingCourse bookings)
{
    /// <summary>What happens to it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tooLate">True where its deadline is out of reach.</param>
    /// <param name="at">The moment.</param>
    public EngineEvent Of(Request request, bool tooLate, Instant at) =>
        request.Status != RequestStatus.Allocated && tooLate ? new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Rejected, new Reason(ReasonCode.DeadlineOutOfReach), null, Labels.None)
        : request.Status != RequestStatus.Allocated ? new RequestEnded(request.Owner, request.Spec.Id, RequestStatus.Expired, new Reason(ReasonCode.WaitedTooLong), null, Labels.None)
        : request.Notice is { Rule: PreemptionRule.Booking } needed && needed.At <= at ? bookings.EndOf(request, needed, at)
        : request.Notice is { } notice && notice.At <= at ? preemption.EndOf(request, notice.Rule, notice.ForOwner, notice.ForId, at)
        : lease.End(request, RequestStatus.Expired, new Reason(ReasonCode.LeaseExpired), at);
}
