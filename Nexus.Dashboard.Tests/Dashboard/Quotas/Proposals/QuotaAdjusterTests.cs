using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas.Proposals;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using static Nexus.Dashboard.Tests.Dashboard.Quotas.Proposals.AdjustedQuotas;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas.Proposals;

/// <summary>Limits that follow their use, over a real engine and a real file.</summary>
public sealed class QuotaAdjusterTests
{
    private static readonly Caller Operator = LiveEngine.Person("operator");

    [Fact]
    public async Task A_limit_that_refuses_for_a_window_is_offered_a_quarter_more_with_what_was_seen()
    {
        await using AdjustedQuotas quotas = await WithAsync(Limit(16));
        await quotas.AskAsync(16);

        await quotas.PassAsync(Window, refusing: true);
        Assert.Empty(await quotas.AllAsync());
        await quotas.PassAsync(1, refusing: true);

        QuotaProposal offered = Assert.Single(await quotas.AllAsync());
        Assert.Equal(("acme", "gpu", 16_000, 20_000, ProposalState.Offered), (offered.Owner, offered.Rule, offered.From, offered.To, offered.State));
        Assert.Equal((10, 16_000, 16_000, 9, 9, 0), (offered.Turns, offered.P95, offered.Peak, offered.Refused, offered.HeldBackTurns, offered.IdleTurns));
        Assert.Equal("In the last 10 minutes up to 16 of 16 gpu were used in 95 % of the time, and in 9 of 10 spans of 1 minute somebody was held back by it (9 refusals).", ProposalText.Why(offered));
        Assert.Equal(16, quotas.Present());
        await quotas.PassAsync(2, refusing: true);
        Assert.Single(await quotas.AllAsync());
    }

    [Fact]
    public async Task Those_whom_it_keeps_waiting_speak_for_more_as_well()
    {
        await using AdjustedQuotas quotas = await WithAsync(Limit(16));
        await quotas.AskAsync(16);
        await quotas.AskAsync(1, queue: true);

        await quotas.PassAsync(Window + 1);

        Assert.Contains("in 10 of 10 spans of 1 minute somebody was held back by it.", ProposalText.Why((await quotas.AllAsync())[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_is_far_above_its_use_for_a_window_is_offered_less()
    {
        await using AdjustedQuotas quotas = await WithAsync(Limit(16));
        await quotas.AskAsync(3);

        await quotas.PassAsync(Window + 1);

        QuotaProposal offered = Assert.Single(await quotas.AllAsync());
        Assert.Equal((16_000, 12_000), (offered.From, offered.To));
        Assert.Equal("In the last 10 minutes never more than 3 of 16 gpu were used, in 95 % of the time up to 3; nobody was held back.", ProposalText.Why(offered));
    }

    [Fact]
    public async Task What_is_accepted_is_set_as_a_change_of_whoever_accepted_it_with_the_evidence_as_its_reason_and_only_once()
    {
        await using AdjustedQuotas quotas = await OfferedAsync();

        QuotaProposal accepted = (await quotas.Service.AcceptAsync(Operator, "1", CancellationToken.None)).Value!;
        long events = quotas.Engine.Read.Sequence;
        QuotaProposal again = (await quotas.Service.AcceptAsync(Operator, "1", CancellationToken.None)).Value!;

        Assert.Equal((ProposalState.Applied, "dana", 12m), (accepted.State, accepted.DecidedBy, quotas.Present()));
        Assert.Equal((accepted, events), (again, quotas.Engine.Read.Sequence));
        QuotaSet set = Assert.IsType<QuotaSet>(quotas.Engine.Read.EventsAfter(events - 1, 1, OwnerPath.Root).Single());
        Assert.Equal(("dana", ProposalText.Why(accepted)), (set.Actor.Id, set.Reason));
        Assert.NotNull(set.Quota.Rules[0].Adjust);
    }

    [Fact]
    public async Task What_is_declined_changes_nothing_and_is_quiet_for_a_window()
    {
        await using AdjustedQuotas quotas = await OfferedAsync();

        QuotaProposal declined = (await quotas.Service.DeclineAsync(Operator, "1", CancellationToken.None)).Value!;
        Assert.Equal((ProposalState.Declined, 16m), (declined.State, quotas.Present()));
        Assert.Equal("The proposal was declined by dana.", (await quotas.Service.AcceptAsync(Operator, "1", CancellationToken.None)).Problem!.Detail);

        await quotas.PassAsync(Window);
        Assert.Single(await quotas.AllAsync());
        await quotas.PassAsync(1);
        Assert.Equal([ProposalState.Offered, ProposalState.Declined], (await quotas.AllAsync()).Select(p => p.State));
        await using AccessDb database = quotas.CreateDbContext();
        Assert.Equal(("declineProposal", "acme gpu", "dana"), database.Changes.Select(c => ValueTuple.Create(c.Action, c.Subject, c.ActorId)).Single());
    }

    [Fact]
    public async Task What_was_applied_is_set_back_and_quiet_for_twice_as_long()
    {
        await using AdjustedQuotas quotas = await OfferedAsync();
        await quotas.Service.AcceptAsync(Operator, "1", CancellationToken.None);

        QuotaProposal reverted = (await quotas.Service.RevertAsync(Operator, "1", CancellationToken.None)).Value!;

        Assert.Equal((ProposalState.Reverted, 16m), (reverted.State, quotas.Present()));
        Assert.StartsWith("Set back: In the last", quotas.Engine.Read.EventsAfter(quotas.Engine.Read.Sequence - 1, 1, OwnerPath.Root).OfType<QuotaSet>().Single().Reason, StringComparison.Ordinal);
        await quotas.PassAsync(2 * Window);
        Assert.Single(await quotas.AllAsync());
        await quotas.PassAsync(1);
        Assert.Equal(2, (await quotas.AllAsync()).Count);
    }

    [Fact]
    public async Task What_may_apply_by_itself_does_so_in_the_name_of_Nexus_until_it_reaches_its_bound()
    {
        await using AdjustedQuotas quotas = await WithAsync(Limit(8, QuotaAdjustMode.Apply));

        await quotas.PassAsync(2 * (Window + 1));

        IReadOnlyList<QuotaProposal> all = await quotas.AllAsync();
        Assert.Equal([(6_000, 4_000), (8_000, 6_000)], all.Select(p => (p.From, p.To)));
        Assert.All(all, p => Assert.Equal((ProposalState.Applied, "nexus"), (p.State, p.DecidedBy)));
        Assert.Equal(4, quotas.Present());
        QuotaSet last = quotas.Engine.Read.EventsAfter(0, 100, OwnerPath.Root).OfType<QuotaSet>().Last();
        Assert.Equal((Actor.Engine, ProposalText.Why(all[0])), (last.Actor, last.Reason));
        await quotas.PassAsync(2 * Window);
        Assert.Equal(2, (await quotas.AllAsync()).Count);
    }

    [Fact]
    public async Task A_limit_that_somebody_changed_since_is_not_overwritten()
    {
        await using AdjustedQuotas quotas = await OfferedAsync();
        await quotas.SetAsync(Limit(18));

        Problem problem = (await quotas.Service.AcceptAsync(Operator, "1", CancellationToken.None)).Problem!;

        Assert.Equal((409, "ended"), (problem.Status, problem.Type));
        Assert.Equal("The limit of acme was changed to 18 since: the proposal was made for 16.", problem.Detail);
        Assert.Equal(18, quotas.Present());
        await quotas.PassAsync(1);
        QuotaProposal outdated = Assert.Single(await quotas.AllAsync());
        Assert.Equal((ProposalState.Outdated, "dana set the limit to 18"), (outdated.State, outdated.Note));
    }

    [Fact]
    public async Task What_was_applied_and_changed_by_somebody_since_is_not_set_back()
    {
        await using AdjustedQuotas quotas = await OfferedAsync();
        await quotas.Service.AcceptAsync(Operator, "1", CancellationToken.None);
        await quotas.SetAsync(Limit(30));

        Assert.Equal((409, 30m), ((await quotas.Service.RevertAsync(Operator, "1", CancellationToken.None)).Problem!.Status, quotas.Present()));
    }

    [Fact]
    public async Task An_offer_is_withdrawn_when_use_has_changed_or_the_rule_may_not_be_adjusted_any_more()
    {
        await using AdjustedQuotas quotas = await OfferedAsync();
        await quotas.AskAsync(13);
        await quotas.PassAsync(1);
        Assert.Equal("use has changed meanwhile", Assert.Single(await quotas.AllAsync()).Note);

        await using AdjustedQuotas others = await OfferedAsync();
        await others.SetAsync(Limit(16) with { Adjust = null });
        await others.PassAsync(1);
        Assert.Equal("the rule is not adjusted any more", Assert.Single(await others.AllAsync()).Note);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task What_was_seen_so_far_and_what_was_offered_survive_a_restart(bool cleanly, int offered)
    {
        await using AdjustedQuotas quotas = await WithAsync(Limit(16));
        await quotas.PassAsync(Window - 1);
        await quotas.RestartAsync(cleanly);

        await quotas.PassAsync(3);
        Assert.Equal(offered, (await quotas.AllAsync()).Count);

        await quotas.PassAsync(Window);
        QuotaProposal before = Assert.Single(await quotas.AllAsync());
        await quotas.RestartAsync(cleanly);
        Assert.Equal(before, Assert.Single(await quotas.AllAsync()));
    }

    [Fact]
    public async Task A_limit_that_was_set_and_whose_acceptance_was_lost_counts_as_applied_by_whoever_set_it()
    {
        await using AdjustedQuotas quotas = await OfferedAsync();
        await quotas.SetAsync(Limit(12));

        await quotas.PassAsync(1);

        Assert.Equal((ProposalState.Applied, "dana"), ((await quotas.AllAsync())[0].State, (await quotas.AllAsync())[0].DecidedBy));
    }

    [Fact]
    public async Task What_is_used_at_hours_with_another_limit_says_nothing_of_this_one()
    {
        QuotaWindow always = new(null, null, null, new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 2)) { Limit = Quantity.Of(30) };
        await using AdjustedQuotas quotas = await WithAsync(Limit(16) with { Windows = [always] });

        await quotas.PassAsync(3 * Window);

        Assert.Empty(await quotas.AllAsync());
    }

    [Fact]
    public async Task Of_a_period_each_one_is_a_turn_with_all_that_was_used_in_it()
    {
        await using AdjustedQuotas quotas = await WithAsync(Limit(16) with { Period = QuotaPeriod.Calendar(QuotaPeriodKind.Hour) });

        await quotas.PassAsync((4 * 60) + 1);

        Assert.StartsWith("In the last 4 hours none of 16 gpu was used", ProposalText.Why(Assert.Single(await quotas.AllAsync())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_the_engine_refuses_is_not_tried_again_with_each_look()
    {
        await using AdjustedQuotas quotas = await WithAsync(Limit(16, QuotaAdjustMode.Apply));
        await quotas.SetAsync(new QuotaRule("gpu") { Limit = Quantity.Of(14), Lend = QuotaBound.Nothing }, "acme/alice");

        await quotas.PassAsync(Window + 3);

        QuotaProposal refused = Assert.Single(await quotas.AllAsync());
        Assert.Equal(ProposalState.Outdated, refused.State);
        Assert.Contains("more than its limit of 12", refused.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_accepts_what_holds_for_their_own_path_or_beside_it()
    {
        await using AdjustedQuotas quotas = await OfferedAsync();

        Assert.Equal("missing-scope", (await quotas.Service.AcceptAsync(LiveEngine.Person("viewer"), "1", CancellationToken.None)).Problem!.Type);
        Assert.Equal("outside-path", (await quotas.Service.AcceptAsync(LiveEngine.Person("operator", "acme"), "1", CancellationToken.None)).Problem!.Type);
        Assert.Equal("not-found", (await quotas.Service.AcceptAsync(LiveEngine.Person("operator", "globex"), "1", CancellationToken.None)).Problem!.Type);
        Assert.Empty((await quotas.Service.ListAsync(LiveEngine.Person("viewer", "globex"), CancellationToken.None)).Value!);
        Assert.Single((await quotas.Service.ListAsync(LiveEngine.Person("viewer", "acme"), CancellationToken.None)).Value!);
        Assert.Equal(16, quotas.Present());
    }

    // 16 of which nobody used anything: 12 are offered.
    private static async Task<AdjustedQuotas> OfferedAsync()
    {
        AdjustedQuotas quotas = await WithAsync(Limit(16));
        await quotas.PassAsync(Window + 1);
        Assert.Equal(12_000, Assert.Single(await quotas.AllAsync()).To);
        return quotas;
    }
}
