using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>What a rule would have done over the recorded past, as the editor shows it.</summary>
/// <param name="Said">The same as a sentence.</param>
/// <param name="Wrong">Why it cannot be; null where it can.</param>
/// <param name="Values">The recorded values of what comes nearest to the line, the oldest first; empty where there are none.</param>
/// <param name="Line">The line.</param>
/// <param name="Fired">Where it would have fired among the values, as parts of their span from 0 to 1.</param>
/// <param name="Of">What the values are of, in words.</param>
public sealed record AlertForecast(string Said, string? Wrong, IReadOnlyList<double> Values, double Line, IReadOnlyList<(double From, double To)> Fired, string Of)
{
    private const int MostTold = 8;
    private const int MostDrawn = 400;

    /// <summary>That it cannot be.</summary>
    internal static AlertForecast Refused(string detail) => new("", detail, [], 0, [], "");

    /// <summary>A preview as the editor shows it.</summary>
    internal static AlertForecast From(AlertPreview preview)
    {
        string now = preview.Now is { } holds ? holds == 0 ? " It holds for nothing now." : $" It holds for {Numbers.Count(holds)} now." : "";
        string span = Numbers.Duration(preview.Span);
        if (preview.Plotted is not { } past)
        {
            return new AlertForecast(preview.HasPast ? $"Nothing was recorded of it in {span}.{now}" : $"No past is recorded of this metric.{now}", null, [], preview.Rule.Condition.Line, [], "");
        }

        string lengths = string.Join(", ", preview.Episodes.Take(MostTold).Select(e => Numbers.Duration(e.Length)));
        string more = preview.Episodes.Count > MostTold ? ", …" : "";
        string said = preview.Episodes.Count == 0 ? $"Would not have fired in {span}.{now}" : $"Would have fired {(preview.Episodes.Count == 1 ? "once" : $"{Numbers.Count(preview.Episodes.Count)} times")} in {span}: {lengths}{more}.{now}";
        DateTimeOffset from = past.Points[0].At;
        double length = Math.Max(1, (past.Points[^1].At - from).TotalSeconds);
        int every = Math.Max(1, (int)Math.Ceiling((double)past.Points.Count / MostDrawn));

        // Of several points that are drawn as one, the one nearest to the line: a peak is not lost.
        double[] values = [.. past.Points.Chunk(every).Select(c => preview.Rule.Condition.IsFloor ? c.Min(p => p.Value) : c.Max(p => p.Value))];
        return new AlertForecast(
            said, null, values, preview.Rule.Condition.Line,
            [.. preview.Episodes.Where(e => e.Subject == past.Subject).Select(e => (Math.Clamp((e.From - from).TotalSeconds / length, 0, 1), Math.Clamp((e.To - from).TotalSeconds / length, 0, 1)))],
            string.Join(", ", new[] { past.Subject.Pool, past.Subject.Resource }.OfType<string>()) is { Length: > 0 } of ? of : "everybody");
    }
}
