using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Of what is stated as a maximum a learned part is reserved, and the rest is taken in steps. A token costs 1.</summary>
public sealed class LearnedSizingTests
{
    private const string Tokens = "tokens.output";
    private const string Calls = "llm.calls";

    private readonly Scene _nexus = new Scene().Bucket("models", Tokens, 1, TimeSpan.FromDays(300), 1_000_000)
        .Prices(new Sku("out", Tokens) { UnitPrice = Money.Of(1) });

    private int _taught;

    [Fact]
    public void The_maximum_is_reserved_while_fewer_than_50_are_known()
    {
        Teach(49, 10);

        Request granted = Ask("r", 400);

        Assert.Equal(400m, Held(granted));
        Assert.Equal(new SizedAmount(Tokens, Quantity.Of(400), 0), granted.Spec.Sizing!.Amounts.Single());
        Assert.Equal("Too few ended ones of acme/alice are known: all of the maximum is reserved.", SizingText.Of(granted));
    }

    [Fact]
    public void From_50_on_a_quantile_is_reserved_and_the_sentence_says_what_it_rests_on()
    {
        Teach(50, 10);

        Request granted = Ask("r", 400);

        Assert.Equal(10m, Held(granted));
        Assert.Equal("Learned from 50 ended ones of acme/alice: 10 of at most 400 tokens.output reserved at first.", SizingText.Of(granted));
    }

    [Fact]
    public void The_risk_says_how_much_that_is()
    {
        (int Risk, decimal Reserved)[] risks = [(800_000, 20), (500_000, 50), (20_000, 98)];

        Assert.All(risks, risk =>
        {
            Scene nexus = new Scene(new EngineLimits { FirstSizeRisk = risk.Risk }).Bucket("models", Tokens, 1, TimeSpan.FromDays(300), 1_000_000);
            for (int used = 1; used <= 100; used++)
            {
                nexus.Submit(Spec($"t{used}", 400));
                nexus.Release($"t{used}", (Tokens, used));
            }

            // Of a bucket it is the upper edge: 1/32 too much at most.
            Assert.InRange(Held(nexus.Submit(Spec("r", 400))), risk.Reserved, (risk.Reserved * 33 / 32) + 1);
        });
    }

    [Fact]
    public void Pool_quota_and_budget_reserve_the_same()
    {
        Teach(50, 10);
        _nexus.Quota("acme", new QuotaRule(Tokens) { Limit = Quantity.Of(100_000), Period = QuotaPeriod.Rolling(TimeSpan.FromDays(30)) }).Budget("b", "acme", 100_000, halt: 1);
        (decimal free, decimal used) = (_nexus.Free("models", Tokens), _nexus.QuotaUsed("acme"));

        Ask("r", 400);

        Assert.Equal((10m, 10m, "10"), (free - _nexus.Free("models", Tokens), _nexus.QuotaUsed("acme") - used, _nexus.BudgetNow("b").Reserved.ToString()));
    }

    [Fact]
    public void Never_is_more_reserved_than_the_maximum()
    {
        Teach(50, 100);

        Assert.Equal(7m, Held(Ask("r", 7)));
    }

    [Fact]
    public void Where_all_used_nothing_a_unit_is_reserved()
    {
        Teach(50, 0);

        Assert.Equal(1m, Held(Ask("r", 400)));
        Assert.Equal(0.5m, Held(Ask("s", 0.5)));
    }

    [Fact]
    public void What_a_workflow_uses_says_nothing_of_another_a_model_nothing_of_another_and_an_agent_something_of_its_workflow()
    {
        Teach(50, 10, owner: "acme/alice/chat/a", model: "m-1");

        Assert.Equal(10m, Held(_nexus.Submit(Spec("a", 400, "acme/alice/chat/b", "m-1"))));
        Assert.Equal(400m, Held(_nexus.Submit(Spec("b", 400, "acme/alice/triage", "m-1"))));
        Assert.Equal(400m, Held(_nexus.Submit(Spec("c", 400, "acme/alice/chat", "m-2"))));
        Assert.Equal(400m, Held(_nexus.Submit(Spec("d", 400, "acme/alice/chat"))));
    }

    [Fact]
    public void A_model_that_the_owner_inherits_counts_as_its_own()
    {
        _nexus.Send(new SetOwner(new OwnerSettings(OwnerPath.Parse("acme"), Labels.Of([new("model", "m-1")]), null, null)) { Actor = Scene.Somebody });
        Teach(50, 10);

        Request granted = _nexus.Submit(Spec("r", 400, model: "m-1"));

        Assert.Equal(10m, Held(granted));
        Assert.Equal("Learned from 50 ended ones of acme/alice, model m-1: 10 of at most 400 tokens.output reserved at first.", SizingText.Of(granted));
    }

    [Fact]
    public void The_answer_says_the_next_step_and_no_extension_goes_beyond_the_maximum()
    {
        Teach(50, 10);
        RequestReply granted = (RequestReply)_nexus.Send(new Submit(Spec("r", 25)) { Actor = Scene.Somebody });
        Assert.Equal("tokens.output 10", granted.Next!.ToString());

        RequestReply more = Take("r", granted.Next!);
        Assert.Equal(("tokens.output 20", "tokens.output 5"), (more.Request.Lease!.Amounts.ToString(), more.Next!.ToString()));

        Fault fault = Assert.IsType<Fault>(_nexus.Renew("r", extend: [(Tokens, 6)]));
        Assert.Equal((FaultCode.Invalid, "$.extend['tokens.output']"), (fault.Code, fault.Field));
        Assert.Equal("with the 20 that the lease holds it would be more than its maximum of 25: take at most 5", fault.Detail);

        Assert.Null(Take("r", more.Next!).Next);
        Assert.Contains("there is nothing left to take", Assert.IsType<Fault>(_nexus.Renew("r", extend: [(Tokens, 0.001)])).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_renewal_and_the_same_submission_again_say_the_next_step_too()
    {
        Teach(50, 10);
        Ask("r", 400);

        Assert.Equal("tokens.output 10", ((RequestReply)_nexus.Renew("r")).Next!.ToString());
        RequestReply again = (RequestReply)_nexus.Send(new Submit(Spec("r", 400)) { Actor = Scene.Somebody });
        Assert.Equal((true, "tokens.output 10"), (again.Duplicate, again.Next!.ToString()));
        Assert.Null(((RequestReply)_nexus.Send(new Submit(Scene.Spec("stated", [(Tokens, 400)])) { Actor = Scene.Somebody })).Next);
    }

    [Fact]
    public void A_refused_extension_keeps_the_lease_and_tells_it_to_stop_until_one_is_granted()
    {
        Teach(50, 10);
        _nexus.Budget("b", "acme", 25, halt: 1);
        Ask("r", 400);
        _nexus.Submit(Scene.Spec("other", [(Tokens, 10)]));

        RequestReply refused = (RequestReply)_nexus.Renew("r", extend: [(Tokens, 6)]);

        Assert.Equal((ReasonCode.OverBudget, "b", RequestStatus.Allocated, 10m), (refused.Refusal!.Code, refused.Refusal.Name, refused.Request.Status, Held(refused.Request)));
        Assert.Equal("tokens.output 6", refused.Request.ToldToStop!.ToString());
        _nexus.Renew("r");
        Assert.NotNull(_nexus.Request("r").ToldToStop);
        _nexus.Renew("r", extend: [(Tokens, 5)]);
        Assert.Null(_nexus.Request("r").ToldToStop);
        _nexus.Submit(Scene.Spec("stated", [(Tokens, 0.001)]));
        Assert.Null(_nexus.Request("stated").ToldToStop);
    }

    [Fact]
    public void Who_states_its_amounts_teaches_nothing_and_is_not_told_to_stop()
    {
        for (int i = 0; i < 60; i++)
        {
            _nexus.Submit(Scene.Spec($"s{i}", [(Tokens, 400)]));
            _nexus.Release($"s{i}", (Tokens, 10));
        }

        _nexus.Submit(Scene.Spec("s", [(Tokens, 10)]));
        Assert.NotNull(((RequestReply)_nexus.Renew("s", extend: [(Tokens, 999_999)])).Refusal);

        Assert.Null(_nexus.Request("s").ToldToStop);
        Assert.Equal(400m, Held(Ask("r", 400)));
    }

    [Fact]
    public void Only_what_a_release_states_teaches()
    {
        Teach(49, 10);
        Ask("unstated", 400);
        _nexus.Release("unstated");
        Ask("cancelled", 400);
        _nexus.Cancel("cancelled");
        Ask("expired", 400);
        _nexus.Advance(TimeSpan.FromHours(1));
        _nexus.Release("expired", (Tokens, 10));

        Assert.Equal((RequestStatus.Expired, true), (_nexus.Status("expired"), _nexus.Request("expired").Settlement!.Late));
        Assert.Equal([Tokens], _nexus.Events.OfType<RequestEnded>().Single(e => e.Id == "unstated").Unstated);
        Assert.Equal(0, Ask("still", 400).Spec.Sizing!.Amounts[0].Known);

        _nexus.Release("still", (Tokens, 10));
        Assert.Equal(50, Ask("r", 400).Spec.Sizing!.Amounts[0].Known);
    }

    [Fact]
    public void Work_that_was_told_to_stop_counts_as_larger_than_it_came_to()
    {
        (decimal stopped, decimal done) = (After(isTold: true), After(isTold: false));

        Assert.Equal((90m, 10m), (Math.Round(stopped / 10) * 10, Math.Round(done / 10) * 10));

        // 60 of ten tokens and 30 of ninety; then 60 more come to ten, because they got no more or because they were done.
        static decimal After(bool isTold)
        {
            LearnedSizingTests scene = new();
            scene.Teach(60, 10);
            scene.Teach(30, 90);
            scene._nexus.Budget("b", "acme", 10, halt: 1);
            for (int i = 0; i < 60; i++)
            {
                Scene nexus = scene._nexus;
                nexus.Submit(Spec($"r{i}", 10.5));
                if (isTold)
                {
                    Assert.NotNull(((RequestReply)nexus.Renew($"r{i}", extend: [(Tokens, 0.5)])).Refusal);
                }

                nexus.Release($"r{i}", (Tokens, 10));
                nexus.Budget("b", "acme", 10 + (10 * (i + 1)), halt: 1);
            }

            return Known(scene._nexus);
        }

        // The median, by what is reserved where the risk is a half.
        static decimal Known(Scene nexus)
        {
            Nexus.Engine.Core.Engine half = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits { FirstSizeRisk = 500_000 });
            half.Handle(new DeleteBudget("b") { Actor = Scene.Somebody }, nexus.Now, new Batch());
            return Held(((RequestReply)half.Handle(new Submit(Spec("known", 400)) { Actor = Scene.Somebody }, nexus.Now, new Batch())).Request);
        }
    }

    [Fact]
    public void The_same_body_is_the_same_request_though_another_part_would_be_reserved_by_now()
    {
        Teach(50, 10);
        Ask("r", 400);
        Teach(60, 100);

        RequestReply again = (RequestReply)_nexus.Send(new Submit(Spec("r", 400)) { Actor = Scene.Somebody });

        Assert.Equal((true, 10m), (again.Duplicate, Held(again.Request)));
        Assert.Equal(FaultCode.IdReused, Assert.IsType<Fault>(_nexus.Send(new Submit(Spec("r", 401)) { Actor = Scene.Somebody })).Code);
        Assert.Equal(FaultCode.IdReused, Assert.IsType<Fault>(_nexus.Send(new Submit(Scene.Spec("r", [(Tokens, 10)])) { Actor = Scene.Somebody })).Code);
        Assert.Equal(FaultCode.IdReused, Assert.IsType<Fault>(_nexus.Send(new Submit(Spec("r", 400).AsReserved()) { Actor = Scene.Somebody })).Code);
    }

    [Fact]
    public void Who_waits_keeps_what_was_chosen_and_who_is_put_back_begins_with_it_again()
    {
        Scene nexus = new Scene().Pool(new PoolDefinition("small", [new Supply("gpu", Quantity.Of(1)), new Supply(Tokens, Quantity.Of(1_000_000), Quantity.Of(1), TimeSpan.FromDays(1))], Labels.None, PurchaseOption.OnDemand, null));
        for (int i = 0; i < 50; i++)
        {
            nexus.Submit(Spec($"t{i}", 400));
            nexus.Release($"t{i}", (Tokens, 10));
        }

        nexus.Submit(Scene.Spec("busy", [("gpu", 1)]));
        Request waits = nexus.Submit(Scene.Spec("r", [("gpu", 1), (Tokens, 400)], queue: true).Learned());
        for (int i = 0; i < 60; i++)
        {
            nexus.Submit(Spec($"u{i}", 400));
            nexus.Release($"u{i}", (Tokens, 100));
        }

        nexus.Release("busy");
        nexus.Renew("r", extend: [(Tokens, 30)]);
        Assert.Equal((RequestStatus.Queued, "gpu 1, tokens.output 40"), (waits.Status, nexus.Request("r").Lease!.Amounts.ToString()));
        nexus.Send(new Requeue(waits.Key) { Actor = Scene.Somebody });

        Assert.Equal((2, "gpu 1, tokens.output 10"), (nexus.Request("r").Attempt, nexus.Request("r").Lease!.Amounts.ToString()));
    }

    [Fact]
    public void Parts_are_learned_by_themselves_and_fit_into_their_whole()
    {
        Scene nexus = new Scene().Bucket("models", Tokens, 1, TimeSpan.FromDays(300), 1_000_000);
        for (int i = 0; i < 60; i++)
        {
            // Little, or much of which most is thought.
            bool much = i % 2 == 0;
            nexus.Submit(Spec($"t{i}", [(Tokens, 400), ("tokens.output.reasoning", 300)]));
            nexus.Release($"t{i}", (Tokens, much ? 200 : 10), ("tokens.output.reasoning", much ? 150 : 9));
        }

        RequestReply granted = (RequestReply)nexus.Send(new Submit(Spec("r", [(Tokens, 400), ("tokens.output.reasoning", 300)])) { Actor = Scene.Somebody });
        RequestReply more = (RequestReply)nexus.Send(new Renew(granted.Request.Key, granted.Request.Lease!.Number, granted.Next!, ResourceVector.Empty) { Actor = Scene.Somebody });

        Assert.Equal("tokens.output 10, tokens.output.reasoning 9", granted.Request.Lease.Amounts.ToString());
        Assert.True(more.Request.Lease!.Amounts["tokens.output.reasoning"] <= more.Request.Lease.Amounts[Tokens]);
    }

    [Fact]
    public void What_is_held_or_a_ceiling_is_reserved_as_stated()
    {
        Scene nexus = new Scene().Pool(new PoolDefinition(
            "models", [new Supply(Calls, Quantity.Of(1_000), Quantity.Of(1_000), TimeSpan.FromSeconds(1)), new Supply("tokens.context", Quantity.Of(8_000)), new Supply(Tokens, Quantity.Of(1_000_000), Quantity.Of(1), TimeSpan.FromDays(1))],
            Labels.None, PurchaseOption.OnDemand, null)).Pool("gpus", ("gpu", 100));
        (string, double)[] needs = [("gpu", 1), (Calls, 1), ("tokens.context", 4_000), (Tokens, 400)];
        for (int i = 0; i < 50; i++)
        {
            nexus.Submit(Spec($"t{i}", needs));
            nexus.Release($"t{i}", (Calls, 1), (Tokens, 10));
        }

        Assert.Equal("gpu 1, llm.calls 1, tokens.context 4000, tokens.output 10", nexus.Submit(Spec("r", needs)).Lease!.Amounts.ToString());
    }

    [Fact]
    public void Beside_work_of_open_size_the_metered_amounts_are_learned()
    {
        Scene nexus = new Scene().Pool("gpus", ("gpu", 8)).Bucket("models", Tokens, 1, TimeSpan.FromDays(300), 1_000_000);
        for (int i = 0; i < 50; i++)
        {
            nexus.Submit(Spec($"t{i}", 400));
            nexus.Release($"t{i}", (Tokens, 10));
        }

        RequestSpec spec = (Spec("r", 400) with { Deadline = nexus.Now + TimeSpan.FromMinutes(40) }).With(new MoldableWork([new AmountRange("gpu", Quantity.Of(1), Quantity.Of(8), Quantity.Of(7_200))]));
        Assert.Equal("gpu 3, tokens.output 10", nexus.Submit(spec).Lease!.Amounts.ToString());
        Assert.True(((RequestReply)nexus.Send(new Submit(spec) { Actor = Scene.Somebody })).Duplicate);
    }

    [Fact]
    public void A_gang_and_what_has_no_size_to_learn_are_refused_by_name()
    {
        Fault gang = Assert.IsType<Fault>(_nexus.Send(new Submit(Spec("g", 10) with { Members = 2 }) { Actor = Scene.Somebody }));
        Fault held = Assert.IsType<Fault>(_nexus.Pool("gpus", ("gpu", 1)).Send(new Submit(Spec("h", [("gpu", 1)])) { Actor = Scene.Somebody }));

        Assert.Equal((FaultCode.Invalid, "$.sizing"), (gang.Code, gang.Field));
        Assert.Equal((FaultCode.Invalid, "$.sizing"), (held.Code, held.Field));
        Assert.Contains("tokens.output", held.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Usage_is_measured_by_the_maximum_not_by_what_was_reserved_at_first()
    {
        Teach(50, 1);
        Ask("r", 4_000);

        Assert.IsType<ReleaseReply>(_nexus.Release("r", (Tokens, 3_000)));
        Assert.Equal(3_000m, _nexus.Request("r").Settlement!.Metered[Tokens].Units);
    }

    [Fact]
    public void A_dry_run_says_what_would_be_reserved_and_teaches_nothing()
    {
        Teach(50, 10);
        byte[] before = _nexus.Engine.StateHash();

        RequestReply imagined = (RequestReply)_nexus.Send(new Submit(Spec("r", 400), DryRun: true) { Actor = Scene.Somebody });

        Assert.Equal((10m, "tokens.output 10"), (Held(imagined.Request), imagined.Next!.ToString()));
        Assert.Equal(before, _nexus.Engine.StateHash());
    }

    [Fact]
    public void A_replay_and_a_snapshot_lead_to_the_same_state_and_decide_alike()
    {
        Teach(55, 10);
        Ask("r", 400);
        _nexus.Budget("b", "acme/alice", 15, halt: 1);
        _nexus.Renew("r", extend: [(Tokens, 10)]);
        Teach(1, 700, owner: "acme/bob");

        Nexus.Engine.Core.Engine[] others = [_nexus.Restored(), _nexus.Replayed()];

        Assert.Equal(8, _nexus.Engine.Capture().Encode().State.Span[0]);
        Assert.All(others, other =>
        {
            Assert.Equal(_nexus.Engine.StateHash(), other.StateHash());
            Assert.NotNull(other.Requests.Single(r => r.Spec.Id == "r").ToldToStop);
            RequestReply granted = (RequestReply)other.Handle(new Submit(Spec("s", 400)) { Actor = Scene.Somebody }, _nexus.Now, new Batch());
            Assert.Equal(("tokens.output 10", 55L), (granted.Request.Needs.ToString(), granted.Request.Spec.Sizing!.Amounts[0].Known));
        });
    }

    [Fact]
    public void Another_risk_changes_no_past()
    {
        Teach(55, 10);
        Ask("r", 400);
        Nexus.Engine.Core.Engine other = new(new EngineLimits { FirstSizeRisk = 10_000, StepSizeRisk = 10_000 });
        _nexus.Events.ForEach(other.Apply);

        Assert.Equal(_nexus.Engine.StateHash(), other.StateHash());
    }

    [Fact]
    public void Where_nothing_is_learned_a_snapshot_has_the_layout_that_it_had()
    {
        _nexus.Submit(Scene.Spec("r", [(Tokens, 400)]));
        _nexus.Release("r", (Tokens, 3));
        Ask("s", 400);

        Assert.Equal(6, _nexus.Engine.Capture().Encode().State.Span[0]);
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Restored().StateHash());
    }

    private static RequestSpec Spec(string id, double most, string owner = "acme/alice", string? model = null) =>
        Scene.Spec(id, [(Tokens, most)], owner, labels: model is null ? null : Labels.Of([new("model", model)])).Learned();

    private static RequestSpec Spec(string id, (string, double)[] needs) => Scene.Spec(id, needs).Learned();

    private static decimal Held(Request request) => request.Lease!.Amounts[Tokens].Units;

    private Request Ask(string id, double most) => _nexus.Submit(Spec(id, most));

    private RequestReply Take(string id, ResourceVector step) => (RequestReply)_nexus.Send(new Renew(new RequestKey("acme", id), _nexus.Request(id).Lease!.Number, step, ResourceVector.Empty) { Actor = Scene.Somebody });

    // So many come to an end that used so much.
    private void Teach(int pieces, double used, string owner = "acme/alice", string? model = null)
    {
        for (int i = 0; i < pieces; i++)
        {
            string id = $"taught-{_taught++}";
            _nexus.Submit(Spec(id, 1_000, owner, model));
            _nexus.Release(id, (Tokens, used));
        }
    }
}
