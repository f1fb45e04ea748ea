using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Tests.Engine.Storage;

/// <summary>What requests and pools say beyond the first layout comes back from their bytes; what says nothing new has the first layout's bytes.</summary>
public sealed class TermsTests
{
    [Fact]
    public void Every_term_of_a_request_comes_back()
    {
        RequestSpec spec = Scene.Spec("r1", [("gpu", 1)], duration: TimeSpan.FromMinutes(1)) with
        {
            Members = 3,
            Deadline = new Instant(1_767_225_600_123),
            Preemptible = true,
            Reservation = "nightly",
        };

        RequestSubmitted back = Assert.IsType<RequestSubmitted>(Again(new RequestSubmitted(spec, "medium", Labels.None, RequestStatus.Rejected, null, null)));

        Assert.Equal(spec, back.Spec);
    }

    [Fact]
    public void Work_comes_back_with_what_was_open_and_what_was_chosen()
    {
        MoldableWork work = new([new AmountRange("gpu", Quantity.Of(1), Quantity.Of(8), Quantity.Of(7200)), new AmountRange("memory", Scene.Amount(0.5), Scene.Amount(4.125), Quantity.Zero)]);
        RequestSpec spec = Scene.Spec("r1", [("cpu", 2)]).With(work);
        RequestSpec chosen = spec.Sized(Scene.Vector(("cpu", 2), ("gpu", 3), ("memory", 1.5)), TimeSpan.FromMinutes(40));

        RequestSpec back = ((RequestSubmitted)Again(new RequestSubmitted(chosen, "medium", Labels.None, RequestStatus.Rejected, null, null))).Spec;

        Assert.Equal((chosen, work, "cpu 2, gpu 3, memory 1.5", TimeSpan.FromMinutes(40)), (back, back.Work, back.Resources.ToString(), back.Duration));
        Assert.Equal(("gpu 3", TimeSpan.FromSeconds(7)), Again(new AmountChosen(OwnerPath.Parse("acme/x"), "r1", Scene.Vector(("gpu", 3)), TimeSpan.FromSeconds(7))) is AmountChosen e ? (e.Resources.ToString(), e.Duration) : default);
    }

    [Fact]
    public void Maxima_come_back_with_what_was_reserved_and_on_how_many_it_rests_and_so_does_the_most_that_it_may_cost()
    {
        RequestSpec asked = Scene.Spec("r1", [("llm.calls", 1), ("tokens.output", 4000)]).Learned() with { MaxCost = Money.Parse("0.125") };
        RequestSpec chosen = asked.Reserving(new LearnedSizing([new SizedAmount("llm.calls", Quantity.Of(1), 0), new SizedAmount("tokens.output", Quantity.Of(4000), 1234)]), Scene.Vector(("llm.calls", 1), ("tokens.output", 420.5)));

        RequestSpec back = ((RequestSubmitted)Again(new RequestSubmitted(chosen, "medium", Labels.None, RequestStatus.Rejected, null, null))).Spec;

        Assert.Equal((asked, "llm.calls 1, tokens.output 420.5", Money.Parse("0.125")), (back, back.Resources.ToString(), back.MaxCost));
        Assert.Equal([(Quantity.Of(1), 0L), (Quantity.Of(4000), 1234L)], back.Sizing!.Amounts.Select(a => (a.Maximum, a.Known)));
    }

    [Fact]
    public void How_long_it_may_be_delayed_comes_back_and_so_does_what_that_saves()
    {
        RequestSpec spec = Scene.Spec("r1", [("gpu", 1)], queue: true) with { MaxDelay = TimeSpan.FromHours(6) };
        Reason later = new(ReasonCode.CheaperLater, "gpus", Earliest: new Instant(7)) { Delay = new PriceDelay(Money.Parse("4.5"), Money.Parse("1.25")) };

        RequestSubmitted back = (RequestSubmitted)Again(new RequestSubmitted(spec, "medium", Labels.None, RequestStatus.Queued, null, later));

        Assert.Equal((spec, later), (back.Spec, back.Reason));
        Assert.NotEqual(spec, spec with { MaxDelay = TimeSpan.FromHours(7) });
        Assert.Equal(later, ((RequestDelayed)Again(new RequestDelayed(spec.Owner, "r1", later))).Reason);
    }

    [Fact]
    public void What_was_asked_comes_back_of_one_that_got_less_and_that_one_must_not_get_less()
    {
        RequestSpec asked = Scene.Spec("r1", [("gpu", 4)], pools: ["own"]) with { Deadline = new Instant(9_000) };
        Reason why = new(ReasonCode.NotEnoughFree, "own", "gpu", Quantity.Of(4), Quantity.Of(1));
        Degraded degraded = Degraded.Of(asked, OwnerPath.Root, [DegradeKind.Start, DegradeKind.Amount], why);
        RequestSpec less = asked with { Resources = Scene.Vector(("gpu", 1.5)), Pools = ["own", "spot"], Queue = true, MaxWait = TimeSpan.FromHours(1), Deadline = new Instant(12_000), Degraded = degraded };

        RequestSpec back = ((RequestSubmitted)Again(new RequestSubmitted(less, "medium", Labels.None, RequestStatus.Rejected, null, null))).Spec;

        Assert.Equal((asked, asked, "gpu 1.5", new Instant(12_000)), (back, back.AsAsked(), back.Resources.ToString(), back.Deadline));
        Assert.Equal(("gpu 4", false, null, new Instant(9_000), OwnerPath.Root, why), (back.Degraded!.Resources.ToString(), back.Degraded.Queue, back.Degraded.MaxWait, back.Degraded.Deadline, back.Degraded.By, back.Degraded.Why));
        Assert.Equal([DegradeKind.Start, DegradeKind.Amount], back.Degraded.Steps);
        Assert.Equal(["own"], back.Degraded.Pools!);
        RequestDegraded later = (RequestDegraded)Again(new RequestDegraded(asked.Owner, "r1", less.Resources, less.Pools, degraded));
        Assert.Equal(("gpu 1.5", "gpu 4", 2), (later.Resources.ToString(), later.Degraded.Resources.ToString(), later.Pools!.Count));
        RequestSpec unbending = ((RequestSubmitted)Again(new RequestSubmitted(asked with { MayDegrade = false }, "medium", Labels.None, RequestStatus.Rejected, null, null))).Spec;
        Assert.False(unbending.MayDegrade);
        Assert.NotEqual(asked, unbending);
    }

    [Fact]
    public void How_requests_give_way_comes_back_and_an_owner_without_that_keeps_the_first_layout()
    {
        OwnerSettings plain = new(OwnerPath.Parse("acme"), Labels.Of([new("team", "a")]), "high", null);
        OwnerSettings gives = plain with { Degrade = new DegradeRules([new LowerAmounts(333, ["gpu", "cpu"]), new LowerAmounts(5), new MorePools(["a", "b"]), new LaterStart(TimeSpan.FromSeconds(90))]) };

        Assert.Equal((gives, plain), Again(new OwnerSet(plain.Path, gives, plain)) is OwnerSet e ? (e.Owner, e.Before) : default);
        Assert.Equal((null, gives), Again(new OwnerSet(plain.Path, null, gives)) is OwnerSet f ? (f.Owner, f.Before) : default);
        Assert.Equal(plain with { Degrade = new DegradeRules([]) }, Again(new OwnerSet(plain.Path, plain with { Degrade = new DegradeRules([]) }, null)) is OwnerSet g ? g.Owner : null);
        Assert.Equal(27, TagOf(new OwnerSet(plain.Path, plain, null)));
        Assert.Equal(42, TagOf(new OwnerSet(plain.Path, plain, gives)));

        static int TagOf(EngineEvent happened)
        {
            EventBuffer bytes = new();
            EventCodec.Write(bytes, happened);
            return bytes.Written.Span[4];
        }
    }

    [Fact]
    public void That_it_may_share_a_grant_comes_back_and_so_does_the_grant_that_it_shares_with_whose_minimum_others_paid()
    {
        RequestSpec spec = Scene.Spec("r1", [("llm.calls", 1)]) with { Mergeable = true };
        Lease own = new(7, spec.Resources, ["llm"], new Instant(1), new Instant(2), ResourceVector.Empty);
        Lease shared = own with { MergedWith = 3 };
        CostLine line = new(LineKind.Usage, "llm.calls", new Instant(1), new Instant(1), 1_000) { Sku = "calls", UnitPrice = Money.Of(1), Quantity = new PricingQuantity(1_000_000), SharesMinimum = true };

        Assert.Equal((spec, 3), Again(new RequestSubmitted(spec, "medium", Labels.None, RequestStatus.Allocated, shared, null)) is RequestSubmitted s ? (s.Spec, s.Lease!.MergedWith) : default);
        Assert.Null(((RequestSubmitted)Again(new RequestSubmitted(spec, "medium", Labels.None, RequestStatus.Allocated, own, null))).Lease!.MergedWith);
        Assert.Null(((RequestSubmitted)Again(new RequestSubmitted(spec, "medium", Labels.None, RequestStatus.Rejected, null, null))).Lease);
        Assert.Equal(3, ((RequestStarted)Again(new RequestStarted(spec.Owner, "r1", shared))).Lease.MergedWith);
        Assert.Null(((RequestStarted)Again(new RequestStarted(spec.Owner, "r1", own))).Lease.MergedWith);
        Assert.Equal([line with { SharesMinimum = false }, line], Again(new HeldMetered(spec.Owner, "r1", new Instant(5)).Bill([line with { SharesMinimum = false }, line])).Lines);
        Assert.NotEqual(spec, spec with { Mergeable = false });

        EventBuffer to = new();
        RequestCodec.Write(to, new Request { Spec = spec, Arrival = 1, Version = 1, SubmittedAt = default, Priority = "medium", Labels = Labels.None, Status = RequestStatus.Released, Lease = shared, MinimaOfOthers = ["llm.calls"] });
        EventReader from = new(to.Written.Span);
        Request back = RequestCodec.Read(ref from);
        Assert.Equal((3L, "llm.calls"), (back.Lease!.MergedWith, Assert.Single(back.MinimaOfOthers)));
    }

    [Fact]
    public void Its_configurations_come_back_and_which_of_them_was_chosen()
    {
        RequestSpec asked = Scene.Spec("r1", [("gpu", 1)], pools: ["fast"], duration: TimeSpan.FromHours(1)).Or(
            new Alternative(Scene.Vector(("gpu", 2)), null, Labels.Of([new("model", "old")]), TimeSpan.FromHours(2)), new Alternative(Scene.Vector(("cpu", 8)), ["slow"], Labels.None, null));

        RequestSpec back = ((RequestSubmitted)Again(new RequestSubmitted(asked.Configured(2), "medium", Labels.None, RequestStatus.Rejected, null, null))).Spec;

        Assert.Equal((asked, 2, "cpu 8", null), (back, back.Alternatives!.Chosen, back.Resources.ToString(), back.Duration));
        Assert.Equal(["slow"], back.Pools!);
        Assert.Equal("gpu 1", back.Configured(0).Resources.ToString());
        Assert.NotEqual(asked, Scene.Spec("r1", [("gpu", 1)], pools: ["fast"], duration: TimeSpan.FromHours(1)));
        Assert.Equal((2, null), Again(new AlternativeChosen(asked.Owner, "r1", 2, Scene.Vector(("cpu", 8)), null)) is AlternativeChosen e ? (e.Alternative, e.Duration) : default);
    }

    [Fact]
    public void Work_of_open_size_comes_back_with_its_maxima()
    {
        RequestSpec asked = Scene.Spec("r1", [("tokens.output", 4000)]).Learned().With(new MoldableWork([new AmountRange("gpu", Quantity.Of(1), Quantity.Of(8), Quantity.Of(7200))]));
        RequestSpec chosen = asked.Reserving(asked.Sizing!, Scene.Vector(("gpu", 1), ("tokens.output", 10))).Sized(Scene.Vector(("gpu", 2), ("tokens.output", 10)), TimeSpan.FromHours(1));

        RequestSpec back = ((RequestSubmitted)Again(new RequestSubmitted(chosen, "medium", Labels.None, RequestStatus.Rejected, null, null))).Spec;

        Assert.Equal((asked, "gpu 2, tokens.output 10", TimeSpan.FromHours(1)), (back, back.Resources.ToString(), back.Duration));
    }

    [Fact]
    public void By_what_a_pool_is_judged_comes_back_and_what_became_of_it_and_without_it_a_pool_has_the_first_layout()
    {
        PoolDefinition plain = Scene.Definition("p", ("gpu", 1));
        PoolDefinition judged = plain with { Health = new HealthSettings(TimeSpan.FromSeconds(90), 7, 123_456, TimeSpan.FromHours(2), 11) };
        Reason reason = new(ReasonCode.PoolProbed, "p", "gpu", Quantity.Of(1), Quantity.Zero) { Health = new PoolFailing(3, 4, TimeSpan.FromSeconds(90), 11) };
        PoolHealthChanged opened = new("p", PoolHealthStatus.Recovering, PoolHealthStatus.Open, 3, 4, new Instant(1_767_225_600_123));

        Assert.Equal((judged, plain), Again(new PoolSet(judged, plain, false)) is PoolSet e ? (e.Pool, e.Before) : default);
        Assert.Equal(reason, ((RequestEnded)Again(new RequestEnded(OwnerPath.Parse("acme/x"), "r1", RequestStatus.Rejected, reason, null, Labels.None))).Reason);
        Assert.Equal(opened, Again(opened));
        Assert.Equal("p", ((PoolHealthReset)Again(new PoolHealthReset("p"))).Name);
        Assert.True(plain.IsPlain);
    }

    [Fact]
    public void What_an_adaptive_pool_is_to_serve_comes_back_and_what_it_learned()
    {
        PoolDefinition plain = Scene.Definition("p", ("gpu", 1));
        StrategyRule rule = new(LoadFigure.Tenants, false, 1_500_000, "deadline");
        PoolDefinition adaptive = plain with { Strategy = "adaptive", Objective = new Objective(1, 20, 300, 4_000), Adaptive = new AdaptiveSettings(123_456, 7, TimeSpan.FromSeconds(90), 0, [rule]) };
        StrategyTried tried = new("p", new Instant(1), new Instant(2), new PoolLoad(1_500, 500, 3), [new StrategyFigures("deadline", 1, 2, 3, 4, 5, 6, Money.Parse("7.8"))]);
        StrategySwitched switched = new("p", "priority", "deadline", new SwitchEvidence(SwitchCause.RuleOver, rule, new PoolLoad(1, 2, 3), new Instant(1), new Instant(2), [new StrategyScore("deadline", -123_456)], 7));

        Assert.Equal((adaptive, plain), Again(new PoolSet(adaptive, plain, false)) is PoolSet e ? (e.Pool, e.Before) : default);
        Assert.Equal("deadline", ((PoolSet)Again(new PoolSet(plain, adaptive with { Chosen = "deadline" }, false))).Before!.Follows);
        StrategyTried triedAgain = (StrategyTried)Again(tried);
        Assert.Equal(tried with { Figures = [] }, triedAgain with { Figures = [] });
        Assert.Equal(tried.Figures, triedAgain.Figures);
        SwitchEvidence again = ((StrategySwitched)Again(switched)).Evidence;
        Assert.Equal(switched.Evidence with { Scores = [] }, again with { Scores = [] });
        Assert.Equal(switched.Evidence.Scores, again.Scores);
        Assert.Null(((StrategySwitched)Again(switched with { Evidence = new SwitchEvidence(SwitchCause.Learned, null, default, null, null, [], 1) })).Evidence.From);
    }

    [Fact]
    public void What_a_release_left_out_comes_back()
    {
        RequestEnded ended = new(OwnerPath.Parse("acme/x"), "r1", RequestStatus.Released, null, new Settlement(Scene.Vector(("tokens.output", 3)), TimeSpan.Zero, ResourceVector.Empty, null, false), Labels.None) { Unstated = ["llm.calls", "tokens.output"] };

        Assert.Equal(["llm.calls", "tokens.output"], ((RequestEnded)Again(ended)).Unstated);
        Assert.Empty(((RequestEnded)Again(ended with { Unstated = [] })).Unstated);
    }

    [Fact]
    public void What_was_wanted_in_addition_and_refused_comes_back()
    {
        LeaseRenewed refused = new(OwnerPath.Parse("acme/x"), "r1", new Instant(7), ResourceVector.Empty, ResourceVector.Empty, new Reason(ReasonCode.NotEnoughFree)) { Wanted = Scene.Vector(("gpu", 2), ("memory", 8)) };

        Assert.Equal("gpu 2, memory 8", ((LeaseRenewed)Again(refused)).Wanted.ToString());
    }

    [Fact]
    public void Every_setting_of_a_pool_comes_back_in_what_sets_and_what_deletes_it()
    {
        PoolDefinition pool = Scene.Definition("gpus", ("gpu", 4)) with
        {
            Strategy = "fairShare",
            AgingInterval = TimeSpan.FromSeconds(7),
            KeepAfter = TimeSpan.Zero,
            Preemption = new PreemptionSettings(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2), BetweenBorrowers.FinalThenInitialShare),
            Backfill = Backfill.Easy,
            HalfLife = TimeSpan.FromHours(6),
            Prices = [new PoolPrice("gpu", Money.Of(2))],
        };
        PoolDefinition plain = Scene.Definition("gpus", ("gpu", 4));

        Assert.Equal((pool, plain), (((PoolSet)Again(new PoolSet(pool, plain, false))).Pool, ((PoolSet)Again(new PoolSet(pool, plain, false))).Before));
        Assert.Equal((plain, pool), (((PoolSet)Again(new PoolSet(plain, pool, false))).Pool, ((PoolSet)Again(new PoolSet(plain, pool, false))).Before));
        Assert.Equal(pool, ((PoolDeleted)Again(new PoolDeleted(pool))).Before);
    }

    [Fact]
    public void A_state_with_such_pools_and_requests_comes_back_with_the_same_hash()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("gpus", ("gpu", 4)) with { Preemption = new PreemptionSettings(TimeSpan.FromSeconds(1), TimeSpan.Zero) });
        nexus.Submit(Scene.Spec("r1", [("gpu", 1)]) with { Preemptible = true });

        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits());

        Assert.Equal(nexus.Engine.StateHash(), restored.StateHash());
        Assert.Equal(TimeSpan.FromSeconds(1), restored.Pool("gpus")!.Definition.Preemption.Grace);
        Assert.True(restored.Requests.Single().Spec.Preemptible);
    }

    private static EngineEvent Again(EngineEvent happened)
    {
        EventBuffer bytes = new();
        EventCodec.Write(bytes, happened);
        return EventCodec.ReadAll(bytes.Written).Single();
    }
}
