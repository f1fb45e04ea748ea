using System.Globalization;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>A replay's report for people.</summary>
internal static class ReplayText
{
    public static async Task WriteAsync(TextWriter output, ReplayReport report)
    {
        foreach ((string name, FormattableString value) in Lines(report))
        {
            await output.WriteLineAsync($"{name,-24}{value.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    private static IEnumerable<(string Name, FormattableString Value)> Lines(ReplayReport report)
    {
        yield return ("requests", $"{report.Requests:N0} in {report.DurationSeconds:N1} s{(report.Interrupted is true ? ", stopped before the end" : "")}");
        yield return ("granted at once", $"{report.Allocated:N0}");
        yield return ("granted after waiting", $"{report.QueuedThenAllocated + report.Reserved:N0}");
        yield return ("refused", $"{report.Rejected:N0} rejected, {report.Expired:N0} waited too long, {report.Cancelled:N0} cancelled");
        yield return ("ended for others", $"{report.Preemptions:N0}");
        yield return ("errors", $"{report.Errors:N0}");
        yield return ("sent again", $"{report.Retries:N0} busy, {report.Reconnections:N0} connection lost");
        yield return ("latency", $"p50 {report.LatencyMs.P50:N1} ms, p99 {report.LatencyMs.P99:N1} ms, max {report.LatencyMs.Max:N1} ms");
        foreach ((string priority, ReplayAdmission admission) in report.AdmissionSeconds)
        {
            yield return ($"admitted, {priority}", $"mean {admission.Mean:N3} s, p95 {admission.P95:N3} s");
        }

        foreach ((string kind, decimal amount) in report.Settled)
        {
            yield return ($"settled, {kind}", $"{amount:N3}");
        }

        if (report.Cost is { } cost)
        {
            yield return ("cost", $"{cost.Amount} {cost.Currency}");
        }
    }
}
