using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

/// <summary>Who changed what of a node, over a real engine.</summary>
public sealed class QuotaHistoryTests
{
    private static readonly Caller Operator = LiveEngine.Person("operator");
    private static readonly OwnerPath Acme = OwnerPath.Parse("acme");

    [Fact]
    public async Task Each_change_of_the_node_is_told_with_who_when_why_and_what_the_newest_first()
    {
        await using RunningEngine engine = await RunningEngine.StartAsync();
        await SetAsync(engine, "acme", 4);
        await SetAsync(engine, "acme/alice", 1);
        engine.Clock.Advance(TimeSpan.FromMinutes(5));
        await SetAsync(engine, "acme", 6, "more work");
        await engine.SendAsync(new DeleteQuota(Acme) { Actor = new Actor(ActorKind.Person, "dana", "page") });

        IReadOnlyList<QuotaPast> changes = History(engine).Of(Operator, Acme, null);

        Assert.Equal(
            [("dana", "page", null, "gpu limit 6 → "), ("key-1", "api", "more work", "gpu limit 4 → 6"), ("key-1", "api", null, "gpu  → limit 4")],
            changes.Select(c => (c.Who, c.Door, c.Reason, string.Join(", ", c.Fields.Select(f => $"{f.Field} {f.Before} → {f.After}")))));
        Assert.Equal(engine.Read.Now.ToDateTimeOffset(), changes[1].At);
        Assert.Equal([false, false, true], changes.Select(c => c.IsPresent));
    }

    [Fact]
    public async Task What_was_before_a_change_is_set_again_by_way_of_the_draft()
    {
        await using RunningEngine engine = await RunningEngine.StartAsync();
        await SetAsync(engine, "acme", 4);
        await SetAsync(engine, "acme", 6);
        QuotaAnswer[] now = [.. engine.Read.QuotasWithin(OwnerPath.Root).Select(QuotaAnswer.Of)];
        IReadOnlyList<QuotaPast> changes = History(engine).Of(Operator, Acme, QuotaBody.Of(now[0]));

        QuotaDraft draft = new();
        draft.Replace(new Dictionary<OwnerPath, QuotaBody> { [Acme] = History(engine).Before(Operator, Acme, changes[0].Sequence)! });
        Assert.Equal("acme gpu limit 6 → 4", draft.Over(now).Fields.Single().Line);

        draft.Replace(new Dictionary<OwnerPath, QuotaBody> { [Acme] = History(engine).Before(Operator, Acme, changes[1].Sequence)! });
        Assert.Null(draft.Over(now).Nodes.Single().After);
        Assert.Null(History(engine).Before(Operator, Acme, 4_000));
    }

    [Fact]
    public async Task What_was_enforced_before_is_not_enforced_again_by_setting_it_back()
    {
        await using RunningEngine engine = await RunningEngine.StartAsync();
        QuotaRule rule = new("gpu") { Limit = Quantity.Of(2), EnforceAt = engine.Read.Now };
        await engine.SendAsync(new SetQuota(new QuotaDefinition(Acme, QuotaDefinition.OneShare, [rule])) { Actor = Scene.Somebody });
        await SetAsync(engine, "acme", 6);

        Assert.Null(History(engine).Before(Operator, Acme, engine.Read.Sequence)!.Rules![0].EnforceAt);
    }

    [Fact]
    public async Task Nobody_learns_of_changes_outside_their_path()
    {
        await using RunningEngine engine = await RunningEngine.StartAsync();
        await SetAsync(engine, "acme", 4);
        Caller other = LiveEngine.Person("operator", "globex");

        Assert.Empty(History(engine).Of(other, Acme, null));
        Assert.Empty(History(engine).Of(LiveEngine.Person("none"), Acme, null));
        Assert.Null(History(engine).Before(other, Acme, engine.Read.Sequence));
    }

    private static QuotaHistory History(RunningEngine engine) => new(new AuditTrail(engine.Host, engine.Clock, NullLogger<AuditTrail>.Instance));

    private static Task<Reply> SetAsync(RunningEngine engine, string owner, long gpu, string? reason = null) => engine.SendAsync(
        new SetQuota(new QuotaDefinition(OwnerPath.Parse(owner), QuotaDefinition.OneShare, [new QuotaRule("gpu") { Limit = Quantity.Of(gpu) }]), Reason: reason) { Actor = Scene.Somebody });
}
