using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>An estimate is shown with how often its like came true.</summary>
public sealed class ShownStartsTests
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
}
