using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

/// <summary>A rule as it is typed into the form.</summary>
public sealed class QuotaEntryTests
{
    [Theory]
    [InlineData("", "", "Say how much")]
    [InlineData("acme//a", "1", "Owner: ")]
    [InlineData("acme", "many", "Limit: must be a number")]
    public void What_is_missing_in_the_form_is_asked_for(string owner, string amount, string wrong) =>
        Assert.StartsWith(wrong, new QuotaEntry { Owner = owner, Amount = amount }.Read().Wrong, StringComparison.Ordinal);

    [Fact]
    public void The_form_reads_a_month_and_a_rate()
    {
        QuotaRuleBody month = new QuotaEntry { Owner = "acme", Resource = "llm.calls", Amount = "60,000", Period = "month", TimeZone = "Europe/Berlin", IsSoft = true, LendsToAll = true }.Read().Rule!;
        QuotaRuleBody rate = new QuotaEntry { Resource = "llm.calls", Amount = "60", Period = QuotaEntry.Rate, Length = "PT1M", Burst = "20" }.Read().Rule!;

        Assert.Equal(("month", "Europe/Berlin", "all", 60_000m), (month.Period, month.TimeZone, month.LendTo, month.Limit!.Value.Value));
        Assert.Equal(("rate:PT1M", 20m, null), (rate.Period, rate.Burst!.Value.Value, rate.Borrow));
    }

    [Theory]
    [InlineData("gpu", "")]
    [InlineData("llm.calls", "day")]
    [InlineData("llm.calls", "rolling:PT1H")]
    [InlineData("llm.calls", "rate:PT1M")]
    public void A_rule_that_is_set_comes_out_of_the_form_as_it_went_in(string kind, string period)
    {
        bool isRate = period.StartsWith("rate", StringComparison.Ordinal);
        QuotaRuleBody rule = new()
        {
            Resource = kind,
            Limit = new Amount(16),
            Borrow = new BorrowBody(isRate ? new Amount(0) : null),
            Lend = new LendBody(isRate ? null : new Amount(4)),
            Period = period.Length == 0 ? null : period,
            TimeZone = "Europe/Berlin",
            Burst = isRate ? new Amount(5) : null,
            Mode = QuotaMode.Soft,
            LendTo = isRate ? null : "all",
            Reclaim = QuotaReclaim.LowerPriority,
            Windows = [new QuotaWindowBody { Days = ["mon", "sun"], From = "18:00", To = "08:00", Limit = new Amount(24) }, new QuotaWindowBody { Dates = new QuotaDatesBody("2026-12-24", "2026-12-26"), Limit = new Amount(1) }],
        };

        (OwnerPath? owner, QuotaRuleBody? read, _) = QuotaEntry.Of(OwnerPath.Parse("acme"), rule).Read();

        Assert.Equal("acme", owner!.ToString());
        Assert.Equal(Written(rule), Written(read!));
    }

    [Theory]
    [InlineData("", "8", "Say how low it may become")]
    [InlineData("2", "", "Say how high it may become")]
    [InlineData("some", "8", "Not below: must be a number")]
    [InlineData("2", "lots", "Not above: must be a number")]
    [InlineData("9", "8", "What it must not fall below is more than what it must not rise above")]
    public void A_limit_that_follows_its_use_needs_its_bounds(string min, string max, string wrong) =>
        Assert.Equal(wrong, new QuotaEntry { Amount = "4", Adjust = QuotaEntry.Offer, AdjustMin = min, AdjustMax = max }.Read().Wrong);

    [Fact]
    public void The_bounds_of_a_limit_that_follows_its_use_come_out_as_they_went_in_and_not_for_what_cannot_follow()
    {
        QuotaRuleBody rule = new() { Resource = "gpu", Limit = new Amount(16), Adjust = new AdjustBody(QuotaAdjustMode.Apply, new Amount(4), new Amount(32)) };
        QuotaEntry entry = QuotaEntry.Of(OwnerPath.Parse("acme"), rule);

        Assert.Equal(rule.Adjust, entry.Read().Rule!.Adjust);
        Assert.Equal("limit 16, follows its use: set, 4 – 32", QuotaRuleText.Of(rule, removed: false).Text);
        entry.IsCohort = true;
        Assert.Null(entry.Read().Rule!.Adjust);
        Assert.False(new QuotaEntry { Period = "minute" }.CanAdjust);
        Assert.False(new QuotaEntry { Period = QuotaEntry.Rate }.CanAdjust);
    }

    [Fact]
    public void With_another_limit_its_enforcement_is_chosen_anew()
    {
        QuotaRuleBody rule = new() { Resource = "gpu", Limit = new Amount(16), EnforceAt = DateTimeOffset.UnixEpoch };
        QuotaEntry entry = QuotaEntry.Of(OwnerPath.Parse("acme"), rule);

        Assert.Equal(DateTimeOffset.UnixEpoch, entry.Read().Rule!.EnforceAt);
        entry.Amount = "8";
        Assert.Null(entry.Read().Rule!.EnforceAt);
        Assert.True(QuotaText.TryEdit(rule, QuotaField.Limit, "8", out QuotaRuleBody? edited, out _));
        Assert.Null(edited.EnforceAt);
        Assert.True(QuotaText.TryEdit(rule, QuotaField.Borrow, "8", out edited, out _));
        Assert.NotNull(edited.EnforceAt);
        Assert.Equal("limit 16, enforced from 1970-01-01 00:00 UTC", QuotaRuleText.Of(rule, removed: false).Text);
    }

    [Theory]
    [InlineData("never", "", null, null)]
    [InlineData("now", "", "2026-11-24T14:32:00Z", null)]
    [InlineData("at", "2026-11-25T18:00", "2026-11-25T18:00:00Z", null)]
    [InlineData("at", "", null, "Say when it is enforced")]
    public void It_is_enforced_never_now_or_at_a_time(string choice, string at, string? when, string? wrong)
    {
        (DateTimeOffset? read, string? said) = new QuotaEnforce { Choice = choice, At = at }.Read(DateTimeOffset.Parse("2026-11-24T14:32:00Z", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal((when is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(when, System.Globalization.CultureInfo.InvariantCulture), wrong), (read, said));
    }

    [Fact]
    public void Who_gives_back_what_was_lent_is_chosen_in_it() =>
        Assert.Equal(QuotaReclaim.Never, new QuotaEntry { Amount = "4", Reclaim = "never" }.Read().Rule!.Reclaim);

    [Fact]
    public void Hours_of_a_cohort_change_what_it_has_beyond()
    {
        QuotaEntry entry = new() { Amount = "0", IsCohort = true };
        entry.Hours.Add(new QuotaHours { From = "18:00", To = "08:00", Amount = "6", Borrow = "unlimited", Lend = "all" });

        QuotaWindowBody window = Assert.Single(entry.Read().Rule!.Windows!);

        Assert.Equal((null, null, 6m, new BorrowBody(null), new LendBody(null)), (window.Days, window.Limit, window.Extra?.Value, window.Borrow, window.Lend));
    }

    [Theory]
    [InlineData("18:00", "", "", "", "4", "Hours 1: say when they begin and when they end")]
    [InlineData("", "", "2026-12-24", "", "4", "Hours 1: say the first and the last date")]
    [InlineData("18:00", "08:00", "", "", "", "Hours 1: say what else holds then")]
    [InlineData("18:00", "08:00", "", "", "many", "Hours 1: limit must be a number")]
    [InlineData("18:00", "08:00", "", "", "none", "Hours 1: limit must be a number")]
    public void What_is_missing_of_hours_is_asked_for(string from, string to, string first, string last, string amount, string wrong)
    {
        QuotaEntry entry = new() { Amount = "4" };
        entry.Hours.Add(new QuotaHours { From = from, To = to, FirstDate = first, LastDate = last, Amount = amount });

        Assert.StartsWith(wrong, entry.Read().Wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void Hours_over_midnight_go_on_in_the_next_day_and_from_sunday_in_monday()
    {
        QuotaHours nights = new() { From = "18:00", To = "06:00" };
        nights.Days.UnionWith(["mon", "sun"]);

        Assert.Equal([(0, 0.75, 1), (1, 0, 0.25), (6, 0.75, 1), (0, 0, 0.25)], nights.InWeek());
    }

    [Fact]
    public void Hours_without_times_are_the_whole_day_and_those_with_dates_are_in_no_week()
    {
        Assert.Equal(Enumerable.Range(0, 7).Select(day => (day, 0d, 1d)), new QuotaHours().InWeek());
        Assert.Empty(new QuotaHours { FirstDate = "2026-12-24", LastDate = "2026-12-26" }.InWeek());
    }

    private static string Written(QuotaRuleBody rule) => System.Text.Json.JsonSerializer.Serialize(rule, ApiJson.Default.QuotaRuleBody);
}
