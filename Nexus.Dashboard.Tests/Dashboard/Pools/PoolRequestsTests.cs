using AngleSharp.Dom;
using Bunit;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Gallery;
using Nexus.Engine.Costs;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Tests.Dashboard.Pools;

/// <summary>Who runs in a pool and who waits for it, as its page lists them.</summary>
public sealed class PoolRequestsTests : ComponentTest
{
    private static readonly Story Past = Story.Told;

    private static readonly Request Priced = Past.Find("train-81") with
    {
        Cost = Money.Of(5), Estimate = new CostEstimate([new EstimateLine("gpu", Past.Now - TimeSpan.FromMinutes(15), Past.Now + TimeSpan.FromMinutes(45), Money.Of(8))]),
    };

    [Fact]
    public void Of_a_grant_it_says_whether_it_may_be_ended_for_others_and_what_it_cost_so_far()
    {
        IRenderedComponent<PoolRequests> table = Draw(waits: false, "USD", Priced, Past.Find("nightly-1"));

        Assert.Equal(["Owner, request", "Priority", "Amount", "Since", "Lease ends", "Preemptible", "Cost so far", "Actions"], Heads(table));
        Assert.Equal([("–", "$7.00"), ("yes", "$0.00")], Rows(table).Select(r => (r[5], r[6])));
    }

    [Fact]
    public void Where_nothing_has_a_price_no_cost_is_said() => Assert.DoesNotContain("Cost so far", Heads(Draw(waits: false, null, Priced)));

    [Fact]
    public void Of_who_waits_it_says_at_which_gate_and_why_when_it_should_start_and_how_far_its_deadline_is()
    {
        Request due = Past.Find("triage-44") with { Spec = Past.Find("triage-44").Spec with { Id = "due", Deadline = Past.Now + TimeSpan.FromMinutes(30), Duration = TimeSpan.FromMinutes(10) } };

        IRenderedComponent<PoolRequests> table = Draw(waits: true, "USD", due, Past.Find("nightly-2"));

        Assert.Equal(["Owner, request", "Priority", "Amount", "Waiting", "Blocked by", "Starts", "Deadline"], Heads(table));
        Assert.Equal(["capacityPool gpu-h100 has 0 gpu free; 4 needed.", "Held back by an operator"], Rows(table).Select(r => r[4]));
        Assert.Equal(["≈ 14:37:07", "no end known"], Rows(table).Select(r => r[5]));
        Assert.Equal(["15:02:0715 m 00 s slack", "–"], Rows(table).Select(r => r[6]));
        Assert.Equal("/queue?open=due&tenant=acme&status=queued", table.Find("tbody a").GetAttribute("href"));
    }

    [Fact]
    public void Where_nobody_is_it_says_so()
    {
        Assert.Equal(["Nothing waits for this pool."], Rows(Draw(waits: true, null)).Select(r => r[0]));
        Assert.Equal(["Nothing of this pool is granted."], Rows(Draw(waits: false, null)).Select(r => r[0]));
    }

    private IRenderedComponent<PoolRequests> Draw(bool waits, string? currency, params Request[] rows) => Render<PoolRequests>(p => p
        .Add(t => t.Rows, rows).Add(t => t.Waits, waits).Add(t => t.Now, Past.Now).Add(t => t.Currency, currency)
        .Add(t => t.Start, request => request.Spec.Id == "due" ? Past.Now + TimeSpan.FromMinutes(5) : null));

    private static string[] Heads(IRenderedComponent<PoolRequests> table) => [.. table.FindAll("th").Select(h => h.TextContent)];

    private static string[][] Rows(IRenderedComponent<PoolRequests> table) => [.. table.FindAll("tbody tr").Select(r => r.QuerySelectorAll("td").Select(c => c.TextContent.Trim().Replace('\u00A0', ' ')).ToArray())];
}
