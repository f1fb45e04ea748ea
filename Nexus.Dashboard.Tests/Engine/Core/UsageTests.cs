using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Reported use: each record for itself, once, in the period of its time.</summary>
public sealed class UsageTests
{
    private readonly Scene _nexus = Given.Bucket("llm", "tokens.input", 1_000, TimeSpan.FromMinutes(1), 10_000)
        .Prices(new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.000003") }, new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(2) }, new Sku("dear", "tokens.input") { UnitPrice = Money.Of(1), Pool = "elsewhere" });

    [Fact]
    public void A_record_is_in_the_ledger_with_all_that_it_says()
    {
        UsageRecord record = Record("u1", 500) with { Provider = "maker", Model = "m-1", Lane = "batch", Labels = Labels.Of([new("run", "7")]) };

        Assert.Equal([UsageOutcome.Accepted], Report(record));

        LedgerEntry entry = Assert.Single(_nexus.Ledger);
        Assert.Equal(("u1", "acme/alice", "0.0015", "maker", "m-1", "batch"), (entry.Record, entry.Owner.ToString(), entry.Line.Cost.ToString(), entry.Line.Provider, entry.Line.Model, entry.Line.Lane));
        Assert.Equal((record.At, record.Labels, null), (entry.Line.From, entry.Labels, entry.Lease));
    }

    [Fact]
    public void A_record_that_is_sent_twice_counts_once()
    {
        Assert.Equal([UsageOutcome.Accepted, UsageOutcome.Duplicate, UsageOutcome.Accepted], Report(Record("u1", 500), Record("u1", 500), Record("u1", 500) with { Owner = OwnerPath.Parse("globex") }));
        Assert.Equal([UsageOutcome.Duplicate], ((UsageReply)_nexus.Send(new RecordUsage([Record("u2", 500)]) { Actor = Scene.Somebody, Known = new HashSet<int> { 0 } })).Outcomes);
        Assert.Equal(2, _nexus.Ledger.Count);
    }

    [Fact]
    public void What_is_wrong_with_one_is_said_of_it_alone()
    {
        IReadOnlyList<UsageOutcome> outcomes = Report(
            Record("a", 1) with { Resource = "llama" }, Record("b", 1) with { Resource = "tokens.context" }, Record("c", 1) with { At = _nexus.Now - TimeSpan.FromDays(401) },
            Record("d", 1) with { At = _nexus.Now + TimeSpan.FromMinutes(6) }, Record("e", 1) with { Sku = "unknown" }, Record("f", 1) with { Lease = 99, Request = "none" }, Record("g", 1));

        Assert.Equal(["resource", "resource", "time", "time", "sku", "leaseId", null], outcomes.Select(o => o.Fault?.Field));
        Assert.Equal("g", Assert.Single(_nexus.Ledger).Record);
    }

    [Fact]
    public void What_only_fails_writes_nothing()
    {
        int events = _nexus.Events.Count;
        Report(Record("a", 1) with { Resource = "llama" });
        Assert.Equal(events, _nexus.Events.Count);
    }

    [Fact]
    public void What_is_held_is_reported_in_unit_hours()
    {
        Report(Record("u1", 1.5) with { Resource = "gpu" });

        Assert.Equal(("3", "1.5"), (_nexus.Ledger[0].Line.Cost.ToString(), _nexus.Ledger[0].Line.Consumed.ToString()));
    }

    [Fact]
    public void A_record_that_names_a_sku_has_its_price()
    {
        Report(Record("u1", 2) with { Sku = "dear" });

        Assert.Equal("2", _nexus.Ledger[0].Line.Cost.ToString());
    }

    [Fact]
    public void It_counts_against_the_quotas_of_its_owner_in_the_period_of_its_time()
    {
        _nexus.Quota("acme", new QuotaRule("tokens.input") { Limit = Quantity.Of(1000), Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day, "UTC") });
        _nexus.Advance(TimeSpan.FromHours(3));

        Report(Record("yesterday", 900) with { At = _nexus.Now - TimeSpan.FromHours(4) });
        Assert.Equal(0, _nexus.QuotaUsed("acme"));
        Report(Record("today", 400), Record("cached", 200) with { Resource = "tokens.input.cached" });
        Assert.Equal(600, _nexus.QuotaUsed("acme"));

        Assert.Equal(RequestStatus.Rejected, _nexus.Submit("r", ("tokens.input", 500)).Status);
        Report(Record("more", 900));
        Assert.Equal(1500, _nexus.QuotaUsed("acme"));
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
    }

    [Fact]
    public void It_is_taken_from_the_pool_that_it_names()
    {
        Report(Record("u1", 9_500) with { Pool = "llm" });

        Assert.Equal(500, _nexus.Free("llm", "tokens.input"));
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
    }

    [Fact]
    public void With_a_lease_it_is_its_progress_and_adds_nothing_to_its_settlement()
    {
        long lease = _nexus.Submit("r", ("tokens.input", 1000)).Lease!.Number;

        Report(Record("p1", 300) with { Lease = lease, Request = "r" }, Record("p2", 400) with { Lease = lease, Request = "r" });
        Assert.Empty(_nexus.Ledger);
        Assert.Equal(700, _nexus.Request("r").Lease!.Usage["tokens.input"].Units);

        _nexus.Release("r", ("tokens.input", 800));
        Assert.Equal(800_000, Assert.Single(_nexus.Ledger).Line.Thousandths);
        Assert.Equal("leaseId", Assert.Single(Report(Record("p3", 1) with { Lease = lease, Request = "r" })).Fault!.Field);
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
    }

    [Fact]
    public void Reported_use_comes_back_from_its_bytes()
    {
        Report(Record("u1", 500) with { Sku = "in", Pool = "llm", Provider = "p", Model = "m", Lane = "batch", PromptTokens = 9, Labels = Labels.Of([new("a", "b")]) });

        EventBuffer bytes = new();
        EventCodec.Write(bytes, _nexus.Events[^1]);
        RecordedUsage was = ((UsageRecorded)_nexus.Events[^1]).Records[0];
        RecordedUsage back = Assert.IsType<UsageRecorded>(EventCodec.ReadAll(bytes.Written)[0]).Records[0];
        Assert.Equal((was.Record, was.Lines[0]), (back.Record, back.Lines[0]));
    }

    private UsageRecord Record(string id, double quantity) => new(id, _nexus.Now, OwnerPath.Parse("acme/alice"), "tokens.input", Scene.Amount(quantity));

    private IReadOnlyList<UsageOutcome> Report(params UsageRecord[] records) => Assert.IsType<UsageReply>(_nexus.Send(new RecordUsage(records) { Actor = Scene.Somebody })).Outcomes;
}
