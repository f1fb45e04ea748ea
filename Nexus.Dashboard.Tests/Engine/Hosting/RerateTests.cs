using CsCheck;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>Rating a past range anew: what the ledger has becomes what the book of now says, to the last digit, by adjustments alone, and a second time by none.</summary>
public sealed class RerateTests
{
    private const string Input = "tokens.input";

    [Fact]
    public async Task A_wrong_price_is_corrected_by_adjustments_in_the_period_of_what_they_correct()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("in", Input, "0.000003"));
        Instant used = nexus.Host.Now;
        await ReportAsync(nexus, Record(nexus, "u1", 1_000) with { Labels = Labels.Of([new("run", "7")]), Provider = "maker" });
        await nexus.AdvanceAsync(TimeSpan.FromDays(2));
        await PricesAsync(nexus, Flat("in", Input, "0.000002"));

        RerateReport report = await ApplyAsync(nexus);

        Assert.Equal(("0.003", "0.002", 1L, 1L, 2L), (report.Before.ToString(), report.After.ToString(), report.Charges, report.Corrected, report.Lines));
        Assert.Equal(("acme/alice", "0.003", "0.002"), (report.Owners[0].Owner.ToString(), report.Owners[0].Before.ToString(), report.Owners[0].After.ToString()));
        LedgerRow[] rows = Rows(nexus);
        Assert.Equal([("Usage", "0.003", null), ("Adjustment", "-0.003", rows[0].Place), ("Adjustment", "0.002", (long?)rows[0].Place)], rows.Select(r => (r.Entry.Line.Kind.ToString(), r.Entry.Line.Cost.ToString(), r.Entry.Corrects)));
        Assert.All(rows, r => Assert.Equal((used, "u1", "7", "maker"), (r.Entry.Line.From, r.Entry.Record, r.Entry.Labels["run"], r.Entry.Line.Provider)));
    }

    [Fact]
    public async Task A_second_time_adjusts_nothing_more()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("in", Input, "0.000003"));
        await ReportAsync(nexus, Record(nexus, "u1", 1_000));
        await PricesAsync(nexus, Flat("in", Input, "0.000002"));
        await ApplyAsync(nexus);
        long sequence = nexus.Read.Sequence;

        RerateReport again = await ApplyAsync(nexus);

        Assert.Equal((0L, 0L, "0.002", "0.002"), (again.Corrected, again.Lines, again.Before.ToString(), again.After.ToString()));
        Assert.Equal(sequence, nexus.Read.Sequence);
    }

    [Fact]
    public async Task A_preview_says_the_same_and_changes_nothing()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("in", Input, "0.000003"));
        await ReportAsync(nexus, Record(nexus, "u1", 1_000), Record(nexus, "u2", 500) with { Owner = OwnerPath.Parse("globex") });
        await PricesAsync(nexus, Flat("in", Input, "0.000002"));
        long sequence = nexus.Read.Sequence;
        using Rerater rerater = new(nexus.Host);

        RerateReport preview = (await rerater.PreviewAsync(All(nexus))).Report!;

        Assert.Equal(sequence, nexus.Read.Sequence);
        RerateReport applied = await ApplyAsync(nexus);
        Assert.Equal(applied.Owners, preview.Owners);
        Assert.Equal(applied with { Owners = preview.Owners }, preview);
    }

    [Fact]
    public async Task What_had_no_price_gets_one_and_is_no_longer_counted_as_unpriced()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync();
        await ReportAsync(nexus, Record(nexus, "u1", 1_000));
        Assert.Equal(1, Report(nexus).Unpriced);
        await PricesAsync(nexus, Flat("in", Input, "0.000002"));

        await ApplyAsync(nexus);

        CostReport report = Report(nexus);
        Assert.Equal((0L, "0.002", "1000"), (report.Unpriced, report.Total.Cost.ToString(), report.Total.Consumed.ToString()));
    }

    [Fact]
    public async Task What_has_no_price_any_more_costs_nothing_and_is_counted()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("in", Input, "0.000003"));
        await ReportAsync(nexus, Record(nexus, "u1", 1_000));
        await PricesAsync(nexus);

        Assert.Equal(1, (await ApplyAsync(nexus)).Unpriced);

        CostReport report = Report(nexus);
        Assert.Equal((1L, "0", "1000"), (report.Unpriced, report.Total.Cost.ToString(), report.Total.Consumed.ToString()));
        Assert.Equal(0, (await ApplyAsync(nexus)).Corrected);
    }

    [Fact]
    public async Task Each_line_gets_the_price_that_holds_at_its_time_and_for_its_prompt_or_the_one_that_its_report_named()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("in", Input, "0.000003"), Flat("named", Input, "1") with { Pool = "nowhere" });
        await ReportAsync(nexus, Record(nexus, "early", 1_000), Record(nexus, "large", 1_000) with { PromptTokens = 200_001 }, Record(nexus, "named", 2) with { Sku = "named" });
        await nexus.AdvanceAsync(TimeSpan.FromDays(1));
        Instant noon = nexus.Host.Now;
        await nexus.AdvanceAsync(TimeSpan.FromMinutes(1));
        await ReportAsync(nexus, Record(nexus, "late", 1_000));
        await PricesAsync(nexus, Flat("in", Input, "0.000003"), Flat("in", Input, "0.000002") with { EffectiveFrom = noon }, Flat("large", Input, "0.000009") with { AbovePromptTokens = 200_000 }, Flat("named", Input, "5") with { Pool = "nowhere" });

        await ApplyAsync(nexus);

        Assert.Equal([("early", "0.003"), ("large", "0.009"), ("late", "0.002"), ("named", "10")], Costs(nexus));
    }

    [Fact]
    public async Task Tiers_and_minima_are_worked_out_anew_for_the_line_as_a_whole()
    {
        Sku tiered = new("in", Input) { Tiers = [new PriceTier(Quantity.Of(100), Money.Of(2)), new PriceTier(null, Money.Of(1))] };
        await using RunningEngine nexus = await PricedAsync(tiered);
        await ReportAsync(nexus, Record(nexus, "u1", 150), Record(nexus, "u2", 3));
        Assert.Equal([("u1", "250"), ("u2", "6")], Costs(nexus));

        await PricesAsync(nexus, tiered with { Tiers = [new PriceTier(Quantity.Of(120), Money.Of(2)), new PriceTier(null, Money.Of(1))], Minimum = Money.Of(10) });
        await ApplyAsync(nexus);

        Assert.Equal([("u1", "270"), ("u2", "10")], Costs(nexus));
        await PricesAsync(nexus, Flat("in", Input, "1"));
        Assert.Equal(2, (await ApplyAsync(nexus)).Corrected);
        Assert.Equal([("u1", "150"), ("u2", "3")], Costs(nexus));
        Assert.Equal(2, Report(nexus).Total.Lines);
    }

    [Fact]
    public async Task Tiers_of_a_month_count_in_the_order_of_the_ledger_and_what_comes_next_goes_on_from_there()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("in", Input, "2"));
        Instant start = nexus.Host.Now;
        await nexus.AdvanceAsync(TimeSpan.FromDays(1));
        await ReportAsync(nexus, Record(nexus, "first", 80));
        await ReportAsync(nexus, Record(nexus, "earlier", 80) with { At = start });
        await PricesAsync(nexus, new Sku("monthly", Input) { Tiers = [new PriceTier(Quantity.Of(100), Money.Of(2)), new PriceTier(null, Money.Of(1))], TierPeriod = TierPeriod.Month });

        await ApplyAsync(nexus);

        Assert.Equal([("earlier", "100"), ("first", "160")], Costs(nexus));
        await ReportAsync(nexus, Record(nexus, "next", 10));
        Assert.Contains(("next", "10"), Costs(nexus));
        Assert.Equal(0, (await ApplyAsync(nexus)).Corrected);
    }

    [Fact]
    public async Task Grants_are_rated_anew_with_what_was_held_and_corrected_late_and_the_request_says_so()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.SendAsync(new SetPool(new PoolDefinition("llm", [new Supply(Input, Quantity.Of(10_000), Quantity.Of(1_000), TimeSpan.FromMinutes(1))], Labels.None, PurchaseOption.OnDemand, null)) { Actor = Scene.Somebody });
        await PricesAsync(nexus, Flat("gpu-hour", "gpu", "2"), Flat("in", Input, "0.01"));
        Request held = await nexus.SubmitAsync("r1", ("gpu", 2));
        Request late = await nexus.SubmitAsync("r2", (Input, 100));
        await nexus.AdvanceAsync(TimeSpan.FromMinutes(6));
        await nexus.SendAsync(new Release(late.Key, late.Lease!.Number, ResourceVector.Of([new ResourceAmount(Input, Quantity.Of(150))]), Labels.Of([new("run", "late")]), null) { Actor = Scene.Somebody });
        Assert.Equal("1.5", nexus.Find("r2").Cost.ToString());
        Money before = nexus.Find(held.Spec.Id).Cost;

        await PricesAsync(nexus, Flat("gpu-hour", "gpu", "3"), Flat("in", Input, "0.02"));
        await ApplyAsync(nexus);

        Assert.Equal(("3", new Money(before.Picos * 3 / 2)), (nexus.Find("r2").Cost.ToString(), nexus.Find("r1").Cost));
        Assert.Equal(0, (await ApplyAsync(nexus)).Corrected);
        await using RunningEngine again = await nexus.RestartAsync();
        Assert.Equal("3", again.Find("r2").Cost.ToString());
    }

    [Fact]
    public async Task Only_what_passes_the_filters_is_rated_anew()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("in", Input, "1"));
        await ReportAsync(nexus, Record(nexus, "u1", 1) with { Model = "m-1" }, Record(nexus, "u2", 1) with { Model = "m-2" });
        await PricesAsync(nexus, Flat("in", Input, "2"));

        await ApplyAsync(nexus, All(nexus) with { Filters = [new CostFilter(new CostDimension("model"), "m-2")] });

        Assert.Equal([("u1", "1"), ("u2", "2")], Costs(nexus));
        Assert.Equal(2, (await ApplyAsync(nexus, All(nexus) with { Filters = [new CostFilter(new CostDimension("sku"), "in")] })).Charges);
    }

    [Fact]
    public async Task A_book_that_changed_since_it_was_seen_is_not_applied()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("in", Input, "1"));
        await ReportAsync(nexus, Record(nexus, "u1", 1));
        long seen = nexus.Read.Configuration.VersionOfPrices;
        await PricesAsync(nexus, Flat("in", Input, "2"));
        using Rerater rerater = new(nexus.Host);

        Assert.Equal(FaultCode.VersionMismatch, (await rerater.ApplyAsync(All(nexus), seen, Scene.Somebody)).Fault!.Code);
        Assert.Equal(FaultCode.VersionMismatch, Assert.IsType<Fault>(await nexus.SendAsync(new Rerate([], seen) { Actor = Scene.Somebody })).Code);
        Assert.Equal([("u1", "1")], Costs(nexus));
    }

    [Fact]
    public async Task What_a_failure_left_is_entered_by_the_next_run_and_nothing_twice()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("in", Input, "1"));
        await ReportAsync(nexus, [.. Enumerable.Range(0, 900).Select(i => Record(nexus, $"u{i}", 1))]);
        await PricesAsync(nexus, Flat("in", Input, "2"));
        nexus.Journal.LoseAnAnswer();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => ApplyAsync(nexus));
        nexus.Journal.Heal();
        await nexus.UntilAsync(() => nexus.Host.Health.IsReady, TimeSpan.FromSeconds(1));

        Assert.Equal(400, (await ApplyAsync(nexus)).Corrected);
        Assert.Equal("1800", Report(nexus).Total.Cost.ToString());
    }

    [Fact]
    public void Whatever_was_used_and_whatever_the_books_were_it_costs_what_the_last_one_says_and_every_sum_that_of_its_lines()
    {
        Gen<(int Minutes, int Amount, int Model)[]> reports = Gen.Select(Gen.Int[0, 60 * 24 * 40], Gen.Int[1, 500], Gen.Int[0, 2]).Array[1, 25];
        Gen<int[]> books = Gen.Int[0, 5].Array[1, 4];
        Gen.Select(reports, books).Sample(
            history => HoldsAsync(history.Item1, history.Item2).GetAwaiter().GetResult(),
            iter: 25, threads: 1);
    }

    private static async Task HoldsAsync((int Minutes, int Amount, int Model)[] reports, int[] books)
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync();
        Instant start = nexus.Host.Now;
        await nexus.AdvanceAsync(TimeSpan.FromDays(41));
        int at = 0;
        foreach (int book in books)
        {
            await PricesAsync(nexus, Book(book));
            int end = book == books[^1] ? reports.Length : Math.Min(reports.Length, at + 8);
            UsageRecord[] some = [.. Enumerable.Range(at, end - at).Select(i => new UsageRecord($"u{i}", start + TimeSpan.FromMinutes(reports[i].Minutes), OwnerPath.Parse("acme/alice"), Input, Scene.Amount(reports[i].Amount / 10.0)) { Model = $"m-{reports[i].Model}" })];
            at = end;
            if (some.Length > 0)
            {
                await ReportAsync(nexus, some);
            }

            RerateReport applied = await ApplyAsync(nexus);
            LedgerRow[] rows = Rows(nexus);
            Assert.Equal(Expected(reports[..at], start, book), rows.Aggregate(Money.Zero, (sum, r) => sum + r.Entry.Line.Cost));
            Assert.Equal(applied.After, Report(nexus).Total.Cost);
            Assert.Equal((Int128)reports[..at].Sum(r => (long)r.Amount) * 100_000, Report(nexus).Total.Consumed.Millionths);
            Assert.Equal(0, (await ApplyAsync(nexus)).Corrected);
        }
    }

    // Unpriced but for a model; flat; with a minimum; by the month, graduated; by the line, volume; a formula.
    private static Sku[] Book(int book) => book switch
    {
        0 => [Flat("one", Input, "0.5") with { Model = "m-1" }],
        1 => [Flat("in", Input, "0.25")],
        2 => [Flat("in", Input, "0.25") with { Minimum = Money.Of(5) }],
        3 => [new Sku("month", Input) { Tiers = [new PriceTier(Quantity.Of(100), Money.Of(2)), new PriceTier(Quantity.Of(200), Money.Of(1)), new PriceTier(null, Money.Parse("0.5"))], TierPeriod = TierPeriod.Month }],
        4 => [new Sku("line", Input) { Tiers = [new PriceTier(Quantity.Of(20), Money.Of(2)), new PriceTier(null, Money.Of(1))], TierMode = TierMode.Volume }],
        _ => [new Sku("formula", Input) { Formula = "ceil(quantity) * 0.1" }],
    };

    // The same by arithmetic of its own, on decimals.
    private static Money Expected((int Minutes, int Amount, int Model)[] reports, Instant start, int book)
    {
        decimal total = 0;
        foreach (IGrouping<int, (int Minutes, int Amount, int Model)> month in reports.GroupBy(r => (start + TimeSpan.FromMinutes(r.Minutes)).ToDateTimeOffset().Month))
        {
            decimal used = month.Sum(r => r.Amount / 10m);
            total += book switch
            {
                0 => month.Where(r => r.Model == 1).Sum(r => r.Amount / 10m * 0.5m),
                1 => used * 0.25m,
                2 => month.Sum(r => Math.Max(5, r.Amount / 10m * 0.25m)),
                3 => (Math.Min(used, 100) * 2) + Math.Clamp(used - 100, 0, 100) + (Math.Max(0, used - 200) * 0.5m),
                4 => month.Sum(r => r.Amount / 10m * (r.Amount <= 200 ? 2 : 1)),
                _ => month.Sum(r => Math.Ceiling(r.Amount / 10m) * 0.1m),
            };
        }

        return Money.TryRound(total, out Money money) ? money : throw new InvalidOperationException();
    }

    [Fact]
    public async Task A_line_whose_minimum_others_paid_stays_without_one_whatever_the_book_says_later()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("calls", "llm.calls", "0.1") with { Minimum = Money.Of(1) });
        await nexus.SendAsync(new SetPool(new PoolDefinition("llm", [new Supply("llm.calls", Quantity.Of(100), Quantity.Of(100), TimeSpan.FromSeconds(1))], Labels.None, PurchaseOption.OnDemand, null)) { Actor = Scene.Somebody });
        foreach (string id in (string[])["a", "b"])
        {
            await nexus.SendAsync(new Submit(Scene.Spec(id, [("llm.calls", 2)]) with { Mergeable = true }) { Actor = Scene.Somebody });
        }

        foreach (string id in (string[])["a", "b"])
        {
            RequestKey key = new("acme", id);
            await nexus.SendAsync(new Release(key, nexus.Read.Find(key)!.Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Scene.Somebody });
        }

        Assert.Equal([("a", "1"), ("b", "0.2")], OfRequests());
        Assert.Equal(0, (await ApplyAsync(nexus)).Corrected);
        await PricesAsync(nexus, Flat("calls", "llm.calls", "0.2") with { Minimum = Money.Of(5) });

        await ApplyAsync(nexus);

        Assert.Equal([("a", "5"), ("b", "0.4")], OfRequests());
        Assert.Equal(0, (await ApplyAsync(nexus)).Corrected);
        Assert.All(Rows(nexus), r => Assert.Equal(r.Entry.Request == "b", r.Entry.Line.SharesMinimum));

        IEnumerable<(string, string)> OfRequests() => Rows(nexus).GroupBy(r => r.Entry.Request!).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Aggregate(Money.Zero, (sum, r) => sum + r.Entry.Line.Cost).ToString()));
    }

    [Fact]
    public async Task A_minimum_that_stayed_due_because_others_rely_on_it_is_no_use_that_is_rated_anew()
    {
        await using RunningEngine nexus = await PricedAsync(Flat("calls", "llm.calls", "0.1") with { Minimum = Money.Of(1) });
        await nexus.SendAsync(new SetPool(new PoolDefinition("llm", [new Supply("llm.calls", Scene.Amount(100), Scene.Amount(100), TimeSpan.FromSeconds(1))], Labels.None, PurchaseOption.OnDemand, null)) { Actor = Scene.Somebody });
        foreach (string id in (string[])["a", "b"])
        {
            await nexus.SendAsync(new Submit(Scene.Spec(id, [("llm.calls", 2)]) with { Mergeable = true }) { Actor = Scene.Somebody });
        }

        await nexus.SendAsync(new Cancel(new RequestKey("acme", "a")) { Actor = Scene.Somebody });
        await ReleaseAsync("b", ResourceVector.Empty);
        await ReleaseAsync("a", Scene.Vector(("llm.calls", 0)));
        Assert.Equal([("a", "1"), ("b", "0.2")], Costs());
        Assert.Equal(0, (await ApplyAsync(nexus)).Corrected);

        await PricesAsync(nexus, Flat("calls", "llm.calls", "0.2") with { Minimum = Money.Of(5) });
        await ApplyAsync(nexus);

        Assert.Equal([("a", "1"), ("b", "0.4")], Costs());
        Assert.Equal(0, (await ApplyAsync(nexus)).Corrected);

        async Task ReleaseAsync(string id, ResourceVector used)
        {
            RequestKey key = new("acme", id);
            Assert.IsType<ReleaseReply>(await nexus.SendAsync(new Release(key, nexus.Read.Find(key)!.Lease!.Number, used, Labels.None, null) { Actor = Scene.Somebody }));
        }

        IEnumerable<(string, string)> Costs() => Rows(nexus).GroupBy(r => r.Entry.Request!).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Aggregate(Money.Zero, (sum, r) => sum + r.Entry.Line.Cost).ToString()));
    }

    private static Sku Flat(string name, string resource, string price) => new(name, resource) { UnitPrice = Money.Parse(price) };

    private static UsageRecord Record(RunningEngine nexus, string id, double quantity) => new(id, nexus.Host.Now, OwnerPath.Parse("acme/alice"), Input, Scene.Amount(quantity));

    private static async Task<RunningEngine> PricedAsync(params Sku[] skus)
    {
        RunningEngine nexus = await RunningEngine.StartAsync();
        await PricesAsync(nexus, skus);
        return nexus;
    }

    private static async Task PricesAsync(RunningEngine nexus, params Sku[] skus) => Assert.IsType<PricesReply>(await nexus.SendAsync(new SetPrices(skus, Replaces: true) { Actor = Scene.Somebody }));

    private static async Task ReportAsync(RunningEngine nexus, params UsageRecord[] records) =>
        Assert.All(((UsageReply)await nexus.SendAsync(new RecordUsage(records) { Actor = Scene.Somebody })).Outcomes, o => Assert.Equal(UsageStatus.Accepted, o.Status));

    private static async Task<RerateReport> ApplyAsync(RunningEngine nexus, CostQuery? query = null)
    {
        using Rerater rerater = new(nexus.Host);
        RerateReply reply = await rerater.ApplyAsync(query ?? All(nexus), null, Scene.Somebody);
        Assert.Null(reply.Fault);
        return reply.Report!;
    }

    private static CostQuery All(RunningEngine nexus) => new(nexus.Host.Now - TimeSpan.FromDays(60), nexus.Host.Now + TimeSpan.FromDays(1));

    private static CostReport Report(RunningEngine nexus) => nexus.Host.Journal!.Ledger.Report(All(nexus));

    private static LedgerRow[] Rows(RunningEngine nexus) => [.. nexus.Host.Journal!.Ledger.Rows(All(nexus), null, 10_000).Rows];

    private static IEnumerable<(string Record, string Cost)> Costs(RunningEngine nexus) => Rows(nexus).GroupBy(r => r.Entry.Record!).OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => (g.Key, g.Aggregate(Money.Zero, (sum, r) => sum + r.Entry.Line.Cost).ToString()));
}
