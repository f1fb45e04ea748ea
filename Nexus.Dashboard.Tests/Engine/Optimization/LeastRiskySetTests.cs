using CsCheck;
using Nexus.Engine.Costs;
using Nexus.Engine.Optimization;

namespace Nexus.Dashboard.Tests.Engine.Optimization;

public sealed class LeastRiskySetTests
{
    private static readonly Gen<SavingChoice[]> Choices =
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 1_000], Gen.Double[0, 1_000]).Array[0, 12].Select(all => all.Select((c, i) => new SavingChoice($"{i}", $"{i}", (SavingsLevel)c.Item1, Money.Of(c.Item2), c.Item3)).ToArray());

    [Fact]
    public void What_is_less_risky_is_taken_before_what_saves_more()
    {
        LeastRiskySet set = LeastRiskySet.Of([Choice("a", SavingsLevel.High, 900), Choice("b", SavingsLevel.Low, 60), Choice("c", SavingsLevel.Low, 50)], Money.Of(100));

        Assert.Equal(["b", "c"], set.Chosen.Select(c => c.Id));
        Assert.Equal((Money.Of(110), true), (set.Saved, set.Suffices));
    }

    [Fact]
    public void Of_one_thing_at_most_one_is_taken()
    {
        LeastRiskySet set = LeastRiskySet.Of([Choice("a", SavingsLevel.Low, 60) with { About = "pool" }, Choice("b", SavingsLevel.Low, 50) with { About = "pool" }], Money.Of(100));

        Assert.Equal("a", Assert.Single(set.Chosen).Id);
        Assert.False(set.Suffices);
    }

    [Fact]
    public void A_set_reaches_what_was_wanted_where_that_can_be_with_no_more_risk_than_it_takes_and_nothing_needless() =>
        Gen.Select(Choices, Gen.Int[1, 4_000]).Sample((all, wanted) =>
        {
            LeastRiskySet set = LeastRiskySet.Of(all, Money.Of(wanted));

            Assert.Equal(set.Chosen.Aggregate(Money.Zero, (sum, c) => sum + c.Monthly), set.Saved);
            Assert.Equal(set.Suffices, all.Aggregate(Money.Zero, (sum, c) => sum + c.Monthly) >= Money.Of(wanted));
            if (set.Suffices)
            {
                SavingsLevel most = set.Chosen.Max(c => c.Risk);
                Assert.True(most == SavingsLevel.Low || all.Where(c => c.Risk < most).Aggregate(Money.Zero, (sum, c) => sum + c.Monthly) < Money.Of(wanted));
                Assert.All(set.Chosen, c => Assert.True(set.Saved - c.Monthly < Money.Of(wanted)));
            }
        });

    private static SavingChoice Choice(string id, SavingsLevel risk, long monthly) => new(id, id, risk, Money.Of(monthly), monthly);
}
