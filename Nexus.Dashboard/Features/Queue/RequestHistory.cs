using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>A line of what happened to a request.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Said">What.</param>
/// <param name="Until">A moment with which the sentence ends, to be written as the reader writes times; null: none.</param>
internal readonly record struct RequestMoment(Instant At, string Said, Instant? Until = null);

/// <summary>What happened to a request, in words. Renewals without news in between are one line, and that its time was metered is none.</summary>
internal static class RequestHistory
{
    /// <summary>The lines, the oldest first.</summary>
    public static IReadOnlyList<RequestMoment> Of(IReadOnlyList<EngineEvent> events)
    {
        List<RequestMoment> moments = [];
        int renewed = 0;
        foreach (EngineEvent happened in events.Where(e => e is not HeldMetered))
        {
            bool isRenewal = happened is LeaseRenewed { Refusal: null, Extended.Count: 0 };
            renewed = isRenewal ? renewed + 1 : 0;
            if (renewed > 1)
            {
                moments[^1] = new RequestMoment(moments[^1].At, $"lease renewed {renewed} times, last at", happened.At);
            }
            else
            {
                moments.Add(Said(happened));
            }
        }

        return moments;
    }

    private static RequestMoment Said(EngineEvent happened) => happened switch
    {
        RequestSubmitted { Booking: { } booking } e => new(e.At, $"submitted{Less(e.Spec)}, booked in {Pools(booking.Pools)} for", booking.StartsAt),
        RequestBooked e => new(e.At, $"booked in {Pools(e.Booking.Pools)} for", e.Booking.StartsAt),
        BookingMoved { To: { } to } e => new(e.At, e.Reason is { } why ? $"its start moved ({ReasonText.Of(why).TrimEnd('.')}) to" : "its start moved to", to.StartsAt),
        PreemptionNoticed e => new(e.At, $"told to end for {ReasonText.For(e.Notice)} at", e.Notice.At),
        PreemptionBegun { Preempting: { } begun } e => new(e.At, $"{begun.Victims.Count} {(begun.Victims.Count == 1 ? "grant was" : "grants were")} told to end for it by", begun.At),
        _ => new(happened.At, Sentence(happened)),
    };

    private static string Sentence(EngineEvent happened) => happened switch
    {
        RequestSubmitted e => $"submitted{Less(e.Spec)}, {Word(e.Status)}{(e.Reason is { } reason ? ": " + ReasonText.Of(reason) : "")}{Shared(e.Lease)}",
        RequestStarted e => $"started in {Pools(e.Lease.Pools)}{Shared(e.Lease)}",
        RequestEnded e => e.Reason is { } reason && e.Status != RequestStatus.Cancelled ? $"{Word(e.Status)}: {ReasonText.Of(reason)}" : e.Reason is { Name: { } name } ? $"{Word(e.Status)} by {name}" : Word(e.Status),
        LeaseRenewed e => e.Refusal is { } refused ? $"lease renewed, extension refused: {ReasonText.Of(refused)}" : e.Extended.Count > 0 ? $"lease renewed, extended by {Numbers.Amounts(e.Extended)}" : "lease renewed",
        PriorityChanged e => $"priority {e.From} → {e.To} by {e.Actor.Id}",
        SettlementCorrected => "corrected by a late release",
        BookingMoved e => $"its booking was lost{(e.Reason is { } reason ? ": " + ReasonText.Of(reason) : "")}",
        PreemptionBegun => "nobody ends for it any more",
        PreemptionWithdrawn => "may run on",
        AmountChosen e => $"{Numbers.Amounts(e.Resources)} chosen, for {Numbers.Duration(e.Duration)}",
        AlternativeChosen e => $"{(e.Alternative == 0 ? "its main configuration" : $"alternative {e.Alternative}")} chosen: {Numbers.Amounts(e.Resources)}{(e.Duration is { } duration ? $" for {Numbers.Duration(duration)}" : "")}",
        RequestDegraded e => $"gave way at the end of its wait{(e.Degraded.Steps.Contains(DegradeKind.Amount) ? $", to {Numbers.Amounts(e.Resources)}" : "")}{(e.Degraded.Steps.Contains(DegradeKind.Pool) ? $", to pools {string.Join(", ", e.Pools!)}" : "")}",
        RequestDelayed e => $"held back: {ReasonText.Of(e.Reason)}",
        RequestRequeued e => $"waits again: {ReasonText.Of(e.Reason)}",
        RequestHeld e => e.Held ? $"held back by {e.Actor.Id}" : $"let go by {e.Actor.Id}",
        _ => throw new ArgumentOutOfRangeException(nameof(happened), $"{happened.GetType().Name} has no words"),
    };

    private static string Less(RequestSpec spec) => DegradedText.Short(spec) is { } gaveWay ? $" and gave way ({gaveWay})" : "";

    private static string Word(RequestStatus status) => Signals.Word(status).ToLowerInvariant();

    private static string Shared(Lease? lease) => lease?.MergedWith is { } grant ? $", sharing the grant {Lease.IdOf(grant)}" : "";

    private static string Pools(IEnumerable<string> pools) => string.Join(", ", pools.Distinct(StringComparer.Ordinal));
}
