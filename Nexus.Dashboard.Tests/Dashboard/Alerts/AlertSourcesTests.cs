using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

/// <summary>What can be watched, over a real engine.</summary>
public sealed class AlertSourcesTests
{
    private static readonly AlertCondition Any = AlertCondition.AtLeast(0);

    [Fact]
    public async Task How_full_quotas_are_is_told_by_owner_and_kind()
    {
        await using RunningEngine engine = await QuotaAsync(4);
        QuotaSource source = new(engine.Read, engine.Clock);
        await engine.SubmitAsync("a", ("gpu", 3));

        AlertReading reading = Assert.Single(Read(source, "quota.utilization")!);
        Assert.Equal((0.75, "acme", "gpu"), (reading.Value, reading.Subject.OwnerName, reading.Subject.Resource));
        Assert.Empty(Read(source, "quota.utilization", r => r with { Owner = OwnerPath.Parse("globex") })!);
        Assert.Empty(Read(source, "quota.utilization", r => r with { Resource = "cpu" })!);
        Assert.Equal("acme uses 75.0\u00A0% of its quota of gpu", source.Metrics[0].Says(reading.Subject, "75.0\u00A0%"));
    }

    [Fact]
    public async Task What_quotas_refuse_is_counted_for_ten_minutes()
    {
        await using RunningEngine engine = await QuotaAsync(4);
        QuotaSource source = new(engine.Read, engine.Clock);
        Assert.Equal(0, Assert.Single(Read(source, "quota.refused")!).Value);

        await engine.SubmitAsync("a", ("gpu", 5));
        await engine.SubmitAsync("b", ("gpu", 5));
        Assert.Equal(2, Assert.Single(Read(source, "quota.refused")!).Value);

        await engine.AdvanceAsync(TimeSpan.FromMinutes(6));
        await engine.SubmitAsync("c", ("gpu", 5));
        Assert.Equal(3, Assert.Single(Read(source, "quota.refused")!).Value);

        await engine.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(1, Assert.Single(Read(source, "quota.refused")!).Value);
        await engine.AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Equal(0, Assert.Single(Read(source, "quota.refused")!).Value);
    }

    [Fact]
    public async Task Whom_quotas_keep_waiting_is_counted_and_how_long_the_oldest_waits()
    {
        await using RunningEngine engine = await QuotaAsync(4);
        await engine.SubmitAsync("a", ("gpu", 4));
        await engine.QueueAsync("b", ("gpu", 2));
        await engine.AdvanceAsync(TimeSpan.FromSeconds(90));
        await using EngineFeed feed = new(engine.Host, engine.Clock);

        Assert.Equal(1, Assert.Single(Read(new QuotaSource(engine.Read, engine.Clock), "quota.waiting")!).Value);
        QueueSource queue = new(engine.Read, feed);
        Assert.Equal(1, Assert.Single(Read(queue, "queue.waiting")!).Value);
        Assert.Equal(90, Assert.Single(Read(queue, "queue.oldestWait")!).Value);
        Assert.Equal(0, Assert.Single(Read(queue, "queue.waiting", r => r with { Owner = OwnerPath.Parse("globex") })!).Value);
    }

    [Fact]
    public async Task How_full_pools_are_is_told_now_and_of_the_recorded_past()
    {
        await using RunningEngine engine = await RunningEngine.WithPoolAsync("p", ("gpu", 8));
        await using EngineFeed feed = new(engine.Host, engine.Clock);
        PoolSource source = new(engine.Read, feed);
        feed.Tick();
        await engine.SubmitAsync("a", ("gpu", 6));
        await engine.AdvanceAsync(TimeSpan.FromSeconds(10));
        feed.Tick();

        Assert.Equal((0.75, "p", "gpu"), Assert.Single(Read(source, "pool.utilization")!) is var r ? (r.Value, r.Subject.Pool, r.Subject.Resource) : default);
        AlertRule rule = new("r", "pool.utilization", Any);
        Assert.Equal([0, 0.75], Assert.Single(source.Past(source.Metrics[0], rule, TimeSpan.FromDays(7))!).Points.Select(p => p.Value));
        Assert.Null(source.Past(source.Metrics[1], rule, TimeSpan.FromDays(7)));
        Assert.Empty(Read(source, "pool.utilization", x => x with { Pool = "another" })!);
    }

    [Fact]
    public async Task A_pool_whose_grants_fail_is_told_from_its_opening_until_it_is_healthy_and_one_that_is_not_judged_never()
    {
        await using RunningEngine engine = await RunningEngine.WithPoolAsync("plain", ("cpu", 8));
        await engine.SendAsync(new SetPool(Scene.Definition("p", ("gpu", 8)) with { Health = new HealthSettings(TimeSpan.FromMinutes(5), 1, 500_000, TimeSpan.FromSeconds(30), 1) }) { Actor = Scene.Somebody });
        await using EngineFeed feed = new(engine.Host, engine.Clock);
        PoolSource source = new(engine.Read, feed);
        Assert.Equal(("p", 0), Unhealthy());

        await FinishAsync("a", Outcome.Failed);
        Assert.Equal(("p", 1), Unhealthy());
        await engine.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(("p", 1), Unhealthy());
        await FinishAsync("b", Outcome.Succeeded);
        Assert.Equal(("p", 0), Unhealthy());
        Assert.Equal("Too many grants of p failed: it grants less until they succeed", source.Metrics.Single(m => m.Name == "pool.unhealthy").Says(new AlertSubject(OwnerPath.Root, "p"), "1"));
        Assert.Equal((AlertSeverity.Critical, TimeSpan.Zero), BuiltInRules.Find("pool-unhealthy") is { Metric: "pool.unhealthy" } rule ? (rule.Severity, rule.For) : default);

        (string?, double) Unhealthy() => Assert.Single(Read(source, "pool.unhealthy")!) is var reading ? (reading.Subject.Pool, reading.Value) : default;

        async Task FinishAsync(string id, Outcome outcome)
        {
            Request request = await engine.SubmitAsync(id, ("gpu", 1));
            await engine.SendAsync(new Release(request.Key, request.Lease!.Number, ResourceVector.Empty, Labels.None, outcome) { Actor = Scene.Somebody });
        }
    }

    [Fact]
    public async Task An_engine_that_cannot_write_is_down()
    {
        await using RunningEngine engine = await RunningEngine.WithPoolAsync("p", ("gpu", 8));
        await using EngineFeed feed = new(engine.Host, engine.Clock);
        EngineSource source = new(engine.Host, feed);

        Assert.Equal(0, Assert.Single(Read(source, "engine.down")!).Value);
        Assert.Equal(0, Assert.Single(Read(source, "engine.clockJumped")!).Value);
        Assert.Equal(0, Assert.Single(Read(source, "engine.snapshotFailing")!).Value);
        Assert.InRange(Assert.Single(Read(source, "engine.backlog")!).Value, 0, 1);

        engine.Clock.SetWallBy(TimeSpan.FromHours(2));
        await engine.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Assert.Single(Read(source, "engine.clockJumped")!).Value);
    }

    [Fact]
    public async Task The_room_that_the_journal_has_left_is_measured_once_a_minute()
    {
        await using RunningEngine engine = await RunningEngine.WithPoolAsync("p", ("gpu", 8));
        JournalSource source = new(engine.Host, engine.Clock);

        double free = Assert.Single(Read(source, "journal.diskFree")!).Value;
        Assert.True(free > 0);
        Assert.Equal(free, Assert.Single(Read(source, "journal.diskFree")!).Value);
    }

    private static IReadOnlyList<AlertReading>? Read(IAlertSource source, string metric, Func<AlertRule, AlertRule>? with = null)
    {
        AlertRule rule = new("r", metric, Any);
        return source.Read(source.Metrics.Single(m => m.Name == metric), with?.Invoke(rule) ?? rule);
    }

    private static async Task<RunningEngine> QuotaAsync(long gpu)
    {
        RunningEngine engine = await RunningEngine.WithPoolAsync("p", ("gpu", 40));
        Assert.IsType<QuotaReply>(await engine.SendAsync(new SetQuota(new QuotaDefinition(OwnerPath.Parse("acme"), QuotaDefinition.OneShare, [new QuotaRule("gpu") { Limit = Quantity.Of(gpu) }])) { Actor = Scene.Somebody }));
        return engine;
    }
}
