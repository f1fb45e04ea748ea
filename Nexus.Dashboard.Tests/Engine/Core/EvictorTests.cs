using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Of three requests each may have a right to what the next one holds: by quota, by class, by class within its own node. Then one of them must rest.</summary>
public sealed class EvictorTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Endings_never_go_round_over_three()
    {
        Scene nexus = Round();

        nexus.Advance(60 * Second);

        Assert.Equal([("big", "lender"), ("lender", "small")], Endings(nexus));
        Assert.Equal((RequestStatus.Queued, RequestStatus.Queued, RequestStatus.Allocated, RequestStatus.Allocated), (nexus.Status("big"), nexus.Status("lender"), nexus.Status("small"), nexus.Status("middle")));
    }

    [Fact]
    public void A_restart_does_not_forget_whom_a_request_was_ended_for()
    {
        Scene nexus = Round();
        Instant later = nexus.Now + (60 * Second);
        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits());

        restored.Handle(new Tick { Actor = Actor.Engine }, later, new Batch());
        nexus.Advance(60 * Second);

        Assert.Equal((Convert.ToHexString(nexus.Engine.StateHash()), "acme:lender"), (Convert.ToHexString(restored.StateHash()), string.Join(' ', restored.Requests.Single(r => r.Spec.Id == "big").Evictors)));
    }

    [Fact]
    public void In_another_class_it_is_another_claim()
    {
        Scene nexus = Round();
        nexus.Advance(60 * Second);

        nexus.Send(new SetPriority(new RequestKey("acme", "big"), "critical") { Actor = Scene.Somebody });
        nexus.Advance(2 * Second);

        Assert.Equal([("small", "big"), ("middle", "big")], Endings(nexus).Skip(2).Where(e => e.For == "big").OrderByDescending(e => e.Victim));
    }

    [Fact]
    public void Whoever_it_was_ended_for_is_forgotten_once_that_has_ended()
    {
        Scene nexus = Round();
        Assert.Equal("acme:lender", string.Join(' ', nexus.Request("big").Evictors));
        nexus.Cancel("lender");
        nexus.Advance(2 * Second);

        nexus.Send(new Requeue(new RequestKey("acme", "big")) { Actor = Scene.Somebody });

        Assert.Empty(nexus.Request("big").Evictors);
    }

    // "big" borrowed all there is, until "lender" wanted its own back; "small" is of a higher class than that and within its limit; "big" is of the highest, and of the node of "small".
    private static Scene Round()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("cpu", 6)) with { Preemption = new PreemptionSettings(Second, TimeSpan.Zero), KeepAfter = TimeSpan.FromDays(1) })
            .Quota("acme", new QuotaRule("cpu") { Extra = Quantity.Zero })
            .Quota("acme/lends", new QuotaRule("cpu") { Limit = Quantity.Of(6), Borrow = QuotaBound.Unbounded })
            .Quota("acme/borrows", new QuotaRule("cpu") { Limit = Quantity.Of(2), Borrow = QuotaBound.Unbounded });
        Submit("big", 6, "borrows", "high");
        Submit("lender", 6, "lends", "low");
        nexus.Advance(Second);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("lender"));
        Submit("small", 2, "borrows", "medium");
        Submit("middle", 4, "borrows", "medium");
        return nexus;

        void Submit(string id, int cpu, string node, string priority) =>
            nexus.Submit(Scene.Spec(id, [("cpu", cpu)], owner: $"acme/{node}/w", priority: priority, queue: true) with { Preemptible = true });
    }

    private static (string Victim, string For)[] Endings(Scene nexus) =>
        [.. nexus.Events.OfType<RequestRequeued>().Where(e => e.Reason.Code is ReasonCode.Reclaimed or ReasonCode.Preempted).Select(e => (e.Id, e.Reason.Name![(e.Reason.Name!.IndexOf(':', StringComparison.Ordinal) + 1)..]))];
}
