using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Months close once, after their end; what belongs to a closed one and comes later is an adjustment in its charge period, billed in the month that is open.</summary>
public sealed class MonthTests
{
    private static readonly BillingMonth January = new((2026 * 12) + 0);
    private static readonly BillingMonth February = January.Next;

    private readonly Scene _nexus = Given.Bucket("llm", "tokens.input", 1_000_000, TimeSpan.FromMinutes(1), 1_000_000).Prices(new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.5"), Minimum = Money.Of(3) });

    [Fact]
    public void A_month_that_has_not_ended_cannot_be_closed()
    {
        _nexus.Advance(TimeSpan.FromDays(31) - TimeSpan.FromMilliseconds(1));

        Fault fault = Assert.IsType<Fault>(Close(January));

        Assert.Equal((FaultCode.Invalid, "month"), (fault.Code, fault.Field));
        Assert.Contains("close it from 2026-02-01", fault.Detail, StringComparison.Ordinal);
        Assert.Empty(_nexus.Engine.Configuration.Months.All);
    }

    [Fact]
    public void It_closes_at_the_moment_of_its_end_and_a_second_time_changes_nothing()
    {
        _nexus.Advance(TimeSpan.FromDays(31));

        MonthReply closed = Assert.IsType<MonthReply>(Close(January));
        int events = _nexus.Events.Count;
        _nexus.Advance(TimeSpan.FromDays(1));
        MonthReply again = Assert.IsType<MonthReply>(Close(January));

        Assert.Equal((false, true, closed.Month), (closed.Duplicate, again.Duplicate, again.Month));
        Assert.Equal((January, Scene.Somebody), (closed.Month.Month, closed.Month.By));
        Assert.Equal(events, _nexus.Events.Count);
    }

    [Fact]
    public void Use_that_comes_late_for_a_closed_month_is_an_adjustment_of_its_time_billed_in_the_open_one()
    {
        Closed(January);
        Instant then = January.Start + TimeSpan.FromDays(5);

        Report(Record("late", 10, then), Record("now", 10, _nexus.Now));

        Assert.Equal([(LineKind.Adjustment, then, "5", "in"), (LineKind.Usage, _nexus.Now, "5", "in")], _nexus.Ledger.Select(e => (e.Line.Kind, e.Line.From, e.Line.Cost.ToString(), e.Line.Sku!)));
        Assert.Equal([February.Start, (Instant?)null], _nexus.Ledger.Select(e => e.Billed));
    }

    [Fact]
    public void What_makes_up_for_a_minimum_comes_late_as_an_adjustment_that_says_what_it_is()
    {
        Closed(January);

        Report(Record("late", 2, January.Start));

        Assert.Equal([(LineKind.Adjustment, LineKind.Usage, "1"), (LineKind.Adjustment, LineKind.Minimum, "2")], _nexus.Ledger.Select(e => (e.Line.Kind, e.CorrectedKind, e.Line.Cost.ToString())));
    }

    [Fact]
    public void A_lease_that_ends_after_its_month_was_closed_settles_in_the_open_one()
    {
        _nexus.Advance(TimeSpan.FromDays(30));
        Request granted = _nexus.Submit(Scene.Spec("r", [("tokens.input", 10)], lease: TimeSpan.FromDays(1)));
        _nexus.Advance(TimeSpan.FromHours(23));
        _nexus.Renew("r");
        _nexus.Advance(TimeSpan.FromHours(2));
        Assert.IsType<MonthReply>(Close(January));

        _nexus.Release("r", ("tokens.input", 8));

        LedgerEntry entry = Assert.Single(_nexus.Ledger);
        Assert.Equal((LineKind.Adjustment, granted.Lease!.GrantedAt, February.Start, "4"), (entry.Line.Kind, entry.Line.From, entry.Billed, entry.Line.Cost.ToString()));
        Assert.Equal("4", _nexus.Request("r").Cost.ToString());
    }

    [Fact]
    public void A_correction_of_a_closed_month_is_billed_in_the_open_one()
    {
        Report(Record("u", 10, _nexus.Now));
        CostLine used = _nexus.Ledger[0].Line;
        Closed(January);

        _nexus.Send(new Rerate([new Correction(1, OwnerPath.Parse("acme"), Labels.None, [used.Reverse() with { Kind = LineKind.Usage }])]) { Actor = Scene.Somebody });

        LedgerEntry correction = _nexus.Ledger[^1];
        Assert.Equal((LineKind.Adjustment, used.From, February.Start, "-5"), (correction.Line.Kind, correction.Line.From, correction.Billed, correction.Line.Cost.ToString()));
    }

    [Fact]
    public void Where_the_next_month_is_closed_too_the_first_that_is_open_takes_it()
    {
        Closed(January);
        _nexus.Advance(TimeSpan.FromDays(60));
        Assert.IsType<MonthReply>(Close(February));

        Report(Record("late", 10, January.Start));

        Assert.Equal(February.Next.Start, _nexus.Ledger[^1].Billed);
    }

    [Fact]
    public void It_raises_what_was_spent_of_the_budgets_of_its_time()
    {
        _nexus.Budget("b", "acme", 100, halt: 1);
        Report(Record("u", 10, _nexus.Now));
        Closed(January);

        Report(Record("late", 20, January.Start + TimeSpan.FromDays(1)));
        Charge("c", LineKind.Credit, "-2", January);

        Assert.Equal("13", _nexus.Engine.Budget("b")!.Terms.Single(t => t.Start == January.Start).Spent.ToString());
    }

    [Fact]
    public void A_credit_is_a_line_of_its_own_to_the_last_digit()
    {
        _nexus.Send(new SetOwner(new OwnerSettings(OwnerPath.Parse("acme"), Labels.Of([new("costCentre", "42")]), null, null)) { Actor = Scene.Somebody });
        ChargeReply reply = Assert.IsType<ChargeReply>(Charge("c", LineKind.Credit, "-12.345678901234", January));

        LedgerEntry entry = Assert.Single(_nexus.Ledger);
        Assert.Equal(("-12.345678901234", LineKind.Credit, January.Start, January.End, ""), (entry.Line.Cost.ToString(), entry.Line.Kind, entry.Line.From, entry.Line.To, entry.Line.Resource));
        Assert.Equal(("c", "because", "42", null), (entry.Record, entry.Note, entry.Labels["costCentre"], entry.Billed));
        Assert.Equal((January, false), (reply.Charge.BilledIn, reply.Duplicate));
        Assert.Equal((1, "-12.345678901234", "0"), (CostSum.Of(entry.Line).Lines, CostSum.Of(entry.Line).Cost.ToString(), CostSum.Of(entry.Line).Consumed.ToString()));
    }

    [Fact]
    public void A_charge_that_is_sent_twice_is_entered_once_and_another_under_its_id_is_refused()
    {
        Charge("c", LineKind.Credit, "-1", January);

        Assert.True(Assert.IsType<ChargeReply>(Charge("c", LineKind.Credit, "-1", January)).Duplicate);
        Assert.Equal(FaultCode.IdReused, Assert.IsType<Fault>(Charge("c", LineKind.Credit, "-2", January)).Code);
        Assert.IsType<ChargeReply>(Charge("c", LineKind.Credit, "-2", January, "globex"));
        Assert.IsType<ChargeReply>(Charge("c", LineKind.Credit, "-2", January.Previous));
        Assert.Equal(3, _nexus.Ledger.Count);
    }

    [Fact]
    public void A_charge_of_a_closed_month_keeps_its_kind_and_is_billed_in_the_open_one()
    {
        Closed(January);

        ChargeReply reply = Assert.IsType<ChargeReply>(Charge("c", LineKind.Tax, "1.9", January));

        Assert.Equal(February, reply.Charge.BilledIn);
        Assert.Equal((LineKind.Tax, January.Start, February.Start), (_nexus.Ledger[0].Line.Kind, _nexus.Ledger[0].Line.From, _nexus.Ledger[0].Billed));
    }

    [Theory]
    [InlineData("month")]
    [InlineData("$.category")]
    [InlineData("$.amount")]
    [InlineData("$.description")]
    [InlineData("$.resource")]
    [InlineData("$.sku")]
    public void What_is_wrong_with_a_charge_is_said_by_its_field_and_enters_nothing(string field)
    {
        EnteredCharge charge = new(field == "month" ? February : January, "c", OwnerPath.Parse("acme"), field == "$.category" ? LineKind.Usage : LineKind.Credit, field == "$.amount" ? Money.Zero : Money.Of(-1), field == "$.description" ? " " : "because")
        {
            Resource = field == "$.resource" ? "llama" : null,
            Sku = field == "$.sku" ? "unknown" : null,
        };

        Assert.Equal(field, Assert.IsType<Fault>(_nexus.Send(new EnterCharge(charge) { Actor = Scene.Somebody })).Field);
        Assert.Empty(_nexus.Ledger);
    }

    [Fact]
    public void Replay_and_snapshot_hold_what_is_closed_and_entered()
    {
        Closed(January);
        Charge("c", LineKind.Discount, "-3.5", January);
        Charge("root", LineKind.Tax, "2", February, "/");

        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
        Nexus.Engine.Core.Engine restored = _nexus.Restored();
        Assert.Equal(_nexus.Engine.StateHash(), restored.StateHash());
        Assert.Equal(_nexus.Engine.Configuration.Months.All, restored.Configuration.Months.All);
        Assert.True(Assert.IsType<ChargeReply>(restored.Handle(new EnterCharge(Entered("c", LineKind.Discount, "-3.5", January, "acme")) { Actor = Scene.Somebody }, _nexus.Now, new Batch())).Duplicate);
    }

    [Fact]
    public void Months_are_written_as_the_calendar_has_them()
    {
        Assert.True(BillingMonth.TryParse("2026-01", out BillingMonth month));
        Assert.Equal((January, "2026-01", "2025-12"), (month, month.ToString(), month.Previous.ToString()));
        Assert.Equal((January, February), (BillingMonth.Of(new Instant(January.End.Milliseconds - 1)), BillingMonth.Of(January.End)));
        Assert.All((string[])["2026-13", "2026", "2026-1", "1999-12", "9999-01", "2026-01-01", ""], text => Assert.False(BillingMonth.TryParse(text, out _)));
    }

    private void Closed(BillingMonth month)
    {
        _nexus.Advance(month.End - _nexus.Now);
        Assert.IsType<MonthReply>(Close(month));
    }

    private Reply Close(BillingMonth month) => _nexus.Send(new CloseMonth(month) { Actor = Scene.Somebody });

    private Reply Charge(string id, LineKind kind, string amount, BillingMonth month, string owner = "acme") => _nexus.Send(new EnterCharge(Entered(id, kind, amount, month, owner)) { Actor = Scene.Somebody });

    private static EnteredCharge Entered(string id, LineKind kind, string amount, BillingMonth month, string owner) => new(month, id, OwnerPath.Parse(owner), kind, Money.Parse(amount), "because");

    private static UsageRecord Record(string id, double quantity, Instant at) => new(id, at, OwnerPath.Parse("acme/alice"), "tokens.input", Scene.Amount(quantity));

    private void Report(params UsageRecord[] records) => Assert.All(Assert.IsType<UsageReply>(_nexus.Send(new RecordUsage(records) { Actor = Scene.Somebody })).Outcomes, o => Assert.Equal(UsageOutcome.Accepted, o));
}
