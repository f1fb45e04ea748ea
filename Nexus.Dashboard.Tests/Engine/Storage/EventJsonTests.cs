using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Scheduling.Strategies.Adaptive;
using Nexus.Engine.Storage;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

public sealed class EventJsonTests
{
    private static readonly Instant Noon = Instant.From(new DateTimeOffset(2026, 1, 1, 12, 0, 0, 250, TimeSpan.Zero));

    [Fact]
    public void Every_type_of_event_happens_in_the_story_and_has_its_shape()
    {
        string[] told = [.. Story.Told().Events.Select(EventJson.TypeOf).Distinct().Order(StringComparer.Ordinal)];

        string[] all = [.. typeof(EngineEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(EngineEvent)) && !t.IsAbstract)
            .Select(t => JsonNamingPolicy.CamelCase.ConvertName(t.Name)).Order(StringComparer.Ordinal)];
        Assert.Equal(all, told);
        Assert.Contains(Story.Told().Events, e => e is SettlementCorrected { Prior: not null });
    }

    [Fact]
    public void What_becomes_of_a_pools_health_says_how_many_failed_and_when_it_is_probed()
    {
        AssertJson(
            """
            {"sequence":41,"at":"2026-01-01T12:00:00.250Z","type":"poolHealthChanged","actor":{"kind":"engine","id":"nexus","source":"engine"},
            "name":"gpus","before":"healthy","after":"open","failed":14,"settled":20,"retryAt":"2026-01-01T12:00:30.250Z"}
            """,
            new PoolHealthChanged("gpus", PoolHealthStatus.Healthy, PoolHealthStatus.Open, 14, 20, Noon + TimeSpan.FromSeconds(30)).Stamp(41, Noon, Actor.Engine));
        AssertJson(
            """
            {"sequence":42,"at":"2026-01-01T12:00:00.250Z","type":"poolHealthReset","actor":{"kind":"key","id":"key-1","source":"api"},"name":"gpus"}
            """,
            new PoolHealthReset("gpus").Stamp(42, Noon, Scene.Somebody));
        AssertJson(
            """
            {"sequence":43,"at":"2026-01-01T12:00:00.250Z","type":"poolSet","actor":{"kind":"key","id":"key-1","source":"api"},
            "name":"gpus","after":{"resources":{"gpu":8},"purchaseOption":"onDemand","strategy":"priority","health":{"window":"PT5M","minimumSamples":20,"failureRate":0.5,"probeAfter":"PT30S","probes":3}}}
            """,
            new PoolSet(Scene.Definition("gpus", ("gpu", 8)) with { Health = HealthSettings.Default }, null, false).Stamp(43, Noon, Scene.Somebody));
        AssertJson(
            """
            {"sequence":44,"at":"2026-01-01T12:00:00.250Z","type":"requestEnded","actor":{"kind":"engine","id":"nexus","source":"engine"},"owner":"acme/alice","id":"r1","status":"rejected",
            "reason":{"gate":"capacity","code":"poolUnhealthy","pool":"gpus","health":{"failed":2,"settled":2,"atOnce":0},"detail":"Pool gpus is unhealthy: 2 of 2 probes failed; it grants nothing until it is probed."}}
            """,
            new RequestEnded(OwnerPath.Parse("acme/alice"), "r1", RequestStatus.Rejected, new Reason(ReasonCode.PoolUnhealthy, "gpus") { Health = new PoolFailing(2, 2, null, 0) }, null, Labels.None).Stamp(44, Noon, Actor.Engine));
    }

    [Fact]
    public void A_switch_of_an_adaptive_pool_names_scores_window_and_rule()
    {
        StrategyRule rule = new(LoadFigure.DeadlineShare, true, 400_000, "deadline");
        AssertJson(
            """
            {"sequence":41,"at":"2026-01-01T12:00:00.250Z","type":"strategySwitched","actor":{"kind":"engine","id":"nexus","source":"engine"},
            "name":"gpus","before":"priority","after":"deadline","cause":"rule","rule":{"figure":"deadlineShare","above":0.4,"strategy":"deadline"},
            "load":{"waiting":12,"deadlineShare":0.5,"tenants":3},"window":{"from":"2026-01-01T11:50:00.250Z","to":"2026-01-01T12:00:00.250Z"},"scores":{"priority":100,"deadline":200}}
            """,
            new StrategySwitched("gpus", "priority", "deadline", new SwitchEvidence(
                SwitchCause.Rule, rule, new PoolLoad(12_000, 6_000, 3), Noon - TimeSpan.FromMinutes(10), Noon, [new StrategyScore("priority", 0), new StrategyScore("deadline", -FixedLog.One)], 0)).Stamp(41, Noon, Actor.Engine));
        AssertJson(
            """
            {"sequence":42,"at":"2026-01-01T12:00:00.250Z","type":"strategyTried","actor":{"kind":"engine","id":"nexus","source":"engine"},
            "name":"gpus","from":"2026-01-01T11:50:00.250Z","to":"2026-01-01T12:00:00.250Z","load":{"waiting":1.5,"deadlineShare":0,"tenants":1},
            "strategies":[{"strategy":"priority","requests":8,"waitSeconds":7.5,"deadlines":2,"missed":1,"jain":0.75,"granted":7,"cost":"1.25"}]}
            """,
            new StrategyTried("gpus", Noon - TimeSpan.FromMinutes(10), Noon, new PoolLoad(1_500, 0, 1), [new StrategyFigures("priority", 8, 60_000, 2, 1, 250_000, 7, Money.Parse("1.25"))]).Stamp(42, Noon, Actor.Engine));
        AssertJson(
            """
            {"sequence":43,"at":"2026-01-01T12:00:00.250Z","type":"poolSet","actor":{"kind":"key","id":"key-1","source":"api"},
            "name":"gpus","after":{"resources":{"gpu":8},"purchaseOption":"onDemand","strategy":"adaptive","objective":{"wait":1,"deadlines":0.5,"fairness":0,"cost":0},
            "adaptive":{"margin":0.05,"wins":2,"dwell":"PT30M","switchesPerDay":12,"rules":[{"figure":"deadlineShare","above":0.4,"strategy":"deadline"}]}}}
            """,
            new PoolSet(Scene.Definition("gpus", ("gpu", 8)) with { Strategy = "adaptive", Objective = new Objective(1_000, 500, 0, 0), Adaptive = AdaptiveSettings.Default with { Rules = [rule] } }, null, false).Stamp(43, Noon, Scene.Somebody));
    }

    [Fact]
    public void A_submission_says_what_was_asked_and_what_was_decided()
    {
        RequestSpec spec = Scene.Spec("r1", [("gpu", 2), ("memory", 30.5)], pools: ["gpus"], duration: TimeSpan.FromMinutes(10), queue: true, labels: Labels.Of([new("run", "7")]));
        Lease lease = new(41, spec.Resources, ["gpus", "gpus"], Noon, Noon + TimeSpan.FromSeconds(300), ResourceVector.Empty);

        AssertJson(
            """
            {"sequence":41,"at":"2026-01-01T12:00:00.250Z","type":"requestSubmitted","actor":{"kind":"key","id":"key-1","source":"api"},
            "owner":"acme/alice","id":"r1","status":"allocated","priority":"medium","labels":{"run":"7"},
            "request":{"id":"r1","owner":"acme/alice","resources":{"gpu":2,"memory":30.5},"pools":["gpus"],"duration":"PT10M","queue":true,"leaseSeconds":300,"labels":{"run":"7"}},
            "lease":{"id":"lease-41","amounts":{"gpu":2,"memory":30.5},"pools":{"gpu":"gpus","memory":"gpus"},"grantedAt":"2026-01-01T12:00:00.250Z","expiresAt":"2026-01-01T12:05:00.250Z"}}
            """,
            new RequestSubmitted(spec, "medium", spec.Labels, RequestStatus.Allocated, lease, null)
            .Stamp(41, Noon, Scene.Somebody));
    }

    [Fact]
    public void A_submission_of_a_learned_size_says_what_was_asked_what_was_reserved_and_on_how_many_that_rests()
    {
        RequestSpec asked = Scene.Spec("r1", [("llm.calls", 1), ("tokens.output", 4000)]).Learned() with { MaxCost = Nexus.Engine.Costs.Money.Parse("0.125") };
        RequestSpec spec = asked.Reserving(new LearnedSizing([new SizedAmount("llm.calls", Quantity.Of(1), 0), new SizedAmount("tokens.output", Quantity.Of(4000), 1234)]), Scene.Vector(("llm.calls", 1), ("tokens.output", 420)));

        AssertJson(
            """
            {"sequence":41,"at":"2026-01-01T12:00:00.250Z","type":"requestSubmitted","actor":{"kind":"key","id":"key-1","source":"api"},
            "owner":"acme/alice","id":"r1","status":"rejected","priority":"medium",
            "request":{"id":"r1","owner":"acme/alice","resources":{"llm.calls":1,"tokens.output":420},"leaseSeconds":300,"maxCost":"0.125","sizing":"learned","maximum":{"llm.calls":1,"tokens.output":4000},"learnedFrom":{"tokens.output":1234}}}
            """,
            new RequestSubmitted(spec, "medium", spec.Labels, RequestStatus.Rejected, null, null).Stamp(41, Noon, Scene.Somebody));
        AssertJson(
            """
            {"sequence":42,"at":"2026-01-01T12:00:00.250Z","type":"requestEnded","actor":{"kind":"key","id":"key-1","source":"api"},
            "owner":"acme/alice","id":"r1","status":"released","usage":{"llm.calls":1,"tokens.output":420},"heldFor":"PT7S","unstated":["tokens.output"]}
            """,
            new RequestEnded(spec.Owner, "r1", RequestStatus.Released, null, new Settlement(spec.Resources, TimeSpan.FromSeconds(7), ResourceVector.Empty, null, false), Labels.None) { Unstated = ["tokens.output"] }.Stamp(42, Noon, Scene.Somebody));
    }

    [Fact]
    public void A_submission_of_work_says_what_was_open_and_what_was_chosen_and_a_later_choice_too()
    {
        RequestSpec spec = Scene.Spec("r1", [("cpu", 2)]).With(new MoldableWork([new AmountRange("gpu", Quantity.Of(1), Quantity.Of(8), Quantity.Of(7200)), new AmountRange("memory", Scene.Amount(0.5), Scene.Amount(4), Quantity.Zero)]));

        AssertJson(
            """
            {"sequence":41,"at":"2026-01-01T12:00:00.250Z","type":"requestSubmitted","actor":{"kind":"key","id":"key-1","source":"api"},
            "owner":"acme/alice","id":"r1","status":"rejected","priority":"medium",
            "request":{"id":"r1","owner":"acme/alice","resources":{"cpu":2,"gpu":1,"memory":0.5},"duration":"PT2H","leaseSeconds":300,"work":{"gpu":7200},"amounts":{"gpu":{"min":1,"max":8},"memory":{"min":0.5,"max":4}}}}
            """,
            new RequestSubmitted(spec, "medium", spec.Labels, RequestStatus.Rejected, null, null).Stamp(41, Noon, Scene.Somebody));
        AssertJson(
            """
            {"sequence":42,"at":"2026-01-01T12:00:00.250Z","type":"amountChosen","actor":{"kind":"engine","id":"nexus","source":"engine"},
            "owner":"acme/alice","id":"r1","resources":{"cpu":2,"gpu":2,"memory":1},"duration":"PT1H"}
            """,
            new AmountChosen(spec.Owner, "r1", Scene.Vector(("cpu", 2), ("gpu", 2), ("memory", 1)), TimeSpan.FromHours(1)).Stamp(42, Noon, Actor.Engine));
    }

    [Fact]
    public void A_submission_of_several_configurations_says_all_of_them_and_which_was_chosen_and_a_later_choice_too()
    {
        RequestSpec spec = Scene.Spec("r1", [("gpu", 1)], pools: ["fast"], duration: TimeSpan.FromHours(1)).Or(
            new Alternative(Scene.Vector(("gpu", 2)), null, Labels.Of([new("model", "old")]), TimeSpan.FromHours(2)), new Alternative(Scene.Vector(("cpu", 8)), ["slow", "slower"], Labels.None, null));

        AssertJson(
            """
            {"sequence":41,"at":"2026-01-01T12:00:00.250Z","type":"requestSubmitted","actor":{"kind":"key","id":"key-1","source":"api"},
            "owner":"acme/alice","id":"r1","status":"rejected","priority":"medium",
            "request":{"id":"r1","owner":"acme/alice","resources":{"gpu":2},"poolLabels":{"model":"old"},"duration":"PT2H","leaseSeconds":300,"alternative":1,
            "main":{"resources":{"gpu":1},"pools":["fast"],"duration":"PT1H"},
            "alternatives":[{"resources":{"gpu":2},"poolLabels":{"model":"old"},"duration":"PT2H"},{"resources":{"cpu":8},"pools":["slow","slower"]}]}}
            """,
            new RequestSubmitted(spec.Configured(1), "medium", spec.Labels, RequestStatus.Rejected, null, null).Stamp(41, Noon, Scene.Somebody));
        AssertJson(
            """
            {"sequence":42,"at":"2026-01-01T12:00:00.250Z","type":"alternativeChosen","actor":{"kind":"engine","id":"nexus","source":"engine"},
            "owner":"acme/alice","id":"r1","alternative":1,"resources":{"gpu":2},"duration":"PT2H"}
            """,
            new AlternativeChosen(spec.Owner, "r1", 1, Scene.Vector(("gpu", 2)), TimeSpan.FromHours(2)).Stamp(42, Noon, Actor.Engine));
    }

    [Fact]
    public void What_shares_a_grant_says_so_and_whose_grant_it_is_and_of_which_lines_others_pay_the_minimum()
    {
        RequestSpec spec = Scene.Spec("r1", [("gpu", 1)]) with { Mergeable = true };
        Lease lease = new(41, spec.Resources, ["gpus"], Noon, Noon, ResourceVector.Empty) { MergedWith = 7 };

        AssertJson(
            """
            {"sequence":41,"at":"2026-01-01T12:00:00.250Z","type":"requestSubmitted","actor":{"kind":"key","id":"key-1","source":"api"},
            "owner":"acme/alice","id":"r1","status":"allocated","priority":"medium",
            "request":{"id":"r1","owner":"acme/alice","resources":{"gpu":1},"leaseSeconds":300,"mergeable":true},
            "lease":{"id":"lease-41","amounts":{"gpu":1},"pools":{"gpu":"gpus"},"grantedAt":"2026-01-01T12:00:00.250Z","expiresAt":"2026-01-01T12:00:00.250Z","mergedWith":"lease-7"}}
            """,
            new RequestSubmitted(spec, "medium", spec.Labels, RequestStatus.Allocated, lease, null).Stamp(41, Noon, Scene.Somebody));
        AssertJson(
            """
            {"sequence":42,"at":"2026-01-01T12:00:00.250Z","type":"heldMetered","actor":{"kind":"engine","id":"nexus","source":"engine"},
            "owner":"acme/alice","id":"r1","until":"2026-01-01T12:00:00.250Z",
            "lines":[{"kind":"usage","resource":"gpu","from":"2026-01-01T12:00:00.250Z","to":"2026-01-01T12:00:00.250Z","amount":1,"sku":"s","quantity":"1","unitPrice":"2","cost":"2","sharesMinimum":true}]}
            """,
            new HeldMetered(spec.Owner, "r1", Noon).Bill([new CostLine(LineKind.Usage, "gpu", Noon, Noon, 1_000) { Sku = "s", UnitPrice = Money.Of(2), Quantity = new PricingQuantity(1_000_000), SharesMinimum = true }]).Stamp(42, Noon, Actor.Engine));
    }

    [Fact]
    public void Who_is_held_back_says_until_when_and_what_that_saves() => AssertJson(
        """
        {"sequence":42,"at":"2026-01-01T12:00:00.250Z","type":"requestDelayed","actor":{"kind":"engine","id":"nexus","source":"engine"},
        "owner":"acme/alice","id":"r1",
        "reason":{"gate":"capacity","code":"cheaperLater","pool":"gpus","earliest":"2026-01-01T22:00:00.000Z","costNow":"4.5","costThen":"1.25","saving":"3.25",
        "detail":"It could start now, and may be delayed: later it is expected to cost 1.25 in pool gpus instead of 4.5."}}
        """,
        new RequestDelayed(OwnerPath.Parse("acme/alice"), "r1", new Reason(ReasonCode.CheaperLater, "gpus", Earliest: Instant.From(new DateTimeOffset(2026, 1, 1, 22, 0, 0, TimeSpan.Zero))) { Delay = new PriceDelay(Nexus.Engine.Costs.Money.Parse("4.5"), Nexus.Engine.Costs.Money.Parse("1.25")) })
            .Stamp(42, Noon, Actor.Engine));

    [Fact]
    public void An_end_says_why_and_what_was_used() => AssertJson(
        """
        {"sequence":42,"at":"2026-01-01T12:00:00.250Z","type":"requestEnded","actor":{"kind":"engine","id":"nexus","source":"engine"},
        "owner":"acme/alice","id":"r1","status":"expired",
        "reason":{"gate":"capacity","code":"leaseExpired","detail":"Nobody renewed its lease."},
        "usage":{"tokens.input":1200.125},"heldFor":"PT1M30.5S","outcome":"failed","late":true}
        """,
        new RequestEnded(
            OwnerPath.Parse("acme/alice"), "r1", RequestStatus.Expired, new Reason(ReasonCode.LeaseExpired),
            new Settlement(Scene.Vector(("tokens.input", 1200.125)), TimeSpan.FromSeconds(90.5), ResourceVector.Empty, Outcome.Failed, true), Labels.None)
            .Stamp(42, Noon, Actor.Engine));

    [Fact]
    public void A_change_of_a_pool_says_what_it_was_before_and_is_after() => AssertJson(
        """
        {"sequence":3,"at":"2026-01-01T12:00:00.250Z","type":"poolSet","actor":{"kind":"person","id":"dana","source":"page","address":"192.0.2.7"},
        "name":"llm","before":{"resources":{"gpu":4},"purchaseOption":"onDemand","strategy":"priority"},
        "after":{"resources":{"tokens.input":{"rate":1000,"per":"PT1M","burst":5000}},"labels":{"model":"A100"},"purchaseOption":"spot","allow":["acme","/"],"strategy":"priority"},"wasDraining":true}
        """,
        new PoolSet(
            new PoolDefinition("llm", [new Supply("tokens.input", Quantity.Of(5000), Quantity.Of(1000), TimeSpan.FromMinutes(1))], Labels.Of([new("model", "A100")]), PurchaseOption.Spot, [OwnerPath.Parse("acme"), OwnerPath.Root]),
            Scene.Definition("llm", ("gpu", 4)),
            true)
            .Stamp(3, Noon, new Actor(ActorKind.Person, "dana", "page", "192.0.2.7")));

    [Fact]
    public void An_owner_whose_settings_are_gone_has_no_after() => AssertJson(
        """
        {"sequence":4,"at":"2026-01-01T12:00:00.250Z","type":"ownerSet","actor":{"kind":"engine","id":"nexus","source":"engine"},
        "owner":"acme","before":{"labels":{"team":"search"},"priority":{"default":"high"}}}
        """,
        new OwnerSet(OwnerPath.Parse("acme"), null, new OwnerSettings(OwnerPath.Parse("acme"), Labels.Of([new("team", "search")]), "high", null))
            .Stamp(4, Noon, Actor.Engine));

    [Fact]
    public void An_owner_says_how_requests_give_way() => AssertJson(
        """
        {"sequence":4,"at":"2026-01-01T12:00:00.250Z","type":"ownerSet","actor":{"kind":"engine","id":"nexus","source":"engine"},
        "owner":"acme","before":{"degrade":[]},
        "after":{"degrade":[{"kind":"amount","least":0.25,"resources":["gpu"]},{"kind":"amount","least":0.1},{"kind":"pool","pools":["a","b"]},{"kind":"start","within":"PT1H"}]}}
        """,
        new OwnerSet(
            OwnerPath.Parse("acme"),
            new OwnerSettings(OwnerPath.Parse("acme"), Labels.None, null, null) { Degrade = new DegradeRules([new LowerAmounts(250, ["gpu"]), new LowerAmounts(100), new MorePools(["a", "b"]), new LaterStart(TimeSpan.FromHours(1))]) },
            new OwnerSettings(OwnerPath.Parse("acme"), Labels.None, null, null) { Degrade = new DegradeRules([]) }).Stamp(4, Noon, Actor.Engine));

    [Fact]
    public void A_request_that_got_less_says_what_it_asked_for_by_whose_rules_and_why()
    {
        RequestSpec asked = Scene.Spec("r1", [("gpu", 4)], pools: ["own"]);
        Degraded degraded = Degraded.Of(asked, OwnerPath.Root, [DegradeKind.Amount, DegradeKind.Pool], new Reason(ReasonCode.WaitedTooLong));

        AssertJson(
            """
            {"sequence":41,"at":"2026-01-01T12:00:00.250Z","type":"requestDegraded","actor":{"kind":"engine","id":"nexus","source":"engine"},
            "owner":"acme/alice","id":"r1","resources":{"gpu":2},"pools":["own","spot"],
            "degraded":{"asked":{"resources":{"gpu":4},"pools":["own"]},"by":"~","steps":["amount","pool"],"because":{"gate":"capacity","code":"waitedTooLong","detail":"Its maxWait passed before it could start."}}}
            """,
            new RequestDegraded(asked.Owner, "r1", Scene.Vector(("gpu", 2)), ["own", "spot"], degraded).Stamp(41, Noon, Actor.Engine));
        AssertJson(
            """
            {"sequence":42,"at":"2026-01-01T12:00:00.250Z","type":"requestSubmitted","actor":{"kind":"key","id":"key-1","source":"api"},
            "owner":"acme/alice","id":"r1","status":"rejected","priority":"medium",
            "request":{"id":"r1","owner":"acme/alice","resources":{"gpu":4},"pools":["own"],"leaseSeconds":300,"degrade":false}}
            """,
            new RequestSubmitted(asked with { MayDegrade = false }, "medium", asked.Labels, RequestStatus.Rejected, null, null).Stamp(42, Noon, Scene.Somebody));
    }

    [Fact]
    public void A_start_that_moved_says_to_when_and_why() => AssertJson(
        """
        {"sequence":5,"at":"2026-01-01T12:00:00.250Z","type":"bookingMoved","actor":{"kind":"engine","id":"nexus","source":"engine"},
        "owner":"acme/alice","id":"r1","status":"reserved","startsAt":"2026-01-01T12:00:00.250Z","bookedPools":["p"],
        "reason":{"gate":"capacity","code":"poolDraining","pool":"q","detail":"Pool q is being drained and grants nothing."}}
        """,
        new BookingMoved(OwnerPath.Parse("acme/alice"), "r1", new Booking(Noon, ["p"]), new Reason(ReasonCode.PoolDraining, "q")).Stamp(5, Noon, Actor.Engine));

    [Fact]
    public void A_reservation_says_what_when_and_how_often() => AssertJson(
        """
        {"sequence":6,"at":"2026-01-01T12:00:00.250Z","type":"reservationDeleted","actor":{"kind":"engine","id":"nexus","source":"engine"},
        "name":"night","before":{"owner":"acme","pool":"p","resources":{"gpu":2},"start":"2026-01-01T12:00:00.250Z","end":"2026-01-01T13:00:00.250Z","recurrence":"FREQ=DAILY","timeZone":"UTC"}}
        """,
        new ReservationDeleted(new Reservation(
            "night", OwnerPath.Parse("acme"), "p", Scene.Vector(("gpu", 2)), Noon, Noon + TimeSpan.FromHours(1),
            new Recurrence(Frequency.Daily, 1, Weekdays.None, null, null, "UTC"))).Stamp(6, Noon, Actor.Engine));

    private static void AssertJson(string expected, EngineEvent happened) =>
        Assert.Equal(expected.ReplaceLineEndings(""), Encoding.UTF8.GetString(EventJson.Line(happened).Span));
}
