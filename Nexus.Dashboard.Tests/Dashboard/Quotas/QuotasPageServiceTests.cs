using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

/// <summary>Over a real engine: what is shown, what a change would do, and what becomes of it.</summary>
public sealed class QuotasPageServiceTests
{
    private static readonly Caller Operator = LiveEngine.Person("operator");

    [Fact]
    public async Task A_change_says_who_starts_and_what_binds_next_before_it_is_made()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 3), ("acme/alice", 1));
        await engine.SubmitAsync("runs", ("gpu", 1));
        await engine.QueueAsync("waits", ("gpu", 1));

        IReadOnlyList<Effect> effects = Service(engine).Preview(Operator, Changes(engine, "acme/alice", "5"));

        Assert.Equal(
            ["1 waiting starts now: acme/alice (1\u00A0gpu)", "Nothing that waits is refused", "Nothing is reclaimed", "acme's own ceiling of 3 stops acme/alice after 1 more gpu: Also raise what acme may borrow to 2."],
            effects.Select(e => e.More is null ? e.What : $"{e.What}: {e.More}"));
    }

    [Fact]
    public async Task What_binds_next_is_raised_by_the_change_that_is_offered_with_it()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 3), ("acme/alice", 1));
        QuotaDraft draft = new();
        draft.Edit(new QuotaEdit(new QuotaPlace(OwnerPath.Parse("acme/alice"), "gpu", QuotaField.Limit), "5"), null);

        BindingNext next = Assert.Single(Service(engine).Preview(Operator, draft.Over(Set(engine)).Nodes).OfType<BindingNext>());
        Assert.Equal("Raise the borrow of acme to 2", next.Adds);
        draft.Edit(next.Edit, null);

        IReadOnlyList<Effect> both = Service(engine).Preview(Operator, draft.Over(Set(engine)).Nodes);
        Assert.DoesNotContain(both, e => e.What.Contains("own ceiling", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_whole_system_borrows_from_nobody_and_its_limit_is_offered_once()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 3), ("acme/alice", 3));
        await Service(engine).ApplyAsync(Operator, [new QuotaChange(OwnerPath.Root, null, new QuotaBody { Rules = [new QuotaRuleBody { Resource = "gpu", Limit = new Amount(4) }] }, null, [])], CancellationToken.None);
        QuotaDraft draft = new();
        draft.Edit(new QuotaEdit(new QuotaPlace(OwnerPath.Parse("acme"), "gpu", QuotaField.Limit), "9"), null);
        draft.Edit(new QuotaEdit(new QuotaPlace(OwnerPath.Parse("acme/alice"), "gpu", QuotaField.Limit), "9"), null);

        BindingNext next = Assert.Single(Service(engine).Preview(Operator, draft.Over(Set(engine)).Nodes).OfType<BindingNext>());

        Assert.Equal(("the system's own ceiling of 4 stops acme after 4 more gpu", "Also raise the limit of the system to 9.", "Raise the limit of all owners to 9"), (next.What, next.More, next.Adds));
    }

    [Fact]
    public async Task What_was_set_for_a_tenant_is_not_offered_to_it_to_be_raised()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 3), ("acme/alice", 1));

        Effect next = Assert.Single(Service(engine).Preview(LiveEngine.Person("operator", "acme"), Changes(engine, "acme/alice", "5")), e => e.What.Contains("own ceiling", StringComparison.Ordinal));

        Assert.Equal((null, "To give it more, raise that as well."), (next.Adds, next.More));
    }

    [Fact]
    public async Task A_limit_below_what_is_used_says_that_nothing_is_revoked()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 4));
        await engine.SubmitAsync("runs", ("gpu", 3));

        IReadOnlyList<Effect> effects = Service(engine).Preview(Operator, Changes(engine, "acme", "1"));

        Assert.Contains(effects, e => e.What == "acme uses 2 gpu more than it then may" && e.State == Signal.Warning);
    }

    [Fact]
    public async Task Where_it_is_enforced_who_is_told_to_end_is_said_at_once_or_for_the_time_that_was_chosen()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 4));
        await engine.SubmitAsync("old", ("gpu", 2));
        await engine.SubmitAsync("young", ("gpu", 1));
        QuotaDraft draft = new();
        draft.Edit(new QuotaEdit(new QuotaPlace(OwnerPath.Parse("acme"), "gpu", QuotaField.Limit), "2"), "4");

        Assert.Equal([new QuotaExcess(OwnerPath.Parse("acme"), "gpu", 1)], draft.Over(Set(engine)).Excesses);
        Assert.Contains(Effects(null), e => e.More?.StartsWith("Nothing is revoked for that", StringComparison.Ordinal) == true);
        Assert.Contains(Effects(engine.Read.Now.ToDateTimeOffset()), e => e.What == "1 running is reclaimed" && e.More == "acme/alice (1\u00A0gpu)");
        DateTimeOffset later = new(2026, 1, 1, 18, 0, 0, TimeSpan.Zero);
        IReadOnlyList<Effect> then = Effects(later);
        Assert.Contains(then, e => e.What == "Nothing is reclaimed");
        Assert.Contains(then, e => e.What == "At 1 Jan 18:00 UTC 1 running is told to end, as things stand" && e.More == "acme/alice (1\u00A0gpu)");

        IReadOnlyList<Effect> Effects(DateTimeOffset? at)
        {
            draft.EnforceAt = at;
            return Service(engine).Preview(Operator, draft.Over(Set(engine)).Nodes);
        }
    }

    [Fact]
    public async Task What_could_never_run_under_the_new_limit_is_refused_and_that_is_said()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 4));
        await engine.SubmitAsync("runs", ("gpu", 2));
        await engine.QueueAsync("waits", ("gpu", 3));

        IReadOnlyList<Effect> effects = Service(engine).Preview(Operator, Changes(engine, "acme", "2"));

        Assert.Contains(effects, e => e.What.StartsWith("1 waiting is refused", StringComparison.Ordinal) && e.State == Signal.Bad);
    }

    [Fact]
    public async Task What_is_made_is_undone_by_what_it_gives_back()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 4));
        QuotasPageService service = Service(engine);

        QuotaApplied applied = await service.ApplyAsync(Operator, Changes(engine, "acme", "9"), CancellationToken.None);
        Assert.Equal(("9", null), (Limit(engine, "acme"), applied.Failed));

        Assert.Null((await service.ApplyAsync(Operator, applied.Undo, CancellationToken.None)).Failed);
        Assert.Equal("4", Limit(engine, "acme"));
    }

    [Fact]
    public async Task A_rule_that_was_added_is_gone_when_that_is_undone_and_one_that_was_removed_is_back()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 4));
        QuotasPageService service = Service(engine);
        QuotaDraft draft = new() { Added = (OwnerPath.Parse("globex"), new QuotaRuleBody { Resource = "gpu", Limit = new Amount(2) }) };
        draft.ToggleRemoved(OwnerPath.Parse("acme"), "gpu");

        QuotaApplied applied = await service.ApplyAsync(Operator, draft.Over(Set(engine)).Nodes, CancellationToken.None);
        Assert.Equal((null, "2"), (Limit(engine, "acme"), Limit(engine, "globex")));

        Assert.Null((await service.ApplyAsync(Operator, applied.Undo, CancellationToken.None)).Failed);
        Assert.Equal(("4", null), (Limit(engine, "acme"), Limit(engine, "globex")));
    }

    [Fact]
    public async Task A_node_that_somebody_changed_meanwhile_is_left_and_who_changed_it_to_what_is_said()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 15));
        QuotasPageService service = Service(engine);
        IReadOnlyList<QuotaChange> mine = Changes(engine, "acme", "18");
        await service.ApplyAsync(Operator, Changes(engine, "acme", "16"), CancellationToken.None);

        QuotaApplied applied = await service.ApplyAsync(Operator, mine, CancellationToken.None);

        Assert.Empty(applied.Undo);
        Assert.Equal("16", Limit(engine, "acme"));
        Assert.Equal("acme was changed by dana 0\u00A0ms ago: acme gpu limit 15 → 16", applied.Failed!.What);
        Assert.StartsWith("Yours: acme gpu limit 15 → 18.", applied.Failed.More, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_lifts_the_limit_that_was_set_for_them()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 4), ("acme/alice", 2));
        Caller tenant = LiveEngine.Person("operator", "acme");
        QuotasPageService service = Service(engine);

        Assert.Contains("does not lie below 'acme'", service.Preview(tenant, Changes(engine, "acme", "9"))[0].What, StringComparison.Ordinal);
        Assert.Contains("does not lie below 'acme'", (await service.ApplyAsync(tenant, Changes(engine, "acme", "9"), CancellationToken.None)).Failed!.What, StringComparison.Ordinal);
        Assert.Null((await service.ApplyAsync(tenant, Changes(engine, "acme/alice", "3"), CancellationToken.None)).Failed);
    }

    [Fact]
    public async Task A_tenant_sees_its_own_tree_and_nothing_above_or_beside_it()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 4), ("acme/alice", 2), ("globex", 4));
        Caller tenant = LiveEngine.Person("viewer", "acme");

        QuotaPageData data = Service(engine).Get(tenant, tenant, null, OwnerPath.Root).Value!;

        Assert.Equal(["acme", "alice"], data.View.Rows.Select(r => r.Name));
        Assert.Equal(["acme", "acme/alice"], data.Set.Select(s => s.Owner));
    }

    [Fact]
    public async Task Who_waits_for_a_quota_is_counted_at_the_node_that_stops_it()
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 1), ("acme/alice", 5));
        await engine.SubmitAsync("runs", ("gpu", 1));
        await engine.QueueAsync("waits", ("gpu", 1));

        QuotaView view = Service(engine).Get(Operator, Operator, "gpu", OwnerPath.Root).Value!.View;

        Assert.Equal([("All owners", 1, 0), ("acme", 1, 1), ("alice", 1, 0)], view.Rows.Select(r => (r.Name, r.Waiting, r.Stopped)));
        Assert.Equal("8 in 1 pool, 7 free", view.Supply);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("2", false)]
    public async Task A_check_says_whether_something_would_pass(string amount, bool passes)
    {
        await using RunningEngine engine = await WithQuotasAsync(("acme", 1));

        Result<QuotaCheckAnswer> answer = await Service(engine).CheckAsync(Operator, "acme/alice", "gpu", amount, preemptible: false, CancellationToken.None);

        Assert.Equal(passes, answer.Value!.Allowed);
    }

    private static QuotasPageService Service(RunningEngine engine) => new(engine.Host, new QuotaService(engine.Host));

    private static IReadOnlyList<QuotaAnswer> Set(RunningEngine engine) => [.. engine.Read.QuotasWithin(OwnerPath.Root).Select(QuotaAnswer.Of)];

    private static string? Limit(RunningEngine engine, string owner) => Set(engine).FirstOrDefault(n => n.Owner == owner) is { } node ? QuotaText.Of(node.Rules[0], QuotaField.Limit) : null;

    private static IReadOnlyList<QuotaChange> Changes(RunningEngine engine, string owner, string limit)
    {
        QuotaDraft draft = new();
        draft.Edit(new QuotaEdit(new QuotaPlace(OwnerPath.Parse(owner), "gpu", QuotaField.Limit), limit), null);
        return draft.Over(Set(engine)).Nodes;
    }

    private static async Task<RunningEngine> WithQuotasAsync(params (string Owner, decimal Limit)[] limits)
    {
        RunningEngine engine = await RunningEngine.WithPoolAsync("gpus", ("gpu", 8));
        QuotaService quotas = new(engine.Host);
        foreach ((string owner, decimal limit) in limits)
        {
            Assert.Null((await quotas.PutAsync(Operator, OwnerPath.Parse(owner), new QuotaBody { Rules = [new QuotaRuleBody { Resource = "gpu", Limit = new Amount(limit) }] }, null, CancellationToken.None)).Problem);
        }

        return engine;
    }
}
