using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Engine.Costs;
using Nexus.Engine.Forecasting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>The course of a budget through its period, to be drawn: moments as parts of the period, amounts as parts of what there is to spend.</summary>
/// <param name="Spent">What had been spent.</param>
/// <param name="Ahead">What is expected from now on; nothing without a forecast.</param>
internal sealed record BudgetPath(IReadOnlyList<(double X, double Y)> Spent, IReadOnlyList<(double X, double Expected, double Lower, double Upper)> Ahead)
{
    private const int MostAhead = 60;

    /// <summary>The greatest part that is drawn: 1, or more where more is spent or may come to be.</summary>
    public double Most { get; } = Math.Max(1, Math.Max(Spent.Max(p => p.Y), Ahead.Count == 0 ? 0 : Ahead.Max(p => p.Upper)));

    /// <summary>Null where nothing can be drawn: no end, nothing to spend, or not looked at yet.</summary>
    public static BudgetPath? Of(BudgetOutlook? outlook, Instant start, Instant end, Money available)
    {
        double amount = BudgetOutlook.Units(available);
        if (outlook is not { Course.Count: > 1 } || amount <= 0 || end <= start)
        {
            return null;
        }

        double X(Instant at) => Math.Clamp((at - start) / (end - start), 0, 1);
        IReadOnlyList<PeriodPoint> ahead = outlook.End?.Path ?? [];
        int every = ((ahead.Count - 1) / MostAhead) + 1;
        return new BudgetPath(
            [.. outlook.Course.Select(p => (X(p.At), p.Total / amount))],
            [.. ahead.Where((_, i) => i % every == 0 || i == ahead.Count - 1).Select(p => (X(p.At), p.Expected / amount, p.Lower / amount, p.Upper / amount))]);
    }
}
