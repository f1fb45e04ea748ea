using Bunit;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class SparklineTests : ComponentTest
{
    [Theory]
    [InlineData]
    [InlineData(7.0)]
    public void Less_than_two_points_draw_nothing(params double[] points) => Assert.Empty(Draw(points).Nodes);

    [Fact]
    public void Its_line_runs_from_the_first_point_to_a_dot_at_the_last()
    {
        IRenderedComponent<Sparkline> drawn = Draw([0, 5, 10]);

        Assert.Equal("M0 18L38.5 10L77 2", drawn.Find("path").GetAttribute("d"));
        Assert.Equal(("77", "2"), (drawn.Find("circle").GetAttribute("cx"), drawn.Find("circle").GetAttribute("cy")));
    }

    [Fact]
    public void It_is_decoration() => Assert.Equal("true", Draw([1, 2]).Find("svg").GetAttribute("aria-hidden"));

    [Fact]
    public void A_capacity_sets_the_top() => Assert.Equal("M0 18L77 10", Draw([0, 10], top: 20).Find("path").GetAttribute("d"));

    [Fact]
    public void A_point_above_the_capacity_stays_inside() => Assert.Equal("M0 10L77 2", Draw([10, 20], top: 5).Find("path").GetAttribute("d"));

    [Fact]
    public void Nothing_but_zeros_is_a_line_at_the_foot() => Assert.Equal("M0 18L77 18", Draw([0, 0]).Find("path").GetAttribute("d"));

    [Fact]
    public void Filled_it_closes_at_the_foot()
    {
        IRenderedComponent<Sparkline> drawn = Render<Sparkline>(p => p.Add(s => s.Points, [0, 10]).Add(s => s.Filled, true));

        Assert.Equal("M0 18L77 2L77 20L0 20Z", drawn.Find("path").GetAttribute("d"));
    }

    private IRenderedComponent<Sparkline> Draw(double[] points, double? top = null) => Render<Sparkline>(p => p.Add(s => s.Points, points).Add(s => s.Top, top));
}
