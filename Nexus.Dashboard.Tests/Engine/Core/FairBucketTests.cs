using CsCheck;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Fair shares of a bucket, through the whole engine.</summary>
public sealed class FairBucketTests
{
    private const int Owners = 4;
    private const int Largest = 40;

    // More than a bucket of a hundred has at once: nobody runs out of what waits before asking again.
    private const int Waiting = 120;

    private static readonly Gen<(int[] Amounts, int Milliseconds)> Steps = Gen.Select(Gen.Int[1, Largest].Array[16], Gen.Int[0, 2_000]);

    /// <summary>The bound that the Virtual Token Counter proves (Sheng et al., OSDI 2024, theorem 4.4): twice the largest request.</summary>
    [Fact]
    public void What_two_who_always_wait_were_served_over_any_time_never_differs_by_more_than_twice_the_largest_request() =>
        Steps.Array[100].Sample(
            steps =>
            {
                Scene nexus = new Scene().Pool(new PoolDefinition("llm", [new Supply("tokens.output", Scene.Amount(100), Scene.Amount(10), TimeSpan.FromSeconds(1))], Labels.None, PurchaseOption.OnDemand, null, "fairShare"));
                nexus.Submit(Scene.Spec("empty", [("tokens.output", 100)], owner: "other"));
                int asked = 0;
                decimal[,] most = new decimal[Owners, Owners];
                foreach ((int[] amounts, int milliseconds) in steps)
                {
                    for (int owner = 0; owner < Owners; owner++)
                    {
                        while (Sum(owner, RequestStatus.Queued) < Waiting)
                        {
                            nexus.Submit(Scene.Spec($"r{asked}", [("tokens.output", amounts[asked % amounts.Length])], owner: $"t{owner}", queue: true, lease: TimeSpan.FromDays(1)));
                            asked++;
                        }
                    }

                    nexus.Advance(TimeSpan.FromMilliseconds(milliseconds));
                    decimal[] served = [.. Enumerable.Range(0, Owners).Select(owner => Sum(owner, RequestStatus.Allocated))];
                    for (int one = 0; one < Owners; one++)
                    {
                        for (int other = 0; other < Owners; other++)
                        {
                            // How far one was ever ahead of the other, and the other of it: between those two moments lies the worst time.
                            most[one, other] = Math.Max(most[one, other], served[one] - served[other]);
                            Assert.True(most[one, other] + most[other, one] <= 2 * Largest, string.Join(", ", served));
                        }
                    }
                }

                decimal Sum(int owner, RequestStatus status) => nexus.Engine.Requests.Where(r => r.Owner.Tenant == $"t{owner}" && r.Status == status).Sum(r => r.Needs[0].Quantity.Units);
            },
            iter: 15);

    [Fact]
    public void A_newcomer_goes_before_the_second_of_somebody_who_waits_already()
    {
        Scene nexus = new Scene().Pool(new PoolDefinition("llm", [new Supply("tokens.output", Scene.Amount(100), Scene.Amount(10), TimeSpan.FromSeconds(1))], Labels.None, PurchaseOption.OnDemand, null, "fairShare"));
        nexus.Submit(Scene.Spec("empty", [("tokens.output", 100)], owner: "acme"));
        nexus.Submit(Scene.Spec("a1", [("tokens.output", 20)], owner: "acme", queue: true));
        nexus.Submit(Scene.Spec("a2", [("tokens.output", 20)], owner: "acme", queue: true));
        nexus.Submit(Scene.Spec("b1", [("tokens.output", 20)], owner: "globex", queue: true));

        nexus.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(["a2"], nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Queued).Select(r => r.Spec.Id));
    }

    [Fact]
    public void What_was_not_used_in_the_end_is_not_counted()
    {
        Scene nexus = new Scene().Pool(new PoolDefinition("llm", [new Supply("tokens.output", Scene.Amount(100), Scene.Amount(10), TimeSpan.FromSeconds(1))], Labels.None, PurchaseOption.OnDemand, null, "fairShare"));
        foreach ((string id, string owner, double amount) in (ReadOnlySpan<(string, string, double)>)[("a", "acme", 60), ("b", "globex", 40)])
        {
            nexus.Submit(Scene.Spec(id, [("tokens.output", amount)], owner: owner));
        }

        nexus.Submit(Scene.Spec("b2", [("tokens.output", 50)], owner: "globex", queue: true));
        nexus.Submit(Scene.Spec("a2", [("tokens.output", 50)], owner: "acme", queue: true));
        nexus.Release("a", ("tokens.output", 10));

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Status("a2"), nexus.Request("b2", "globex").Status));
    }
}
