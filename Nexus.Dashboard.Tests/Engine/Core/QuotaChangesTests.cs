using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What becomes of use and of who waits when quotas change, and that a snapshot and the journal keep it.</summary>
public sealed class QuotaChangesTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Raising_a_limit_starts_who_waits_and_lowering_it_revokes_nothing()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(4));
        nexus.Submit("r1", ("cpu", 4));
        nexus.Queue("r2", null, ("cpu", 4));

        nexus.Quota("acme", Cpu(8));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r2"));
        nexus.Quota("acme", Cpu(1));
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Allocated, 8), (nexus.Status("r1"), nexus.Status("r2"), nexus.QuotaUsed("acme")));
        Assert.Equal(RequestStatus.Rejected, nexus.Submit("r3", ("cpu", 1)).Status);
    }

    [Fact]
    public void Who_waits_is_rejected_when_its_quota_can_never_allow_it_any_more()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(4));
        nexus.Submit("r1", ("cpu", 4));
        nexus.Queue("r2", null, ("cpu", 4));

        nexus.Quota("acme", Cpu(3));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsQuota), (nexus.Status("r2"), nexus.Request("r2").Reason!.Code));
    }

    [Fact]
    public void A_new_rule_finds_what_runs_below_it()
    {
        Scene nexus = Calls(1_000).Pool("p", ("cpu", 100)).Quota("acme", CallsRule(100, QuotaPeriod.Calendar(QuotaPeriodKind.Day)));
        nexus.Submit("ended", ("external.calls", 5));
        nexus.Release("ended");
        nexus.Submit("runs", ("external.calls", 7), ("cpu", 3));

        nexus.Quota("acme/alice", CallsRule(10, QuotaPeriod.Calendar(QuotaPeriodKind.Day)), Cpu(10));

        // What has ended was filed at the node above, and stays there.
        Assert.Equal((12, 7), (nexus.QuotaUsed("acme"), nexus.QuotaUsed("acme/alice")));
        nexus.Send(new DeleteQuota(OwnerPath.Parse("acme/alice")) { Actor = Scene.Somebody });
        nexus.Release("runs", ("external.calls", 1));
        Assert.Equal(6, nexus.QuotaUsed("acme"));
    }

    [Fact]
    public void A_rule_above_others_finds_all_that_was_filed_at_them()
    {
        Scene nexus = Calls(1_000).Quota("acme/alice", CallsRule(100, QuotaPeriod.Rolling(TimeSpan.FromHours(1)))).Quota("acme/bob", CallsRule(100, QuotaPeriod.Rolling(TimeSpan.FromHours(1))));
        nexus.Submit("ended", ("external.calls", 5));
        nexus.Release("ended");
        nexus.Submit(Scene.Spec("runs", [("external.calls", 3)], owner: "acme/bob"));
        nexus.Submit(Scene.Spec("loose", [("external.calls", 2)], owner: "acme/carol"));

        nexus.Quota("acme", CallsRule(10, QuotaPeriod.Rolling(TimeSpan.FromHours(1))));

        Assert.Equal(10, nexus.QuotaUsed("acme"));
    }

    [Fact]
    public void A_kind_that_a_quota_names_cannot_be_removed()
    {
        Scene nexus = Given.Nothing();
        nexus.Send(new SetKind(new ResourceKind("licence", ResourceFamily.Other, "seat", ResourceBehaviour.Held)) { Actor = Scene.Somebody });
        nexus.Quota("acme", new QuotaRule("licence") { Limit = Quantity.Of(3) });

        Fault fault = Assert.IsType<Fault>(nexus.Send(new DeleteKind("licence") { Actor = Scene.Somebody }));
        Assert.Equal("the quota of 'acme' uses 'licence'", fault.Detail);
    }

    [Fact]
    public void A_change_that_would_leave_less_than_is_kept_below_is_refused_and_changes_nothing()
    {
        Scene nexus = Given.Nothing().Quota("acme", Cpu(10)).Quota("acme/a", Cpu(8) with { Lend = QuotaBound.Nothing });
        byte[] before = nexus.Engine.StateHash();

        Assert.Equal("$.rules", Assert.IsType<Fault>(nexus.Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse("acme"), 1_000, [Cpu(7)])) { Actor = Scene.Somebody })).Field);
        Assert.Equal(before, nexus.Engine.StateHash());
    }

    [Fact]
    public void What_is_used_survives_a_snapshot_and_the_journal_gives_the_same()
    {
        QuotaRule[] rules = [Cpu(50), CallsRule(40, QuotaPeriod.Rolling(Minute)), CallsRule(30, QuotaPeriod.Rate(Minute)), new QuotaRule("cpu") { Limit = Quantity.Of(9), Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day, "Europe/Berlin"), Windows = [new QuotaWindow([DayOfWeek.Monday], new TimeOnly(1, 0), new TimeOnly(2, 0), new DateOnly(2026, 1, 1), new DateOnly(2027, 1, 1)) { Lend = QuotaBound.Nothing }], TimeZone = "Europe/Berlin" }];
        Scene nexus = Calls(1_000).Pool("p", ("cpu", 100)).Quota("~", rules).Quota("acme", rules);
        nexus.Submit("r1", ("external.calls", 7), ("cpu", 3));
        nexus.Advance(TimeSpan.FromSeconds(7));
        nexus.Renew("r1", [("external.calls", 2)]);
        nexus.Submit("r2", ("external.calls", 25));

        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits());
        Assert.Equal(nexus.Engine.StateHash(), restored.StateHash());
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());

        Batch batch = new();
        foreach (Nexus.Engine.Core.Engine engine in (Nexus.Engine.Core.Engine[])[nexus.Engine, restored])
        {
            engine.Handle(new Release(new RequestKey("acme", "r1"), nexus.Request("r1").Lease!.Number, Scene.Vector(("external.calls", 1)), Labels.None, null) { Actor = Scene.Somebody }, nexus.Now + TimeSpan.FromSeconds(3), batch);
            batch.Clear();
        }

        Assert.Equal(nexus.Engine.StateHash(), restored.StateHash());
    }

    private static Scene Calls(double burst) => Given.Bucket("api", "external.calls", burst, TimeSpan.FromSeconds(1), burst);

    private static QuotaRule Cpu(int limit) => new("cpu") { Limit = Quantity.Of(limit) };

    private static QuotaRule CallsRule(int limit, QuotaPeriod period) => new("external.calls") { Limit = Quantity.Of(limit), Period = period, TimeZone = period.Zone };
}
