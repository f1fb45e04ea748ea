using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>What the engine plans for those who wait is what readers are told.</summary>
public sealed class PlannedStartsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(PlannedStarts.Interval);

    [Fact]
    public async Task Who_stands_behind_a_head_is_told_the_start_that_is_planned_for_it()
    {
        await using RunningEngine nexus = await WithQueueAsync();

        await nexus.UntilAsync(() => nexus.Read.PlannedStart(nexus.Find("second")) is not null, Round);

        Explanation head = nexus.Read.Explain(nexus.Find("head"), OwnerPath.Root);
        Explanation second = nexus.Read.Explain(nexus.Find("second"), OwnerPath.Root);
        Instant began = nexus.Find("runs").Lease!.GrantedAt;
        Assert.Equal((EstimateBasis.KnownEnds, began + (10 * Minute)), (head.EstimateFrom, head.EstimatedStart!.Value));
        Assert.Equal((EstimateBasis.Plan, began + (20 * Minute)), (second.EstimateFrom, second.EstimatedStart!.Value));
        Assert.Equal(began + (20 * Minute), second.StartsBetween!.Value.To);
        Assert.Contains(second.Counterfactuals, c => c is { Kind: CounterfactualKind.WaitUntil } && c.StartsAt == began + (20 * Minute));
    }

    [Fact]
    public async Task A_plan_follows_what_is_decided()
    {
        await using RunningEngine nexus = await WithQueueAsync();
        Instant began = nexus.Find("runs").Lease!.GrantedAt;
        await nexus.UntilAsync(() => nexus.Read.PlannedStart(nexus.Find("second")) == began + (20 * Minute), Round);

        await nexus.SendAsync(new Cancel(new RequestKey("acme", "head")) { Actor = Scene.Somebody });

        await nexus.UntilAsync(() => nexus.Read.PlannedStart(nexus.Find("second")) == began + (10 * Minute), Round);
        Assert.Null(nexus.Read.PlannedStart(nexus.Find("head")));
    }

    [Fact]
    public async Task Behind_a_grant_whose_end_is_not_known_no_start_is_planned()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 1));
        await nexus.SubmitAsync("open-ended", ("gpu", 1));
        await nexus.QueueAsync("r1", ("gpu", 1));

        await nexus.UntilAsync(() => nexus.Read.Plans.Due is null, Round);

        Assert.Null(nexus.Read.PlannedStart(nexus.Find("r1")));
    }

    // A pool of ten: one that runs on six for ten minutes, and two that want eight for as long.
    private static async Task<RunningEngine> WithQueueAsync()
    {
        RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 10));
        await nexus.SubmitAsync(Scene.Spec("runs", [("gpu", 6)], duration: 10 * Minute));
        await nexus.SubmitAsync(Scene.Spec("head", [("gpu", 8)], duration: 10 * Minute, queue: true));
        await nexus.SubmitAsync(Scene.Spec("second", [("gpu", 8)], duration: 10 * Minute, queue: true));
        return nexus;
    }
}
