using CsCheck;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Strategies;

public sealed class StrategiesTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);
    private static readonly Instant Start = new(1_767_225_600_000);

    [Fact]
    public void They_are_known_by_their_names_in_the_api_the_usual_one_first()
    {
        Assert.Equal(["priority", "fairShare", "deadline", "costOptimized", "adaptive"], KnownStrategies.All.Select(s => s.Name));
        Assert.Equal("priority", KnownStrategies.Default);
        Assert.Equal(["priority", "fairShare", "deadline", "costOptimized"], KnownStrategies.Fixed);
        Assert.All(KnownStrategies.Fixed, s => Assert.Equal(s, KnownStrategies.Find(s)!.Info.Name));
        Assert.Null(KnownStrategies.Find("adaptive"));
        Assert.Null(KnownStrategies.Find("Priority"));
    }

    [Fact]
    public void Priority_is_by_class_then_arrival()
    {
        Assert.Equal(["critical", "first", "second"], Order(new PriorityStrategy(),
            ("first", new Standing(500, 1, Start)), ("second", new Standing(500, 2, Start)), ("critical", new Standing(1000, 3, Start + TenSeconds))));
    }

    [Fact]
    public void Who_has_waited_long_enough_goes_before_a_higher_class_that_has_just_come()
    {
        // From low, 250, to critical, 1000, are 750 points of ten seconds: 2 h 5 min.
        Standing low = new(250, 1, Start);
        TimeSpan enough = TimeSpan.FromMinutes(125);

        Assert.Equal(["critical", "low"], Order(new PriorityStrategy(), ("low", low), ("critical", new Standing(1000, 2, Start + enough - TimeSpan.FromMilliseconds(1)))));
        Assert.Equal(["low", "critical"], Order(new PriorityStrategy(), ("low", low), ("critical", new Standing(1000, 2, Start + enough))));
    }

    [Fact]
    public void The_order_by_aged_class_is_the_same_at_every_moment() =>
        Gen.Select(Gen.Int[-1_000_000, 1_000_000], Gen.Long[0, 10_000_000], Gen.Int[-1_000_000, 1_000_000], Gen.Long[0, 10_000_000], Gen.Long[1, 60_000], Gen.Long[0, 1_000_000_000])
            .Sample((valueA, cameA, valueB, cameB, interval, later) =>
            {
                TimeSpan aging = TimeSpan.FromMilliseconds(interval);
                Int128 now = Math.Max(cameA, cameB) + later;
                QueuePlace a = new PriorityStrategy().Place(new Standing(valueA, 1, new Instant(cameA)), aging);
                QueuePlace b = new PriorityStrategy().Place(new Standing(valueB, 2, new Instant(cameB)), aging);

                // The points of both, times the interval: value × interval + waited.
                int expected = (((Int128)valueB * interval) + now - cameB).CompareTo(((Int128)valueA * interval) + now - cameA);
                Assert.Equal(expected == 0 ? -1 : expected, Math.Sign(QueuePlace.Compare(a, b)));
            });

    [Fact]
    public void The_largest_class_and_the_longest_interval_turn_nothing_over()
    {
        Standing most = new(1_000_000, 1, new Instant(253_402_300_799_999));
        Standing least = new(-1_000_000, 2, new Instant(0));

        Assert.Equal(["most", "least"], Order(new PriorityStrategy(), TimeSpan.FromDays(366), ("least", least), ("most", most)));
    }

    [Fact]
    public void Deadline_is_by_deadline_then_class_then_arrival_and_without_one_last()
    {
        Instant soon = Start + TenSeconds;
        Assert.Equal(["sooner", "high", "first", "second", "never, high", "never"], Order(new DeadlineStrategy(),
            ("never", new Standing(500, 1, Start)),
            ("never, high", new Standing(1000, 2, Start)),
            ("first", new Standing(500, 3, Start, soon)),
            ("second", new Standing(500, 4, Start, soon)),
            ("high", new Standing(750, 5, Start, soon)),
            ("sooner", new Standing(250, 6, Start, soon - TimeSpan.FromMilliseconds(1)))));
    }

    [Fact]
    public void Among_the_requests_of_one_owner_fair_share_is_by_class_then_arrival() =>
        Assert.Equal(["high", "first", "second"], Order(new FairShareStrategy(),
            ("first", new Standing(500, 1, Start)), ("second", new Standing(500, 2, Start)), ("high", new Standing(750, 3, Start))));

    private static string[] Order(IStrategy strategy, params (string Name, Standing Waiting)[] all) => Order(strategy, TenSeconds, all);

    private static string[] Order(IStrategy strategy, TimeSpan agingInterval, params (string Name, Standing Waiting)[] all) =>
        [.. all.OrderBy(w => strategy.Place(w.Waiting, agingInterval), Comparer<QueuePlace>.Create(QueuePlace.Compare)).Select(w => w.Name)];
}
