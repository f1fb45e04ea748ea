using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Quotas;

public sealed class QuotaRulesTests
{
    private static readonly QuotaRule Cpu = new("cpu") { Limit = Quantity.Of(10) };
    private static readonly QuotaRule Rate = new("llm.calls") { Limit = Quantity.Of(10), Period = QuotaPeriod.Rate(TimeSpan.FromMinutes(1)) };

    public static TheoryData<string, QuotaRule, string> Wrong => new()
    {
        { "resource", Cpu with { Resource = "gpus" } , "does not exist" },
        { "resource", Rate with { Resource = "tokens.input.cached" }, "is counted with 'tokens.input'" },
        { "resource", Cpu with { Resource = "tokens.context" }, "is a ceiling for one request" },
        { "resource", Rate with { Resource = "time.workflow" }, "spans many requests" },
        { "period", Cpu with { Resource = "llm.calls" }, "is used up and never given back" },
        { "limit", Cpu with { Extra = Quantity.Of(1) }, "not both" },
        { "limit", Cpu with { Limit = null }, "give a limit, or extra" },
        { "timeZone", Cpu with { TimeZone = "Mars/Olympus" }, "is not known" },
        { "burst", Cpu with { Burst = Quantity.Of(1) }, "with a period rate" },
        { "limit", Rate with { Limit = null, Extra = Quantity.Of(1) }, "flows into the bucket" },
        { "borrow", Rate with { Borrow = QuotaBound.Unbounded }, "does not borrow" },
        { "lend", Rate with { Lend = QuotaBound.Nothing }, "does not lend" },
        { "windows", Rate with { Windows = [Window()] }, "one flow at all times" },
        { "adjust.min", Cpu with { Adjust = new QuotaAdjustment(QuotaAdjustMode.Offer, Quantity.Of(5), Quantity.Of(4)) }, "must not be above max" },
        { "adjust", Cpu with { Limit = null, Extra = Quantity.Zero, Adjust = new QuotaAdjustment(QuotaAdjustMode.Offer, Quantity.Zero, Quantity.Of(4)) }, "there is none" },
        { "adjust", Rate with { Adjust = new QuotaAdjustment(QuotaAdjustMode.Offer, Quantity.Zero, Quantity.Of(20)) }, "cannot follow a rate" },
        { "adjust", Rate with { Period = QuotaPeriod.Calendar(QuotaPeriodKind.Minute), Adjust = new QuotaAdjustment(QuotaAdjustMode.Offer, Quantity.Zero, Quantity.Of(20)) }, "less than five minutes" },
        { "adjust", Rate with { Period = QuotaPeriod.Rolling(TimeSpan.FromSeconds(299)), Adjust = new QuotaAdjustment(QuotaAdjustMode.Offer, Quantity.Zero, Quantity.Of(20)) }, "less than five minutes" },
        { "enforceAt", Rate with { EnforceAt = default(Instant) }, "does not come back" },
        { "enforceAt", Cpu with { Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day), EnforceAt = default(Instant) }, "does not come back" },
        { "enforceAt", Cpu with { Limit = null, Extra = Quantity.Zero, EnforceAt = default(Instant) }, "there is none" },
        { "enforceAt", Cpu with { Mode = QuotaMode.Soft, EnforceAt = default(Instant) }, "only counts" },
        { "windows[0]", Cpu with { Windows = [Window() with { Limit = null }] }, "must state a limit" },
        { "windows[0].extra", Cpu with { Windows = [Window() with { Limit = null, Extra = Quantity.Of(1) }] }, "has a limit" },
        { "windows[0].limit", Cpu with { Limit = null, Extra = Quantity.Of(1), Windows = [Window()] }, "has no limit" },
        { "windows[0].days", Cpu with { Windows = [Window() with { Days = [] }] }, "at least one day" },
        { "windows[0].days", Cpu with { Windows = [Window() with { Days = [DayOfWeek.Monday, DayOfWeek.Monday] }] }, "twice" },
        { "windows[0].from", Cpu with { Windows = [Window() with { From = null }] }, "must be given with to" },
        { "windows[0].to", Cpu with { Windows = [Window() with { To = null }] }, "must be given with from" },
        { "windows[0].to", Cpu with { Windows = [Window() with { To = new TimeOnly(8, 0) }] }, "must differ" },
        { "windows[0].dates", Cpu with { Windows = [Window() with { FirstDate = new DateOnly(2026, 1, 2), LastDate = new DateOnly(2026, 1, 1) }] }, "on or after" },
        { "windows[1]", Cpu with { Windows = [Window(), Window() with { From = new TimeOnly(9, 0) }] }, "meets window 0" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_makes_no_sense_is_refused_by_name(string member, QuotaRule rule, string why)
    {
        QuotaFault? fault = QuotaRules.Fault(Definition(rule), Kind);

        Assert.Equal($"$.rules[0].{member}".TrimEnd('.'), fault?.Field);
        Assert.Contains(why, fault!.Detail);
    }

    [Fact]
    public void Rules_for_one_kind_differ_in_their_period()
    {
        QuotaRule day = Rate with { Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day) };

        Assert.Null(QuotaRules.Fault(Definition(Rate, day, Cpu), Kind));
        Assert.Equal("$.rules[1].period", QuotaRules.Fault(Definition(day, day), Kind)!.Field);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1_000_000_000, true)]
    [InlineData(-1, false)]
    [InlineData(1_000_000_001, false)]
    public void A_weight_may_be_nothing_and_has_a_bound(int weight, bool valid) =>
        Assert.Equal(valid, QuotaRules.Fault(new QuotaDefinition(OwnerPath.Root, weight, []), Kind) is null);

    [Fact]
    public void What_is_kept_below_a_limit_must_fit_into_it()
    {
        Assert.Null(QuotaRules.Overdrawn(new QuotaScene().Limit("org", 10).Limit("org/a", 6, lend: 0).Limit("org/b", 6, lend: 2).Tree));
        Assert.Equal(
            "what is kept below 'org' of cpu adds up to 11, more than its limit of 10: raise the limit, or let those below lend more",
            QuotaRules.Overdrawn(new QuotaScene().Limit("org", 10).Limit("org/a", 6, lend: 0).Limit("org/b", 6, lend: 1).Tree));
        Assert.Null(QuotaRules.Overdrawn(new QuotaScene().Limit("org", 10).Limit("org/a", 60).Limit("org/b", 60).Tree));
    }

    [Fact]
    public void What_is_kept_below_a_cohort_counts_against_the_limit_above_it() =>
        Assert.NotNull(QuotaRules.Overdrawn(new QuotaScene().Limit("org", 10).Cohort("org/team", 0).Limit("org/team/a", 11, lend: 0).Tree));

    [Fact]
    public void A_window_must_not_take_the_limit_below_what_is_kept() =>
        Assert.NotNull(QuotaRules.Overdrawn(new QuotaScene().Limit("org", 10, more: r => r with { Windows = [Window()] }).Limit("org/a", 6, lend: 0).Tree));

    private static QuotaWindow Window() => new(null, new TimeOnly(8, 0), new TimeOnly(18, 0), null, null) { Limit = Quantity.Of(5) };

    private static QuotaDefinition Definition(params QuotaRule[] rules) => new(OwnerPath.Parse("org"), QuotaDefinition.OneShare, rules);

    private static ResourceKind? Kind(string name) => ResourceKind.All.FirstOrDefault(k => k.Name == name);
}
