using Nexus.Engine.Costs;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Scheduling;

/// <summary>What work costs that begins anew after each interruption: (eˣ − 1) ÷ x for what is held, eˣ for what is consumed, with x interruptions to be expected.</summary>
public sealed class ExpectedCostTests
{
    private static readonly Money Once = Money.Of(1_000_000);

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(0.01, 1.005016708, 1.010050167)]
    [InlineData(0.4166666667, 1.240552311, 1.516896796)]
    [InlineData(1, 1.718281828, 2.718281828)]
    [InlineData(8, 372.4947484, 2980.957987)]
    public void It_grows_with_the_interruptions_that_are_to_be_expected(double expected, double held, double consumed)
    {
        long x = (long)Math.Round(expected * (1L << ExpectedCost.Bits));

        Assert.Equal(held, Units(ExpectedCost.OfHeld(Once, x)) / 1e6, held * 1e-7);
        Assert.Equal(consumed, Units(ExpectedCost.OfConsumed(Once, x)) / 1e6, consumed * 1e-7);
    }

    [Fact]
    public void The_dearest_work_turns_nothing_over()
    {
        Money most = Money.Of(1_000_000_000_000_000_000);

        Assert.Equal(372.4947484e18, Units(ExpectedCost.OfHeld(most, ExpectedCost.MostExpected)), 1e13);
    }

    private static double Units(Money money) => (double)money.Picos / 1e12;
}
