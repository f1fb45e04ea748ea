using System.Diagnostics.Metrics;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

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

    [Fact]
    public async Task How_a_pool_does_that_is_judged_is_a_gauge_and_of_others_nothing_is_told()
    {
        await using RunningEngine engine = await RunningEngine.WithPoolAsync("not-judged", ("gpu", 8));
        await engine.SendAsync(new SetPool(Scene.Definition("judged-by-gauge", ("gpu", 8)) with { Health = HealthSettings.Default with { MinimumSamples = 1 } }) { Actor = Scene.Somebody });
        Dictionary<string, int> told = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "nexus.engine.pool.health")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => told[(string)tags[0].Value!] = value);
        listener.Start();

        listener.RecordObservableInstruments();
        Assert.Equal((0, false), (told["judged-by-gauge"], told.ContainsKey("not-judged")));

        Request request = ((RequestReply)await engine.SubmitAsync(Scene.Spec("r1", [("gpu", 1)], pools: ["judged-by-gauge"]))).Request;
        await engine.SendAsync(new Release(request.Key, request.Lease!.Number, ResourceVector.Empty, Labels.None, Outcome.Failed) { Actor = Scene.Somebody });
        listener.RecordObservableInstruments();
        Assert.Equal((int)PoolHealthStatus.Open, told["judged-by-gauge"]);
    }

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
