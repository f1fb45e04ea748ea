using System.Diagnostics.Metrics;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class EngineMetersTests
{
    [Theory]
    [InlineData("nexus.engine.commit.duration", 0.0002, 0.0004)]
    [InlineData("nexus.engine.commit.duration", 0.004, 0.02)]
    [InlineData("nexus.engine.admission.duration", 0.001, 0.002)]
    [InlineData("nexus.engine.admission.duration", 0.3, 2)]
    public void Times_that_differ_by_half_fall_into_different_buckets(string instrument, double one, double other) =>
        Assert.NotEqual(BucketOf(one, BoundsOf<double>(instrument)), BucketOf(other, BoundsOf<double>(instrument)));

    [Theory]
    [InlineData(1, 2)]
    [InlineData(24, 48)]
    [InlineData(1000, 4096)]
    public void Batches_that_differ_by_half_fall_into_different_buckets(int one, int other) =>
        Assert.NotEqual(BucketOf(one, BoundsOf<int>("nexus.engine.batch.size")), BucketOf(other, BoundsOf<int>("nexus.engine.batch.size")));

    private static int BucketOf<T>(T value, IReadOnlyList<T> bounds)
        where T : struct, IComparable<T> => bounds.TakeWhile(bound => bound.CompareTo(value) < 0).Count();

    private static IReadOnlyList<T> BoundsOf<T>(string name)
        where T : struct
    {
        IReadOnlyList<T>? bounds = null;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument is Histogram<T> histogram && histogram.Name == name)
                {
                    bounds = histogram.Advice?.HistogramBucketBoundaries;
                }
            },
        };
        listener.Start();
        using EngineMeters meters = new(TimeProvider.System);
        return bounds ?? [];
    }
}
