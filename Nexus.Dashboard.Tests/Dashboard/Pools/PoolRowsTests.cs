using Nexus.Dashboard.Features.Overview;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Pools;

/// <summary>What lists of pools say of each.</summary>
public sealed class PoolRowsTests
{
    [Fact]
    public async Task What_is_booked_stands_beside_what_is_used_and_is_drawn_as_far_as_there_is_room()
    {
        await using RunningEngine engine = await RunningEngine.WithPoolAsync("p", ("gpu", 4));
        Assert.Equal((0m, "0 of 4 gpu", "0 of 4 gpu"), Drawn(engine));

        await engine.SubmitAsync(Scene.Spec("runs", [("gpu", 3)], duration: TimeSpan.FromMinutes(10)));
        await engine.SubmitAsync(Scene.Spec("booked", [("gpu", 2)], duration: TimeSpan.FromMinutes(10)) with { Deadline = engine.Host.Now + TimeSpan.FromHours(1) });

        // Of the two that are booked one is used until the start.
        Assert.Equal((1m, "3 + 2 of 4 gpu", "3 of 4 gpu, 2 booked"), Drawn(engine));
    }

    [Theory]
    [InlineData(40, 0, null)] // Full.
    [InlineData(20, 0, 10)] // Twenty are missing, and two come each second.
    [InlineData(20, 4, 6)]
    [InlineData(-10, 0, 25)] // It owes ten besides.
    [InlineData(20, 30, null)]
    public void A_bucket_says_when_it_is_full_again(int level, int passed, int? seconds)
    {
        MeterState bucket = new(new Supply("llm.calls", Quantity.Of(40), Quantity.Of(120), TimeSpan.FromMinutes(1)), ResourceBehaviour.Metered, Quantity.Zero, level * 1_000, new Instant(0), Quantity.Zero, 0);

        Assert.Equal(seconds is { } after ? TimeSpan.FromSeconds(after) : null, PoolRows.TimeToFull(bucket, new Instant(passed * 1_000)));
        Assert.Null(PoolRows.TimeToFull(bucket with { Behaviour = ResourceBehaviour.Held }, new Instant(0)));
    }

    private static (decimal, string, string) Drawn(RunningEngine engine) =>
        PoolRows.Of(engine.Read.Pool("p")!, engine.Read, [], engine.Host.Now) is var row ? (row.Hatched, row.Amounts, row.Sentence) : default;
}
