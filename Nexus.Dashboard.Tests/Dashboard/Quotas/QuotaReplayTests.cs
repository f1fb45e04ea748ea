using Bunit;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

public sealed class QuotaReplayTests : ComponentTest
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, double>> NoUse = [];

    [Fact]
    public void A_change_is_laid_over_what_was_set_then_and_leaves_nothing_of_it()
    {
        QuotaBody after = new() { Rules = [new QuotaRuleBody { Resource = "gpu", Limit = new Amount(8) }] };

        Assert.Equal("""{"weight":1,"rules":[{"resource":"gpu","limit":8,"mode":"hard","reclaim":"any"}]}""", QuotaReplay.Patch(Change("acme", after)).GetRawText());
        Assert.Equal("null", QuotaReplay.Patch(Change("acme", null)).GetRawText());
    }

    [Fact]
    public void Those_whose_quotas_change_and_whoever_else_it_hits_the_hardest_are_compared()
    {
        SimulationReport was = Report(31, 14, ("acme", 1_100), ("globex", 60), ("initech", 5));
        SimulationReport becomes = Report(9, 14, ("acme", 545), ("globex", 70), ("initech", 90));

        Assert.Equal(
            [("p95 wait", "acme", -1), ("p95 wait", "initech", 1), ("Refused", null, -1), ("Preempted or reclaimed", null, 0)],
            QuotaReplay.Rows(was, becomes, [Change("acme/research", null)]).Select(r => (r.What, r.Of, r.Change)));
        Assert.Equal(("18\u00A0m\u00A020\u00A0s", "9\u00A0m\u00A005\u00A0s"), QuotaReplay.Rows(was, becomes, [Change("acme", null)])[0] is var first ? (first.Was, first.WouldBe) : default);
    }

    [Fact]
    public void Of_the_whole_system_all_are_compared() =>
        Assert.Equal("all owners", QuotaReplay.Rows(Report(0, 0), Report(0, 0), [Change("~", null)])[0].Of);

    [Fact]
    public void It_is_compared_once_both_are_done_and_said_in_words()
    {
        PastReplayState half = new(false, 1, null, null, [Report(31, 14)]);
        Assert.Empty(QuotaReplay.Rows(half, [Change("acme", null)]));

        IReadOnlyList<QuotaReplayRow> rows = QuotaReplay.Rows(half with { Variants = [Report(31, 14, ("acme", 60)), Report(31, 20, ("acme", 30))] }, [Change("acme", null)]);

        Assert.Equal(["better", "the same", "worse"], Render<QuotaReplayTable>(p => p.Add(t => t.Rows, rows)).FindAll("tbody td:last-child").Select(c => c.TextContent));
    }

    private static QuotaChange Change(string owner, QuotaBody? after) => new(OwnerPath.TryParseOrRoot(owner, out OwnerPath? path, out _) ? path : OwnerPath.Root, null, after, null, []);

    private static SimulationReport Report(long rejected, long preemptions, params (string Owner, double P95)[] owners) => new(
        "x", "priority", 0, 0, rejected, new Dictionary<string, long>(), 0, 0, 0, 0, 0, NoUse, new WaitReport(0, 0, 0, 0, 0, new Dictionary<string, ClassWait>(), []), 0, 0, 1, preemptions, 0, 0,
        [.. owners.Select(o => new OwnerReport(o.Owner, 1, 1, o.P95, o.P95))], new UseOverTime(1, new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<double>>>()), 0, "");
}
