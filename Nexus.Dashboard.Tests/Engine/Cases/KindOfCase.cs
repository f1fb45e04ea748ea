namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>How cases of a kind are run, and which of them are not ours to run.</summary>
/// <param name="Run">Builds the set-up, asks, and compares.</param>
/// <param name="WhyNot">Why a case is not run, in words, from what it says itself; null where it is.</param>
internal sealed record KindOfCase(Action<PublishedCase> Run, Func<PublishedCase, string?> WhyNot)
{
    private static readonly Dictionary<string, KindOfCase> Known = new(StringComparer.Ordinal)
    {
        ["quota-availability"] = new(AvailabilityCases.Run, Always),
        ["dominant-share"] = new(AvailabilityCases.RunShares, AvailabilityCases.WhyNotShares),
        ["fair-preemption"] = new(PreemptionCases.Run, PreemptionCases.WhyNot),
        ["priority-preemption"] = new(PreemptionCases.Run, PreemptionCases.WhyNot),
        ["drf"] = new(FairCases.RunTasks, Always),
        ["hdrf"] = new(FairCases.RunTasks, Always),
        ["max-min"] = new(FairCases.RunAmounts, Always),
        ["hierarchical-rate"] = new(FairCases.RunRates, FairCases.WhyNotRates),
        ["fairshare-history"] = new(HistoryCases.Run, HistoryCases.WhyNot),
        ["backfill"] = new(BackfillCases.Run, Always),
        ["reservation"] = new(BackfillCases.RunReservations, Always),
        ["edf"] = new(DeadlineCases.Run, Always),
        ["capacity-preemption"] = new(GuaranteeCases.Run, GuaranteeCases.WhyNot),
        ["rate-window"] = new(PeriodCases.RunWindows, PeriodCases.WhyNotWindows),
        ["quota-period"] = new(PeriodCases.RunPeriods, PeriodCases.WhyNotPeriods),
        ["quota-cap-tree"] = new(CapTreeCases.Run, CapTreeCases.WhyNot),
        ["cost"] = new(CostCases.Run, CostCases.WhyNot),
        ["priority-order"] = new(OrderCases.Run, OrderCases.WhyNot),
        ["queue-order"] = new(OrderCases.Run, OrderCases.WhyNot),
        ["limits"] = new(
            published => throw new InvalidDataException($"nobody here knows how to run the limits of {published.Id}"),
            published => published.RulesSay("activeUsers") || !published.IsUniversal ? "a limit that follows from how many users are active is no quota here: fair shares divide by who wants, and limits are what is set" : null),
    };

    /// <summary>The kind of a case. One that is universal must be of a kind that is known here.</summary>
    public static KindOfCase Of(PublishedCase published) =>
        Known.TryGetValue(published.Kind, out KindOfCase? kind) ? kind
        : published.IsUniversal || published.IsKueues ? throw new InvalidDataException($"nobody here knows how to run cases of the kind '{published.Kind}'")
        : Not($"the rules of {published.Source.Split(' ')[0]} for '{published.Kind}' have no counterpart here");

    private static string? Always(PublishedCase published) => null;

    private static KindOfCase Not(string reason) => new(_ => { }, _ => reason);
}
