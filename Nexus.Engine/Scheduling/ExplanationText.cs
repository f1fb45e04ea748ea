using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The sentences a person reads for an explanation. Times are left to the edge, where the reader's zone is known.</summary>
public static class ExplanationText
{
    /// <summary>Why the request stands where it stands.</summary>
    public static string Of(Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        return explanation.Request.Status switch
        {
            RequestStatus.Queued when explanation.Request.Held => "An operator holds it back: it waits, and does not start until it is let go.",
            RequestStatus.Queued => explanation.StoppedBy is { } stopped ? ReasonText.Of(stopped) : "Nothing stops it now: it starts with the next decision.",
            RequestStatus.Allocated when explanation.Request.Notice is { } notice => $"It was told to end, and runs on until then: {Why(notice)}.",
            RequestStatus.Allocated => $"It holds {Amounts(explanation.Request.Lease!.Amounts)} in {string.Join(", ", explanation.Request.Lease.Pools.Distinct(StringComparer.Ordinal))}.",
            RequestStatus.Reserved when explanation.Decided is null => "Its start is promised to it.",
            RequestStatus.Released => "Its client released it.",
            _ => explanation.Decided is { } reason ? ReasonText.Of(reason) : "It has ended.",
        };
    }

    /// <summary>What a change is and brings.</summary>
    public static string Of(Counterfactual change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Kind switch
        {
            CounterfactualKind.AskForLess when change.Pool is null => $"Ask for {Amounts(change.Amounts!)}: it starts now, within its quota.",
            CounterfactualKind.BePreemptible => "Let it be preempted: then it may use what others lend, and starts now.",
            CounterfactualKind.RaiseQuota => $"Raise {(change.Node == "~" ? "the system's quota" : $"the quota of {change.Node}")} by {Amounts(change.Amounts!)}: it starts now.",
            CounterfactualKind.RaiseBudget => $"Raise budget {change.Node} by {change.More}: then it passes there.",
            CounterfactualKind.AskForLess => $"Ask for {Amounts(change.Amounts!)}: it starts now in {change.Pool}.",
            CounterfactualKind.AcceptPool => $"Accept {change.Pool}: it starts now.",
            CounterfactualKind.WaitUntil => "Wait: it starts by itself as things stand.",
            CounterfactualKind.LowerPriority => $"Ask for priority {change.Priority}, the highest that this owner may ask for.",
            _ => $"Raise it to {change.Priority}: it passes {change.Passes} that {(change.Passes == 1 ? "waits" : "wait")} for the same.",
        };
    }

    private static string Why(PreemptionNotice notice) => notice.Rule switch
    {
        PreemptionRule.Reclaim => $"{notice.ForOwner} wants back the quota that it had lent",
        PreemptionRule.FairShare => $"its owner borrows more than {notice.ForOwner}, whose request {notice.ForId} needs what it holds (fair share)",
        PreemptionRule.Quota => $"more {notice.QuotaKind} is held than the quota of {(notice.ForOwner.IsRoot ? "the system" : notice.ForOwner.ToString())} allows, and it is enforced",
        PreemptionRule.Booking => $"a booking of {notice.ForOwner} begins that needs what it holds",
        _ => $"a request of a higher class, {notice.For}, needs what it holds",
    };

    private static string Amounts(ResourceVector amounts) => string.Join(" + ", amounts.Select(a => $"{a.Quantity} {a.Kind}"));
}
