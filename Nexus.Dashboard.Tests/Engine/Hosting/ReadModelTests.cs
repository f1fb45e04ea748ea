using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class ReadModelTests
{
    private static readonly HashSet<RequestStatus> Waiting = [RequestStatus.Queued];
    private static readonly HashSet<RequestStatus> Ended = [RequestStatus.Released, RequestStatus.Expired, RequestStatus.Cancelled, RequestStatus.Rejected];

    [Fact]
    public async Task Waiting_requests_are_listed_in_the_order_of_the_queue()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.SubmitAsync("holds", ("gpu", 4));
        foreach ((string id, string priority) in new[] { ("a", "low"), ("b", "medium"), ("c", "critical"), ("d", "medium") })
        {
            await nexus.SubmitAsync(Scene.Spec(id, [("gpu", 1)], priority: priority, queue: true));
        }

        Assert.Equal(["c", "b", "d", "a"], Ids(nexus.Read.List(new RequestQuery { Within = OwnerPath.Root, Statuses = Waiting })));
    }

    [Fact]
    public async Task Ended_requests_are_listed_last_ended_first_and_all_together_newest_first()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request a = await nexus.SubmitAsync("a", ("gpu", 1));
        Request b = await nexus.SubmitAsync("b", ("gpu", 1));
        await nexus.SubmitAsync("c", ("gpu", 1));
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(1));
        await nexus.ReleaseAsync(b);
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(1));
        await nexus.ReleaseAsync(a);

        Assert.Equal(["a", "b"], Ids(nexus.Read.List(new RequestQuery { Within = OwnerPath.Root, Statuses = Ended })));
        Assert.Equal(["c", "b", "a"], Ids(nexus.Read.List(new RequestQuery { Within = OwnerPath.Root })));
        Assert.Equal(new EndedCounts(2, 0, 0, 0, Complete: true), nexus.Read.EndedSince(new Instant(0), OwnerPath.Root));
        Assert.Equal(1, nexus.Read.EndedSince(nexus.Host.Now, OwnerPath.Parse("acme")).Released);
        Assert.Equal(0, nexus.Read.EndedSince(new Instant(0), OwnerPath.Parse("globex")).Released);
    }

    [Theory]
    [InlineData(RequestOrder.Newest)]
    [InlineData(RequestOrder.LastEnded)]
    [InlineData(RequestOrder.Queue)]
    public async Task Pages_show_each_request_once_whatever_comes_and_goes_meanwhile(RequestOrder order)
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.SubmitAsync("holds", ("gpu", 4));
        string[] classes = ["low", "high", "medium"];
        for (int i = 0; i < 30; i++)
        {
            await nexus.SubmitAsync(Scene.Spec($"r{i:00}", [("gpu", 1)], priority: classes[i % 3], queue: order == RequestOrder.Queue));
            nexus.Clock.Advance(TimeSpan.FromMilliseconds(i % 4 == 0 ? 1 : 0));
        }

        List<string> seen = [];
        RequestQuery query = new() { Within = OwnerPath.Root, Order = order, Text = "r", Limit = 7, Owner = OwnerPath.Parse("acme/alice"), Statuses = order == RequestOrder.Queue ? Waiting : [RequestStatus.Rejected] };
        for (RequestCursor? cursor = null; ;)
        {
            RequestPage page = nexus.Read.List(query with { Cursor = cursor });
            seen.AddRange(Ids(page));
            if (page.Next is null)
            {
                break;
            }

            Assert.Equal(7, page.Items.Count);
            Assert.True(RequestCursor.TryParse(page.Next.ToString(), out cursor));
            await nexus.SubmitAsync(Scene.Spec($"new{seen.Count}", [("gpu", 1)], priority: "critical", queue: order == RequestOrder.Queue, labels: Labels.Of([new("x", "r")])));
        }

        string[] old = [.. seen.Where(id => id[0] == 'r')];
        Assert.Equal(30, old.Length);
        Assert.Equal(30, old.Distinct().Count());
    }

    [Fact]
    public async Task Filters_narrow_the_list()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.PoolAsync("others", ("gpu", 1));
        await nexus.SubmitAsync(Scene.Spec("holds", [("gpu", 4)], owner: "acme/alice"));
        await nexus.SubmitAsync(Scene.Spec("bob-1", [("gpu", 2)], owner: "acme/bob", queue: true, labels: Labels.Of([new("run", "Nightly-7")])));
        await nexus.SubmitAsync(Scene.Spec("globex-1", [("gpu", 1)], owner: "globex/eve", priority: "high", queue: true));
        await nexus.SubmitAsync(Scene.Spec("globex-2", [("gpu", 1)], owner: "globex/eve", priority: "high", queue: true));
        await nexus.SubmitAsync(Scene.Spec("refused", [("gpu", 9)], owner: "globex/eve"));
        RequestQuery all = new() { Within = OwnerPath.Root };

        Assert.Equal(["bob-1", "holds"], Ids(nexus.Read.List(all with { Within = OwnerPath.Parse("acme") })));
        Assert.Equal(["holds"], Ids(nexus.Read.List(all with { Owner = OwnerPath.Parse("acme/alice") })));
        Assert.Equal(["globex-2", "globex-1"], Ids(nexus.Read.List(all with { Priority = "high" })));
        Assert.Equal(["bob-1"], Ids(nexus.Read.List(all with { Text = "nightly" })));
        Assert.Equal(["globex-2", "globex-1"], Ids(nexus.Read.List(all with { Pool = "others" }))); // One holds it, one waits at home in both.
        Assert.Equal(["refused"], Ids(nexus.Read.List(all with { Statuses = new HashSet<RequestStatus> { RequestStatus.Rejected } })));
        Assert.Equal(["refused", "globex-2", "bob-1"], Ids(nexus.Read.List(all with { Gate = Gate.Capacity })));
        Assert.Equal(5, nexus.Read.Count(all));
    }

    [Fact]
    public async Task Counts_say_what_waits_and_runs_by_class_and_pool()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.PoolAsync("small", ("gpu", 1));
        await nexus.SubmitAsync(Scene.Spec("a", [("gpu", 4)], priority: "high"));
        await nexus.SubmitAsync(Scene.Spec("b", [("gpu", 1)]));
        Request oldest = ((RequestReply)await nexus.SubmitAsync(Scene.Spec("c", [("gpu", 2)], queue: true))).Request;
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(5));
        await nexus.SubmitAsync(Scene.Spec("d", [("gpu", 0.5)], owner: "globex/eve", queue: true));

        Counts counts = nexus.Read.Counts;
        Assert.Equal((2, 2), (counts.Waiting, counts.Running));
        Assert.Equal(new Dictionary<string, int> { ["medium"] = 2 }, counts.WaitingByClass);
        Assert.Equal(new Dictionary<string, int> { ["high"] = 1, ["medium"] = 1 }, counts.RunningByClass);
        Assert.Equal(new Dictionary<string, int> { ["gpus"] = 2, ["small"] = 1 }, counts.WaitingByPool); // 2 gpu can never come from the small one.
        Assert.Equal(2.5m, counts.WaitingAmounts["gpu"].Units);
        Assert.Equal(oldest.SubmittedAt, counts.OldestWaitingSince);
        Assert.Equal((1, 0), (nexus.Read.CountsWithin(OwnerPath.Parse("globex")).Waiting, nexus.Read.CountsWithin(OwnerPath.Parse("globex")).Running));

        await nexus.SendAsync(new DeletePool("none") { Actor = Scene.Somebody });
        await nexus.SendAsync(new SetPriority(oldest.Key, "critical") { Actor = Scene.Somebody });
        await nexus.PoolAsync("small", ("gpu", 2));
        Assert.Equal(new Dictionary<string, int> { ["critical"] = 1 }, nexus.Read.Counts.WaitingByClass); // The small pool has room for half a device, and is a home for two now.
        Assert.Equal(new Dictionary<string, int> { ["gpus"] = 1, ["small"] = 1 }, nexus.Read.Counts.WaitingByPool);
    }

    [Fact]
    public async Task Two_tenants_may_use_one_id_and_see_only_their_own()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 1)], owner: "acme/alice"));
        await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 2)], owner: "globex/eve"));
        await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 1)], owner: "umbrella/zoe"));

        Assert.Equal(3, nexus.Read.FindById("r1", OwnerPath.Root).Count);
        Assert.Equal("globex", Assert.Single(nexus.Read.FindById("r1", OwnerPath.Parse("globex"))).Key.Tenant);
        Assert.Empty(nexus.Read.FindById("r1", OwnerPath.Parse("globex/bo")));
        Assert.Equal(2, nexus.Find("r1", "globex").Spec.Resources["gpu"].Units);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("bm90IG91cnM")]
    [InlineData("this is far too long to be a cursor of ours and is refused before anything is read of it at all")]
    public void A_cursor_that_nobody_gave_is_refused(string text) => Assert.False(RequestCursor.TryParse(text, out _));

    private static IEnumerable<string> Ids(RequestPage page) => page.Items.Select(r => r.Spec.Id);
}
