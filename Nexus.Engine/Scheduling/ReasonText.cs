using Nexus.Engine.Quotas;

namespace Nexus.Engine.Scheduling;

/// <summary>The one sentence a person reads for a reason.</summary>
public static class ReasonText
{
    /// <summary>What a preemption under way is named that evens out what several borrow.</summary>
    internal const string EvenOut = "fairShare";

    /// <summary>The sentence, without the time of <see cref="Reason.Earliest"/>, which each reader sees in the own zone.</summary>
    public static string Of(Reason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return reason.Code switch
        {
            ReasonCode.NotEnoughFree => $"Pool {reason.Pool} has {reason.Available} {reason.Kind} free; {reason.Needed} needed.",
            ReasonCode.RateExhausted => $"Pool {reason.Pool} holds {reason.Available} {reason.Kind} now and refills; {reason.Needed} needed.",
            ReasonCode.PoolDraining => $"Pool {reason.Pool} is being drained and grants nothing.",
            ReasonCode.PoolUnhealthy => $"Pool {reason.Pool} is unhealthy: {reason.Health}; it grants nothing until it is probed.",
            ReasonCode.PoolProbed => $"Pool {reason.Pool} is being probed after {reason.Health}: it grants at most {reason.Health?.AtOnce} at a time until grants succeed.",
            ReasonCode.BehindOthers => $"Others wait before it for {reason.Kind} of pool {reason.Pool}, which refills: it takes its turn.",
            ReasonCode.BehindBooking => $"Pool {reason.Pool} has promised its {reason.Kind} to a booking or reservation that begins before this would end: {reason.Available} left over that time; {reason.Needed} needed.",
            ReasonCode.BehindPlan when reason.Pool is null => $"{Quota(reason)} has {reason.Needed} {reason.Kind} left, but what frees of it is kept for who waits before it.",
            ReasonCode.BehindPlan => $"Pool {reason.Pool} has {reason.Needed} {reason.Kind} free now, but who waits before it is to start on them before this would end.",
            ReasonCode.CheaperLater => $"It could start now, and may be delayed: later it is expected to cost {reason.Delay?.Then} in pool {reason.Pool} instead of {reason.Delay?.Now}.",
            ReasonCode.NoEndKnown => $"No start can be promised: what it needs of {reason.Kind} in pool {reason.Pool} is held by grants without a known end.",
            ReasonCode.DeadlineOutOfReach => reason.Earliest is null ? "No start meets its deadline." : "No start meets its deadline; the earliest possible is later.",
            ReasonCode.ReservationOver => $"Reservation {reason.Name}, from which it was to draw, is over or was given up.",
            ReasonCode.PreemptionUnderWay when reason.Name == EvenOut => $"Grants of owners who borrow more were told to end for it in pool {reason.Pool} (fair share); what they free is kept for it.",
            ReasonCode.PreemptionUnderWay => $"Grants of a lower class in pool {reason.Pool} were told to end for it; what they free is kept for it.",
            ReasonCode.Preempted => $"A request of a higher class, {reason.Name}, needed what it held in pool {reason.Pool}.",
            ReasonCode.Reclaimed => $"The owner of the quota that it had borrowed wanted it back (reclaim), for {reason.Name}.",
            ReasonCode.BorrowedMore => $"Its owner had borrowed more than the owner of {reason.Name}, who needed what it held (fair share).",
            ReasonCode.MadeWay => $"A booking began that needed what it held in pool {reason.Pool}: {reason.Name}.",
            ReasonCode.QuotaEnforced => $"More {reason.Kind} was held than {Lower(Quota(reason))} allows, and it was enforced.",
            ReasonCode.Requeued => reason.Name is null ? "It was put back into the queue." : $"{reason.Name} put it back into the queue.",
            ReasonCode.ExceedsPools => $"{reason.Needed} {reason.Kind} is more than any accepted pool can ever give: at most {reason.Available}{At(reason)}.",
            ReasonCode.ExceedsCeiling => $"{reason.Needed} {reason.Kind} is above the ceiling of every accepted pool: {reason.Available}{At(reason)}.",
            ReasonCode.SpotNotTolerated => $"Only spot capacity, such as pool {reason.Pool}, supplies {reason.Kind}, and that may be taken away: state preemptible, or name the pool.",
            ReasonCode.NoPool => $"No pool supplies {reason.Kind}.",
            ReasonCode.NoAcceptedPool => $"No pool that this request accepts supplies {reason.Kind}: look at its pools and poolLabels.",
            ReasonCode.OverQuota => $"{Quota(reason)} has {reason.Available} {reason.Kind} left{Span(reason)}; {reason.Needed} needed.",
            ReasonCode.ExceedsQuota => $"{reason.Needed} {reason.Kind} is more than {Lower(Quota(reason))} ever allows{Span(reason)}: at most {reason.Available}.",
            ReasonCode.OverBudget => $"Budget {reason.Name} has {Left(reason)} left; it is expected to cost {reason.Budget?.Needed}.",
            ReasonCode.Throttled => $"Budget {reason.Name} spreads the {Left(reason)} that are left over the time to its end: about {reason.Budget?.PerHour} an hour; it is expected to cost {reason.Budget?.Needed}.",
            ReasonCode.ExceedsBudget => $"It is expected to cost {reason.Budget?.Needed}, more than budget {reason.Name} has in any period.",
            ReasonCode.OverAllowance when reason.Budget is not null => $"Allowance {reason.Name} has {Left(reason)} left for now; it is expected to cost {reason.Budget.Needed}.",
            ReasonCode.OverAllowance => $"Allowance {reason.Name} has {reason.Available} {reason.Kind} left for now; {reason.Needed} needed.",
            ReasonCode.AllowanceSpent when reason.Budget is not null => $"Allowance {reason.Name} is spent but for {Left(reason)}; it is expected to cost {reason.Budget.Needed}.",
            ReasonCode.AllowanceSpent => $"Allowance {reason.Name} is used up but for {reason.Available} {reason.Kind}; {reason.Needed} needed.",
            ReasonCode.AllowanceExpired => $"The time of allowance {reason.Name} is over.",
            ReasonCode.AllowanceCancelled => $"Allowance {reason.Name} was cancelled.",
            ReasonCode.ExceedsMaxCost => $"It is expected to cost {reason.Budget?.Needed}; its maxCost leaves {Left(reason)}.",
            ReasonCode.PriorityAboveOwner => $"Priority {reason.Name} is above the highest that this owner may ask for.",
            ReasonCode.PriorityAboveKey => $"Priority {reason.Name} is above the highest that this key may ask for.",
            ReasonCode.PoolNotAllowed when reason.Pool is null => $"No pool that is open to this owner supplies {reason.Kind}.",
            ReasonCode.PoolNotAllowed => $"Pool {reason.Pool} supplies {reason.Kind}, but is not open to this owner.",
            ReasonCode.WaitedTooLong => "Its maxWait passed before it could start.",
            ReasonCode.LeaseExpired => "Nobody renewed its lease.",
            ReasonCode.Cancelled => reason.Name is null ? "It was cancelled." : $"{reason.Name} cancelled it.",
            _ => reason.Code.ToString(),
        };
    }

    /// <summary>For what a grant makes way that was told to end.</summary>
    public static string For(PreemptionNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        return notice.QuotaKind is not { } kind ? notice.For.ToString() : $"the {kind} limit of {(notice.ForOwner.IsRoot ? "the system" : notice.ForOwner.ToString())}";
    }

    private static string Left(Reason reason) => (reason.Budget is { } budget && budget.Left > Costs.Money.Zero ? budget.Left : Costs.Money.Zero).ToString();

    private static string Quota(Reason reason) => reason.Name == "~" ? "The system's quota" : $"The quota of {reason.Name}";

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];

    private static string Span(Reason reason) => reason.Period switch
    {
        { IsCalendar: true } period => $" in one {period}",
        { Kind: QuotaPeriodKind.Rolling } period => $" in any {Length(period.Length)}",
        { Kind: QuotaPeriodKind.Rate } => " at once",
        _ => "",
    };

    private static string Length(TimeSpan length) => string.Join(' ', new[]
    {
        Units(length.Days, "day"), Units(length.Hours, "hour"), Units(length.Minutes, "minute"), Units(length.Seconds, "second"),
    }.Where(u => u.Length > 0));

    private static string Units(int number, string unit) => number == 0 ? "" : number == 1 ? $"1 {unit}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{number} {unit}s");

    private static string At(Reason reason) => reason.Pool is null ? "" : $" (pool {reason.Pool})";
}
