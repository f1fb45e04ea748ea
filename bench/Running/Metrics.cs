using System.Globalization;

namespace Nexus.Bench.Running;

/// <summary>What <c>/metrics</c> said at a moment.</summary>
internal sealed class Metrics
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    public static Metrics Parse(string text)
    {
        Metrics metrics = new();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int end = line.LastIndexOf(' ');
            if (line[0] != '#' && end > 0 && double.TryParse(line.AsSpan(end + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                metrics._values[line[..end]] = value;
            }
        }

        return metrics;
    }

    /// <summary>Events in the journal.</summary>
    public long Events => (long)Sum("nexus_engine_events_total");

    /// <summary>Bytes that the program has allocated since its start.</summary>
    public double Allocated => Sum("dotnet_gc_heap_total_allocated_bytes_total");

    /// <summary>Commits since the start.</summary>
    public double Commits => Sum("nexus_engine_commit_duration_seconds_count");

    /// <summary>The median commit between two moments in milliseconds, read from the histogram: exact to its bucket, in which times are taken as evenly spread.</summary>
    public double MedianCommitSince(Metrics before)
    {
        const string Bucket = "nexus_engine_commit_duration_seconds_bucket";
        (double Bound, double Count)[] buckets =
        [
            .. _values.Where(v => v.Key.StartsWith(Bucket, StringComparison.Ordinal))
                .Select(v => (Bound(v.Key), v.Value - before._values.GetValueOrDefault(v.Key))).OrderBy(b => b.Item1),
        ];
        double half = buckets[^1].Count / 2;
        int at = Array.FindIndex(buckets, b => b.Count >= half);
        (double low, double under) = at == 0 ? (0, 0) : buckets[at - 1];
        return (low + ((buckets[at].Bound - low) * (half - under) / (buckets[at].Count - under))) * 1000;
    }

    private double Sum(string name) => _values.Where(v => v.Key == name || v.Key.StartsWith(name + "{", StringComparison.Ordinal)).Sum(v => v.Value);

    private static double Bound(string series)
    {
        int from = series.IndexOf("le=\"", StringComparison.Ordinal) + 4;
        string bound = series[from..series.IndexOf('"', from)];
        return bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture);
    }
}
