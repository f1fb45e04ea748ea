using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>Months of a real ledger: their sums, how their tiers are trued up when they close, and that nothing enters them afterwards.</summary>
public sealed class MonthCloserTests
{
    private const string Input = "tokens.input";
    private static readonly BillingMonth January = new((2026 * 12) + 0);

    private static readonly Sku Volume = new("by-volume", Input)
    {
        Tiers = [new PriceTier(Quantity.Of(100), Money.Of(2)), new PriceTier(null, Money.Of(1))], TierMode = TierMode.Volume, TierPeriod = TierPeriod.Month,
    };

    [Fact]
    public async Task A_volume_of_a_month_decides_its_tier_when_it_closes_for_all_of_it()
    {
        await using RunningEngine nexus = await PricedAsync(Volume);
        await ReportAsync(nexus, Record(nexus, "u1", 60), Record(nexus, "u2", 60));
        Assert.Equal("180", Total(nexus, January).Cost.ToString());
        await nexus.AdvanceAsync(TimeSpan.FromDays(31));
        (MonthCloser closer, Rerater rerater) = Closer(nexus);
        using Rerater one = rerater;

        Assert.Equal("-60", (await closer.PreviewAsync(January))!.Report is { } preview ? (preview.After - preview.Before).ToString() : null);
        Assert.IsType<MonthReply>(await closer.CloseAsync(January, Scene.Somebody));

        Assert.Equal("120", Total(nexus, January).Cost.ToString());
        Assert.Equal("0", Bill(nexus, January).Corrections.Total.Cost.ToString());
        Assert.Null(await closer.PreviewAsync(January));
    }

    [Fact]
    public async Task What_is_graduated_or_has_no_monthly_tier_is_as_it_was()
    {
        await using RunningEngine nexus = await PricedAsync(Volume with { TierMode = TierMode.Graduated }, new Sku("calls", "llm.calls") { UnitPrice = Money.Of(1) });
        await ReportAsync(nexus, Record(nexus, "u1", 60), Record(nexus, "u2", 60), Record(nexus, "u3", 5) with { Resource = "llm.calls" });
        await nexus.AdvanceAsync(TimeSpan.FromDays(31));

        await ClosedAsync(nexus, January);

        Assert.Equal(3 + 1, Rows(nexus).Length);
        Assert.Equal("225", Total(nexus, January).Cost.ToString());
    }

    [Fact]
    public async Task Rating_a_closed_month_anew_keeps_the_tier_of_its_volume()
    {
        await using RunningEngine nexus = await PricedAsync(Volume);
        await ReportAsync(nexus, Record(nexus, "u1", 60), Record(nexus, "u2", 60));
        await nexus.AdvanceAsync(TimeSpan.FromDays(31));
        await ClosedAsync(nexus, January);
        int lines = Rows(nexus).Length;
        using Rerater rerater = new(nexus.Host);

        RerateReply again = await rerater.ApplyAsync(new CostQuery(January.Start, January.End), null, Scene.Somebody);

        Assert.Equal(0, again.Report!.Corrected);
        Assert.Equal(lines, Rows(nexus).Length);
    }

    [Fact]
    public async Task Use_that_comes_while_tiers_are_trued_up_leaves_the_month_open()
    {
        await using RunningEngine nexus = await PricedAsync(Volume);
        await ReportAsync(nexus, Record(nexus, "u1", 60));
        await nexus.AdvanceAsync(TimeSpan.FromDays(31));
        await ReportAsync(nexus, Record(nexus, "u2", 60) with { At = January.Start });

        Fault fault = Assert.IsType<Fault>(await nexus.SendAsync(new CloseMonth(January) { Actor = Scene.Somebody, TruedUpTo = 1 }));

        Assert.Equal(FaultCode.InUse, fault.Code);
        Assert.False(nexus.Read.Configuration.Months.Has(January));
        await ClosedAsync(nexus, January);
        Assert.Equal("120", Total(nexus, January).Cost.ToString());
    }

    [Fact]
    public async Task The_sums_of_the_months_say_what_is_billed_and_what_it_belongs_to()
    {
        await using RunningEngine nexus = await PricedAsync(new Sku("in", Input) { UnitPrice = Money.Parse("0.000001") });
        await ReportAsync(nexus, Record(nexus, "u1", 3), Record(nexus, "g1", 5) with { Owner = OwnerPath.Parse("globex") });
        await nexus.AdvanceAsync(TimeSpan.FromDays(31));
        await ClosedAsync(nexus, January);
        await ReportAsync(nexus, Record(nexus, "late", 7) with { At = January.Start + TimeSpan.FromDays(2) }, Record(nexus, "u2", 11));
        await EnterAsync(nexus, January, "c", "-0.000000000001");
        await EnterAsync(nexus, January.Next, "t", "0.25");

        IReadOnlyList<MonthSum> months = nexus.Host.Journal!.Ledger.Months(OwnerPath.Root);

        Assert.Equal(
            [("2026-01", "0.000008", "0", "0.000006999999"), ("2026-02", "0.250017999999", "0.000006999999", "0")],
            months.Select(m => (m.Month.ToString(), m.Billed.Cost.ToString(), m.Corrections.Cost.ToString(), m.BilledLater.Cost.ToString())));
        Assert.All(months, m => Assert.Equal(nexus.Host.Journal.Ledger.Report(new CostQuery(m.Month.Start, m.Month.End)).Total, m.Charged));
        Assert.All(months, m => Assert.Equal(Bill(nexus, m.Month).Total, m.Billed));
        Assert.Equal("0.000003", nexus.Host.Journal.Ledger.Months(OwnerPath.Parse("acme"))[0].Billed.Cost.ToString());
    }

    [Fact]
    public async Task A_bill_groups_what_belongs_to_the_month_and_shows_what_belongs_to_earlier_ones_apart()
    {
        await using RunningEngine nexus = await PricedAsync(new Sku("in", Input) { UnitPrice = Money.Of(1) });
        await ReportAsync(nexus, Record(nexus, "u1", 3));
        await nexus.AdvanceAsync(TimeSpan.FromDays(31));
        await ClosedAsync(nexus, January);
        await ReportAsync(nexus, Record(nexus, "late", 7) with { At = January.Start }, Record(nexus, "u2", 11));
        await EnterAsync(nexus, January, "old", "-2");
        await EnterAsync(nexus, January.Next, "new", "-1");

        MonthBill january = Bill(nexus, January);
        MonthBill february = Bill(nexus, January.Next);

        Assert.Equal(("3", "0", 0), (january.Own.Total.Cost.ToString(), january.Corrections.Total.Cost.ToString(), january.Entered.Count));
        Assert.Equal(("10", "5"), (february.Own.Total.Cost.ToString(), february.Corrections.Total.Cost.ToString()));
        Assert.Equal(["new", "old"], february.Entered.Select(r => r.Entry.Record));
        Assert.All(february.Corrections.Series, p => Assert.Equal(January.Start, p.Start));
    }

    [Fact]
    public async Task Months_are_due_from_the_first_that_has_anything_some_days_after_their_end()
    {
        await using RunningEngine nexus = await PricedAsync(new Sku("in", Input) { UnitPrice = Money.Of(1) });
        await ReportAsync(nexus, Record(nexus, "u1", 3));
        (MonthCloser closer, Rerater rerater) = Closer(nexus);
        using Rerater one = rerater;

        await nexus.AdvanceAsync(TimeSpan.FromDays(31 + 5) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await closer.DueAsync(TimeSpan.FromDays(5)));
        await nexus.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal([January], await closer.DueAsync(TimeSpan.FromDays(5)));
        await closer.CloseAsync(January, Actor.Engine);
        Assert.Empty(await closer.DueAsync(TimeSpan.FromDays(5)));
    }

    [Fact]
    public async Task What_is_closed_survives_a_power_cut_and_so_does_where_late_use_is_billed()
    {
        await using RunningEngine nexus = await PricedAsync(new Sku("in", Input) { UnitPrice = Money.Of(1) });
        await nexus.AdvanceAsync(TimeSpan.FromDays(31));
        await ClosedAsync(nexus, January);
        await ReportAsync(nexus, Record(nexus, "late", 7) with { At = January.Start });

        await using RunningEngine after = await nexus.AfterPowerCutAsync();

        Assert.True(after.Read.Configuration.Months.Has(January));
        LedgerRow row = Assert.Single(Rows(after));
        Assert.Equal((January.Next.Start, January.Next.Start, LineKind.Adjustment), (row.Billed, row.Entry.Billed, row.Entry.Line.Kind));
        await ReportAsync(after, Record(after, "later", 1) with { At = January.Start });
        Assert.Equal("8", Bill(after, January.Next).Corrections.Total.Cost.ToString());
    }

    private static UsageRecord Record(RunningEngine nexus, string id, double quantity) => new(id, nexus.Host.Now, OwnerPath.Parse("acme/alice"), Input, Scene.Amount(quantity));

    private static async Task<RunningEngine> PricedAsync(params Sku[] skus)
    {
        RunningEngine nexus = await RunningEngine.StartAsync();
        Assert.IsType<PricesReply>(await nexus.SendAsync(new SetPrices(skus, Replaces: true) { Actor = Scene.Somebody }));
        return nexus;
    }

    private static async Task ReportAsync(RunningEngine nexus, params UsageRecord[] records) =>
        Assert.All(((UsageReply)await nexus.SendAsync(new RecordUsage(records) { Actor = Scene.Somebody })).Outcomes, o => Assert.Equal(UsageStatus.Accepted, o.Status));

    private static async Task EnterAsync(RunningEngine nexus, BillingMonth month, string id, string amount) =>
        Assert.IsType<ChargeReply>(await nexus.SendAsync(new EnterCharge(new EnteredCharge(month, id, OwnerPath.Parse("acme"), LineKind.Credit, Money.Parse(amount), "because")) { Actor = Scene.Somebody }));

    private static (MonthCloser Closer, Rerater Rerater) Closer(RunningEngine nexus)
    {
        Rerater rerater = new(nexus.Host);
        return (new MonthCloser(nexus.Host, rerater), rerater);
    }

    private static async Task ClosedAsync(RunningEngine nexus, BillingMonth month)
    {
        (MonthCloser closer, Rerater rerater) = Closer(nexus);
        using Rerater one = rerater;
        Assert.IsType<MonthReply>(await closer.CloseAsync(month, Scene.Somebody));
    }

    private static MonthBill Bill(RunningEngine nexus, BillingMonth month) => nexus.Host.Journal!.Ledger.Bill(month, new CostQuery(month.Start, month.End));

    private static CostSum Total(RunningEngine nexus, BillingMonth month) => Bill(nexus, month).Total;

    private static LedgerRow[] Rows(RunningEngine nexus) => [.. nexus.Host.Journal!.Ledger.Rows(new CostQuery(January.Start, January.Next.End), null, 10_000).Rows];
}
