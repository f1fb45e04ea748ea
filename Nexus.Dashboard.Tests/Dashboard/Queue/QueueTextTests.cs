using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Gallery;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

public sealed class QueueTextTests
{
    private static readonly Story Past = Story.Told;

    [Theory]
    [InlineData("triage-44", Gate.Capacity)]
    [InlineData("render-9", Gate.Capacity)]
    [InlineData("sneak-1", Gate.Access)]
    [InlineData("nightly-2", null)] // Held back by an operator.
    [InlineData("train-81", null)] // Runs.
    [InlineData("batch-3", null)] // Cancelled.
    public void The_gate_is_named_that_stops_it_or_refused_it(string id, Gate? gate) => Assert.Equal(gate, QueueText.GateOf(Past.Find(id)));

    [Fact]
    public void What_waits_by_its_own_wish_is_stopped_by_no_gate() =>
        Assert.Null(QueueText.GateOf(Past.Find("triage-44") with { Reason = new Reason(ReasonCode.CheaperLater, "gpu-h100") }));

    [Theory]
    [InlineData("priority", 10, 60)] // Ten minutes at a point for ten seconds.
    [InlineData("fairShare", 60, 10)]
    [InlineData("deadline", 10, 0)] // Its order knows no wait.
    public void A_wait_is_worth_points_where_the_pool_orders_by_them(string strategy, int seconds, long points)
    {
        Request waits = Past.Find("triage-44");
        PoolDefinition pool = new("gpu-h100", [], Labels.None, PurchaseOption.OnDemand, null, strategy) { AgingInterval = TimeSpan.FromSeconds(seconds) };

        Assert.Equal(points, QueueText.Aged(waits, pool, waits.SubmittedAt + TimeSpan.FromMinutes(10)));
        Assert.Equal(0, QueueText.Aged(waits, null, waits.SubmittedAt + TimeSpan.FromMinutes(10)));
        Assert.Equal(0, QueueText.Aged(Past.Find("train-81"), pool, Past.Now));
    }

    [Fact]
    public void So_far_it_cost_what_is_in_the_ledger_and_what_of_its_lease_is_over_since()
    {
        Request runs = Past.Find("train-81") with
        {
            Cost = Money.Of(5), Estimate = new CostEstimate([new EstimateLine("gpu", Past.Now - TimeSpan.FromMinutes(15), Past.Now + TimeSpan.FromMinutes(45), Money.Of(8))]),
        };

        Assert.Equal(Money.Of(7), QueueText.CostSoFar(runs, Past.Now));
        Assert.Equal(Money.Of(5), QueueText.CostSoFar(runs with { Estimate = null }, Past.Now));
        Assert.Equal(Money.Of(5), QueueText.CostSoFar(runs with { Status = RequestStatus.Released }, Past.Now));
    }

    [Fact]
    public void Slack_is_what_is_left_between_the_start_and_the_last_that_meets_the_deadline()
    {
        Request due = Past.Find("triage-44") with { Spec = Past.Find("triage-44").Spec with { Deadline = Past.Now + TimeSpan.FromMinutes(30), Duration = TimeSpan.FromMinutes(20) } };

        Assert.Equal(TimeSpan.FromMinutes(10), QueueText.Slack(due, null, Past.Now));
        Assert.Equal(TimeSpan.FromMinutes(-5), QueueText.Slack(due, Past.Now + TimeSpan.FromMinutes(15), Past.Now));
    }
}
