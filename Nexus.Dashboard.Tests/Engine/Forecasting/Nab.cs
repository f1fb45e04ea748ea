using System.Globalization;
using Nexus.Dashboard.Tests.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Tests.Engine.Forecasting;

/// <summary>Real series of the Numenta Anomaly Benchmark.</summary>
internal static class Nab
{
    /// <summary>The values of a series; skips the test where the shared data is not beside the repository.</summary>
    public static double[] Read(string series) =>
        [.. File.ReadLines(Trace.SharedFile($"nab/{series}.csv")).Skip(1).Select(line => double.Parse(line.AsSpan(line.IndexOf(',', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture))];
}
