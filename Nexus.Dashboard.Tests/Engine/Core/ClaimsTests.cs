using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Who waits for capacity comes to a right to others' grants by what happens elsewhere, and is asked then.</summary>
public sealed class ClaimsTests
{
    [Fact]
    public void A_start_in_another_pool_makes_somebody_a_borrower_who_then_gives_here()
    {
        Scene nexus = Pools();
        Grant(nexus, "here", "acme/a/w", "p", 4);
        Wait(nexus, "owner", "acme/b/w", "p", 2);
        Assert.Empty(Told(nexus));

        Grant(nexus, "elsewhere", "acme/a/w", "q", 1);

        Assert.Equal(["here"], Told(nexus));
    }

    [Fact]
    public void Who_has_given_back_in_another_pool_is_within_the_own_limit_again_and_takes_back_here()
    {
        Scene nexus = Pools();
        Grant(nexus, "borrows", "acme/a/w", "p", 5);
        Grant(nexus, "mine", "acme/b/w", "q", 3);
        Wait(nexus, "owner", "acme/b/w", "p", 2);
        Assert.Empty(Told(nexus));

        nexus.Release("mine");

        Assert.Equal(["borrows"], Told(nexus));
    }

    [Fact]
    public void At_the_hour_at_which_a_limit_is_lower_who_has_more_gives()
    {
        Scene nexus = Pools(new QuotaWindow(null, new TimeOnly(0, 1), new TimeOnly(0, 2), null, null) { Limit = Scene.Amount(1) });
        Grant(nexus, "here", "acme/a/w", "p", 4);
        Wait(nexus, "owner", "acme/b/w", "p", 2);
        nexus.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(Told(nexus));

        nexus.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["here"], Told(nexus));
    }

    // Both may borrow, and somebody else lends enough, so that it is never a quota that stops them.
    private static Scene Pools(params QuotaWindow[] windows) => new Scene()
        .Pool(Scene.Definition("p", ("cpu", 5))).Pool(Scene.Definition("q", ("cpu", 5)))
        .Quota("acme", new QuotaRule("cpu") { Extra = Quantity.Zero })
        .Quota("acme/a", Limit(4) with { Windows = windows }).Quota("acme/b", Limit(4)).Quota("acme/lends", Limit(20));

    private static QuotaRule Limit(double limit) => new("cpu") { Limit = Scene.Amount(limit), Borrow = QuotaBound.Unbounded };

    private static void Grant(Scene nexus, string id, string owner, string pool, double cpu) =>
        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Scene.Spec(id, [("cpu", cpu)], owner: owner, lease: TimeSpan.FromHours(1)) with { Pools = [pool], Preemptible = true }).Status);

    private static void Wait(Scene nexus, string id, string owner, string pool, double cpu) =>
        Assert.Equal(RequestStatus.Queued, nexus.Submit(Scene.Spec(id, [("cpu", cpu)], owner: owner, queue: true) with { Pools = [pool], Preemptible = true }).Status);

    private static string[] Told(Scene nexus) => [.. nexus.Engine.Requests.Where(r => r.Notice is not null).Select(r => r.Spec.Id).Order(StringComparer.Ordinal)];
}
