using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>Calls by the workflow and model that made them.</summary>
internal static class CallGroups
{
    /// <summary>How far down an owner path a workflow lies: tenant, user, workflow.</summary>
    public const int Depth = 3;

    /// <summary>The calls of each workflow with each model, oldest first.</summary>
    public static IEnumerable<(OwnerPath Owner, string Model, CallPast[] Calls)> Of(SavingsPast past) => past.Calls
        .GroupBy(c => (Owner: c.Owner.AtMost(Depth), c.Model))
        .OrderBy(g => g.Key.Owner.ToString(), StringComparer.Ordinal).ThenBy(g => g.Key.Model, StringComparer.Ordinal)
        .Select(g => (g.Key.Owner, g.Key.Model, g.OrderBy(c => c.At).ToArray()));

    /// <summary>Adds what calls would have saved up by days, from the first day of a group on: a day on which nothing could be saved counts as well.</summary>
    /// <param name="past">The past.</param>
    /// <param name="all">All calls of the group.</param>
    /// <param name="saved">What some of them would have saved.</param>
    public static double[] ByDay(SavingsPast past, IEnumerable<CallPast> all, IEnumerable<(CallPast Call, double Saved)> saved) =>
        past.ByDay(all.Select(c => (c.At, Saved: 0d)).Concat(saved.Select(s => (s.Call.At, s.Saved))), s => s.At, s => s.Saved);

    /// <summary>Values of the days of a group, to plot.</summary>
    public static Evidence OverDays(SavingsPast past, string unit, IReadOnlyList<EvidenceSeries> series, IReadOnlyList<string> facts) => new(EvidenceForm.OverTime, unit, series)
    {
        Start = past.To - (TimeSpan.FromDays(1) * series[0].Values.Count),
        Step = TimeSpan.FromDays(1),
        Facts = facts,
    };
}
