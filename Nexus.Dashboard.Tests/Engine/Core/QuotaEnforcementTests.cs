using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Lowering a limit below use revokes nothing, unless an operator chose that it does: at once or at a time.</summary>
public sealed class QuotaEnforcementTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    [Fact]
    public void Without_it_nothing_is_revoked()
    {
        Scene nexus = Running(("a", "low", true), ("b", "low", false));

        nexus.Quota("acme", Limit(1)).Advance(TimeSpan.FromMinutes(4));

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Allocated), (nexus.Status("a"), nexus.Status("b")));
    }

    [Fact]
    public void What_is_above_is_told_at_once_and_ends_after_the_grace_with_the_limit_as_the_reason()
    {
        Scene nexus = Running(("old", "low", true), ("young", "low", true));

        nexus.Quota("acme", Limit(2) with { EnforceAt = nexus.Now });

        Assert.Equal(["young"], Told(nexus));
        PreemptionNotice notice = nexus.Request("young").Notice!;
        Assert.Equal((nexus.Now + Grace, PreemptionRule.Quota, "acme", "cpu"), (notice.At, notice.Rule, notice.ForOwner.ToString(), notice.QuotaKind));
        nexus.Advance(Grace);
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (nexus.Status("old"), nexus.Status("young")));
        Assert.Equal("More cpu was held than the quota of acme allows, and it was enforced.", ReasonText.Of(nexus.Request("young").Reason!));
        Assert.Equal(2m, nexus.QuotaUsed("acme"));
    }

    [Fact]
    public void It_begins_at_its_time_and_not_before_however_late_somebody_looks()
    {
        Scene nexus = Running(("a", "low", true), ("b", "low", true));
        Instant at = nexus.Now + TimeSpan.FromMinutes(2);

        nexus.Quota("acme", Limit(2) with { EnforceAt = at }).Advance(TimeSpan.FromSeconds(119));
        Assert.Empty(Told(nexus));
        Assert.Equal(at, nexus.Engine.NextDue);

        nexus.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(at + Grace, nexus.Request("b").EndedAt);
    }

    [Fact]
    public void Who_waits_for_what_is_taken_back_starts_when_it_is_however_late_somebody_looks()
    {
        Scene nexus = With(pool: 2, grace: TimeSpan.Zero);
        nexus.Submit(Scene.Spec("holds", [("cpu", 2)], owner: "acme/w", lease: TimeSpan.FromHours(20)) with { Preemptible = true });
        nexus.Submit(Scene.Spec("waits", [("cpu", 2)], owner: "globex", queue: true));
        Instant at = nexus.Now + TimeSpan.FromMinutes(2);

        nexus.Quota("acme", Limit(0) with { EnforceAt = at }).Advance(TimeSpan.FromMinutes(5));

        Assert.Equal((at, at), (nexus.Request("holds").EndedAt!.Value, nexus.Request("waits", "globex").Lease!.GrantedAt));
    }

    [Fact]
    public void Preemptible_grants_go_before_others_then_the_lowest_class_then_the_youngest_and_no_more_than_needed()
    {
        Scene nexus = Running(("firm-low", "low", false), ("firm-high", "high", false), ("high", "high", true), ("old", "low", true), ("young", "low", true));

        foreach ((long limit, string[] told) in ((long, string[])[])
            [(9, ["young"]), (8, ["young"]), (6, ["old", "young"]), (4, ["high", "old", "young"]), (2, ["firm-low", "high", "old", "young"]), (0, ["firm-high", "firm-low", "high", "old", "young"])])
        {
            nexus.Quota("acme", Limit(limit) with { EnforceAt = nexus.Now });
            Assert.Equal(told, Told(nexus));
        }
    }

    [Fact]
    public void Nobody_is_superfluous()
    {
        Scene nexus = With(pool: 12);
        nexus.Submit(Scene.Spec("large", [("cpu", 4)], owner: "acme/w", priority: "medium") with { Preemptible = true });
        nexus.Submit(Scene.Spec("small", [("cpu", 1)], owner: "acme/w", priority: "low") with { Preemptible = true });

        nexus.Quota("acme", Limit(2) with { EnforceAt = nexus.Now });

        Assert.Equal(["large"], Told(nexus));
    }

    [Fact]
    public void What_may_be_borrowed_is_left()
    {
        Scene nexus = Running(("a", "low", true), ("b", "low", true));

        nexus.Quota("acme", Limit(2) with { Borrow = QuotaBound.Of(Quantity.Of(2)), EnforceAt = nexus.Now });
        Assert.Empty(Told(nexus));

        nexus.Quota("acme", Limit(2) with { Borrow = QuotaBound.Of(Quantity.Of(1)), EnforceAt = nexus.Now });
        Assert.Equal(["b"], Told(nexus));
    }

    [Fact]
    public void Whoever_is_not_needed_any_more_when_the_grace_is_over_runs_on()
    {
        Scene nexus = Running(("old", "low", true), ("young", "low", true));
        nexus.Quota("acme", Limit(2) with { EnforceAt = nexus.Now });
        nexus.Release("old");

        nexus.Advance(Grace);

        Assert.Equal((RequestStatus.Allocated, null), (nexus.Status("young"), nexus.Request("young").Notice));
    }

    [Fact]
    public void A_limit_that_is_raised_again_during_the_grace_ends_nobody()
    {
        Scene nexus = Running(("a", "low", true), ("b", "low", true));
        nexus.Quota("acme", Limit(2) with { EnforceAt = nexus.Now });

        nexus.Quota("acme", Limit(4) with { EnforceAt = nexus.Now });
        Assert.Empty(Told(nexus));

        nexus.Advance(Grace);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("b"));
    }

    [Fact]
    public void A_rule_that_is_not_enforced_any_more_or_gone_ends_nobody()
    {
        foreach (QuotaRule[] rules in (QuotaRule[][])[[Limit(2)], []])
        {
            Scene nexus = Running(("a", "low", true), ("b", "low", true));
            nexus.Quota("acme", Limit(2) with { EnforceAt = nexus.Now });

            nexus.Quota("acme", rules).Advance(Grace);

            Assert.Equal((RequestStatus.Allocated, null), (nexus.Status("b"), nexus.Request("b").Notice));
        }
    }

    [Fact]
    public void Who_commits_to_an_end_within_the_grace_need_not_be_told()
    {
        Scene nexus = Running(("a", "low", true));
        nexus.Submit(Scene.Spec("ends", [("cpu", 2)], owner: "acme/w", priority: "low", duration: TimeSpan.FromSeconds(4), lease: TimeSpan.FromSeconds(60)) with { Preemptible = true });

        nexus.Quota("acme", Limit(2) with { EnforceAt = nexus.Now });
        Assert.Empty(Told(nexus));

        // It did not end: it may run beyond what it committed to, and is told then.
        nexus.Advance(TimeSpan.FromMilliseconds(4_001));
        Assert.Equal(["ends"], Told(nexus));
    }

    [Fact]
    public void Where_the_pool_gives_no_grace_it_ends_at_once_and_what_was_queued_waits_again()
    {
        Scene nexus = With(pool: 12, grace: TimeSpan.Zero);
        nexus.Submit(Scene.Spec("a", [("cpu", 2)], owner: "acme/w", queue: true));
        nexus.Advance(TimeSpan.FromSeconds(1)).Submit(Scene.Spec("b", [("cpu", 2)], owner: "acme/w", queue: true));

        nexus.Quota("acme", Limit(2) with { EnforceAt = nexus.Now });

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued, 2), (nexus.Status("a"), nexus.Status("b"), nexus.Request("b").Attempt));
        nexus.Release("a");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("b"));
    }

    [Fact]
    public void What_the_node_below_gives_back_counts_for_the_one_above()
    {
        Scene nexus = Running(("a", "low", true), ("b", "low", true));
        nexus.Quota("acme/w", Limit(2) with { EnforceAt = nexus.Now });

        nexus.Quota("acme", Limit(2) with { EnforceAt = nexus.Now });

        Assert.Equal(["b"], Told(nexus));
    }

    [Fact]
    public void At_hours_with_a_lower_limit_it_is_enforced_when_they_begin()
    {
        Scene nexus = Running(("a", "low", true), ("b", "low", true));
        DateTimeOffset hour = nexus.Now.ToDateTimeOffset().AddHours(1);
        hour = hour.AddTicks(-(hour.Ticks % TimeSpan.TicksPerHour));
        QuotaWindow less = new(null, TimeOnly.FromDateTime(hour.UtcDateTime), TimeOnly.FromDateTime(hour.UtcDateTime.AddHours(1)), null, null) { Limit = Quantity.Of(2) };

        nexus.Quota("acme", Limit(8) with { EnforceAt = nexus.Now, Windows = [less] });
        nexus.Advance(TimeSpan.FromMilliseconds(Instant.From(hour).Milliseconds - nexus.Now.Milliseconds - 1));
        Assert.Empty(Told(nexus));
        nexus.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(["b"], Told(nexus));
    }

    [Fact]
    public void An_engine_that_begins_anew_during_the_grace_goes_on_with_it()
    {
        Scene nexus = Running(("a", "low", true), ("b", "low", true));
        nexus.Quota("acme", Limit(2) with { EnforceAt = nexus.Now });
        Nexus.Engine.Core.Engine again = nexus.Replayed();

        Assert.Equal(nexus.Now + Grace, again.NextDue);
        again.Handle(new Tick { Actor = Actor.Engine }, nexus.Now + Grace, new Batch());
        nexus.Advance(Grace);
        Assert.Equal(nexus.Engine.StateHash(), again.StateHash());
    }

    private static QuotaRule Limit(long cpu) => new("cpu") { Limit = Quantity.Of(cpu) };

    private static string[] Told(Scene nexus) => [.. nexus.Engine.Requests.Where(r => r.Notice is not null).Select(r => r.Spec.Id).Order(StringComparer.Ordinal)];

    private static Scene With(long pool, TimeSpan? grace = null) => new Scene().Pool(Scene.Definition("p", ("cpu", pool)) with { Preemption = new PreemptionSettings(grace ?? Grace, TimeSpan.Zero) });

    // Two cpu each, in the order in which they were granted.
    private static Scene Running(params (string Id, string Class, bool Preemptible)[] grants)
    {
        Scene nexus = With(pool: 12);
        foreach ((string id, string @class, bool preemptible) in grants)
        {
            nexus.Submit(Scene.Spec(id, [("cpu", 2)], owner: "acme/w", priority: @class, lease: TimeSpan.FromHours(20)) with { Preemptible = preemptible });
        }

        return nexus;
    }
}
