using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.Detectors;

namespace Nexus.Dashboard.Tests.Engine.Optimization;

/// <summary>Where each detector draws its line, and what it proposes; the expected numbers are worked out by hand.</summary>
public sealed class DetectorTests
{
    private static readonly Instant From = Instant.From(new DateTimeOffset(2026, 11, 2, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_pool_is_sized_for_the_99th_percentile_with_headroom_and_not_for_its_average()
    {
        // One hour in twenty at 12, else 2: the average of 2.5 would say 3.
        Finding found = Assert.Single(Find(new UnderutilisedPool(), Pools(Pool(20, hour => hour % 20 == 0 ? 12 : 2))));

        Assert.Equal((Quantity.Of(20), Quantity.Of(14)), (found.Change.From, found.Change.To));
        Assert.Equal(6 * 2 * 730, SavingsMoney.Units(found.Saving.Monthly), 6);
        Assert.Equal(("underutilised-pool:p:gpu", FindingType.ResourceReduction, SavingsLevel.High, 14d), (found.Cause, found.Type, found.Saving.Confidence, found.Evidence.Proposed));
    }

    [Fact]
    public void A_pool_without_a_price_or_that_is_used_is_left_alone()
    {
        Assert.Empty(Find(new UnderutilisedPool(), Pools(Pool(20, _ => 2) with { UnitHour = null })));
        Assert.Empty(Find(new UnderutilisedPool(), Pools(Pool(20, hour => hour % 20 == 0 ? 17 : 2))));
    }

    [Fact]
    public void Two_days_are_too_few_and_committed_capacity_is_not_surely_saved()
    {
        Assert.Empty(Find(new UnderutilisedPool(), Pools(Pool(20, _ => 2, days: 2))));
        Finding found = Assert.Single(Find(new UnderutilisedPool(), Pools(Pool(20, _ => 2) with { Purchase = PurchaseOption.Reserved })));
        Assert.Equal(SavingsLevel.Low, found.Saving.Confidence);
    }

    [Fact]
    public void A_limit_that_refused_somebody_is_not_underused()
    {
        QuotaPast quota = new(OwnerPath.Parse("acme"), "gpu", 10, [.. Points(20, _ => 2, 10)]) { Peak = 4, UnitHour = 3 };

        Finding found = Assert.Single(Find(new UnderutilisedQuota(), Past() with { Quotas = [quota] }));
        Assert.Equal((Quantity.Of(3), SavingsLevel.Medium), (found.Change.To, found.Risk));
        Assert.Equal(7 * 3 * 730, SavingsMoney.Units(found.Saving.Monthly), 6);
        Assert.Empty(Find(new UnderutilisedQuota(), Past() with { Quotas = [quota with { Rejections = 1 }] }));
        Assert.Empty(Find(new UnderutilisedQuota(), Past() with { Quotas = [quota with { SetAside = 0 }] }));
    }

    [Fact]
    public void Units_are_committed_to_as_far_as_they_are_used_more_than_they_break_even()
    {
        // Half of the time 4, else 1: at 0.6 of the price only the first is worth it, at 0.4 all four.
        PoolPast pool = Pool(6, hour => hour % 2 == 0 ? 4 : 1);

        Finding one = Assert.Single(new PurchaseBreakEven().Find(Pools(pool), new SavingsSettings { ReservedShare = 0.6 }));
        Finding four = Assert.Single(new PurchaseBreakEven().Find(Pools(pool), new SavingsSettings { ReservedShare = 0.4 }));

        Assert.StartsWith("1 gpu of p ", one.Title, StringComparison.Ordinal);
        Assert.Equal(0.8 * 730, SavingsMoney.Units(one.Saving.Monthly), 4);
        Assert.StartsWith("4 gpu of p ", four.Title, StringComparison.Ordinal);
        Assert.Equal(((2.5 * 2) - (4 * 0.8)) * 730, SavingsMoney.Units(four.Saving.Monthly), 4);
        Assert.Empty(new PurchaseBreakEven().Find(Pools(pool), SavingsSettings.Usual));
    }

    [Fact]
    public void Spot_is_for_what_may_be_interrupted()
    {
        Finding found = Assert.Single(new PurchaseBreakEven().Find(Pools(Pool(6, _ => 4) with { PreemptibleShare = 0.5 }), new SavingsSettings { SpotShare = 0.3 }));

        Assert.Equal("spot:p:gpu", found.Cause);
        Assert.Equal(4 * 0.5 * (2 - 0.6) * 730, SavingsMoney.Units(found.Saving.Monthly), 4);
        Assert.Empty(new PurchaseBreakEven().Find(Pools(Pool(6, _ => 4) with { PreemptibleShare = 0.05 }), new SavingsSettings { SpotShare = 0.3 }));
    }

    [Fact]
    public void A_cheaper_pool_counts_as_far_as_it_had_room_at_that_hour()
    {
        PoolPast dear = Pool(8, _ => 6);
        PoolPast cheap = Pool(8, hour => hour % 2 == 0 ? 8 : 4) with { Pool = "cheap", UnitHour = 1 };

        Finding found = Assert.Single(Find(new CheaperPool(), Pools(dear, cheap)));
        Assert.Equal(2 * 1 * 730, SavingsMoney.Units(found.Saving.Monthly), 4);
        Assert.Empty(Find(new CheaperPool(), Pools(dear, cheap with { Flavour = "other" })));
        Assert.Empty(Find(new CheaperPool(), Pools(dear, cheap with { Purchase = PurchaseOption.Spot })));
    }

    [Fact]
    public void A_peak_moves_only_as_far_as_its_work_may_wait()
    {
        PoolPast pool = Pool(20, hour => hour % 24 < 2 ? 16 : 4) with { PreemptibleShare = 0.5 };

        // Of 16 half cannot wait: 8, with headroom 9.2.
        Finding found = Assert.Single(Find(new MovablePeaks(), Pools(pool)));
        Assert.Equal(Quantity.Of(10), found.Change.To);
        Assert.Equal(168, found.Evidence.Series[0].Values.Count);
        Assert.Empty(Find(new MovablePeaks(), Pools(pool with { PreemptibleShare = 0.1 })));
    }

    [Fact]
    public void A_cheaper_model_that_fails_more_often_is_none()
    {
        IEnumerable<CallPast> Calls(double fails) => Days(20, 10, (at, i) => Call(at, "acme/a/w", "large", 500, 1) with { Succeeded = true })
            .Concat(Days(20, 10, (at, i) => Call(at, "acme/a/v", "small", 600, 0.1) with { Succeeded = i % 10 >= fails * 10 }));

        Finding found = Assert.Single(Find(new CheaperModel(), Past() with { Calls = [.. Calls(0)] }));
        Assert.Equal(("cheaper-model:acme/a/w:large", SavingsLevel.Low), (found.Cause, found.Risk));
        Assert.Equal(10 * 0.9 * 500e-3 * Saving.DaysOfMonth, SavingsMoney.Units(found.Saving.Monthly), 2);
        Assert.Empty(Find(new CheaperModel(), Past() with { Calls = [.. Calls(0.2)] }));
        Finding unknown = Assert.Single(Find(new CheaperModel(), Past() with { Calls = [.. Calls(0).Select(c => c with { Succeeded = null })] }));
        Assert.Equal(SavingsLevel.Low, unknown.Saving.Confidence);
    }

    [Fact]
    public void A_model_of_another_tenant_speaks_for_nothing() => Assert.Empty(Find(new CheaperModel(), Past() with
    {
        Calls = [.. Days(20, 10, (at, i) => Call(at, "acme/a/w", "large", 500, 1)), .. Days(20, 10, (at, i) => Call(at, "globex/a/v", "small", 600, 0.1))],
    }));

    [Fact]
    public void A_question_asked_again_within_a_day_is_paid_for_in_vain()
    {
        CallPast[] calls = [.. Days(20, 4, (at, i) => Call(at + TimeSpan.FromHours(i), "acme/a/w", "m", 500, 1) with { Prompt = $"{at} {i % 2}" })];

        Finding found = Assert.Single(Find(new RepeatedRequests(), Past() with { Calls = calls.Select((c, i) => c with { Prompt = $"{i / 4} {i % 2}" }).ToArray() }));
        Assert.Equal(2 * 500e-3 * Saving.DaysOfMonth, SavingsMoney.Units(found.Saving.Monthly), 4);
        Assert.Empty(Find(new RepeatedRequests(), Past() with { Calls = calls.Select((c, i) => c with { Prompt = $"{i % 4}", At = From + TimeSpan.FromHours(25 * (i / 4)) }).ToArray() }));
    }

    [Fact]
    public void A_call_that_fails_from_the_third_attempt_on_burns_money()
    {
        // Of five attempts of a prompt that all fail, three.
        CallPast[] calls = [.. Days(20, 10, (at, i) => Call(at + TimeSpan.FromMinutes(i), "acme/a/w", "m", 500, 1) with { Prompt = $"{at} {i / 5}", Succeeded = i >= 5 })];

        Finding found = Assert.Single(Find(new RunawayAgents(), Past() with { Calls = calls }));
        Assert.Equal("retries:acme/a/w", found.Cause);
        Assert.Equal(3 * 500e-3 * Saving.DaysOfMonth, SavingsMoney.Units(found.Saving.Monthly), 4);
    }

    [Fact]
    public void A_day_that_is_usual_for_its_weekday_is_no_anomaly_and_three_that_are_not_are_explained()
    {
        SpendCell[] Month(double last) => [.. Enumerable.Range(0, 35).SelectMany(day => new[]
        {
            Cell(day, "acme/a/w", "m", (day % 7 < 5 ? 100 : 20) + (day % 3)),
            Cell(day, "acme/b/w", "n", (day >= 32 ? last : 1) * 10),
        })];
        SavingsPast past = Past(35);

        Assert.Empty(Find(new SpendAnomaly(), past with { Spend = Month(1) }));
        Finding found = Find(new SpendAnomaly(), past with { Spend = Month(30) })[0];
        Assert.Equal(("anomaly:tenant:acme", FindingType.Anomaly, "acme"), (found.Cause, found.Type, found.Within.ToString()));
        Assert.Contains("of the rise is the owner acme/b/w", found.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_small_calls_save_their_fees_and_the_price_of_the_batch_lane()
    {
        CallPast[] calls = [.. Days(20, 20, (at, i) => Call(at + TimeSpan.FromSeconds(i), "acme/a/w", "m", 100, 1) with { Fee = 0.2 })];

        Finding fees = Assert.Single(Find(new SmallCalls(), Past() with { Calls = calls }));
        Assert.Equal(19 * 0.2 * Saving.DaysOfMonth, SavingsMoney.Units(fees.Saving.Monthly), 4);
        Finding both = Assert.Single(Find(new SmallCalls(), Past() with { Calls = calls, BatchShares = new Dictionary<string, double> { ["m"] = 0.5 } }));
        Assert.Equal(((19 * 0.2) + (20 * 0.1 * 0.5)) * Saving.DaysOfMonth, SavingsMoney.Units(both.Saving.Monthly), 4);
    }

    [Fact]
    public void Prompts_that_grow_within_a_run_would_be_pruned_to_twice_their_beginning()
    {
        IEnumerable<CallPast> Runs(Func<int, double> size) => Days(20, 10, (at, i) => Call(at + TimeSpan.FromMinutes(i), "acme/a/w", "m", size(i), 1) with { Run = $"{at}" });

        // 100, 200, … 1,000: begins at the median of the first two, 150; above 300 is what would be saved, 2,800 tokens of a run.
        Finding found = Assert.Single(Find(new GrowingPrompts(), Past() with { Calls = [.. Runs(i => 100 * (i + 1))] }));
        Assert.Equal(2_800e-3 * Saving.DaysOfMonth, SavingsMoney.Units(found.Saving.Monthly), 4);
        Assert.Empty(Find(new GrowingPrompts(), Past() with { Calls = [.. Runs(_ => 500)] }));
    }

    private static IReadOnlyList<Finding> Find(ISavingsDetector detector, SavingsPast past) => [.. detector.Find(past, SavingsSettings.Usual)];

    private static SavingsPast Past(int days = 20) => new(From, From + TimeSpan.FromDays(days));

    private static SavingsPast Pools(params PoolPast[] pools) => Past() with { Pools = pools };

    private static PoolPast Pool(double capacity, Func<int, double> used, int days = 20) => new("p", "gpu", PurchaseOption.OnDemand, "h100", 2, [.. Points(days, used, capacity)]);

    private static IEnumerable<UsePoint> Points(int days, Func<int, double> used, double capacity) => Enumerable.Range(0, days * 24).Select(h => new UsePoint(From + TimeSpan.FromHours(h), used(h), capacity));

    private static IEnumerable<CallPast> Days(int days, int each, Func<Instant, int, CallPast> call) => Enumerable.Range(0, days).SelectMany(d => Enumerable.Range(0, each).Select(i => call(From + TimeSpan.FromDays(d) + TimeSpan.FromHours(8), i)));

    // A token sent costs a thousandth of the price.
    private static CallPast Call(Instant at, string owner, string model, double input, double price) => new(at, OwnerPath.Parse(owner), model, input, 10) { InputCost = input * price * 1e-3 };

    private static SpendCell Cell(int day, string owner, string model, double cost) => new(From + TimeSpan.FromDays(day), OwnerPath.Parse(owner), "tokens.input", null, model, cost, cost);
}
