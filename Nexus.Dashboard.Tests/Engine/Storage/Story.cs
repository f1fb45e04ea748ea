using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Engine.Storage;

/// <summary>A short life of an engine in which every type of event happens, and its journal.</summary>
/// <remarks>The golden journals were written from it: it may grow, they stay.</remarks>
internal static class Story
{
    /// <summary>Few, so that requests leave memory in the story.</summary>
    public static EngineLimits Limits { get; } = new(EndedInMemory: 3) { MetersHeld = true };

    public static Scene Told()
    {
        Scene scene = new(Limits);
        scene.Send(new SetKind(new ResourceKind("fpga.slots", ResourceFamily.Compute, "slot", ResourceBehaviour.Held)) { Actor = Scene.Somebody });
        scene.Send(new SetKind(new ResourceKind("robot.arms", ResourceFamily.Other, "arm", ResourceBehaviour.Held)) { Actor = Scene.Somebody });
        scene.Send(new DeleteKind("robot.arms") { Actor = Scene.Somebody });
        scene.Send(new SetPriorityClass(new PriorityClass("urgent", 900)) { Actor = Scene.Somebody });
        scene.Send(new SetPriorityClass(new PriorityClass("someday", 1)) { Actor = Scene.Somebody });
        scene.Send(new DeletePriorityClass("someday") { Actor = Scene.Somebody });
        scene.Send(new SetOwner(
            new OwnerSettings(OwnerPath.Parse("acme"), Labels.Of([new("team", "søk"), new("cost", "42")]), "high", "urgent")) { Actor = new Actor(ActorKind.Person, "dana", "page", "192.0.2.7") });
        scene.Pool(new PoolDefinition(
            "gpus", [new Supply("gpu", Quantity.Of(4)), new Supply("memory", Scene.Amount(30.5))], Labels.Of([new("model", "A100")]), PurchaseOption.Spot, [OwnerPath.Parse("acme"), OwnerPath.Root]));
        scene.Bucket("llm", "tokens.input", rate: 1000, per: TimeSpan.FromMinutes(1), burst: 5000);
        scene.Pool("old", ("cpu", 2));
        scene.Send(new DrainPool("old") { Actor = Scene.Somebody });
        scene.Send(new DeletePool("old") { Actor = Scene.Somebody });

        scene.Submit(Scene.Spec("r0", [("gpu", 1)], pools: ["gpus", "llm"], poolLabels: Labels.Of([new("model", "A100")]), lease: TimeSpan.FromSeconds(20)));
        scene.Submit(Scene.Spec("r1", [("gpu", 2), ("memory", 8)], duration: TimeSpan.FromMinutes(10), lease: TimeSpan.FromSeconds(30), labels: Labels.Of([new("run", "7")])));
        scene.Submit(Scene.Spec("r2", [("tokens.input", 1200.125)]));
        scene.Queue("r3", "low", ("gpu", 4));
        scene.Send(new SetPriority(new RequestKey("acme", "r3"), "urgent") { Actor = Scene.Somebody });
        scene.Submit("r4", ("gpu", 400));
        scene.Renew("r1", extend: [("gpu", 1)], usage: []);
        scene.Renew("r1", extend: [("gpu", 4)]);
        scene.Advance(TimeSpan.FromSeconds(31));
        scene.Release("r2", ("tokens.input", 900));
        scene.Release("r1");
        scene.Cancel("r3");
        for (int i = 5; i < 10; i++)
        {
            scene.Submit(Scene.Spec($"r{i}", [("gpu", 1)], lease: TimeSpan.FromMinutes(5)));
            scene.Advance(TimeSpan.FromSeconds(1));
        }

        scene.Send(new Release(
            new RequestKey("acme", "r5"), scene.Request("r5").Lease!.Number, Scene.Vector(("gpu", 0.5)), Labels.Of([new("model", "A100")]), Outcome.Failed) { Actor = Scene.Somebody });
        scene.Release("r6");
        scene.Submit(Scene.Spec("r10", [("gpu", 2)], queue: true, maxWait: TimeSpan.FromSeconds(10)));
        Instant before = scene.Now;
        scene.Jump(TimeSpan.FromHours(2), before);
        scene.Submit(Scene.Spec("r11", [("gpu", 4)], queue: true, maxWait: TimeSpan.FromSeconds(20)));
        scene.Advance(TimeSpan.FromSeconds(60));
        Request forgotten = scene.Archived.Single(r => r.Spec.Id == "r0");
        scene.Send(new Release(forgotten.Key, forgotten.Lease!.Number, ResourceVector.Empty, Labels.None, Outcome.Succeeded, Prior: forgotten) { Actor = Scene.Somebody });
        scene.Pool(Scene.Definition("yielding", ("cpu", 2)) with { Preemption = new PreemptionSettings(TimeSpan.FromSeconds(5), TimeSpan.Zero) });
        scene.Submit(Scene.Spec("r12", [("cpu", 2)], priority: "low", queue: true, lease: TimeSpan.FromMinutes(5)) with { Preemptible = true });
        scene.Submit(Scene.Spec("r13", [("cpu", 1)], priority: "high", queue: true) with { Members = 2, Deadline = scene.Now + TimeSpan.FromHours(1) });
        scene.Cancel("r13");
        scene.Queue("r14", "high", ("cpu", 2));
        scene.Send(new Hold(new RequestKey("acme", "r14"), Held: true) { Actor = Scene.Somebody });
        scene.Send(new Hold(new RequestKey("acme", "r14"), Held: false) { Actor = Scene.Somebody });
        scene.Advance(TimeSpan.FromSeconds(5));
        scene.Pool("later", ("storage", 4));
        scene.Submit(Scene.Spec("b1", [("storage", 4)], pools: ["later"], duration: TimeSpan.FromMinutes(10), lease: TimeSpan.FromMinutes(20)));
        scene.Submit(Scene.Spec("b2", [("storage", 4)], pools: ["later"], duration: TimeSpan.FromMinutes(5), lease: TimeSpan.FromMinutes(20)) with { Deadline = scene.Now + TimeSpan.FromHours(1) });
        scene.Send(new Hold(new RequestKey("acme", "b2"), Held: true) { Actor = Scene.Somebody });
        scene.Send(new Hold(new RequestKey("acme", "b2"), Held: false) { Actor = Scene.Somebody });
        scene.Release("b1");
        Occurrence night = new(scene.Now + TimeSpan.FromHours(8), scene.Now + TimeSpan.FromHours(9));
        scene.Send(new SetReservation(new Reservation("night", OwnerPath.Parse("acme"), "later", Scene.Vector(("storage", 1)), night.Start, night.End), [night]) { Actor = Scene.Somebody });
        scene.Send(new DeleteReservation("night") { Actor = Scene.Somebody });
        Quotas(scene);
        FairShares(scene);
        scene.Pool("wide", ("storage", 4));
        scene.Submit(Scene.Spec("r18", [("storage", 4)], pools: ["wide"], lease: TimeSpan.FromHours(2)));
        scene.Submit((Scene.Spec("w1", [], pools: ["wide"], queue: true) with { Deadline = scene.Now + TimeSpan.FromMinutes(10) }).With(new MoldableWork([new AmountRange("storage", Quantity.Of(1), Quantity.Of(4), Quantity.Of(600))])));
        scene.Advance(TimeSpan.FromSeconds(1));
        Costs(scene);
        Months(scene);
        Runs(scene);
        LearnedSizes(scene);
        Cheaper(scene);
        Health(scene);
        Adaptive(scene);
        Configurations(scene);
        GivesWay(scene);
        Shared(scene);
        return scene;
    }

    // What is used has a price of every shape, by settlement, by the hour and by report.
    private static void Costs(Scene scene)
    {
        Sku tiers = new("storage", "storage")
        {
            Tiers = [new PriceTier(Quantity.Of(1), Money.Parse("0.02")), new PriceTier(null, Money.Parse("0.01"))], TierMode = TierMode.Volume, TierPeriod = TierPeriod.Month, Minimum = Money.Parse("0.001"),
        };
        Sku model = new("maker/m-1/in", "tokens.input") { Pool = "llm", Provider = "maker", Model = "m-1", Lane = "batch", AbovePromptTokens = 1000, UnitPrice = Money.Parse("0.0000025"), EffectiveFrom = scene.Now - TimeSpan.FromDays(1) };
        scene.Send(new SetPrices([tiers, model, model with { EffectiveFrom = null }, new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.000003") }, new Sku("vectors", "vector.operations") { UnitPrice = Money.Parse("0.0001") }, new Sku("clock", "time.queue") { Formula = "duration * 0.1" }], Replaces: true) { Actor = Scene.Somebody });
        scene.Set(new BudgetDefinition("team", new BudgetScope(OwnerPath.Parse("acme")) { Labels = Labels.Of([new("team", "søk")]), Resources = ["tokens.input"] }, Money.Parse("0.02"), Scene.Period("month", "Europe/Berlin")) { CarryOver = true, Thresholds = [new(1, BudgetAction.Alert) { Notify = ["ops"] }, new(2, BudgetAction.Throttle), new(1_000_000, BudgetAction.Halt)] });
        scene.Set(new BudgetDefinition("all", new BudgetScope(OwnerPath.Root), Money.Of(100), Scene.Period("rolling:P1D")));
        scene.Set(new BudgetDefinition("gone", new BudgetScope(OwnerPath.Root), Money.Of(100), Scene.Period("day")));
        scene.Send(new DeleteBudget("gone") { Actor = Scene.Somebody });
        scene.Send(new RaiseBudget("team", Money.Parse("0.01"), null, "launch") { Actor = Scene.Somebody });
        scene.Send(new PauseBudget("team", scene.Now + TimeSpan.FromMinutes(1), "incident") { Actor = Scene.Somebody });
        scene.Send(new PauseBudget("team", null, "over") { Actor = Scene.Somebody });
        scene.Send(new SetPrices([new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.000004") }], Replaces: false) { Actor = Scene.Somebody, Removes = [new SkuKey("maker/m-1/in", null)] });
        scene.Bucket("vectors", "vector.operations", rate: 1000, per: TimeSpan.FromMinutes(1), burst: 5000);
        scene.Pool("disks", ("storage", 4));
        scene.Submit(Scene.Spec("c1", [("storage", 2)], pools: ["disks"], lease: TimeSpan.FromHours(2)));
        scene.Submit(Scene.Spec("c2", [("vector.operations", 500)], labels: Labels.Of([new("run", "8")])));
        scene.Send(new RecordUsage(
        [
            new UsageRecord("u1", scene.Now - TimeSpan.FromMinutes(1), OwnerPath.Parse("acme/alice/chat"), "tokens.input", Quantity.Of(2000))
            {
                Pool = "llm", Provider = "maker", Model = "m-1", Lane = "batch", PromptTokens = 2000, Labels = Labels.Of([new("run", "8")]),
            },
            new UsageRecord("u2", scene.Now, OwnerPath.Parse("acme/bob"), "vector.operations", Scene.Amount(0.5)),
            new UsageRecord("u3", scene.Now, OwnerPath.Parse("acme/alice"), "vector.operations", Quantity.Of(30)) { Lease = scene.Request("c2").Lease!.Number, Request = "c2" },
            new UsageRecord("u4", scene.Now, OwnerPath.Parse("acme/bob"), "tokens.input", Quantity.Of(7)) { Sku = "in" },
        ]) { Actor = Scene.Somebody });
        scene.Advance(TimeSpan.FromSeconds(10));
        scene.Release("c2", ("vector.operations", 400));
        scene.Release("c1");
        CostLine used = scene.Ledger.First(e => e.Record == "u4").Line;
        scene.Send(new Rerate(
        [
            new Correction(4, OwnerPath.Parse("acme/bob"), Labels.None, [used with { Thousandths = -used.Thousandths, Quantity = new PricingQuantity(-used.Quantity.Millionths) }, used with { UnitPrice = Money.Parse("0.002") }]) { Record = "u4" },
            new Correction(7, OwnerPath.Parse("acme/alice"), Labels.Of([new("run", "8")]), [used with { Kind = LineKind.Minimum, Thousandths = 0, Quantity = new PricingQuantity(1_000_000), UnitPrice = Money.Parse("0.5") }])
            {
                Request = "c2", Lease = scene.Request("c2").Lease!.Number,
            },
        ], scene.Engine.Configuration.VersionOfPrices) { Actor = Scene.Somebody });
    }

    // Some work ends whose size is learned, of one with its usage, of one without; another is told to stop.
    private static void LearnedSizes(Scene scene)
    {
        RequestSpec spec = Scene.Spec("s1", [("vector.operations", 1)], labels: Labels.Of([new("model", "m-1")])).Learned() with { MaxCost = Money.Parse("0.0002") };
        scene.Submit(spec);
        scene.Release("s1", ("vector.operations", 0.5));
        scene.Submit(spec with { Id = "s2" });
        scene.Release("s2");
        for (int i = 0; i < 50; i++)
        {
            scene.Submit(Scene.Spec($"v{i}", [("vector.operations", 3)]).Learned());
            scene.Release($"v{i}", ("vector.operations", 1));
        }

        scene.Submit(Scene.Spec("v", [("vector.operations", 3)]).Learned());
        scene.Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse("acme"), QuotaDefinition.OneShare, [new QuotaRule("vector.operations") { Limit = Quantity.Of(1), Period = QuotaPeriod.Rolling(TimeSpan.FromHours(1)) }])) { Actor = Scene.Somebody });
        scene.Renew("v", extend: [("vector.operations", 2)]);
    }

    // A pool that places by cost interrupts one and holds another back until a price falls.
    private static void Cheaper(Scene scene)
    {
        scene.Pool(Scene.Definition("spot", ("fpga.slots", 2)) with { Strategy = "costOptimized", PurchaseOption = PurchaseOption.Spot, Prices = [new PoolPrice("fpga.slots", Money.Parse("0.5"))] });
        scene.Submit(Scene.Spec("p1", [("fpga.slots", 2)], pools: ["spot"], lease: TimeSpan.FromSeconds(10)) with { Preemptible = true });
        scene.Submit(Scene.Spec("p2", [("fpga.slots", 1)], pools: ["spot"], duration: TimeSpan.FromMinutes(5), queue: true) with { MaxDelay = TimeSpan.FromHours(12) });
        scene.Send(new SetPrices([new Sku("slots", "fpga.slots") { Pool = "spot", UnitPrice = Money.Of(4) }, new Sku("slots", "fpga.slots") { Pool = "spot", UnitPrice = Money.Of(1), EffectiveFrom = scene.Now + TimeSpan.FromHours(2) }], Replaces: false) { Actor = Scene.Somebody });
        scene.Advance(TimeSpan.FromSeconds(10));
        scene.Submit(Scene.Spec("p3", [("fpga.slots", 1)], pools: ["spot"], duration: TimeSpan.FromMinutes(5), queue: true) with { MaxDelay = TimeSpan.FromHours(12) });
    }

    // One waits in line for its main configuration, and gets the second of its others, beside one that never got any.
    private static void Configurations(Scene scene)
    {
        scene.Pool("left", ("fpga.slots", 1)).Pool("right", ("fpga.slots", 2));
        scene.Submit(Scene.Spec("alt1", [("fpga.slots", 1)], pools: ["left"]));
        scene.Submit(Scene.Spec("alt2", [("fpga.slots", 2)], pools: ["right"]));
        foreach (string id in (string[])["alt3", "alt4"])
        {
            scene.Submit(Scene.Spec(id, [("fpga.slots", 1)], pools: ["left"], duration: TimeSpan.FromMinutes(1), queue: true).Or(
                new Alternative(Scene.Vector(("fpga.slots", 1)), ["left"], Labels.None, null), new Alternative(Scene.Vector(("fpga.slots", 2)), null, Labels.None, TimeSpan.FromMinutes(3))));
        }

        scene.Release("alt2");
    }

    // An owner's requests get less, more pools or a later start, and one gives way when its wait is over.
    private static void GivesWay(Scene scene)
    {
        OwnerPath dora = OwnerPath.Parse("acme/dora");
        scene.Pool("near", ("fpga.slots", 3)).Pool("far", ("fpga.slots", 4));
        scene.Send(new SetOwner(new OwnerSettings(dora, Labels.None, null, null) { Degrade = new DegradeRules([new LowerAmounts(250, ["fpga.slots"]), new MorePools(["far"]), new LaterStart(TimeSpan.FromMinutes(10))]) }) { Actor = Scene.Somebody });
        scene.Submit(Asks("d1", 2));
        scene.Submit(Asks("d2", 2));
        scene.Submit(Asks("d3", 4));
        scene.Submit(Asks("d4", 2));
        scene.Submit(Asks("d5", 2) with { Queue = true, MaxWait = TimeSpan.FromSeconds(5), MayDegrade = true });
        scene.Submit(Asks("d6", 2) with { MayDegrade = false });
        scene.Release("d3");
        scene.Advance(TimeSpan.FromSeconds(5));
        scene.Send(new SetOwner(new OwnerSettings(dora, Labels.None, null, null) { Degrade = new DegradeRules([]) }) { Actor = Scene.Somebody });

        static RequestSpec Asks(string id, double slots) => Scene.Spec(id, [("fpga.slots", slots)], owner: "acme/dora", pools: ["near"], lease: TimeSpan.FromHours(1));
    }

    // Small ones share a grant, some at once and one that waited, and what they hold is metered while they still run.
    private static void Shared(Scene scene)
    {
        scene.Send(new SetPrices([new Sku("small", "fpga.slots") { Pool = "small", UnitPrice = Money.Parse("0.5"), Minimum = Money.Of(1) }], Replaces: false) { Actor = Scene.Somebody });
        scene.Pool("small", ("fpga.slots", 3));
        foreach (string id in (string[])["share1", "share2", "share3", "share4"])
        {
            scene.Submit(Scene.Spec(id, [("fpga.slots", 1)], pools: ["small"], queue: true, lease: TimeSpan.FromHours(3)) with { Mergeable = true });
        }

        scene.Release("share1");
        scene.Advance(TimeSpan.FromHours(1));
    }

    // A month closes, something comes late for it, and something is given back of it and of the one that runs.
    private static void Months(Scene scene)
    {
        BillingMonth before = BillingMonth.Of(scene.Now).Previous;
        scene.Send(new CloseMonth(before) { Actor = new Actor(ActorKind.Person, "fin", "page", "192.0.2.8") });
        scene.Send(new RecordUsage([new UsageRecord("late", before.Start + TimeSpan.FromDays(3), OwnerPath.Parse("acme/bob"), "tokens.input", Quantity.Of(11))]) { Actor = Scene.Somebody });
        scene.Send(new EnterCharge(new EnteredCharge(before, "c-1", OwnerPath.Parse("acme"), LineKind.Credit, Money.Parse("-12.5"), "søk was away") { Resource = "tokens.input", Provider = "maker", Model = "m-1", Sku = "in" }) { Actor = Scene.Somebody });
        scene.Send(new EnterCharge(new EnteredCharge(before.Next, "c-1", OwnerPath.Root, LineKind.Tax, Money.Parse("0.19"), "VAT")) { Actor = Scene.Somebody });
    }

    // A run has money, calls and time, is drawn from, and a branch of it is stopped.
    private static void Runs(Scene scene)
    {
        scene.Send(new OpenAllowance(new AllowanceSpec("run", OwnerPath.Parse("acme")) { Money = Money.Of(3), Amounts = Scene.Vector(("time.processing", 600), ("vector.operations", 900)), ExpiresAt = scene.Now + TimeSpan.FromHours(1), MaxDepth = 2 }) { Actor = Scene.Somebody });
        scene.Send(new OpenAllowance(new AllowanceSpec("branch", OwnerPath.Parse("acme/alice")) { Parent = "run", Amounts = Scene.Vector(("vector.operations", 200)) }) { Actor = Scene.Somebody });
        scene.Submit(Scene.Spec("a1", [("vector.operations", 150)]) with { Allowance = "branch" });
        scene.Submit(Scene.Spec("a2", [("vector.operations", 80)]) with { Allowance = "branch" });
        scene.Submit(Scene.Spec("a3", [("vector.operations", 60)], queue: true) with { Allowance = "branch" });
        scene.Send(new CancelAllowance(new AllowanceKey("acme", "branch"), "søk løper i ring") { Actor = new Actor(ActorKind.Person, "ops", "page", "192.0.2.9") });
    }

    // Grants of a pool fail: it opens, refuses, is probed, fails again, and somebody says that it is well.
    private static void Adaptive(Scene scene)
    {
        scene.Send(new SetKind(new ResourceKind("robot.legs", ResourceFamily.Other, "leg", ResourceBehaviour.Held)) { Actor = Scene.Somebody });
        scene.Pool(Scene.Definition("mixed", ("robot.legs", 4)) with
        {
            Strategy = "adaptive",
            Objective = new Objective(500, 250, 0, 1_000),
            Adaptive = new AdaptiveSettings(100_000, 1, TimeSpan.FromMinutes(1), 6, [new StrategyRule(LoadFigure.Waiting, true, 2_500_000, "fairShare")]),
        });
        Tried(3_600_000, 60_000);
        scene.Submit(Scene.Spec("m1", [("robot.legs", 4)], lease: TimeSpan.FromHours(1)));
        scene.Queue("m2", null, ("robot.legs", 1));
        scene.Queue("m3", null, ("robot.legs", 1));
        scene.Queue("m4", null, ("robot.legs", 1));
        scene.Advance(TimeSpan.FromMinutes(1));
        scene.Cancel("m4");
        scene.Advance(TimeSpan.FromMinutes(2));
        Tried(50_000, 60_000);

        void Tried(long underPriority, long underOthers)
        {
            Instant from = scene.Now;
            scene.Advance(TimeSpan.FromMinutes(10));
            scene.Send(new RecordTrial(
                "mixed", from, scene.Now, new PoolLoad(2_500, 500, 2),
                [.. KnownStrategies.Fixed.Select(s => new StrategyFigures(s, 40, s == "priority" ? underPriority : underOthers, 10, 3, 120_000, 37, Money.Parse("12.345678")))]) { Actor = Actor.Engine });
        }
    }

    private static void Health(Scene scene)
    {
        scene.Pool(new PoolDefinition("judged", [new Supply("external.calls", Quantity.Of(100), Quantity.Of(100), TimeSpan.FromMinutes(1))], Labels.None, PurchaseOption.OnDemand, null)
        {
            Health = new HealthSettings(TimeSpan.FromMinutes(5), 3, 500_000, TimeSpan.FromSeconds(30), 1),
        });
        Calls("h1", Outcome.Succeeded);
        Calls("h2", Outcome.Failed);
        Calls("h3", Outcome.Failed);
        scene.Submit("h4", ("external.calls", 1));
        scene.Advance(TimeSpan.FromSeconds(30));
        scene.Submit("h5", ("external.calls", 1));
        scene.Submit("h6", ("external.calls", 1));
        scene.Send(new ResetPoolHealth("judged") { Actor = Scene.Somebody });
        Calls("h7", Outcome.Failed);
        Calls("h8", Outcome.Failed);
        Calls("h9", Outcome.Failed);
        scene.Advance(TimeSpan.FromSeconds(30));
        Calls("h10", Outcome.Succeeded);

        void Calls(string id, Outcome outcome)
        {
            scene.Submit(id, ("external.calls", 1));
            scene.Send(new Release(new RequestKey("acme", id), scene.Request(id).Lease!.Number, ResourceVector.Empty, Labels.None, outcome) { Actor = Scene.Somebody });
        }
    }

    // Of a pool that evens out, and from whose reservation somebody draws.
    private static void FairShares(Scene scene)
    {
        scene.Pool(Scene.Definition("fair", ("fpga.slots", 4)) with
        {
            Strategy = FairShareStrategy.Name,
            HalfLife = TimeSpan.FromHours(2),
            AgingInterval = TimeSpan.FromSeconds(20),
            KeepAfter = TimeSpan.FromMinutes(2),
            Backfill = Backfill.Easy,
            Preemption = new PreemptionSettings(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), BetweenBorrowers.FinalThenInitialShare),
        });
        Occurrence now = new(scene.Now, scene.Now + TimeSpan.FromHours(1));
        scene.Send(new SetReservation(new Reservation("slot", OwnerPath.Parse("acme"), "fair", Scene.Vector(("fpga.slots", 1)), now.Start, now.End), [now]) { Actor = Scene.Somebody });
        scene.Submit(Scene.Spec("f1", [("fpga.slots", 1)], pools: ["fair"]) with { Reservation = "slot" });
        scene.Submit(Scene.Spec("f2", [("fpga.slots", 2)], owner: "acme/x", pools: ["fair"], lease: TimeSpan.FromHours(2)));
        scene.Submit(Scene.Spec("f3", [("fpga.slots", 3)], owner: "acme/y", pools: ["fair"], queue: true));
    }

    private static void Quotas(Scene scene)
    {
        QuotaRule cpu = new("cpu")
        {
            Limit = Quantity.Of(2), Borrow = QuotaBound.Unbounded, Lend = QuotaBound.Of(Quantity.Of(1)), TimeZone = "Europe/Berlin", LendTo = QuotaLendTo.All, Mode = QuotaMode.Soft, Reclaim = QuotaReclaim.LowerPriority,
            Windows = [new QuotaWindow([DayOfWeek.Monday], new TimeOnly(18, 0), new TimeOnly(8, 0), new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31)) { Limit = Quantity.Of(4), Borrow = QuotaBound.Nothing }],
            Adjust = new QuotaAdjustment(QuotaAdjustMode.Offer, Quantity.Of(1), Quantity.Of(8)),
        };
        QuotaRule tokens = new("tokens.input") { Limit = Quantity.Of(1000), Period = QuotaPeriod.Rolling(TimeSpan.FromHours(1)) };
        scene.Quota("~", cpu with { Limit = null, Extra = Quantity.Zero, Windows = [], Adjust = null }).Quota("acme", cpu, new QuotaRule("memory") { Limit = Quantity.Of(2), EnforceAt = scene.Now }, tokens, tokens with { Period = QuotaPeriod.Rate(TimeSpan.FromMinutes(1)), Burst = Quantity.Of(700) });
        scene.Quota("old", tokens with { Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day, "Europe/Berlin"), TimeZone = "Europe/Berlin" });
        scene.Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse("old"), 2_500, []), Reason: "they share") { Actor = Scene.Somebody });
        scene.Send(new DeleteQuota(OwnerPath.Parse("old")) { Actor = Scene.Somebody });
        scene.Submit("r15", ("tokens.input", 300));
        scene.Renew("r15", extend: [("tokens.input", 100)]);
        scene.Submit("r16", ("tokens.input", 650));
        scene.Submit("r17", ("tokens.input", 5000));
    }

    /// <summary>Writes events in batches of a size, the archived requests with the last.</summary>
    public static void Write(SqliteJournal journal, IReadOnlyList<EngineEvent> events, int size = 4, IReadOnlyList<Request>? archived = null)
    {
        EngineEvent[][] batches = [.. events.Chunk(size)];
        for (int i = 0; i < batches.Length; i++)
        {
            EventBuffer bytes = new();
            foreach (EngineEvent happened in batches[i])
            {
                EventCodec.Write(bytes, happened);
            }

            journal.Commit(new JournalBatch(batches[i][0].Sequence, batches[i][^1].Sequence, batches[i][^1].At, bytes.Written), i == batches.Length - 1 ? archived ?? [] : []);
        }
    }

    /// <summary>The snapshot of the state that the events up to a number lead to.</summary>
    public static Snapshot SnapshotAt(IEnumerable<EngineEvent> events, long sequence)
    {
        Nexus.Engine.Core.Engine engine = new(Limits);
        foreach (EngineEvent happened in events.TakeWhile(e => e.Sequence <= sequence))
        {
            engine.Apply(happened);
        }

        EngineSnapshot captured = engine.Capture();
        (ReadOnlyMemory<byte> state, byte[] hash) = captured.Encode();
        return new Snapshot(captured.Sequence, captured.At, state, hash);
    }
}
