using System.Globalization;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Commands.Simulate;

/// <summary>A comparison for people: a row a figure, a column a variant.</summary>
internal static class SimulateText
{
    private const int LabelWidth = 26;
    private const int LeastWidth = 14;

    public static async Task WriteAsync(TextWriter output, IReadOnlyList<SimulationReport> variants)
    {
        (string Label, string[] Cells)[] rows =
        [
            ("", [.. variants.Select(v => v.Name)]),
            .. Figures(variants).Select(f => (f.Label, variants.Select(v => f.Figure(v).ToString(CultureInfo.InvariantCulture)).ToArray())),
        ];
        int width = Math.Max(LeastWidth, rows.Max(r => r.Cells.Max(c => c.Length)) + 2);
        foreach ((string label, string[] cells) in rows)
        {
            await output.WriteLineAsync(Row(label, cells, width));
        }
    }

    private static IEnumerable<(string Label, Func<SimulationReport, FormattableString> Figure)> Figures(IReadOnlyList<SimulationReport> variants)
    {
        yield return ("requests", v => $"{v.Requests:N0}");
        yield return ("finished", v => $"{v.Finished:N0}");
        yield return ("rejected", v => $"{v.Rejected:N0}");
        if (variants.Any(v => v.Waiting + v.Running + v.Expired + v.Cancelled > 0))
        {
            yield return ("left waiting", v => $"{v.Waiting:N0}");
            yield return ("other ends", v => $"{v.Running + v.Expired + v.Cancelled:N0}");
        }

        yield return ("makespan, s", v => $"{v.MakespanSeconds:N1}");
        yield return ("wait, mean, s", v => $"{v.WaitSeconds.Mean:N3}");
        yield return ("wait, p50, s", v => $"{v.WaitSeconds.P50:N3}");
        yield return ("wait, p95, s", v => $"{v.WaitSeconds.P95:N3}");
        yield return ("wait, longest, s", v => $"{v.WaitSeconds.Max:N3}");
        foreach (string priority in variants.SelectMany(v => v.WaitSeconds.ByPriority.Keys).Distinct(StringComparer.Ordinal))
        {
            yield return ($"wait, {priority}, mean, s", v => $"{v.WaitSeconds.ByPriority.GetValueOrDefault(priority)?.Mean ?? 0:N3}");
        }

        if (variants.Any(v => v.Deadlines > 0))
        {
            yield return ("deadlines met", v => $"{v.DeadlinesMet:N0} of {v.Deadlines:N0}");
        }

        yield return ("fairness (Jain)", v => $"{v.Jain:N4}");
        yield return ("preemptions", v => $"{v.Preemptions:N0}");
        yield return ("work lost, s", v => $"{v.WorkLostSeconds:N1}");
        if (variants.Any(v => v.Cost is not null))
        {
            yield return ("cost", v => $"{(v.Cost is { } cost ? $"{cost.Amount} {cost.Currency}" : "–")}");
        }

        foreach ((string pool, string kind) in variants.SelectMany(v => v.Utilization.SelectMany(p => p.Value.Keys.Select(k => (p.Key, k)))).Distinct())
        {
            yield return ($"used, {pool}, {kind}", v => $"{100 * (v.Utilization.GetValueOrDefault(pool)?.GetValueOrDefault(kind) ?? 0):N1} %");
        }
    }

    private static string Row(string label, IEnumerable<string> cells, int width) =>
        (label.Length < LabelWidth ? label.PadRight(LabelWidth) : label + " ") + string.Concat(cells.Select(c => c.PadLeft(width)));
}
