using Nexus.Dashboard.Tests.Engine.Simulation.Traces;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Traces;
using Xunit;
using static Nexus.Dashboard.Tests.Engine.Simulation.Simulated;

namespace Nexus.Dashboard.Tests.Engine.Simulation;

public sealed class SimulatorTests
{
    [Fact]
    public void Owners_whose_requests_give_way_are_simulated_whatever_pools_their_rules_name()
    {
        OwnerSettings owner = new(OwnerPath.Parse("acme"), Labels.None, null, null) { Degrade = new DegradeRules([new MorePools(["gone", "p"]), new LowerAmounts(500)]) };
        PoolDefinition pool = Simulated.Pool("p", ("gpu", 2));
        Workload workload = TraceWorkload.Of(
            () => Trace.Read("time,id,owner,duration,gpu\n0,r1,acme/x,60,4\n"), [pool], 50, TraceWorkload.DefaultStart, Configuration.Initial.With(owner.Path, owner, 1));

        SimulationReport report = Simulator.Compare(workload, [Simulated.Under("it", pool)]).Single();

        Assert.Equal((1, 0), (report.Finished, report.Rejected));
    }

    [Fact]
    public void What_does_not_fit_waits_until_something_ends()
    {
        SimulationReport report = Of(
            """
            time,owner,duration,gpu
            5,a/x,10,1
            5,a/x,10,1
            5,b/x,10,1
            """,
            Pool("p", ("gpu", 2)));

        Assert.Equal((3, 3, 0, 0, 0), (report.Requests, report.Finished, report.Rejected, report.Waiting, report.Running));
        Assert.Equal(20, report.MakespanSeconds);
        Assert.Equal((3.333, 0, 10, 10, 10), (report.WaitSeconds.Mean, report.WaitSeconds.P50, report.WaitSeconds.P95, report.WaitSeconds.P99, report.WaitSeconds.Max));
        Assert.Equal(0.75, report.Utilization["p"]["gpu"]); // 30 of 2 × 20 device-seconds
        Assert.Equal([new("a", 2, 2, 0, 0), new OwnerReport("b", 1, 1, 10, 10)], report.Owners);
    }

    [Fact]
    public void What_each_tenant_costs_is_refused_and_misses_adds_up_to_the_whole()
    {
        Variant priced = new("priced", _ =>
        [
            new SetPool(Pool("p", ("gpu", 2))) { Actor = Operator },
            new SetPrices([new Sku("hour", "gpu") { UnitPrice = Money.Parse("3.6") }], Replaces: true) { Actor = Operator },
        ]);

        SimulationReport report = Compare(
            Trace.Read(
                """
                time,owner,duration,deadline,gpu
                0,a/x,36,50,2
                0,b/x,36,40,1
                0,b/x,36,,3
                """),
            priced).Single();

        Assert.Equal("0.072 USD", $"{report.Cost!.Amount} {report.Cost.Currency}"); // 2 × 0.01 unit-hours
        Assert.Equal(
            [("a", 0L, 1L, 1L, "0.072"), ("b", 2L, 1L, 0L, "0")],
            report.Owners.OrderBy(o => o.Owner, StringComparer.Ordinal).Select(o => (o.Owner, o.Rejected, o.Deadlines, o.DeadlinesMet, o.Cost!.Amount)));
    }

    [Fact]
    public void Where_nothing_has_a_price_nothing_is_said_of_costs()
    {
        SimulationReport report = Of("time,owner,duration,gpu\n0,a/x,10,1\n", Pool("p", ("gpu", 2)));

        Assert.Null(report.Cost);
        Assert.Null(Assert.Single(report.Owners).Cost);
    }

    [Theory]
    [InlineData("priority", 0)]
    [InlineData("deadline", 10)]
    public void What_ends_at_the_moment_of_a_promised_start_has_finished(string strategy, int grace)
    {
        SimulationReport report = Of(
            """
            time,duration,deadline,gpu
            0,30,,1
            0,30,,1
            0,30,100,2
            1,30,130,2
            """,
            Pool("p", ("gpu", 2)) with { Strategy = strategy, Preemption = new PreemptionSettings(TimeSpan.FromSeconds(grace), TimeSpan.Zero) });

        Assert.Equal((4, 0, 0, 2), (report.Finished, report.Preemptions, report.WorkLostSeconds, report.DeadlinesMet));
        Assert.Equal(90, report.MakespanSeconds);
    }

    [Fact]
    public void A_higher_class_goes_first_and_waits_are_told_by_class()
    {
        SimulationReport report = Of(
            """
            time,priority,duration,gpu
            0,medium,10,1
            1,low,10,1
            2,high,10,1
            """,
            Pool("p", ("gpu", 1)));

        Assert.Equal(["high", "low", "medium"], report.WaitSeconds.ByPriority.Keys);
        Assert.Equal(new ClassWait(1, 8, 8), report.WaitSeconds.ByPriority["high"]);
        Assert.Equal(new ClassWait(1, 19, 19), report.WaitSeconds.ByPriority["low"]);
    }

    [Fact]
    public void What_waits_for_a_bucket_starts_at_the_very_moment_that_it_holds_enough()
    {
        SimulationReport report = Of(
            """
            time,external.calls
            0,1
            0,1
            0,1
            """,
            Bucket("api", ("external.calls", 1, 1.5, 1)));

        Assert.Equal((0, 1.5, 3), (report.WaitSeconds.Quantiles[0], report.WaitSeconds.P50, report.WaitSeconds.Max));
        Assert.Equal(3, report.Finished);
        Assert.Equal(0.9998, report.Utilization["api"]["external.calls"]); // 3 of the burst of 1 and what flowed in in 3.001 s
    }

    [Fact]
    public void A_call_of_a_model_runs_while_its_tokens_are_generated()
    {
        TraceRequest[] trace = Trace.Read("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,1000,100\n");
        PoolDefinition model = Bucket("m", ("llm.calls", 60, 60, 60), ("tokens.input", 6000, 60, 6000), ("tokens.output", 600, 60, 600));
        PoolDefinition withCeiling = model with { Supplies = [model.Supplies[0], new Supply("tokens.context", Quantity.Of(8_000)), model.Supplies[1], model.Supplies[2]] };

        SimulationReport report = Compare(trace, Under("it", withCeiling)).Single();

        Assert.Equal(2, report.MakespanSeconds); // 100 tokens at 50 a second
        Assert.Equal(["llm.calls", "tokens.input", "tokens.output"], report.Utilization["m"].Keys); // a ceiling is never used
        Assert.Equal(0.1613, report.Utilization["m"]["tokens.input"]); // 1,000 of the burst of 6,000 and 200 that flowed in
    }

    [Fact]
    public void What_can_never_fit_is_rejected_and_counted_by_its_reason()
    {
        SimulationReport report = Of("time,duration,gpu,storage\n0,1,3,\n0,1,1,\n0,1,,1\n", Pool("p", ("gpu", 2)));

        Assert.Equal((3, 1, 2), (report.Requests, report.Finished, report.Rejected));
        Assert.Equal([new("exceedsPools", 1), new KeyValuePair<string, long>("noPool", 1)], report.RejectedBy);
    }

    [Fact]
    public void A_deadline_is_met_by_who_ends_in_time()
    {
        SimulationReport report = Of(
            """
            time,duration,deadline,gpu
            0,10,10,1
            0,10,19.999,1
            0,10,,1
            """,
            Pool("p", ("gpu", 1)));

        Assert.Equal((2, 1), (report.Deadlines, report.DeadlinesMet));
    }

    [Fact]
    public void A_gang_holds_what_all_its_members_need()
    {
        SimulationReport report = Of("time,duration,members,gpu\n0,10,3,1\n0,10,2,1\n", Pool("p", ("gpu", 4)));

        Assert.Equal((2, 20, 10), (report.Finished, report.MakespanSeconds, report.WaitSeconds.Max));
        Assert.Equal(0.625, report.Utilization["p"]["gpu"]);
    }

    [Fact]
    public void Whatever_runs_longer_than_leases_usually_last_keeps_its_own()
    {
        SimulationReport report = Of("time,duration,gpu\n0,1000000,1\n0,299.5,1\n0,300,1\n", Pool("p", ("gpu", 3)));

        Assert.Equal((3, 0), (report.Finished, report.Expired));
        Assert.Equal(1_000_000, report.MakespanSeconds);
    }

    [Fact]
    public void Who_accepts_several_models_runs_in_any_pool_that_carries_one()
    {
        PoolDefinition[] pools = [.. new[] { "T4", "P100", "G2" }.Select(m => Pool($"pool-{m}", ("gpu", 1)) with { Labels = Labels.Of([new("model", m)]) })];
        TraceRequest request = Trace.Read("time,duration,gpu\n0,10,1\n")[0];
        TraceRequest[] trace = [request with { PoolModels = ["T4", "P100"] }, request with { Number = 2, PoolModels = ["T4", "P100"] }, request with { Number = 3, PoolModels = ["G2"] }, request with { Number = 4, PoolModels = ["A10"] }];

        SimulationReport report = Simulator.Compare(Workload(trace, pools), [Under("it", pools)]).Single();

        Assert.Equal((3, 1, 10), (report.Finished, report.Rejected, report.MakespanSeconds));
        Assert.All(report.Utilization.Values, kinds => Assert.Equal(1, kinds["gpu"]));
    }

    [Fact]
    public void The_same_rules_give_the_same_decisions_and_others_give_others()
    {
        TraceRequest[] trace = Trace.Read("time,duration,gpu\n0,10,1\n0,10,1\n1,3,2\n");

        IReadOnlyList<SimulationReport> reports = Compare(trace, Under("a", Pool("p", ("gpu", 2))), Under("b", Pool("p", ("gpu", 2))), Under("c", Pool("p", ("gpu", 3))));

        Assert.Equal(reports[0].Hash, reports[1].Hash);
        Assert.NotEqual(reports[0].Hash, reports[2].Hash);
        Assert.Equal(["a", "b", "c"], reports.Select(r => r.Name));
        Assert.All(reports, r => Assert.Equal("priority", r.Strategy));
    }

    [Fact]
    public void Decisions_can_be_watched_as_the_engines_own_events()
    {
        List<(int Variant, string Event, long Sequence)> seen = [];

        IReadOnlyList<SimulationReport> reports = Simulator.Compare(
            Workload(Trace.Read("time,id,duration,gpu\n0,r1,10,1\n")), [Under("a", Pool("p", ("gpu", 1))), Under("b", Pool("p", ("gpu", 1)))],
            (variant, batch) => seen.AddRange(batch.Events.Select(e => (variant, e.GetType().Name, e.Sequence))));

        Assert.Equal(
            [(0, nameof(PoolSet), 1L), (0, nameof(RequestSubmitted), 2L), (0, nameof(RequestEnded), 3L), (1, nameof(PoolSet), 1L), (1, nameof(RequestSubmitted), 2L), (1, nameof(RequestEnded), 3L)],
            seen);
        Assert.Equal(3, reports[0].Events);
    }

    [Theory]
    [InlineData("time,priority,gpu\n0,,1\n0,urgent,1\n", "request 2 of the trace: priority 'urgent' is not a class")]
    [InlineData("time,id,duration,gpu\n0,r,9,1\n0,r,9,1\n", "request 2 of the trace: its id stands twice")]
    [InlineData("time,id,duration,gpu\n0,r,9,1\n0,r,9,2\n", "request 2 of the trace: id 'r' was used for another request")]
    [InlineData("time,unobtainium\n0,1\n", "request 1 of the trace: resource kind 'unobtainium' does not exist")]
    [InlineData("time,members,gpu\n0,20000,1\n", "request 1 of the trace: a gang has at most 10,000 members")]
    public void A_request_that_is_wrong_is_named(string trace, string fault) =>
        Assert.Contains(fault, Assert.Throws<SimulationException>(() => Of(trace, Pool("p", ("gpu", 8)))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_variant_whose_pool_cannot_be_is_named() =>
        Assert.Contains(
            "variant 'odd': resource kind 'unobtainium'",
            Assert.Throws<SimulationException>(() => Compare(Trace.Read("time,gpu\n0,1\n"), Under("odd", Pool("p", ("unobtainium", 1))))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void It_stops_when_told_to_and_says_how_far_it_is()
    {
        using CancellationTokenSource stop = new();
        List<SimulationProgress> progress = [];
        IEnumerable<TraceRequest> endless = EndlessTrace();

        Assert.ThrowsAny<OperationCanceledException>(() => Simulator.Compare(
            Workload(endless), [Under("it", Pool("p", ("gpu", 1)))],
            progress: at =>
            {
                progress.Add(at);
                if (progress.Count == 3)
                {
                    stop.Cancel();
                }
            },
            cancellation: stop.Token));

        Assert.Equal([0, 1_000, 2_000], progress.Select(p => p.Requests));
        Assert.True(progress[0].Events < progress[1].Events && progress[1].Events < progress[2].Events);
        Assert.Equal(TraceWorkload.DefaultStart + TimeSpan.FromSeconds(2_000), progress[^1].At);
    }

    [Fact]
    public void Whoever_can_never_start_is_left_waiting_and_the_simulation_ends()
    {
        PoolDefinition pool = Pool("p", ("gpu", 1));
        Variant drained = new("drained", _ => [new SetPool(pool) { Actor = Operator }, new DrainPool("p") { Actor = Operator }]);

        SimulationReport report = Compare(Trace.Read("time,duration,gpu\n0,10,1\n"), drained).Single();

        Assert.Equal((1, 0, 1), (report.Requests, report.Finished, report.Waiting));
    }

    [Fact]
    public void Kueues_workload_keeps_its_capacity_busy()
    {
        string file = Trace.SharedFile(Trace.Kueue);
        using StreamReader text = File.OpenText(file);

        SimulationReport report = Compare([.. TraceReader.Read(text, file)], Under("it", Pool("cluster", ("cpu", 600)))).Single();

        Assert.Equal((15_000, 15_000), (report.Requests, report.Finished));
        Assert.InRange(report.MakespanSeconds, 65.9, 70); // 66 s of all its capacity are asked for
    }

    [Fact]
    public void The_azure_trace_uses_the_tokens_that_it_counts()
    {
        Supply[] plenty =
        [
            new("llm.calls", Quantity.Of(20_000), Quantity.Of(1), TimeSpan.FromDays(366)),
            new("tokens.context", Quantity.Of(100_000)),
            new("tokens.input", Quantity.Of(22_361_870 * 2), Quantity.Of(1), TimeSpan.FromDays(366)),
            new("tokens.output", Quantity.Of(4_088_665 * 4), Quantity.Of(1), TimeSpan.FromDays(366)),
        ];

        SimulationReport report = Compare(Trace.ReadShared(Trace.Azure, owners: 10), Under("it", new PoolDefinition("m", plenty, Labels.None, PurchaseOption.OnDemand, null))).Single();

        Assert.Equal((19_366, 19_366, 0), (report.Requests, report.Finished, report.WaitSeconds.Max));
        Assert.Equal((0.5, 0.25), (report.Utilization["m"]["tokens.input"], report.Utilization["m"]["tokens.output"]));
        Assert.Equal(10, report.Owners.Count);
        Assert.Equal(1, report.Jain);
    }

    // Each second a request, for ever: more than any memory holds.
    private static IEnumerable<TraceRequest> EndlessTrace()
    {
        TraceRequest request = Trace.Read("time,duration,gpu\n0,0.5,1\n")[0];
        for (long i = 0; ; i++)
        {
            yield return request with { Number = i + 1, At = TimeSpan.FromSeconds(i) };
        }
    }
}
