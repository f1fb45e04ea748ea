using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class RollingHistogramTests
{
    private readonly RollingHistogram _times = new(TimeSpan.FromSeconds(5), 12);

    [Fact]
    public void Nothing_recorded_has_no_percentile() => Assert.Null(_times.Percentile(0.99, TimeSpan.Zero));

    [Theory]
    [InlineData(0.5, 500)]
    [InlineData(0.99, 990)]
    [InlineData(1, 1000)]
    public void A_percentile_is_at_most_a_sixteenth_too_high(double share, double milliseconds)
    {
        for (int i = 1; i <= 1000; i++)
        {
            _times.Record(TimeSpan.FromMilliseconds(i), TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_times.Percentile(share, TimeSpan.FromSeconds(2))!.Value.TotalMilliseconds, milliseconds, milliseconds * 17 / 16);
    }

    [Fact]
    public void Small_and_large_times_have_their_place()
    {
        _times.Record(TimeSpan.Zero, TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, _times.Percentile(1, TimeSpan.Zero));
        _times.Record(TimeSpan.FromDays(30), TimeSpan.Zero);
        Assert.InRange(_times.Percentile(1, TimeSpan.Zero)!.Value, TimeSpan.FromHours(8), TimeSpan.FromHours(10));
    }

    [Fact]
    public void What_is_older_than_the_while_is_forgotten()
    {
        _times.Record(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));
        _times.Record(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30));

        Assert.InRange(_times.Percentile(1, TimeSpan.FromSeconds(59))!.Value.TotalSeconds, 3, 3.2);
        Assert.InRange(_times.Percentile(1, TimeSpan.FromSeconds(61))!.Value.TotalMilliseconds, 1, 1.1);
        Assert.Null(_times.Percentile(1, TimeSpan.FromSeconds(200)));
    }
}
