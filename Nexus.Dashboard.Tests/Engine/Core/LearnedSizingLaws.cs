using CsCheck;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Laws of amounts whose size is learned, over random lives in which much is known already.</summary>
public sealed class LearnedSizingLaws
{
    private const string Tokens = "tokens.output";
    private const long Amount = 3_000;
    private static readonly string[] Owners = ["acme/a/w", "acme/a/w/x", "acme/b/w"];

    // What is done, to whom, and how much.
    private static readonly Gen<List<(int Deed, int Who, int Much)>> Lives = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1_000], Gen.Int[0, 5_000]).List[20, 150];

    [Fact]
    public void No_lease_passes_its_maximum_nor_a_halting_budget_its_amount_and_a_journal_leads_to_the_same_state() => Lives.Sample(life =>
    {
        Scene nexus = Known();
        nexus.Budget("b", "acme", Amount, halt: 1);
        foreach ((int deed, int who, int much) in life)
        {
            Do(nexus, deed, who, much);
            foreach (Request request in nexus.Engine.Requests.Where(r => r.Lease is not null))
            {
                Assert.All(request.Lease!.Amounts, a => Assert.True(a.Quantity <= request.Spec.Sizing!.Of(a.Kind)!.Value.Maximum, $"{request.Key} holds {a}"));
            }
        }

        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
        Assert.Equal(nexus.Engine.StateHash(), nexus.Restored().StateHash());
    }, iter: 100);

    [Fact]
    public void What_is_settled_within_its_reservation_overspends_nothing() => Lives.Sample(life =>
    {
        Scene nexus = Known();
        nexus.Budget("b", "acme", Amount, halt: 1);
        life.ForEach(step => Do(nexus, step.Deed, step.Who, step.Much));

        Assert.True(nexus.BudgetNow("b").Spent + nexus.BudgetNow("b").Reserved <= Money.Of(Amount));
    }, iter: 100);

    [Fact]
    public void An_engine_that_a_snapshot_made_goes_on_as_the_one_it_was_taken_of() => Gen.Select(Lives, Lives).Sample((before, after) =>
    {
        Scene nexus = Known();
        nexus.Budget("b", "acme", Amount, halt: 1);
        before.ForEach(step => Do(nexus, step.Deed, step.Who, step.Much));
        Nexus.Engine.Core.Engine other = nexus.Restored();
        int known = nexus.Events.Count;

        after.ForEach(step => Do(nexus, step.Deed, step.Who, step.Much));

        nexus.Events.Skip(known).ToList().ForEach(other.Apply);

        Assert.Equal(nexus.Engine.StateHash(), other.StateHash());
        Submit more = new(Spec("more", Owners[0], 400)) { Actor = Scene.Somebody };
        Assert.Equal(((RequestReply)nexus.Send(more)).Request.Needs.ToString(), ((RequestReply)other.Handle(more, nexus.Now, new Batch())).Request.Needs.ToString());
    }, iter: 50);

    private static void Do(Scene nexus, int deed, int who, int much)
    {
        Request[] running = [.. nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated)];
        Request? one = running.Length == 0 ? null : running[who % running.Length];
        if (one is null || deed <= 3)
        {
            nexus.Submit(Spec($"r{nexus.Engine.Sequence}", Owners[who % 3], 1 + (much % 400)));
            return;
        }

        switch (deed)
        {
            case 4 or 5:
                RequestReply said = (RequestReply)Renew(one, ResourceVector.Empty);
                if (said.Next is { } next)
                {
                    Assert.IsType<RequestReply>(Renew(one, next));
                }

                break;
            case 6: Renew(one, Scene.Vector((Tokens, 1 + (much % 100)))); break;
            case 7: nexus.Send(new Cancel(one.Key) { Actor = Scene.Somebody }); break;
            case 8: nexus.Advance(TimeSpan.FromSeconds(much % 200)); break;
            default: nexus.Send(new Release(one.Key, one.Lease!.Number, who % 5 == 0 ? ResourceVector.Empty : Scene.Vector((Tokens, much % (1 + (int)one.Lease.Amounts[Tokens].Units))), Labels.None, null) { Actor = Scene.Somebody }); break;
        }

        Reply Renew(Request request, ResourceVector extend) => nexus.Send(new Renew(request.Key, request.Lease!.Number, extend, ResourceVector.Empty) { Actor = Scene.Somebody });
    }

    // Sixty ends of the first workflow, of one token to sixty.
    private static Scene Known()
    {
        Scene nexus = new Scene().Bucket("models", Tokens, 1_000_000, TimeSpan.FromSeconds(1), 1_000_000).Prices(new Sku("out", Tokens) { UnitPrice = Money.Of(1) });
        for (int i = 1; i <= 60; i++)
        {
            nexus.Submit(Spec($"t{i}", Owners[0], 400));
            nexus.Release($"t{i}", (Tokens, i));
        }

        return nexus;
    }

    private static RequestSpec Spec(string id, string owner, double most) => Scene.Spec(id, [(Tokens, most)], owner, lease: TimeSpan.FromMinutes(5)).Learned();
}
