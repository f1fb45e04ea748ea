using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

/// <summary>What would start a request sooner, over a real engine: what each change would do is said before it is made, and is then what it does.</summary>
public sealed class WhyOptionServiceTests : IAsyncLifetime
{
    private static readonly Caller Operator = LiveEngine.Person("operator");

    private readonly LiveEngine _live = new();
    private ServiceProvider _services = null!;
    private WhyOptionService _options = null!;
    private RunningEngine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        await _live.InitializeAsync();
        _engine = _live.Running;
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_engine.Clock);
        _live.Serve(services);
        _services = services.BuildServiceProvider();
        _options = _services.GetRequiredService<WhyOptionService>();
        await _engine.PoolAsync("gpus", ("gpu", 8));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _live.DisposeAsync();
    }

    [Fact]
    public async Task A_higher_class_says_when_it_starts_then_and_who_waits_longer_and_is_made_and_undone()
    {
        await SubmitAsync("runs", 8, minutes: 10);
        await SubmitAsync("first", 8, minutes: 5);
        await SubmitAsync("second", 8, minutes: 3);
        await _engine.AdvanceAsync(TimeSpan.FromSeconds(1));
        await _engine.UntilAsync(() => Why("second").EstimatedStart is not null);

        (Explanation why, Counterfactual raise, WhyOption option) = Preview("second", CounterfactualKind.RaisePriority);

        Assert.Equal(
            [
                "It starts in 9 m 59 s, 5 m 00 s sooner than as things stand: It passes 1 that waits for the same.",
                "Nothing is reclaimed",
                "1 waits longer: acme/alice (3 m 00 s later)",
            ],
            Said(option));
        Assert.Equal(("Raise to high", null), (option.Verb, option.WhyNot));

        WhyOptionMade made = await _options.ApplyAsync(Operator, why, raise, CancellationToken.None);
        Assert.Equal(("second: medium → high", null, "high"), (made.What, made.Failed, _engine.Find("second").Priority));
        Assert.Null(await made.Undo!());
        Assert.Equal("medium", _engine.Find("second").Priority);
    }

    [Fact]
    public async Task Who_ends_for_it_and_after_how_much_work_is_said_before()
    {
        await _engine.SubmitAsync(Scene.Spec("holds", [("gpu", 8)]) with { Preemptible = true });
        await SubmitAsync("first", 8, minutes: 5);
        await SubmitAsync("second", 8, minutes: 3);
        await _engine.AdvanceAsync(TimeSpan.FromMinutes(2));

        (_, _, WhyOption option) = Preview("second", CounterfactualKind.RaisePriority);

        Assert.Equal(["It starts in 10 s, when those that end for it have ended", "1 running is reclaimed, after 2 m 00 s of work: acme/alice (8 gpu)"], Said(option).Take(2));
    }

    [Fact]
    public async Task Whose_start_would_be_known_no_more_is_said()
    {
        await SubmitAsync("runs", 8, minutes: 10);
        await SubmitAsync("first", 8, minutes: 5);
        await _engine.SubmitAsync(Scene.Spec("endless", [("gpu", 8)], queue: true));

        (_, _, WhyOption option) = Preview("endless", CounterfactualKind.RaisePriority);

        Assert.Contains("Of 1 that waits nobody knows any more when it starts: acme/alice (8 gpu)", Said(option));
    }

    [Fact]
    public async Task What_only_the_client_can_ask_for_is_tried_and_nothing_is_changed_by_that()
    {
        await _engine.PoolAsync("spare", ("gpu", 4));
        await _engine.SubmitAsync(Scene.Spec("holds", [("gpu", 6)], pools: ["gpus"]));
        await _engine.SubmitAsync(Scene.Spec("waits", [("gpu", 3)], pools: ["gpus"], queue: true));
        long before = _engine.Read.Sequence;

        (_, _, WhyOption less) = Preview("waits", CounterfactualKind.AskForLess);
        (_, _, WhyOption other) = Preview("waits", CounterfactualKind.AcceptPool);

        Assert.Equal(["It starts now in gpus", "Nothing is reclaimed", "No start that is planned moves later"], Said(less));
        Assert.Equal("It starts now in spare", Said(other)[0]);
        Assert.Equal((null, null, before, RequestStatus.Queued), (less.Verb, other.Verb, _engine.Read.Sequence, _engine.Find("waits").Status));
    }

    [Fact]
    public async Task Another_pool_is_tried_whose_labels_had_kept_it_out()
    {
        await _engine.SendAsync(new SetPool(Scene.Definition("h100", ("gpu", 1)) with { Labels = Labels.Of([new("model", "H100")]) }) { Actor = Scene.Somebody });
        await _engine.SubmitAsync(Scene.Spec("holds", [("gpu", 1)], pools: ["h100"]));
        await _engine.SubmitAsync(Scene.Spec("waits", [("gpu", 1)], poolLabels: Labels.Of([new("model", "H100")]), queue: true));

        (_, _, WhyOption other) = Preview("waits", CounterfactualKind.AcceptPool);

        Assert.Equal("It starts now in gpus", Said(other)[0]);
    }

    [Fact]
    public async Task What_was_refused_is_tried_as_if_it_came_again()
    {
        await _engine.PoolAsync("spare", ("gpu", 4));
        await _engine.SubmitAsync(Scene.Spec("holds", [("gpu", 8)], pools: ["gpus"]));
        await _engine.SubmitAsync(Scene.Spec("refused", [("gpu", 3)], pools: ["gpus"]));

        (_, _, WhyOption other) = Preview("refused", CounterfactualKind.AcceptPool);

        Assert.Equal("It starts now in spare", Said(other)[0]);
        Assert.Equal(RequestStatus.Rejected, _engine.Find("refused").Status);
    }

    [Fact]
    public async Task A_quota_that_stops_it_is_raised_and_set_back()
    {
        await QuotaAsync("acme", 1);
        await SubmitAsync("runs", 1, minutes: 10);
        await SubmitAsync("waits", 1, minutes: 10);

        (Explanation why, Counterfactual raise, WhyOption option) = Preview("waits", CounterfactualKind.RaiseQuota);
        Assert.Equal(["It starts now", "Nothing is reclaimed", "No start that is planned moves later"], Said(option));
        Assert.Equal(("Raise the quota", null), (option.Verb, option.WhyNot));
        Assert.Contains("the scope 'configure'", _options.Preview(LiveEngine.Person("viewer"), why, raise).WhyNot, StringComparison.Ordinal);

        WhyOptionMade made = await _options.ApplyAsync(Operator, why, raise, CancellationToken.None);
        Assert.Equal(("acme gpu limit 1 → 2", null, RequestStatus.Allocated), (made.What, made.Failed, _engine.Find("waits").Status));
        Assert.Null(await made.Undo!());
        Assert.Equal(1, _engine.Read.Quotas.Single().Definition.Rules[0].Limit!.Value.Units);
    }

    [Fact]
    public async Task Others_whom_the_reader_may_not_see_are_counted_alone()
    {
        await SubmitAsync("runs", 8, minutes: 10);
        await _engine.SubmitAsync(Scene.Spec("theirs", [("gpu", 8)], owner: "globex/eve", duration: TimeSpan.FromMinutes(5), queue: true));
        await SubmitAsync("mine", 8, minutes: 3);
        await _engine.AdvanceAsync(TimeSpan.FromSeconds(1));

        Explanation why = _engine.Read.Explain(_engine.Find("mine"), OwnerPath.Parse("acme"));
        WhyOption option = _options.Preview(LiveEngine.Person("operator", "acme"), why, why.Counterfactuals.Single(c => c.Kind == CounterfactualKind.RaisePriority));

        Assert.Contains("1 waits longer: 1 of others", Said(option));
        Assert.DoesNotContain(option.Effects, e => (e.What + e.More).Contains("globex", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_what_stopped_it_has_changed_meanwhile_nothing_is_promised()
    {
        await QuotaAsync("acme", 1);
        await SubmitAsync("runs", 1, minutes: 10);
        await SubmitAsync("waits", 1, minutes: 10);
        (Explanation why, Counterfactual raise, _) = Preview("waits", CounterfactualKind.RaiseQuota);
        await _engine.SendAsync(new DeleteQuota(OwnerPath.Parse("acme")) { Actor = Scene.Somebody });

        WhyOption option = _options.Preview(Operator, why, raise);

        Assert.Equal(["It is not so any more: What stopped it has changed meanwhile."], Said(option));
        Assert.Null(option.Verb);
        Assert.NotNull((await _options.ApplyAsync(Operator, why, raise, CancellationToken.None)).Failed);
    }

    private Explanation Why(string id) => _engine.Read.Explain(_engine.Find(id), OwnerPath.Root);

    private (Explanation Why, Counterfactual Change, WhyOption Option) Preview(string id, CounterfactualKind kind)
    {
        Explanation why = Why(id);
        Counterfactual change = why.Counterfactuals.First(c => c.Kind == kind);
        return (why, change, _options.Preview(Operator, why, change));
    }

    private Task SubmitAsync(string id, double gpu, double minutes) => _engine.SubmitAsync(Scene.Spec(id, [("gpu", gpu)], duration: TimeSpan.FromMinutes(minutes), queue: true));

    private Task QuotaAsync(string owner, long limit) =>
        _engine.SendAsync(new SetQuota(new QuotaDefinition(OwnerPath.Parse(owner), QuotaDefinition.OneShare, [new QuotaRule("gpu") { Limit = Quantity.Of(limit) }])) { Actor = Scene.Somebody });

    private static string[] Said(WhyOption option) => [.. option.Effects.Select(e => (e.More is null ? e.What : $"{e.What}: {e.More}").Replace('\u00A0', ' '))];
}
