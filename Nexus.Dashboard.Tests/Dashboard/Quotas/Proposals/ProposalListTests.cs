using Bunit;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Quotas.Proposals;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas.Proposals;

public sealed class ProposalListTests : ComponentTest
{
    private static readonly ProposalRow Offered = new("7", OwnerPath.Parse("acme"), "gpu", "16", "20", true, "8 – 32", "In the last 24 hours somebody was held back.");

    [Fact]
    public void What_is_decided_about_a_proposal_is_told()
    {
        List<string> told = [];
        ProposalRow applied = Offered with { Id = "6", Became = "Applied by nexus", CanRevert = true };
        IRenderedComponent<ProposalList> list = Render<ProposalList>(p => p
            .Add(l => l.Of, new ProposalsView([Offered], [applied, applied with { Id = "5", CanRevert = false }], 1, "24 hours"))
            .Add(l => l.OnDecide, EventCallback.Factory.Create<ProposalDecision>(this, d => told.Add($"{d.Verb} {d.Proposal.Id}"))));

        list.Find("[aria-label='Accept acme gpu 16 → 20']").Click();
        list.Find("[aria-label='Decline acme gpu 16 → 20']").Click();
        Assert.Single(list.FindAll("[aria-label='Revert acme gpu 16 → 20']")).Click();

        Assert.Equal(["Accept 7", "Decline 7", "Revert 6"], told);
        Assert.Contains("within 8 – 32", list.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "No limit follows its use.")]
    [InlineData(1, "1 limit follows its use. A proposal needs 24 hours")]
    [InlineData(3, "3 limits follow their use.")]
    public void Where_nothing_is_proposed_it_says_what_that_needs(int adjusted, string said) =>
        Assert.Contains(said, Render<ProposalList>(p => p.Add(l => l.Of, new ProposalsView([], [], adjusted, "24 hours"))).Markup, StringComparison.Ordinal);

    [Fact]
    public void Who_may_not_decide_is_told_why() =>
        Assert.All(
            Render<ProposalList>(p => p.Add(l => l.Of, new ProposalsView([Offered with { Locked = "Needs the scope 'configure'" }], [], 1, "24 hours"))).FindAll("button"),
            b => Assert.Equal((true, "Needs the scope 'configure'"), (b.HasAttribute("disabled"), b.GetAttribute("title"))));

    [Fact]
    public void A_change_of_the_past_is_reverted_by_its_number_unless_it_would_change_nothing()
    {
        long? told = null;
        QuotaPast past = new(41, Clock.GetUtcNow(), "dana", "page", "because", [new FieldChange("gpu limit", "8", "4")], IsPresent: false);
        IRenderedComponent<QuotaHistoryList> list = Render<QuotaHistoryList>(p => p
            .Add(l => l.Changes, [past, past with { Sequence = 40, IsPresent = true }])
            .Add(l => l.OnRevert, EventCallback.Factory.Create<long>(this, sequence => told = sequence)));

        Assert.Single(list.FindAll("button")).Click();
        Assert.Equal(41, told);
        Assert.Contains("because", list.Markup, StringComparison.Ordinal);
    }
}
