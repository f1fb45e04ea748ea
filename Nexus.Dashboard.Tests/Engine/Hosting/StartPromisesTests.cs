using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>An estimate is shown with how often its like came true, and what it promised is scored when the start comes.</summary>
public sealed class StartPromisesTests
{
    [Fact]
    public async Task An_interval_that_was_shown_is_scored_when_the_request_starts()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync();
        await nexus.PoolAsync("gpus", ("gpu", 1));
        for (int i = 0; i < 5; i++)
        {
            Request done = await nexus.SubmitAsync($"done{i}", ("gpu", 1));
            await nexus.AdvanceAsync(TimeSpan.FromSeconds(10));
            await nexus.ReleaseAsync(done);
        }

        // It starts after 10 seconds, as was said; the next after 1, which was not.
        Request first = await nexus.SubmitAsync("first", ("gpu", 1));
        Request second = await nexus.QueueAsync("second", ("gpu", 1));
        Explanation told = nexus.Read.Explain(second, OwnerPath.Root);
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(10));
        await nexus.ReleaseAsync(first);
        Request third = await nexus.QueueAsync("third", ("gpu", 1));
        Explanation after = nexus.Read.Explain(third, OwnerPath.Root);
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(1));
        await nexus.ReleaseAsync(nexus.Find("second"));
        Request fourth = await nexus.QueueAsync("fourth", ("gpu", 1));

        Assert.Equal((EstimateBasis.Learned, null), (told.EstimateFrom, told.HitRate));
        Assert.Equal(told.StartsBetween!.Value.From, nexus.Find("second").Lease!.GrantedAt);
        Assert.Equal(new HitRate(1, 1), after.HitRate);
        Assert.Equal(new HitRate(1, 2), nexus.Read.Explain(fourth, OwnerPath.Root).HitRate);
    }

    [Fact]
    public async Task A_start_that_nobody_asked_about_is_estimated_and_scored_as_well()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 1));

        await PromisedAsync(nexus, "r1", took: 40);

        StartCalibration calibration = nexus.Read.Calibration(null, null, OwnerPath.Root);
        Assert.Equal(new PromiseScore(1, 1, TimeSpan.FromSeconds(-20)), calibration.All);
        Assert.Equal([KeyValuePair.Create(EstimateBasis.KnownEnds, calibration.All)], calibration.ByBasis);
        Assert.Equal([KeyValuePair.Create("gpus", calibration.All)], calibration.ByPool);
        Assert.Empty(calibration.Worst);
    }

    [Fact]
    public async Task The_worst_misses_come_first_with_what_was_promised_and_what_came()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 1));
        await PromisedAsync(nexus, "kept", took: 59);
        await PromisedAsync(nexus, "late", took: 70);
        await PromisedAsync(nexus, "later", took: 90);

        StartCalibration calibration = nexus.Read.Calibration(null, null, OwnerPath.Root);

        Assert.Equal((3, 1, TimeSpan.FromSeconds(10)), (calibration.All.Scored, calibration.All.Kept, calibration.All.Bias));
        Assert.Equal(["later", "late"], calibration.Worst.Select(w => w.Request.Id));
        ScoredStart worst = calibration.Worst[0];
        Assert.Equal((worst.MadeAt + TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30)), (worst.Between.To, worst.Missed));
        Assert.Equal(nexus.Find("later").Lease!.GrantedAt, worst.StartedAt);
    }

    [Fact]
    public async Task A_reader_sees_the_scores_of_its_path_and_of_the_span_that_it_asks_for()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 1));
        Instant began = nexus.Host.Now;
        await PromisedAsync(nexus, "r1", took: 10);
        Instant first = nexus.Find("r1").Lease!.GrantedAt;
        await PromisedAsync(nexus, "r2", took: 10);
        Instant second = nexus.Find("r2").Lease!.GrantedAt;

        Assert.Equal((began, 2), (nexus.Read.Calibration(null, null, OwnerPath.Root).Since, Scored(null, null)));
        Assert.Equal((1, 1), (Scored(null, second), Scored(second, null)));
        Assert.Equal((2, 0), (Scored(first, second + TimeSpan.FromMilliseconds(1)), Scored(first, first)));
        Assert.Equal((2, 0), (Scored(null, null, "acme"), Scored(null, null, "other")));

        int Scored(Instant? from, Instant? to, string within = "") => nexus.Read.Calibration(from, to, OwnerPath.Parse(within)).All.Scored;
    }

    [Fact]
    public async Task What_ends_without_a_start_is_not_scored()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 1));
        await nexus.SubmitAsync(Scene.Spec("holds", [("gpu", 1)], duration: TimeSpan.FromSeconds(60)));
        Request waits = await nexus.QueueAsync("waits", ("gpu", 1));
        nexus.Read.PromiseStart();

        await nexus.SendAsync(new Cancel(waits.Key) { Actor = Scene.Somebody });

        Assert.Equal(0, nexus.Read.Calibration(null, null, OwnerPath.Root).All.Scored);
    }

    // One waits for another that committed to a minute; nobody looks.
    private static async Task PromisedAsync(RunningEngine nexus, string id, int took)
    {
        await nexus.SubmitAsync(Scene.Spec($"before-{id}", [("gpu", 1)], duration: TimeSpan.FromSeconds(60)));
        await nexus.QueueAsync(id, ("gpu", 1));
        nexus.Read.PromiseStart();
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(took));
        await nexus.ReleaseAsync(nexus.Find($"before-{id}"));
        await nexus.ReleaseAsync(nexus.Find(id));
    }
}
