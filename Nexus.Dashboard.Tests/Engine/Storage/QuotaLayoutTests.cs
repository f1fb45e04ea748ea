using System.Text;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Engine.Storage;

/// <summary>All that a quota can say comes back from its bytes, and stands in the export.</summary>
public sealed class QuotaLayoutTests
{
    private static readonly QuotaRule Full = new("gpu")
    {
        Limit = Scene.Amount(2.5),
        Borrow = QuotaBound.Unbounded,
        Lend = QuotaBound.Of(Scene.Amount(1)),
        Period = QuotaPeriod.Calendar(QuotaPeriodKind.Week, "Europe/Berlin"),
        TimeZone = "Europe/Berlin",
        Windows =
        [
            new QuotaWindow([DayOfWeek.Sunday, DayOfWeek.Monday], new TimeOnly(18, 0), new TimeOnly(8, 30), null, null) { Lend = QuotaBound.Unbounded },
            new QuotaWindow(null, null, null, new DateOnly(2026, 12, 24), new DateOnly(2026, 12, 26)) { Limit = Quantity.Zero, Borrow = QuotaBound.Nothing },
        ],
        Mode = QuotaMode.Soft,
        Reclaim = QuotaReclaim.Never,
        LendTo = QuotaLendTo.All,
        Adjust = new QuotaAdjustment(QuotaAdjustMode.Apply, Quantity.Of(1), Quantity.Of(9)),
        EnforceAt = new Instant(1_767_225_600_123),
    };

    private static readonly QuotaDefinition Quota = new(OwnerPath.Parse("acme/alice"), 250,
    [
        Full, new QuotaRule("cpu") { Extra = Quantity.Zero }, new QuotaRule("llm.calls") { Limit = Quantity.Of(5), Period = QuotaPeriod.Rate(TimeSpan.FromSeconds(90)), Burst = Quantity.Of(2) },
        new QuotaRule("llm.calls") { Limit = Quantity.Of(5), Period = QuotaPeriod.Rolling(TimeSpan.FromHours(1)) },
    ]);

    [Fact]
    public void What_is_set_comes_back_from_its_bytes()
    {
        QuotaSet back = Assert.IsType<QuotaSet>(Again(new QuotaSet(Quota, null)));
        Assert.Equal((Quota, null), (back.Quota, back.Before));
        Assert.Equal(Quota, Assert.IsType<QuotaDeleted>(Again(new QuotaDeleted(Quota))).Before);
        Assert.Equal(Quota, Assert.IsType<QuotaSet>(Again(new QuotaSet(new QuotaDefinition(OwnerPath.Root, 0, []), Quota))).Before);
    }

    [Fact]
    public void Why_it_was_set_comes_back_and_takes_no_room_where_nobody_said()
    {
        Assert.Equal("42 requests were refused by it", Assert.IsType<QuotaSet>(Again(new QuotaSet(Quota, null, "42 requests were refused by it"))).Reason);
        Assert.Null(Assert.IsType<QuotaSet>(Again(new QuotaSet(Quota, null))).Reason);
        Assert.Contains("\"reason\":\"because\"", Encoding.UTF8.GetString(EventJson.Line(new QuotaSet(Quota, null, "because")).Span), StringComparison.Ordinal);
    }

    [Fact]
    public void The_reason_of_a_quota_keeps_its_period()
    {
        Reason reason = new(ReasonCode.OverQuota, Kind: "gpu", Needed: Quantity.Of(3), Available: Quantity.Zero, Earliest: new Instant(5), Name: "~") { Period = Full.Period };

        Assert.Equal(reason, Assert.IsType<RequestSubmitted>(Again(new RequestSubmitted(Scene.Spec("r", [("gpu", 1)]), "medium", Labels.None, RequestStatus.Rejected, null, reason))).Reason);
    }

    [Fact]
    public void The_export_has_the_shape_of_the_API() => Assert.Equal(
        """
        {"sequence":7,"at":"1970-01-01T00:00:00.009Z","type":"quotaSet","actor":{"kind":"key","id":"key-1","source":"api"},"owner":"acme/alice",
        "after":{"weight":0.25,"rules":[
        {"resource":"gpu","limit":2.5,"borrow":"unlimited","lend":1,"period":"week","timeZone":"Europe/Berlin",
        "windows":[{"days":["sun","mon"],"from":"18:00","to":"08:30","lend":"all"},{"dates":{"from":"2026-12-24","to":"2026-12-26"},"limit":0,"borrow":0}],
        "mode":"soft","reclaim":"never","lendTo":"all","adjust":{"mode":"apply","min":1,"max":9},"enforceAt":"2026-01-01T00:00:00.123Z"},
        {"resource":"cpu","extra":0,"borrow":0,"lend":"all","mode":"hard"},
        {"resource":"llm.calls","limit":5,"borrow":0,"lend":"all","period":"rate:PT1M30S","burst":2,"mode":"hard"},
        {"resource":"llm.calls","limit":5,"borrow":0,"lend":"all","period":"rolling:PT1H","mode":"hard"}]}}
        """.ReplaceLineEndings("").Replace("\n", "", StringComparison.Ordinal),
        Encoding.UTF8.GetString(EventJson.Line(new QuotaSet(Quota, null).Stamp(7, new Instant(9), Scene.Somebody)).Span));

    private static EngineEvent Again(EngineEvent happened)
    {
        EventBuffer bytes = new();
        EventCodec.Write(bytes, happened.Stamp(1, new Instant(1), Actor.Engine));
        return EventCodec.ReadAll(bytes.Written)[0];
    }
}
