using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>A body holds no traces that can be read. Never leaves the reader: it becomes its problem there.</summary>
internal sealed class UnreadableTracesException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>Where, and why not.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>More spans than are taken at once.</summary>
    public static UnreadableTracesException TooMany(int most) =>
        new(new Problem("body-too-large", "The body is too large", 413, FormattableString.Invariant($"It holds more than {most:N0} spans: send smaller batches.")));
}
