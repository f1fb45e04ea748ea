using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class TimesTests
{
    [Fact]
    public async Task The_measured_kinds_are_observed_for_every_grant()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request first = ((RequestReply)await nexus.SubmitAsync(Scene.Spec("a", [("gpu", 4)], labels: Run("7")))).Request;
        await nexus.SubmitAsync(Scene.Spec("b", [("gpu", 4)], owner: "acme/bob", queue: true, labels: Run("7")));
        await nexus.SubmitAsync(Scene.Spec("refused", [("gpu", 9)]));
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(10));
        await nexus.ReleaseAsync(first);
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(5));
        await nexus.ReleaseAsync(nexus.Find("b"));

        TimesGroup all = Assert.Single(Times(nexus, "all"));
        Assert.Equal(2, all.Requests);
        Assert.Equal(new Percentiles(2, Seconds(5), Seconds(0), Seconds(10), Seconds(10), Seconds(10), Seconds(10)), all.Times["time.queue"]);
        Assert.Equal(new Percentiles(2, Seconds(7.5), Seconds(5), Seconds(10), Seconds(10), Seconds(10), Seconds(10)), all.Times["time.processing"]);
        Assert.Equal(new Percentiles(2, Seconds(12.5), Seconds(10), Seconds(15), Seconds(15), Seconds(15), Seconds(15)), all.Times["time.latency"]);
        Assert.Equal(Seconds(15), Assert.Single([all.Times["time.workflow"]]).Max);
        Assert.Equal(1, all.Times["time.workflow"].Count);
    }

    [Fact]
    public async Task Times_by_resource_count_a_grant_under_each_kind_that_it_holds()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("mixed", ("gpu", 4), ("memory", 64));
        Request both = ((RequestReply)await nexus.SubmitAsync(Scene.Spec("both", [("gpu", 1), ("memory", 8)]))).Request;
        Request one = ((RequestReply)await nexus.SubmitAsync(Scene.Spec("one", [("memory", 8)]))).Request;
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(10));
        await nexus.ReleaseAsync(both);
        await nexus.ReleaseAsync(one);

        Assert.Equal([("memory", 2), ("gpu", 1)], Times(nexus, "resource").Select(g => (g.Name, g.Requests)));
    }

    [Fact]
    public async Task A_run_is_not_over_while_something_of_it_waits()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 1));
        Request first = ((RequestReply)await nexus.SubmitAsync(Scene.Spec("a", [("gpu", 1)], labels: Run("7")))).Request;
        Request other = ((RequestReply)await nexus.SubmitAsync(Scene.Spec("b", [("gpu", 1)], queue: true))).Request;
        await nexus.SubmitAsync(Scene.Spec("c", [("gpu", 1)], queue: true, labels: Run("7")));
        await nexus.ReleaseAsync(first);

        Assert.Equal(RequestStatus.Allocated, nexus.Find(other.Spec.Id).Status);
        Assert.False(Assert.Single(Times(nexus, "all")).Times.ContainsKey("time.workflow"));
    }

    [Fact]
    public async Task They_are_grouped_by_any_dimension_within_what_the_reader_may_see()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 40));
        foreach ((string id, string owner) in new[] { ("a", "acme/alice/triage/x"), ("b", "acme/alice"), ("c", "globex/alice") })
        {
            await nexus.SubmitAsync(Scene.Spec(id, [("gpu", 1)], owner: owner, labels: Run(id)));
        }

        Assert.Equal(["acme", "globex"], Times(nexus, "tenant").Select(g => g.Name));
        Assert.Equal(["acme/alice", "globex/alice"], Times(nexus, "user").Select(g => g.Name));
        Assert.Equal(["", "acme/alice/triage"], Times(nexus, "workflow").Select(g => g.Name));
        Assert.Equal(["gpus"], Times(nexus, "pool").Select(g => g.Name));
        Assert.Equal(["medium"], Times(nexus, "priority").Select(g => g.Name));
        Assert.Equal(["a", "b", "c"], Times(nexus, "label:run").Select(g => g.Name));
        Assert.Equal(["globex"], Times(nexus, "tenant", within: "globex").Select(g => g.Name));
        Assert.Equal(["time.queue"], Times(nexus, "tenant")[0].Times.Keys); // Nothing has ended yet.
    }

    [Theory]
    [InlineData("")]
    [InlineData("label:")]
    [InlineData("colour")]
    public void A_dimension_that_does_not_exist_is_refused_by_name(string text)
    {
        Assert.False(TimesDimension.TryParse(text, out _, out string? reason));
        Assert.Equal("must be one of all, tenant, user, workflow, agent, pool, resource, priority, label:NAME", reason);
    }

    [Fact]
    public void Percentiles_are_of_the_nearest_rank()
    {
        Percentiles of = Percentiles.Of([.. Enumerable.Range(1, 200).Select(i => Seconds(i))]);

        Assert.Equal(new Percentiles(200, Seconds(100.5), Seconds(100), Seconds(180), Seconds(190), Seconds(198), Seconds(200)), of);
    }

    private static IReadOnlyList<TimesGroup> Times(RunningEngine nexus, string groupBy, string within = "") =>
        TimesDimension.TryParse(groupBy, out TimesDimension? dimension, out _) ? nexus.Read.Times(new TimesQuery(OwnerPath.Parse(within), dimension)).Groups : [];

    private static Labels Run(string name) => Labels.Of([new("run", name)]);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
