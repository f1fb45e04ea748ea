using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Quota that others give up for somebody is its own from the moment at which they are told, and everybody's again when it wants it no more.</summary>
public sealed class FreedQuotaTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void What_the_first_victim_gives_back_is_nobody_elses_while_the_second_ends()
    {
        Scene nexus = Reclaiming();
        nexus.Advance(Second);
        nexus.Release("v1");

        nexus.Submit(Third("third", queue: false));

        Assert.Equal((RequestStatus.Rejected, RequestStatus.Queued), (nexus.Status("third"), nexus.Status("owner")));
        nexus.Advance(Grace);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("owner"));
    }

    [Fact]
    public void It_is_everybodys_again_when_the_one_it_was_kept_for_goes_away()
    {
        Scene nexus = Reclaiming();
        nexus.Advance(Second);
        nexus.Release("v1");
        nexus.Submit(Third("third", queue: true));
        Assert.Equal(RequestStatus.Queued, nexus.Status("third"));

        nexus.Cancel("owner");

        Assert.Equal((RequestStatus.Allocated, (PreemptionNotice?)null), (nexus.Status("third"), nexus.Request("v2").Notice));
    }

    [Fact]
    public void A_restart_in_the_middle_of_the_grace_keeps_it()
    {
        Scene nexus = Reclaiming();
        nexus.Advance(Second);
        nexus.Release("v1");
        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits());

        RequestReply reply = (RequestReply)restored.Handle(new Submit(Third("third", queue: false)) { Actor = Scene.Somebody }, nexus.Now, new Batch());

        Assert.Equal(RequestStatus.Rejected, reply.Request.Status);
    }

    [Fact]
    public void It_is_kept_for_one_that_is_promised_the_start_as_well()
    {
        Scene nexus = Borrowed();
        nexus.Submit(Scene.Spec("owner", [("cpu", 8)], owner: "acme/a/w", duration: 60 * Second) with { Deadline = nexus.Now + (90 * Second) });
        Assert.Equal((RequestStatus.Reserved, nexus.Now + Grace), (nexus.Status("owner"), nexus.Request("owner").Booking!.StartsAt));
        nexus.Release("v1");

        nexus.Submit(Third("third", queue: false));

        Assert.Equal(RequestStatus.Rejected, nexus.Status("third"));
        nexus.Advance(Grace);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("owner"));
    }

    private static RequestSpec Third(string id, bool queue) => Scene.Spec(id, [("cpu", 4)], owner: "acme/c/w", queue: queue) with { Preemptible = true };

    private static Scene Reclaiming()
    {
        Scene nexus = Borrowed();
        nexus.Submit(Scene.Spec("owner", [("cpu", 8)], owner: "acme/a/w", queue: true));
        Assert.Equal((true, true), (nexus.Request("v1").Notice is not null, nexus.Request("v2").Notice is not null));
        return nexus;
    }

    // All that a has is lent to b; c may borrow as well. There is more than enough in the pool.
    private static Scene Borrowed()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("cpu", 100)) with { Preemption = new PreemptionSettings(Grace, TimeSpan.Zero) })
            .Quota("acme", new QuotaRule("cpu") { Extra = Quantity.Zero })
            .Quota("acme/a", Limit(8)).Quota("acme/b", Limit(0)).Quota("acme/c", Limit(0));
        nexus.Submit(Scene.Spec("v1", [("cpu", 4)], owner: "acme/b/w", queue: true) with { Preemptible = true });
        nexus.Submit(Scene.Spec("v2", [("cpu", 4)], owner: "acme/b/w", queue: true) with { Preemptible = true });
        return nexus;
    }

    private static QuotaRule Limit(long cpu) => new("cpu") { Limit = Quantity.Of(cpu), Borrow = QuotaBound.Unbounded };
}
