using CsCheck;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

public sealed class CostChangesTests
{
    private static readonly Gen<CostSum> Sums = Gen.Select(Gen.Long[0, 1_000_000_000], Gen.Long[-1_000_000_000_000_000, 1_000_000_000_000_000]).Select((used, picos) => Sum(used, picos));

    [Fact]
    public void Volume_and_price_add_up_to_the_change() => Gen.Select(Sums, Sums).Sample((before, now) =>
    {
        (Money volume, Money price) = CostChanges.Effects(before, now);

        Assert.Equal(now.Cost - before.Cost, volume + price);
    });

    [Fact]
    public void More_at_the_same_price_is_volume() => Assert.Equal((Money.Of(10), Money.Zero), CostChanges.Effects(Sum(2_000_000, 20_000_000_000_000), Sum(3_000_000, 30_000_000_000_000)));

    [Fact]
    public void As_much_at_another_price_is_price() => Assert.Equal((Money.Zero, Money.Of(-5)), CostChanges.Effects(Sum(2_000_000, 20_000_000_000_000), Sum(2_000_000, 15_000_000_000_000)));

    [Fact]
    public void Half_as_much_at_the_double_price_takes_and_gives_the_same() => Assert.Equal((Money.Of(-10), Money.Of(10)), CostChanges.Effects(Sum(2_000_000, 20_000_000_000_000), Sum(1_000_000, 20_000_000_000_000)));

    [Fact]
    public void What_is_new_or_gone_is_volume()
    {
        Assert.Equal((Money.Of(7), Money.Zero), CostChanges.Effects(default, Sum(1, 7_000_000_000_000)));
        Assert.Equal((Money.Of(-7), Money.Zero), CostChanges.Effects(Sum(1, 7_000_000_000_000), default));
    }

    [Fact]
    public void What_costs_without_an_amount_is_price() => Assert.Equal((Money.Zero, Money.Of(-3)), CostChanges.Effects(default, Sum(0, -3_000_000_000_000)));

    [Fact]
    public void The_largest_and_the_others_add_up_to_all_of_it()
    {
        CostChange[] all = [.. Enumerable.Range(1, 9).Select(i => new CostChange($"g{i}", "", Money.Of(i % 2 == 0 ? -i : i), Money.Of(1)))];

        (IReadOnlyList<CostChange> largest, CostChange? others, int count) = CostChanges.Top(all, 5);

        Assert.Equal(["g9", "g7", "g8", "g5", "g6"], [.. largest.OrderByDescending(c => Int128.Abs(c.Total.Picos)).Select(c => c.Name)]);
        Assert.Equal(4, count);
        Assert.Equal(all.Sum(c => CostText.Units(c.Total)), largest.Append(others!).Sum(c => CostText.Units(c.Total)));
    }

    private static CostSum Sum(long millionths, long picos) => new(1, new PricingQuantity(millionths), new Money(picos));
}
