using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

public sealed class CostsAskedTests
{
    private static readonly Instant Now = At("2026-11-24T14:32:00Z");

    [Fact]
    public void Without_parameters_it_is_this_month_by_tenant_and_workflow_against_the_same_weekdays_before()
    {
        CostsAsked asked = Read(new CostsAddress());

        Assert.Equal((At("2026-11-01"), Now, true, true), (asked.From, asked.To, asked.EndsNow, asked.IsThisMonth));
        Assert.Equal(["tenant", "workflow"], asked.GroupBy.Select(d => d.Name));
        Assert.Equal((CostInterval.Day, IdleSharing.None, CostCompare.Weekdays), (asked.Interval, asked.Idle, asked.Compare));
    }

    [Fact]
    public void The_range_of_the_app_bar_ends_now() => Assert.Equal(Now - TimeSpan.FromDays(7), Read(new CostsAddress(), TimeSpan.FromDays(7)).From);

    [Theory]
    [InlineData("2026-11-23T15:00Z", null, CostInterval.Hour)]
    [InlineData("2026-09-01", null, CostInterval.Day)]
    [InlineData("2026-01-01", null, CostInterval.Week)]
    [InlineData("2024-01-01", null, CostInterval.Month)]
    [InlineData("2026-11-01", "hour", CostInterval.Hour)]
    public void The_steps_fit_the_range(string from, string? interval, CostInterval steps)
    {
        Result(new CostsAddress { From = from, To = interval is null ? null : "2026-11-10", Interval = interval });

        void Result(CostsAddress address) => Assert.Equal(steps, Read(address).Interval);
    }

    [Theory]
    [InlineData(CostCompare.Weekdays, "2026-11-01", "2026-11-24T14:32Z", "2026-10-04", "2026-10-27T14:32Z")]
    [InlineData(CostCompare.Weekdays, "2026-11-20", "2026-11-27", "2026-11-13", "2026-11-20")]
    [InlineData(CostCompare.Previous, "2026-11-01", "2026-11-11", "2026-10-22", "2026-11-01")]
    [InlineData(CostCompare.Month, "2026-11-01", "2026-11-24T14:32Z", "2026-10-01", "2026-10-24T14:32Z")]
    [InlineData(CostCompare.Month, "2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28")]
    public void What_it_is_compared_with(CostCompare compare, string from, string to, string beforeFrom, string beforeTo) =>
        Assert.Equal((At(beforeFrom), At(beforeTo)), CostComparison.Of(compare, At(from), At(to)));

    [Fact]
    public void Weekends_face_weekends() => Assert.Equal(
        At("2026-11-07").ToDateTimeOffset().DayOfWeek, CostComparison.Of(CostCompare.Weekdays, At("2026-11-07"), At("2026-11-17"))!.Value.From.ToDateTimeOffset().DayOfWeek);

    [Theory]
    [InlineData("from", "yesterday, perhaps")]
    [InlineData("from", "2027-01-01")]
    [InlineData("groupBy", "colour")]
    [InlineData("groupBy", "tenant,user,agent")]
    [InlineData("interval", "minute")]
    [InlineData("idle", "everybody")]
    [InlineData("compare", "1")]
    [InlineData("filter", "tenant")]
    public void What_cannot_be_asked_is_named(string field, string value)
    {
        CostsAddress address = field switch
        {
            "from" => new() { From = value }, "groupBy" => new() { GroupBy = value }, "interval" => new() { Interval = value },
            "idle" => new() { Idle = value }, "compare" => new() { Compare = value }, _ => new() { Filters = [value] },
        };

        Assert.Contains(field, CostsAsked.Read(address, Now, null).Problem!.Errors!.Keys);
    }

    [Fact]
    public void Hours_of_a_year_are_too_many_columns() => Assert.Contains("interval", CostsAsked.Read(new CostsAddress { From = "2026-01-01", Interval = "hour" }, Now, null).Problem!.Errors!.Keys);

    [Theory]
    [InlineData("2026-11-01", "2026-11-24T14:32Z", "1–24 Nov")]
    [InlineData("2026-10-28", "2026-11-04", "28 Oct – 3 Nov")]
    [InlineData("2026-11-24", "2026-11-25", "24 Nov")]
    [InlineData("2026-11-24T08:00Z", "2026-11-24T14:32Z", "24 Nov 08:00–14:32")]
    [InlineData("2025-12-01", "2026-02-01", "1 Dec 2025 – 31 Jan 2026")]
    public void A_range_reads_as_people_write_it(string from, string to, string shown) => Assert.Equal(shown, CostTime.Range(At(from), At(to)));

    private static CostsAsked Read(CostsAddress address, TimeSpan? span = null) => CostsAsked.Read(address, Now, span).Value!;

    private static Instant At(string time) => Instant.From(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal));
}
