using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>So much in so long: windows of the calendar, and buckets that refill, which is what the generic cell rate algorithm counts in times instead of amounts.</summary>
internal static class PeriodCases
{
    private const string Resource = "hits";

    private static readonly OwnerPath User = OwnerPath.Parse("user");

    public static void RunWindows(PublishedCase published)
    {
        IReadOnlyDictionary<string, decimal> fixedAllowed = published.Expected.Numbers("fixedAllowed");
        IReadOnlyDictionary<string, decimal> rollingAllowed = published.Expected.Numbers("rollingAllowed");
        if (fixedAllowed.Count > 0)
        {
            Assert.Equal(fixedAllowed, Allowed(published, CalendarOf(published)!));
        }

        if (rollingAllowed.Count > 0)
        {
            Assert.Equal(rollingAllowed, Allowed(published, RateOf(published)));
        }

        if (fixedAllowed.Count == 0 && rollingAllowed.Count == 0)
        {
            Hit(published);
        }
    }

    /// <summary>Amounts at times in windows that are anchored in the calendar.</summary>
    public static void RunPeriods(PublishedCase published)
    {
        QuotaPeriod period = CalendarOf(published)!;
        CaseWorld world = World(published, period);
        IReadOnlyDictionary<string, decimal> used = published.Expected.Numbers("usedInWindow");
        CaseObject? allowed = published.Expected.Part("allowed");
        foreach (CaseObject asks in published.Requests)
        {
            string id = asks.Text("id");
            world.AdvanceTo(asks.IsText("at") ? Instant.From(DateTimeOffset.Parse(asks.Text("at"), CultureInfo.InvariantCulture)) : world.At(asks.Number("at")));
            Request answered = Submit(world, id, asks.Number("amount"));
            Assert.Equal(allowed!.Truth(id), answered.Status == RequestStatus.Allocated);
            Assert.Equal(used.GetValueOrDefault(id, world.Figures(Resource, User, period).Used / 1000m), world.Figures(Resource, User, period).Used / 1000m);
        }
    }

    /// <summary>Why a window is none of ours.</summary>
    public static string? WhyNotWindows(PublishedCase published) =>
        published.RulesSay("GCRA") ? WhyNotPeriods(published, published.Expected.Has("fixedAllowed"))
        : published.RulesSay("fixed") && published.Expected.Has("fixedAllowed") ? WhyNotPeriods(published, needsCalendar: true)
        : "it counts in another way than calendar periods, rolling windows and buckets";

    /// <summary>Why a period is none of ours.</summary>
    public static string? WhyNotPeriods(PublishedCase published) => WhyNotPeriods(published, needsCalendar: true);

    private static string? WhyNotPeriods(PublishedCase published, bool needsCalendar) =>
        needsCalendar && CalendarOf(published) is null ? "fixed windows are the calendar's minutes, hours, days and weeks" : null;

    // One hit on a bucket whose theoretical arrival time is given: as much was taken of it, when it was full, that it would be full again then.
    private static void Hit(PublishedCase published)
    {
        CaseObject setup = published.Setup;
        (decimal limit, decimal length, decimal now) = (setup.Number("limit"), setup.Number("periodSeconds"), setup.Number("now"));
        decimal tat = setup.NumberOrNull("tat") ?? now;
        CaseObject asks = Assert.Single(published.Requests);
        QuotaPeriod period = RateOf(published);
        CaseWorld world = World(published, period, startsAt: Math.Min(now, tat - length));
        if (tat > now)
        {
            world.AdvanceTo(world.At(tat - length));
            Assert.Equal(RequestStatus.Allocated, Submit(world, "before", limit).Status);
        }

        world.AdvanceTo(world.At(now));
        Request answered = Submit(world, asks.Text("id"), asks.NumberOrNull("amount") ?? 1);

        Assert.Equal(published.Expected.Truth("allowed"), answered.Status == RequestStatus.Allocated);
        QuotaFigures figures = world.Figures(Resource, User, period);
        published.Same(published.Expected.Number("remaining"), decimal.Floor((figures.Has - figures.Used) / 1000m), "what remains");
        published.Same(published.Expected.Number("retryAfter"), answered.Reason?.Earliest is { } earliest ? world.TimeOf(earliest) - now : 0, "the time to retry");
        published.Same(published.Expected.Number("tat"), FullAt(world, limit, length), "the time at which the bucket is full");
    }

    private static decimal FullAt(CaseWorld world, decimal limit, decimal length)
    {
        QuotaRuleUse use = Assert.Single(world.Engine.Quota(User)!.Uses);
        decimal level = (use.Level + (use.Remainder / (length * 1000))) / 1000;
        return world.TimeOf(use.At) + ((limit - level) * length / limit);
    }

    private static Dictionary<string, decimal> Allowed(PublishedCase published, QuotaPeriod period)
    {
        CaseWorld world = World(published, period);
        Dictionary<string, decimal> allowed = new(StringComparer.Ordinal);
        foreach (CaseObject asks in published.Requests)
        {
            string id = asks.Text("id");
            world.AdvanceTo(world.At(asks.Number("at")));
            allowed[id] = 0;
            for (int i = 0; i < (asks.NumberOrNull("count") ?? 1); i++)
            {
                allowed[id] += Submit(world, string.Create(CultureInfo.InvariantCulture, $"{id}-{i}"), asks.NumberOrNull("amount") ?? 1).Status == RequestStatus.Allocated ? 1 : 0;
            }
        }

        return allowed;
    }

    // A kind that is used up: the pool has plenty, the quota decides.
    private static CaseWorld World(PublishedCase published, QuotaPeriod period, decimal startsAt = 0)
    {
        // A Monday, from which all periods of the calendar count evenly; times that are written out may come before it.
        Instant zero = Instant.From(new DateTimeOffset(2026, 1, published.Setup.Has("period") ? 1 : 5, 0, 0, 0, TimeSpan.Zero));
        decimal length = published.Setup.NumberOrNull("periodSeconds") ?? 1;
        decimal anchor = published.Setup.NumberOrNull("anchor") ?? 0;
        decimal before = Math.Max(0, decimal.Ceiling(-startsAt / length) * length);
        CaseWorld world = new(zero + TimeSpan.FromSeconds((double)(before - (anchor % length) + (anchor == 0 ? 0 : length))));
        world.Bucket(Resource);
        Quantity limit = CaseWorld.Amount(published.Setup.Number("limit"));
        world.Quota(User, 1, [new QuotaRule(Resource) { Limit = limit, Period = period, TimeZone = period.Zone, Burst = period.Kind == QuotaPeriodKind.Rate && published.Setup.NumberOrNull("burst") is { } burst ? CaseWorld.Amount(burst) : null }]);
        return world;
    }

    private static Request Submit(CaseWorld world, string id, decimal amount) =>
        world.Submit(world.Spec(id, User, ResourceVector.Of([new ResourceAmount(Resource, CaseWorld.Amount(amount))])) with { Queue = false });

    private static QuotaPeriod RateOf(PublishedCase published) => QuotaPeriod.Rate(TimeSpan.FromSeconds((double)published.Setup.Number("periodSeconds")));

    // A period by its name in a zone, or by its length where the calendar has one of that.
    private static QuotaPeriod? CalendarOf(PublishedCase published) =>
        published.Setup.TextOrNull("period") is { } name ? QuotaPeriod.TryParse(name, published.Setup.TextOrNull("timeZone"), out QuotaPeriod? named, out _) ? named : null
        : published.Setup.Number("periodSeconds") switch
        {
            60 => QuotaPeriod.Calendar(QuotaPeriodKind.Minute),
            3_600 => QuotaPeriod.Calendar(QuotaPeriodKind.Hour),
            86_400 => QuotaPeriod.Calendar(QuotaPeriodKind.Day),
            604_800 => QuotaPeriod.Calendar(QuotaPeriodKind.Week),
            _ => null,
        };
}
