using CsCheck;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Tests.Engine.Costs;

public sealed class IdleCostTests
{
    [Fact]
    public void Whatever_the_rule_what_all_bear_and_what_stays_idle_is_the_whole() =>
        Gen.Select(Gen.Long[0, 1_000_000_000_000_000], Gen.Long[0, 1_000_000_000_000].List[0, 12], Gen.Enum<IdleSharing>(), Gen.Long[0, 5].List[12, 12]).Sample((capacity, used, rule, weights) =>
        {
            Dictionary<string, Money> direct = used.Select((picos, i) => (Name: $"n{i:D2}", Cost: new Money(picos))).ToDictionary(n => n.Name, n => n.Cost);
            Money sum = direct.Values.Aggregate(Money.Zero, (all, m) => all + m);
            Money whole = new Money(capacity) > sum ? new Money(capacity) : sum;

            SharedCost shared = IdleCost.Share(new Money(capacity), direct, rule, weights.Select((w, i) => ($"n{i:D2}", w)).ToDictionary(n => n.Item1, n => n.w));

            Assert.Equal(whole, shared.Of.Values.Aggregate(shared.Idle, (all, m) => all + m));
            Assert.All(shared.Of, of => Assert.True(of.Value >= direct[of.Key]));
            Assert.True(shared.Idle >= Money.Zero);
        });

    [Fact]
    public void Where_use_cost_more_than_the_capacity_nothing_was_idle()
    {
        SharedCost shared = IdleCost.Share(Money.Of(10), new Dictionary<string, Money> { ["a"] = Money.Of(12) }, IdleSharing.Even);

        Assert.Equal((Money.Of(12), Money.Zero), (shared.Of["a"], shared.Idle));
    }

    [Fact]
    public void Who_has_no_weight_bears_only_its_own_use()
    {
        SharedCost shared = IdleCost.Share(Money.Of(10), new Dictionary<string, Money> { ["a"] = Money.Of(1), ["b"] = Money.Of(1) }, IdleSharing.Weighted, new Dictionary<string, long> { ["b"] = 2 });

        Assert.Equal((Money.Of(1), Money.Of(9), Money.Zero), (shared.Of["a"], shared.Of["b"], shared.Idle));
    }
}
