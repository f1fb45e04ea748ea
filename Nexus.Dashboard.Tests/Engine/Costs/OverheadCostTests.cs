using CsCheck;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Tests.Engine.Costs;

public sealed class OverheadCostTests
{
    private static readonly Gen<CostParty> Parties = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Long[-1_000_000, 1_000_000_000_000_000], Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))))
        .Select((alike, tenant, cost, shared) => new CostParty($"a{alike}", $"t{tenant}", new Money(cost), shared));

    [Fact]
    public void Whatever_the_rule_what_some_bear_others_are_relieved_of_to_the_last_digit() =>
        Gen.Select(Parties.List[0, 12], Gen.Enum<IdleSharing>(), Gen.Long[0, 5].Array[3]).Sample((parties, rule, weights) =>
        {
            Money[] borne = OverheadCost.Share(parties, rule, t => weights[t[1] - '0']);

            Assert.Equal(Money.Zero, Sum(borne));
            Assert.Equal(Sum(parties.Select(p => p.Cost)), Sum(parties.Select((p, i) => p.Cost + borne[i])));
        });

    [Fact]
    public void Either_all_of_it_is_borne_by_others_or_none() =>
        Gen.Select(Parties.List[0, 12], Gen.Enum<IdleSharing>(), Gen.Long[0, 5].Array[3]).Sample((parties, rule, weights) =>
        {
            Money[] borne = OverheadCost.Share(parties, rule, t => weights[t[1] - '0']);

            Money left = Sum(parties.Select((p, i) => p.IsShared ? p.Cost + borne[i] : Money.Zero));
            Assert.True(left == Money.Zero || borne.All(b => b == Money.Zero));
        });

    [Theory]
    [InlineData(IdleSharing.None, "0", "0", "0")]
    [InlineData(IdleSharing.Even, "45", "45", "-90")]
    [InlineData(IdleSharing.Proportional, "60", "30", "-90")]
    [InlineData(IdleSharing.Weighted, "22.5", "67.5", "-90")]
    public void A_platform_is_borne_by_all_others_by_the_rule(IdleSharing rule, string acme, string globex, string platform)
    {
        CostParty[] parties = [new("acme", "acme", Money.Of(20)), new("globex", "globex", Money.Of(10)), new("platform", "platform", Money.Of(90), IsShared: true)];

        Money[] borne = OverheadCost.Share(parties, rule, t => t == "globex" ? 3 : 1);

        Assert.Equal([acme, globex, platform], borne.Select(b => b.ToString()));
    }

    [Fact]
    public void A_credit_that_is_everybodys_is_given_to_all_by_the_same_claims()
    {
        Money[] borne = OverheadCost.Share([new("a", "a", Money.Of(3)), new("b", "b", Money.Of(1)), new("", "", Money.Of(-8), IsShared: true)], IdleSharing.Proportional, _ => 1);

        Assert.Equal(["-6", "-2", "8"], borne.Select(b => b.ToString()));
    }

    [Fact]
    public void Where_nobody_else_used_anything_it_stays_where_it_is() =>
        Assert.All(OverheadCost.Share([new("a", "a", Money.Zero), new("p", "p", Money.Of(8), IsShared: true)], IdleSharing.Even, _ => 1), b => Assert.Equal(Money.Zero, b));

    private static Money Sum(IEnumerable<Money> costs) => costs.Aggregate(Money.Zero, static (sum, m) => sum + m);
}
